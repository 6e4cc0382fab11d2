#include "evidence/xml.h"

struct xml xml_open(str text)
{
    return (struct xml){.rest = text};
}

/* The offset of the ">" that ends a tag, quotes passed over; STR_NONE: it is cut off. */
static u32 tag_end(str text)
{
    char quote = 0;
    for (u32 i = 0; i < text.len; i++) {
        char c = text.p[i];
        if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '>')
            return i;
    }
    return STR_NONE;
}

/* Comments, declarations: "<!...>", "<?...>". */
static bool skip_other(struct xml *xml)
{
    bool comment = str_starts(xml->rest, STR("<!--"));
    bool other = str_starts(xml->rest, STR("<!")) || str_starts(xml->rest, STR("<?"));
    if (!comment && !other)
        return false;
    u32 end = comment ? str_find(xml->rest, STR("-->")) : str_find_char(xml->rest, '>');
    xml->rest = end == STR_NONE ? (str){0} : str_from(xml->rest, end + (comment ? 3 : 1));
    return true;
}

static str text_behind(str rest)
{
    str cdata = STR("<![CDATA[");
    if (str_starts(rest, cdata))
        return str_sub(rest, cdata.len, str_find(rest, STR("]]>")));
    return str_sub(rest, 0, str_find_char(rest, '<'));
}

bool xml_next(struct xml *xml)
{
    do {
        u32 open = str_find_char(xml->rest, '<');
        if (open == STR_NONE)
            return false;
        xml->rest = str_from(xml->rest, open);
    } while (skip_other(xml));
    u32 end = tag_end(xml->rest);
    if (end == STR_NONE)
        return false;
    str tag = str_sub(xml->rest, 1, end);
    xml->rest = str_from(xml->rest, end + 1);
    xml->empty = str_ends(tag, STR("/"));
    xml->name = str_word(&tag);
    if (str_ends(xml->name, STR("/")))
        xml->name.len--;
    xml->attributes = tag;
    xml->text = text_behind(xml->rest);
    return true;
}

str xml_attribute(const struct xml *xml, str name)
{
    str rest = xml->attributes;
    while (rest.len) {
        str key = str_trim(str_cut(&rest, '='));
        rest = str_trim(rest);
        if (!rest.len)
            break;
        char quote = rest.p[0];
        if (quote != '"' && quote != '\'')
            break;
        rest = str_from(rest, 1);
        str value = str_cut(&rest, quote);
        if (str_eq(key, name))
            return value;
    }
    return (str){0};
}

bool xml_is(const struct xml *xml, const char *name)
{
    return str_eq(xml->name, str_of(name));
}
