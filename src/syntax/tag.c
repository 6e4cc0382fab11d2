#include "syntax/tag.h"

enum mark { MARK_PRINT, MARK_STEER, MARK_COMMENT, MARK_ERB, MARK_NONE };

static const str closing[MARK_NONE] = {
    [MARK_PRINT] = STR_INIT("}}"),
    [MARK_STEER] = STR_INIT("%}"),
    [MARK_COMMENT] = STR_INIT("#}"),
    [MARK_ERB] = STR_INIT("%>"),
};

struct tags tags_of(str text)
{
    return (struct tags){.text = text};
}

static char byte_at(str text, u32 at)
{
    return at < text.len ? text.p[at] : '\0';
}

static enum mark opening_mark(str text, u32 at, bool at_statement)
{
    char first = byte_at(text, at);
    char second = byte_at(text, at + 1);
    if (first == '<')
        return second == '%' ? MARK_ERB : MARK_NONE;
    if (first != '{')
        return MARK_NONE;
    if (second == '#')
        return at_statement ? MARK_COMMENT : MARK_NONE;
    return second == '{' ? MARK_PRINT : second == '%' ? MARK_STEER : MARK_NONE;
}

/* The offset of the first closing mark at or behind `from`, or the text's length. */
static u32 next_closing(struct tags *tags, enum mark mark, u32 from)
{
    span *next = &tags->next[mark];
    bool known = next->end && from >= next->start && from <= next->end;
    if (!known) {
        u32 hit = str_find_from(tags->text, from, closing[mark]);
        *next = (span){from, hit == STR_NONE ? tags->text.len : hit};
    }
    return next->end;
}

u32 tag_end(struct tags *tags, u32 at, bool at_statement)
{
    str text = tags->text;
    enum mark mark = opening_mark(text, at, at_statement);
    if (mark == MARK_NONE)
        return 0;
    u32 hit = next_closing(tags, mark, at + 2);
    if (hit >= text.len || hit - at > TAG_LIMIT)
        return 0;
    u32 end = hit + 2;
    /* `{{{x}}}`: the last two close. */
    if (mark == MARK_PRINT && byte_at(text, at + 2) == '{')
        while (byte_at(text, end) == '}')
            end++;
    return end;
}

/* ---- what a tag is for -------------------------------------------------- */

static bool is_one_of(str word, const str *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(word, words[i]))
            return true;
    return false;
}

/* What stands in `{{ … }}` or `<%= … %>`, without the marks that trim space. */
static str inside_of(str tag)
{
    str inside = str_sub(tag, 2, tag.len - 2);
    while (inside.len && str_has(STR("-~="), str_sub(inside, 0, 1)))
        inside = str_from(inside, 1);
    return str_trim(inside);
}

/* Go's control words, comments and assignments; sections and comments of Mustache. */
static bool is_control(str inside)
{
    static const str words[] = {STR_INIT("if"),       STR_INIT("range"), STR_INIT("with"),
                                STR_INIT("end"),      STR_INIT("else"),  STR_INIT("define"),
                                STR_INIT("break"),    STR_INIT("block"), STR_INIT("continue"),
                                STR_INIT("template"), STR_INIT("end-"),  STR_INIT("else-")};
    str rest = inside;
    str word = str_word(&rest);
    if (is_one_of(word, words, sizeof words / sizeof *words))
        return true;
    if (word.len && str_has(STR("#/^!>"), str_sub(word, 0, 1)))
        return true;
    return str_starts(word, STR("$")) && str_has(inside, STR(":="));
}

static bool only_space_up_to_line_end(str text, u32 at)
{
    while (byte_at(text, at) == ' ' || byte_at(text, at) == '\t' || byte_at(text, at) == '\r')
        at++;
    return at >= text.len || text.p[at] == '\n';
}

bool tag_stands_alone(str text, u32 at, u32 end)
{
    str tag = str_sub(text, at, end);
    switch (opening_mark(text, at, true)) {
    case MARK_STEER:
    case MARK_COMMENT:
        return true;
    case MARK_ERB:
        if (!str_starts(tag, STR("<%=")))
            return true;
        break;
    case MARK_PRINT:
        if (is_control(inside_of(tag)))
            return true;
        break;
    case MARK_NONE:
        break;
    }
    return only_space_up_to_line_end(text, end);
}

bool tag_hides(str tag)
{
    static const str verbs[] = {STR_INIT("include"), STR_INIT("import"), STR_INIT("template"),
                                STR_INIT("block"),   STR_INIT("macro"),  STR_INIT("{{>")};
    if (str_starts(tag, STR("{#")) || str_starts(tag, STR("<%#")))
        return false;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (str_has(tag, verbs[i]))
            return true;
    bool prints = str_starts(tag, STR("{{")) || str_starts(tag, STR("<%="));
    return prints && !is_control(inside_of(tag));
}
