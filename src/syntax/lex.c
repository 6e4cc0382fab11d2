#include "syntax/lex.h"

#include "base/buf.h"

#include <string.h>

struct scan {
    struct arena *arena;
    str text;
    u32 at;
    struct token *tokens;
    u32 count;
    u32 room;
    u32 words;    /* of the statement so far */
    bool is_lua;  /* the statement's first word ends in _by_lua_block */
    bool is_tight; /* the last token was quoted */
};

static void push(struct scan *scan, enum token_kind kind, u32 start, u8 flags)
{
    scan->tokens =
        arena_grow(scan->arena, scan->tokens, scan->count, &scan->room, sizeof *scan->tokens);
    scan->tokens[scan->count++] = (struct token){start, (u8)kind, flags};
}

static char peek(const struct scan *scan, u32 ahead)
{
    u32 at = scan->at + ahead;
    return at < scan->text.len ? scan->text.p[at] : '\0';
}

/* ---- template tags ------------------------------------------------------ */

/* The closing mark of the tag that opens here, or NULL when none does. */
static const char *tag_end_mark(const struct scan *scan, bool at_statement)
{
    char first = peek(scan, 0);
    char second = peek(scan, 1);
    if (first == '{' && second == '{')
        return "}}";
    if (first == '{' && second == '%')
        return "%}";
    /* Within a statement `{#` is a block that begins with a comment. */
    if (first == '{' && second == '#' && at_statement)
        return "#}";
    if (first == '<' && second == '%')
        return "%>";
    return NULL;
}

/* The offset behind the tag that opens here, or 0 when there is no tag. */
static u32 tag_end(const struct scan *scan, bool at_statement)
{
    const char *mark = tag_end_mark(scan, at_statement);
    if (!mark)
        return 0;
    str near = str_sub(scan->text, scan->at + 2, scan->at + LEX_TAG_LIMIT);
    u32 hit = str_find(near, str_of(mark));
    if (hit == STR_NONE)
        return 0;
    u32 end = scan->at + 2 + hit + 2;
    /* `}}}`: the last two close, as in `${{{x}}}`. */
    while (mark[0] == '}' && end < scan->text.len && scan->text.p[end] == '}' &&
           scan->text.p[scan->at + 2] == '{')
        end++;
    return end;
}

/* Go's control words, comments and assignments: `{{- if .x }}`, `{{ $a := 1 }}`. */
static bool is_go_control(str inside)
{
    static const str words[] = {STR_INIT("if"),       STR_INIT("range"), STR_INIT("with"),
                                STR_INIT("end"),      STR_INIT("else"),  STR_INIT("define"),
                                STR_INIT("block"),    STR_INIT("break"), STR_INIT("continue"),
                                STR_INIT("template")};
    if (str_starts(inside, STR("-")))
        inside = str_from(inside, 1);
    inside = str_trim(inside);
    str rest = inside;
    str word = str_word(&rest);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(word, words[i]))
            return true;
    return str_starts(word, STR("/*")) || (str_starts(word, STR("$")) && str_has(inside, STR(":=")));
}

static bool only_space_up_to_line_end(str text, u32 at)
{
    while (at < text.len && (text.p[at] == ' ' || text.p[at] == '\t' || text.p[at] == '\r'))
        at++;
    return at >= text.len || text.p[at] == '\n';
}

/* Tags that steer the engine are no nginx text; tags that print may be a word. */
static bool tag_stands_alone(const struct scan *scan, u32 end)
{
    char second = peek(scan, 1);
    if (second == '#' || (peek(scan, 0) == '{' && second == '%'))
        return true;
    if (second == '%' && peek(scan, 2) != '=' && peek(scan, 2) != '-')
        return true;
    str inside = str_sub(scan->text, scan->at + 2, end - 2);
    if (second == '{' && is_go_control(inside))
        return true;
    return only_space_up_to_line_end(scan->text, end);
}

/* ---- words -------------------------------------------------------------- */

enum { PLAIN, SPACE, ENDS, SPECIAL };

/* What a byte means within an unquoted word. */
static const u8 word_class[256] = {
    [' '] = SPACE,   ['\t'] = SPACE,  ['\r'] = SPACE,   ['\n'] = SPACE,
    [';'] = ENDS,    ['{'] = SPECIAL, ['\\'] = SPECIAL, ['$'] = SPECIAL, ['<'] = SPECIAL,
};

static u8 class_of(const struct scan *scan)
{
    return word_class[(unsigned char)scan->text.p[scan->at]];
}

/* Past one special byte of a word; false where the word ends before it. */
static bool word_special(struct scan *scan, u8 *flags)
{
    char c = peek(scan, 0);
    u32 tag = c == '{' || c == '<' ? tag_end(scan, false) : 0;
    if (tag) {
        *flags |= TOKEN_HAS_TAG;
        scan->at = tag;
    } else if (c == '\\') {
        *flags |= TOKEN_HAS_ESCAPE;
        scan->at += 2;
    } else if (c == '$') {
        *flags |= TOKEN_HAS_VARIABLE;
        scan->at++;
        /* nginx: a brace right behind a dollar opens no block; a tag there is a tag. */
        if (peek(scan, 0) == '{' && !tag_end(scan, false))
            scan->at++;
    } else if (c == '{') {
        return false;
    } else {
        scan->at++;
    }
    return true;
}

static void scan_word(struct scan *scan, u8 flags)
{
    u32 start = scan->at;
    while (scan->at < scan->text.len) {
        u8 class = class_of(scan);
        if (class == PLAIN)
            scan->at++;
        else if (class != SPECIAL || !word_special(scan, &flags))
            break;
    }
    if (scan->at > scan->text.len)
        scan->at = scan->text.len;
    if (scan->words == 0) {
        str word = str_sub(scan->text, start, scan->at);
        scan->is_lua = str_ends(word, STR("_by_lua_block"));
    }
    scan->words++;
    push(scan, TOKEN_WORD, start, flags);
}

static bool may_follow_quote(char c)
{
    return char_is_space(c) || c == ';' || c == '{' || c == ')';
}

/* A tag inside quotes hides quotes of its own, as in "{{ a["b"] }}". */
static u32 quoted_tag_end(const struct scan *scan, char quote)
{
    u32 end = tag_end(scan, false);
    if (!end)
        return 0;
    str inside = str_sub(scan->text, scan->at, end);
    if (str_find_char(inside, '\n') != STR_NONE)
        return 0;
    u32 inner = str_find_char(inside, quote);
    /* Where nginx itself could read on behind the inner quote, it is the end. */
    if (inner != STR_NONE && inner + 1 < inside.len && may_follow_quote(inside.p[inner + 1]) &&
        inside.p[1] == '{' && !str_has(str_from(inside, inner + 1), (str){&quote, 1}))
        return 0;
    return end;
}

static void scan_quoted(struct scan *scan, u8 flags)
{
    u32 start = scan->at;
    char quote = scan->text.p[scan->at++];
    bool open = true;
    while (open && scan->at < scan->text.len) {
        char c = scan->text.p[scan->at];
        u32 tag = c == '{' || c == '<' ? quoted_tag_end(scan, quote) : 0;
        if (tag) {
            flags |= TOKEN_HAS_TAG;
            scan->at = tag;
            continue;
        }
        flags |= c == '$' ? TOKEN_HAS_VARIABLE : 0;
        flags |= c == '\\' ? TOKEN_HAS_ESCAPE : 0;
        scan->at += c == '\\' ? 2 : 1;
        open = c != quote;
    }
    if (scan->at > scan->text.len)
        scan->at = scan->text.len;
    scan->words++;
    push(scan, TOKEN_QUOTED, start, open ? flags | TOKEN_IS_OPEN : flags);
    scan->is_tight = !open;
}

/* ---- Lua ---------------------------------------------------------------- */

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

static u32 lua_string_end(str text, u32 at)
{
    char quote = text.p[at++];
    while (at < text.len && text.p[at] != quote && text.p[at] != '\n')
        at += text.p[at] == '\\' ? 2 : 1;
    return at < text.len ? at + 1 : text.len;
}

static u32 lua_comment_end(str text, u32 at)
{
    u32 end = at + 2 < text.len && text.p[at + 2] == '[' ? long_bracket_end(text, at + 2) : 0;
    if (end)
        return end;
    u32 lf = str_find_from(text, at, STR("\n"));
    return lf == STR_NONE ? text.len : lf;
}

/* Past one piece of Lua: a string, a comment, a long bracket or a byte. */
static u32 lua_step(str text, u32 at)
{
    char c = text.p[at];
    if (c == '"' || c == '\'')
        return lua_string_end(text, at);
    if (c == '-' && at + 1 < text.len && text.p[at + 1] == '-')
        return lua_comment_end(text, at);
    u32 end = c == '[' ? long_bracket_end(text, at) : 0;
    return end ? end : at + 1;
}

/* The body up to its closing brace, which is left to the caller. */
static void scan_lua(struct scan *scan)
{
    u32 start = scan->at;
    u32 depth = 1;
    while (scan->at < scan->text.len) {
        char c = scan->text.p[scan->at];
        depth += c == '{';
        depth -= c == '}';
        if (depth == 0)
            break;
        scan->at = lua_step(scan->text, scan->at);
    }
    if (scan->at > scan->text.len)
        scan->at = scan->text.len;
    if (scan->at > start)
        push(scan, TOKEN_LUA, start, depth ? TOKEN_IS_OPEN : 0);
}

/* ---- the text ----------------------------------------------------------- */

static void scan_space(struct scan *scan)
{
    u32 start = scan->at;
    while (scan->at < scan->text.len && class_of(scan) == SPACE)
        scan->at++;
    push(scan, TOKEN_SPACE, start, 0);
}

static void scan_comment(struct scan *scan)
{
    u32 start = scan->at;
    str rest = str_from(scan->text, start);
    u32 lf = str_find_char(rest, '\n');
    u32 end = lf == STR_NONE ? scan->text.len : start + lf;
    if (end > start && scan->text.p[end - 1] == '\r' && lf != STR_NONE)
        end--;
    scan->at = end;
    push(scan, TOKEN_COMMENT, start, 0);
}

static void scan_mark(struct scan *scan, enum token_kind kind)
{
    bool lua = kind == TOKEN_OPEN && scan->is_lua;
    push(scan, kind, scan->at++, 0);
    scan->words = 0;
    scan->is_lua = false;
    if (lua)
        scan_lua(scan);
}

static bool scan_tag(struct scan *scan)
{
    bool at_statement = scan->words == 0;
    u32 end = tag_end(scan, at_statement);
    if (!end || !at_statement || !tag_stands_alone(scan, end))
        return false;
    u32 start = scan->at;
    scan->at = end;
    push(scan, TOKEN_TEMPLATE, start, 0);
    return true;
}

static void scan_one(struct scan *scan)
{
    char c = scan->text.p[scan->at];
    bool tight = scan->is_tight;
    scan->is_tight = false;
    if ((c == '{' || c == '<') && scan_tag(scan))
        return;
    u8 glued = tight && !may_follow_quote(c) ? TOKEN_IS_GLUED : 0;
    if (char_is_space(c))
        scan_space(scan);
    else if (c == '#' && !glued)
        scan_comment(scan);
    else if (c == ';')
        scan_mark(scan, TOKEN_SEMICOLON);
    else if (c == '{' && !tag_end(scan, false))
        scan_mark(scan, TOKEN_OPEN);
    else if (c == '}')
        scan_mark(scan, TOKEN_CLOSE);
    else if (c == '"' || c == '\'')
        scan_quoted(scan, glued);
    else
        scan_word(scan, glued);
}

struct lex lex_text(struct arena *arena, str text)
{
    struct scan scan = {.arena = arena, .text = text};
    if (str_starts(text, STR("\xEF\xBB\xBF"))) {
        push(&scan, TOKEN_MARK, 0, 0);
        scan.at = 3;
    }
    while (scan.at < text.len)
        scan_one(&scan);
    push(&scan, TOKEN_END, text.len, 0);
    return (struct lex){scan.tokens, scan.count - 1};
}

static char unescaped(char c)
{
    switch (c) {
    case 't':
        return '\t';
    case 'r':
        return '\r';
    case 'n':
        return '\n';
    case '"':
    case '\'':
    case '\\':
        return c;
    default:
        return '\0';
    }
}

str lex_value(struct arena *arena, str text, const struct lex *lex, u32 token)
{
    const struct token *t = &lex->tokens[token];
    str raw = str_sub(text, t[0].start, t[1].start);
    if (t->kind == TOKEN_QUOTED)
        raw = str_sub(raw, 1, t->flags & TOKEN_IS_OPEN ? raw.len : raw.len - 1);
    if (!(t->flags & TOKEN_HAS_ESCAPE))
        return raw;
    struct buf value = buf_new(arena);
    for (u32 i = 0; i < raw.len; i++) {
        char c = raw.p[i] == '\\' && i + 1 < raw.len ? unescaped(raw.p[i + 1]) : '\0';
        buf_char(&value, c ? c : raw.p[i]);
        i += c != '\0';
    }
    return buf_view(&value);
}

static bool needs_quotes(str value)
{
    if (!value.len || strchr("\"'#}", value.p[0]))
        return true;
    for (u32 i = 0; i < value.len; i++)
        if (char_is_space(value.p[i]) || value.p[i] == ';' || value.p[i] == '\\' ||
            (value.p[i] == '{' && (i == 0 || value.p[i - 1] != '$')))
            return true;
    return false;
}

str lex_quote(struct arena *arena, str value)
{
    if (!needs_quotes(value))
        return value;
    struct buf out = buf_new(arena);
    buf_char(&out, '"');
    for (u32 i = 0; i < value.len; i++) {
        if (value.p[i] == '"' || value.p[i] == '\\')
            buf_char(&out, '\\');
        buf_char(&out, value.p[i]);
    }
    buf_char(&out, '"');
    return buf_view(&out);
}
