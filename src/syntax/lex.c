#include "syntax/lex.h"

#include "base/buf.h"
#include "syntax/lua.h"
#include "syntax/tag.h"

#include <string.h>

struct scan {
    struct arena *arena;
    str text;
    u32 at;
    struct token *tokens;
    u32 count;
    u32 room;
    struct tags tags;
    u32 words;      /* of the statement so far */
    u32 first_word; /* its token */
    u32 statements;
    bool is_tight; /* the last token was quoted */
};

/* What stops a run of bytes that need no second look. */
enum { IN_WORD = 1, IN_QUOTES = 2, IS_SPACE = 4 };

static const u8 traits[256] = {
    [' '] = IN_WORD | IS_SPACE,
    ['\t'] = IN_WORD | IS_SPACE,
    ['\r'] = IN_WORD | IS_SPACE,
    ['\n'] = IN_WORD | IS_SPACE,
    [';'] = IN_WORD,
    ['{'] = IN_WORD | IN_QUOTES,
    ['<'] = IN_WORD | IN_QUOTES,
    ['\\'] = IN_WORD | IN_QUOTES,
    ['$'] = IN_WORD | IN_QUOTES,
    ['"'] = IN_QUOTES,
    ['\''] = IN_QUOTES,
};

static u8 traits_at(const struct scan *scan)
{
    return traits[(unsigned char)scan->text.p[scan->at]];
}

static void skip_up_to(struct scan *scan, u8 trait)
{
    const char *p = scan->text.p;
    u32 at = scan->at;
    while (at < scan->text.len && !(traits[(unsigned char)p[at]] & trait))
        at++;
    scan->at = at;
}

static void push(struct scan *scan, enum token_kind kind, u32 start, u8 flags)
{
    if (scan->count == scan->room)
        scan->tokens =
            arena_grow(scan->arena, scan->tokens, scan->count, &scan->room, sizeof *scan->tokens);
    scan->tokens[scan->count++] = (struct token){start, (u8)kind, flags};
}

static bool is_at(const struct scan *scan, char c)
{
    return scan->at < scan->text.len && scan->text.p[scan->at] == c;
}

/* Two bytes, but never beyond the text. */
static void skip_escape(struct scan *scan)
{
    scan->at += scan->at + 1 < scan->text.len ? 2 : 1;
}

/* ---- words -------------------------------------------------------------- */

/* Past a dollar. A brace right behind opens no block, nor does one behind that. */
static void skip_dollar(struct scan *scan)
{
    scan->at++;
    while (is_at(scan, '{') && !tag_end(&scan->tags, scan->at, false))
        scan->at++;
}

/* Past one special byte of a word; false where the word ends before it. */
static bool word_special(struct scan *scan, u8 *flags)
{
    u32 tag = 0;
    switch (scan->text.p[scan->at]) {
    case '\\':
        *flags |= TOKEN_HAS_ESCAPE;
        skip_escape(scan);
        return true;
    case '$':
        *flags |= TOKEN_HAS_VARIABLE;
        skip_dollar(scan);
        return true;
    case '{':
    case '<':
        tag = tag_end(&scan->tags, scan->at, false);
        break;
    default:
        return false;
    }
    if (tag) {
        *flags |= TOKEN_HAS_TAG;
        scan->at = tag;
        return true;
    }
    bool less = is_at(scan, '<');
    scan->at += less;
    return less;
}

static void push_word(struct scan *scan, enum token_kind kind, u32 start, u8 flags)
{
    if (scan->words++ == 0)
        scan->first_word = scan->count;
    push(scan, kind, start, flags);
}

static void scan_word(struct scan *scan, u8 flags)
{
    u32 start = scan->at;
    do
        skip_up_to(scan, IN_WORD);
    while (scan->at < scan->text.len && word_special(scan, &flags));
    push_word(scan, TOKEN_WORD, start, flags);
}

static bool may_follow_quote(char c)
{
    return char_is_space(c) || c == ';' || c == '{' || c == ')';
}

/* A tag inside quotes hides quotes of its own, as in "{{ a["b"] }}". */
static u32 quoted_tag_end(struct scan *scan, char quote)
{
    u32 end = tag_end(&scan->tags, scan->at, false);
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

/* Past one special byte within quotes; false behind the closing one. */
static bool quoted_special(struct scan *scan, char quote, u8 *flags)
{
    char c = scan->text.p[scan->at];
    u32 tag = c == '{' || c == '<' ? quoted_tag_end(scan, quote) : 0;
    if (tag) {
        *flags |= TOKEN_HAS_TAG;
        scan->at = tag;
        return true;
    }
    *flags |= c == '$' ? TOKEN_HAS_VARIABLE : 0;
    if (c == '\\') {
        *flags |= TOKEN_HAS_ESCAPE;
        skip_escape(scan);
    } else {
        scan->at++;
    }
    return c != quote;
}

static void scan_quoted(struct scan *scan, u8 flags)
{
    u32 start = scan->at++;
    char quote = scan->text.p[start];
    bool open = true;
    do
        skip_up_to(scan, IN_QUOTES);
    while (scan->at < scan->text.len && (open = quoted_special(scan, quote, &flags)));
    scan->is_tight = !open;
    push_word(scan, TOKEN_QUOTED, start, open ? flags | TOKEN_IS_OPEN : flags);
}

/* ---- the text ----------------------------------------------------------- */

static void scan_space(struct scan *scan)
{
    u32 start = scan->at;
    while (scan->at < scan->text.len && traits_at(scan) & IS_SPACE)
        scan->at++;
    push(scan, TOKEN_SPACE, start, 0);
}

static void scan_comment(struct scan *scan)
{
    u32 start = scan->at;
    u32 lf = str_find_char(str_from(scan->text, start), '\n');
    scan->at = lf == STR_NONE ? scan->text.len : start + lf;
    if (lf != STR_NONE && scan->text.p[scan->at - 1] == '\r')
        scan->at--;
    push(scan, TOKEN_COMMENT, start, 0);
}

static bool opens_lua(const struct scan *scan)
{
    if (!scan->words)
        return false;
    const struct token *word = &scan->tokens[scan->first_word];
    return str_ends(str_sub(scan->text, word[0].start, word[1].start), STR("_by_lua_block"));
}

/* The body up to its closing brace, which is left to the caller. */
static void scan_lua(struct scan *scan)
{
    u32 start = scan->at;
    scan->at = lua_body_end(scan->text, start);
    bool open = scan->at == scan->text.len;
    if (scan->at > start)
        push(scan, TOKEN_LUA, start, open ? TOKEN_IS_OPEN : 0);
}

static void scan_mark(struct scan *scan, enum token_kind kind)
{
    push(scan, kind, scan->at++, 0);
    bool lua = kind == TOKEN_OPEN && opens_lua(scan);
    scan->statements += scan->words || kind == TOKEN_OPEN;
    scan->words = 0;
    if (lua)
        scan_lua(scan);
}

/* A tag at the start of a statement that is no word of it. */
static bool scan_tag(struct scan *scan)
{
    u32 end = scan->words ? 0 : tag_end(&scan->tags, scan->at, true);
    if (!end || !tag_stands_alone(scan->text, scan->at, end))
        return false;
    push(scan, TOKEN_TEMPLATE, scan->at, 0);
    scan->at = end;
    return true;
}

static void scan_brace(struct scan *scan)
{
    if (scan_tag(scan))
        return;
    if (tag_end(&scan->tags, scan->at, false))
        scan_word(scan, 0);
    else
        scan_mark(scan, TOKEN_OPEN);
}

/* A byte that may not follow a quote: nginx refuses it, we take it for a word. */
static void scan_glued(struct scan *scan)
{
    if (is_at(scan, '"') || is_at(scan, '\''))
        scan_quoted(scan, TOKEN_IS_GLUED);
    else
        scan_word(scan, TOKEN_IS_GLUED);
}

static void scan_one(struct scan *scan)
{
    char c = scan->text.p[scan->at];
    bool tight = scan->is_tight;
    scan->is_tight = false;
    if (tight && !may_follow_quote(c) && c != '}') {
        scan_glued(scan);
        return;
    }
    if (char_is_space(c)) {
        scan_space(scan);
        return;
    }
    switch (c) {
    case '#':
        scan_comment(scan);
        break;
    case ';':
        scan_mark(scan, TOKEN_SEMICOLON);
        break;
    case '{':
        scan_brace(scan);
        break;
    case '}':
        scan_mark(scan, TOKEN_CLOSE);
        break;
    case '"':
    case '\'':
        scan_quoted(scan, 0);
        break;
    case '<':
        if (scan_tag(scan))
            break;
        scan_word(scan, 0);
        break;
    default:
        scan_word(scan, 0);
        break;
    }
}

struct lex lex_text(struct arena *arena, str text)
{
    struct scan scan = {.arena = arena, .text = text, .tags = tags_of(text)};
    /* More than people write; what is left over is given back. */
    scan.room = text.len / 3 + 16;
    scan.tokens = arena_array(arena, scan.room, sizeof *scan.tokens);
    if (str_starts(text, STR("\xEF\xBB\xBF"))) {
        push(&scan, TOKEN_MARK, 0, 0);
        scan.at = 3;
    }
    while (scan.at < text.len)
        scan_one(&scan);
    scan.statements += scan.words != 0;
    push(&scan, TOKEN_END, text.len, 0);
    arena_trim(arena, scan.tokens, scan.count, scan.room, sizeof *scan.tokens);
    return (struct lex){scan.tokens, scan.count - 1, scan.statements};
}

/* ---- values ------------------------------------------------------------- */

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
