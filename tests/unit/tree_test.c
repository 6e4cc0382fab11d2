/* Directives and blocks: their shape, what nginx would refuse, and every file of the corpus. */
#include "text/source.h"
#include "text_helpers.h"

#include <dirent.h>

/* The tree as one line: words by blanks, blocks as name{…}, broken nodes with !. */
static void put_node(struct buf *out, const struct tree *tree, u32 node)
{
    const struct node *n = &tree->nodes[node];
    for (u32 i = 0; i < n->words; i++) {
        if (i)
            buf_char(out, ' ');
        buf_str(out, tree_value(tree, node, i));
    }
    if (n->flags & NODE_IS_BROKEN)
        buf_char(out, '!');
    if (n->flags & NODE_HAS_TAG)
        buf_char(out, '*');
    if (!(n->flags & NODE_IS_BLOCK)) {
        buf_char(out, ';');
        return;
    }
    buf_str(out, n->flags & NODE_IS_LUA ? STR("{lua") : STR("{"));
    for (u32 child = n->child; child != TREE_NONE; child = tree->nodes[child].next)
        put_node(out, tree, child);
    buf_str(out, n->flags & NODE_HIDES ? STR("~}") : STR("}"));
}

static str shape_of(void **state, const struct tree *tree)
{
    struct buf out = buf_new(*state);
    for (u32 child = tree->nodes[TREE_ROOT].child; child != TREE_NONE;
         child = tree->nodes[child].next)
        put_node(&out, tree, child);
    if (tree->nodes[TREE_ROOT].flags & NODE_HIDES)
        buf_char(&out, '~');
    return buf_view(&out);
}

struct row {
    const char *text;
    const char *shape;
};

static void check_rows(void **state, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        same_text(shape_of(state, parse(state, rows[i].text)), rows[i].shape, rows[i].text);
}

static void directives_and_blocks(void **state)
{
    static const struct row rows[] = {
        {"", ""},
        {" \n# nothing\n", ""},
        {"a;", "a;"},
        {"a b 'c d';", "a b c d;"},
        {"a { b; c { d; } } e;", "a{b;c{d;}}e;"},
        {"a{}", "a{}"},
        {"a # b\n c # d\n;", "a c;"},
        {"map $a $b { default 0; ~^/x 1; \"\" 2; include y; }",
         "map $a $b{default 0;~^/x 1; 2;include y;}"},
        {"types { text/html html htm; }", "types{text/html html htm;}"},
        {"geo $a { 10.0.0.0/8 b; }", "geo $a{10.0.0.0/8 b;}"},
        {"x_by_lua_block { a = {} } b;", "x_by_lua_block{lua}b;"},
        {"x_by_lua_block {}", "x_by_lua_block{}"},
        {"location ~ \"^/[0-9]{3}$\" { }", "location ~ ^/[0-9]{3}${}"},
        {"if ($a = \"b\") { c; }", "if ($a = b ){c;}"},
        {"{% if a %} b; {% endif %}", "b;"},
        {"{{ a }}\nb;", "b;~"},
        {"a { {{ b }}\n c; }", "a{c;~}"},
        {"a { {% include 'b' %} c; }", "a{c;~}"},
        {"a { {{/* b */}} c; {{- end }} }", "a{c;}"},
        {"a { {# include b #} c; }", "a{c;}"},
        {"a {{ b }};", "a {{ b }}*;"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void what_is_broken_is_kept(void **state)
{
    static const struct row rows[] = {
        {"a { b }", "a{b!;}"},
        {"a", "a!;"},
        {"a { b; ", "a!{b;}"},
        {"a { b { c; }", "a!{b{c;}}"},
        {"a; } b;", "a;b;"},
        {"; a;", "a;"},
        {"a { b\n c; }", "a{b c;}"},
        {"a \"b\"c;", "a b c!;"},
        {"a \"b; }", "a b; }!;"},
        {"{ a; } b;", "!{a;}b;"},
        {"a b {% if c %} d; {% endif %}", "a b {% if c %} d*;"},
        {"x_by_lua_block { a", "x_by_lua_block!{lua}"},
        {"a { b }\nc;", "a{b!;}c;"},
    };
    check_rows(state, rows, COUNT(rows));
}

/* ---- diagnostics -------------------------------------------------------- */

struct complaint {
    const char *text;
    const char *said; /* "START-END message" a line, as much of it as stands here */
};

static const struct complaint complaints[] = {
    {"a;", ""},
    {"a { b; }", ""},
    {"a \"b\"c;", "5-6 unexpected \"c\": "},
    {"a \"b\"\xe2\x80\x9d;", "5-8 unexpected \"\xe2\x80\x9d\": "},
    {"a \"b\"};", "0-5 unexpected \"}\": directive \"a\" is not terminated by \";\"\n"
                  "5-6 unexpected \"}\": no block is open here\n6-7 unexpected \";\""},
    {";", "0-1 unexpected \";\""},
    {"{}", "0-1 unexpected \"{\": a block needs a name"},
    {"}", "0-1 unexpected \"}\": no block is open here"},
    {"a { b }", "4-5 unexpected \"}\": directive \"b\" is not terminated by \";\""},
    {"a b", "0-3 unexpected end of file, expecting \";\" or \"}\": directive \"a\" is not "
            "terminated by \";\""},
    {"a {", "0-3 unexpected end of file, expecting \"}\": "},
    {"a { b {", "4-7 unexpected end of file, expecting \"}\": \n"
                "0-3 unexpected end of file, expecting \"}\": "},
    {"a \"b;", "2-5 unexpected end of file, expecting \";\" or \"}\": the quote"},
    {"a 'b\nc';", ""},
    {"\"a\nb\" c", "0-7 unexpected end of file, expecting \";\" or \"}\": directive \"\"a\" is"},
    {"x_by_lua_block { a", "16-18 unexpected end of file: the Lua block\n0-16 unexpected end"},
    {"\xEF\xBB\xBF"
     "a;",
     "0-3 a byte order mark"},
    {"{% a %} b;", "0-7 a template tag"},
    {"a {{ b }};", ""},
};

static bool says(const struct diagnostic *diagnostic, struct arena *arena, str line)
{
    str said = str_fmt(arena, "%u-%u %.*s", diagnostic->at.start, diagnostic->at.end,
                       STR_ARG(diagnostic->message));
    return str_starts(said, line);
}

static void complaints_say_what_nginx_says(void **state)
{
    for (size_t i = 0; i < COUNT(complaints); i++) {
        const struct tree *tree = parse(state, complaints[i].text);
        str rest = str_of(complaints[i].said);
        u32 count = 0;
        for (; rest.len; count++) {
            str line = str_cut(&rest, '\n');
            if (count >= tree->diagnostic_count)
                fail_msg("nothing said of %s", complaints[i].text);
            if (!says(&tree->diagnostics[count], *state, line))
                fail_msg("%s: %u-%u %.*s", complaints[i].text, tree->diagnostics[count].at.start,
                         tree->diagnostics[count].at.end,
                         STR_ARG(tree->diagnostics[count].message));
        }
        if (count != tree->diagnostic_count)
            fail_msg("%s: too much said", complaints[i].text);
    }
}

/* nginx reads 4 KiB at a time; tests/prop/lexer.test.mjs has the edges from nginx itself. */
static void what_does_not_fit_nginxs_buffer(void **state)
{
    static const struct {
        const char *before, *behind, *said;
        u32 fits; /* this many bytes between are no trouble, one more is */
    } rows[] = {
        {"", ";", "too long parameter \"aaaaaaaaaa...\" started", 4095},
        {"", " b;", "too long parameter \"aaaaaaaaaa...\" started", 4094},
        {"x \"", "\";", "too long parameter \"aaaaaaaaaa...\" started", 4094},
        {"#", "\nb;", "too long parameter \"#aaaaaaaaa...\" started", 4094},
        {"b;#", "", "too long parameter \"#aaaaaaaaa...\" started", 4095},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        for (u32 more = 0; more < 2; more++) {
            struct buf text = buf_new(*state);
            buf_str(&text, str_of(rows[i].before));
            buf_repeat(&text, 'a', rows[i].fits + more);
            buf_str(&text, str_of(rows[i].behind));
            const struct tree *tree = parse_str(state, buf_view(&text));
            assert_int_equal(tree->diagnostic_count, more);
            if (more)
                assert_true(str_starts(tree->diagnostics[0].message, str_of(rows[i].said)));
        }
}

static void a_missing_quote_that_swallows_too_much(void **state)
{
    struct buf text = buf_new(*state);
    buf_str(&text, STR("a \"b;\n"));
    buf_repeat(&text, 'c', 5000);
    buf_str(&text, STR("\" d;"));
    const struct tree *tree = parse_str(state, buf_view(&text));
    assert_int_equal(tree->diagnostic_count, 1);
    same_text(tree->diagnostics[0].message,
              "too long parameter, probably missing terminating \"\"\" character", "");
    assert_int_equal(tree->diagnostics[0].at.start, 2);
}

static void complaints_have_an_end(void **state)
{
    struct buf text = buf_new(*state);
    buf_repeat(&text, ';', 5000);
    buf_str(&text, STR("{% a %}"));
    const struct tree *tree = parse_str(state, buf_view(&text));
    assert_int_equal(tree->diagnostic_count, TREE_COMPLAINTS + 2);
    assert_true(str_starts(tree->diagnostics[TREE_COMPLAINTS].message, STR("more like")));
    assert_true(tree->diagnostics[TREE_COMPLAINTS + 1].is_tag);
}

static void names_in_messages_are_cut(void **state)
{
    struct buf text = buf_new(*state);
    for (u32 i = 0; i < 50; i++)
        buf_str(&text, STR("a\xc3\xa9"));
    const struct tree *tree = parse_str(state, buf_view(&text));
    str message = tree->diagnostics[0].message;
    u32 start = str_find(message, STR("\"a\xc3\xa9"));
    assert_int_not_equal(start, STR_NONE);
    assert_true(str_starts(str_from(message, start + 1 + 64), STR("\" is not")) ||
                str_starts(str_from(message, start + 1 + 63), STR("\" is not")));
}

/* ---- what is where ------------------------------------------------------ */

static str slice(const struct tree *tree, span at)
{
    return source_slice(tree->source, at);
}

static void words_and_spans(void **state)
{
    const struct tree *tree = parse(state, "\n a  b 'c d' # e\n f ;\n g { h; }\n i");
    assert_int_equal(tree->count, 5);
    assert_int_equal(tree->nodes[1].words, 4);
    same_text(tree_value(tree, 1, 2), "c d", "");
    same_text(tree_value(tree, 1, 3), "f", "");
    same_text(tree_value(tree, 1, 4), "", "beyond the last");
    assert_int_equal(tree_word(tree, 1, 4), TREE_NONE);
    same_text(tree_args(tree, 1), "b 'c d' # e\n f", "");
    same_text(tree_args(tree, 2), "", "");
    same_text(slice(tree, tree_head_span(tree, 1)), "a  b 'c d' # e\n f ;", "");
    same_text(slice(tree, tree_span(tree, 1)), "a  b 'c d' # e\n f ;", "");
    same_text(slice(tree, tree_head_span(tree, 2)), "g {", "");
    same_text(slice(tree, tree_span(tree, 2)), "g { h; }", "");
    same_text(slice(tree, tree_span(tree, 4)), "i", "no terminator");
    assert_int_equal(tree_nginx_line(tree, 1), 3);
    assert_int_equal(tree_nginx_line(tree, 2), 4);
    assert_int_equal(tree_nginx_line(tree, 3), 4);
    tree = parse(state, "a { b; ");
    same_text(slice(tree, tree_span(tree, 1)), "a { b; ", "up to the end of the text");
}

/* ---- texts nobody wrote ------------------------------------------------- */

static void random_texts_keep_the_invariants(void **state)
{
    static const char *const pieces[] = {
        " ",  "\n", ";",  "{",  "}",  "a",  "\"",   "'",   "\\",  "$",
        "#",  "{{", "}}", "{%", "%}", "<%", "%>",   "{#",  "#}",  "x_by_lua_block {",
        "[[", "]]", "--", "\r", ")",  "${", "<%= ", "if ", "{{{", "\xEF\xBB\xBF"};
    u32 seed = 1;
    for (u32 round = 0; round < 20000; round++) {
        struct arena arena = {0};
        void *inner = &arena;
        struct buf text = buf_new(&arena);
        for (u32 i = 0; i < round % 40; i++) {
            seed = seed * 1664525 + 1013904223;
            buf_str(&text, str_of(pieces[(seed >> 16) % COUNT(pieces)]));
        }
        parse_str(&inner, buf_view(&text));
        arena_end(&arena);
    }
    (void)state;
}

static void check_file(const char *folder, const char *name)
{
    struct arena arena = {0};
    void *inner = &arena;
    FILE *file = fopen(str_fmt(&arena, "%s/%s", folder, name).p, "rb");
    assert_non_null(file);
    struct buf text = buf_new(&arena);
    char bytes[4096];
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
        buf_str(&text, (str){bytes, (u32)n});
    fclose(file);
    const struct tree *tree = parse_str(&inner, buf_view(&text));
    /* Cut anywhere, it still keeps them. */
    for (u32 cut = 1; cut < text.len; cut += 1 + text.len / 20)
        parse_str(&inner, str_sub(buf_view(&text), 0, cut));
    assert_true(tree->count > 0);
    arena_end(&arena);
}

static void the_corpus_keeps_the_invariants(void **state)
{
    const char *folder = getenv("CORPUS") ? getenv("CORPUS") : "../shared/corpus";
    DIR *corpus = opendir(folder);
    if (!corpus)
        skip();
    for (const struct dirent *entry; (entry = readdir(corpus));)
        if (str_ends(str_of(entry->d_name), STR(".conf")))
            check_file(folder, entry->d_name);
    closedir(corpus);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(directives_and_blocks),
        IN_ARENA(what_is_broken_is_kept),
        IN_ARENA(complaints_say_what_nginx_says),
        IN_ARENA(what_does_not_fit_nginxs_buffer),
        IN_ARENA(a_missing_quote_that_swallows_too_much),
        IN_ARENA(complaints_have_an_end),
        IN_ARENA(names_in_messages_are_cut),
        IN_ARENA(words_and_spans),
        IN_ARENA(random_texts_keep_the_invariants),
        IN_ARENA(the_corpus_keeps_the_invariants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
