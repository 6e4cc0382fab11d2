#include "syntax/lua.h"

/* Behind a long bracket `[==[ … ]==]` that opens at `at`, or 0. */
static u32 long_bracket_end(str text, u32 at)
{
    u32 level = 0;
    while (at + 1 + level < text.len && text.p[at + 1 + level] == '=')
        level++;
    if (at + 1 + level >= text.len || text.p[at + 1 + level] != '[')
        return 0;
    for (u32 i = at + 2 + level; i < text.len; i++) {
        if (text.p[i] != ']')
            continue;
        u32 equals = 0;
        while (i + 1 + equals < text.len && text.p[i + 1 + equals] == '=')
            equals++;
        if (equals == level && i + 1 + level < text.len && text.p[i + 1 + level] == ']')
            return i + level + 2;
        /* The run of `=` holds no `]`: go on behind it. */
        i += equals;
    }
    return text.len;
}

/* `\z` takes the white space behind it, newlines too. */
static u32 escape_end(str text, u32 at)
{
    bool skips = at + 1 < text.len && text.p[at + 1] == 'z';
    at += 2;
    while (skips && at < text.len && char_is_space(text.p[at]))
        at++;
    return at;
}

/* A line's end closes a string too: Lua would refuse it, and the damage is one line's. */
static u32 string_end(str text, u32 at)
{
    char quote = text.p[at++];
    while (at < text.len && text.p[at] != quote && text.p[at] != '\n')
        at = text.p[at] == '\\' ? escape_end(text, at) : at + 1;
    return at < text.len ? at + 1 : text.len;
}

static u32 comment_end(str text, u32 at)
{
    u32 end = at + 2 < text.len && text.p[at + 2] == '[' ? long_bracket_end(text, at + 2) : 0;
    if (end)
        return end;
    u32 lf = str_find_char(str_from(text, at), '\n');
    return lf == STR_NONE ? text.len : at + lf;
}

/* Past one piece: a string, a comment, a long bracket or a byte. */
static u32 step(str text, u32 at)
{
    char c = text.p[at];
    if (c == '"' || c == '\'')
        return string_end(text, at);
    if (c == '-' && at + 1 < text.len && text.p[at + 1] == '-')
        return comment_end(text, at);
    u32 end = c == '[' ? long_bracket_end(text, at) : 0;
    return end ? end : at + 1;
}

u32 lua_body_end(str text, u32 at)
{
    u32 depth = 1;
    while (at < text.len) {
        depth += text.p[at] == '{';
        depth -= text.p[at] == '}';
        if (depth == 0)
            return at;
        at = step(text, at);
    }
    return text.len;
}
