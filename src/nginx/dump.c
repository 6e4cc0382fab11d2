#include "nginx/dump.h"

#include "syntax/lex.h"

static const str mark = STR_INIT("# configuration file ");

static void push(struct texts *out, str path, str text)
{
    out->text = arena_grow(out->arena, out->text, out->count, &out->room, sizeof *out->text);
    out->text[out->count++] = (struct file_text){path, text};
}

void dump_pass_over(struct texts *out, str path, const char *why)
{
    out->stray =
        arena_grow(out->arena, out->stray, out->stray_count, &out->stray_room, sizeof *out->stray);
    out->stray[out->stray_count++] = (struct stray){path, why};
}

/* ---- lines -------------------------------------------------------------- */

static str without_newline(str line)
{
    if (str_ends(line, STR("\n")))
        line.len--;
    if (str_ends(line, STR("\r")))
        line.len--;
    return line;
}

static str take_line(str *rest)
{
    u32 lf = str_find_char(*rest, '\n');
    u32 len = lf == STR_NONE ? rest->len : lf + 1;
    str line = str_sub(*rest, 0, len);
    *rest = str_from(*rest, len);
    return line;
}

/* The path in a header line, or empty when the line is none. */
static str header_path(str line)
{
    line = without_newline(line);
    if (!str_starts(line, mark) || !str_ends(line, STR(":")))
        return (str){0};
    str path = str_sub(line, mark.len, line.len - 1);
    return str_starts(path, STR("/")) || str_starts(path, STR("./")) ? path : (str){0};
}

static bool is_behind_empty_line(str text, u32 at)
{
    str before = without_newline(str_sub(text, 0, at));
    return before.len == 0 || str_ends(before, STR("\n"));
}

/* ---- headers ------------------------------------------------------------ */

struct headers {
    struct arena *arena;
    str text;
    u32 counted; /* up to here braces were counted, since the last header */
    u32 opened;
    u32 closed;
};

static bool is_in_block(struct headers *headers, u32 at)
{
    str text = str_sub(headers->text, headers->counted, at);
    struct lex lex = lex_text(headers->arena, text);
    for (u32 i = 0; i < lex.count; i++) {
        headers->opened += lex.tokens[i].kind == TOKEN_OPEN;
        headers->closed += lex.tokens[i].kind == TOKEN_CLOSE;
    }
    headers->counted = at;
    return headers->opened > headers->closed;
}

/* The offset of the next header at or behind `from`, where a line begins; or STR_NONE. */
static u32 next_header(struct headers *headers, u32 from)
{
    str text = headers->text;
    headers->counted = from;
    headers->opened = headers->closed = 0;
    for (;;) {
        u32 hit = str_find_from(text, from, mark);
        if (hit == STR_NONE)
            return STR_NONE;
        str rest = str_from(text, hit);
        bool at_line = hit == 0 || text.p[hit - 1] == '\n';
        if (at_line && header_path(take_line(&rest)).len &&
            (is_behind_empty_line(text, hit) || !is_in_block(headers, hit)))
            return hit;
        from = hit + 1;
    }
}

/* ---- what stands between them ------------------------------------------- */

/*
 * nginx writes a newline behind each file. Behind the last one a paste may have
 * lost it: there it is taken off only where two stand.
 */
static str without_dump_newline(str body, bool last)
{
    if (last && !is_behind_empty_line(body, body.len))
        return body;
    return without_newline(body);
}

/* Not a prompt, nor what nginx -t says: a part of a configuration. */
static bool holds_directives(str text)
{
    while (text.len) {
        str line = str_trim(take_line(&text));
        bool ends = line.len && str_has(STR(";{}"), str_from(line, line.len - 1));
        if (ends && !str_starts(line, STR("#")) && !str_starts(line, STR("nginx:")))
            return true;
    }
    return false;
}

static void take_before(struct texts *out, str path, str before)
{
    if (holds_directives(before))
        push(out, path, before);
    else if (str_trim(before).len)
        dump_pass_over(out, path,
                       "text before the first \"# configuration file\" line: passed over");
}

void dump_split(struct texts *out, struct file_text text)
{
    struct headers headers = {.arena = out->arena, .text = text.text};
    u32 header = next_header(&headers, 0);
    if (header == STR_NONE) {
        push(out, text.path, text.text);
        return;
    }
    take_before(out, text.path, str_sub(text.text, 0, header));
    while (header != STR_NONE) {
        str rest = str_from(text.text, header);
        str path = header_path(take_line(&rest));
        u32 body = text.text.len - rest.len;
        header = next_header(&headers, body);
        bool last = header == STR_NONE;
        push(out, path, without_dump_newline(str_sub(text.text, body, header), last));
    }
}
