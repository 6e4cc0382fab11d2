/* Changes to directives, made where and how a person would make them. */
#include "syntax/rewrite.h"
#include "text_helpers.h"

#include <dirent.h>

/* The first node of this name, in the order of the text. */
static u32 node_named(const struct tree *tree, const char *name)
{
    for (u32 node = 1; node < tree->count; node++)
        if (str_eq(tree_name(tree, node), str_of(name)))
            return node;
    fail_msg("no %s", name);
    return TREE_NONE;
}

/* One change each, as the letters of `what` say; all at the node `name`. */
static void change(struct rewrite *rewrite, char what, u32 node)
{
    static const struct statement added[] = {{STR_INIT("proxy_ssl_name"), STR_INIT("x")},
                                             {STR_INIT("new"), STR_INIT("y")},
                                             {STR_INIT("bare"), {0}}};
    switch (what) {
    case 's':
        rewrite_set_args(rewrite, node, STR("set"), 0);
        break;
    case 'w':
        rewrite_set_word(rewrite, node, 0, STR("word"), 0);
        break;
    case 'r':
        rewrite_remove(rewrite, node, 0);
        break;
    case 'a':
    case 'A':
        rewrite_insert_after(rewrite, node, added[what == 'A'], 0);
        break;
    case 'b':
        rewrite_insert_before(rewrite, node, added[1], 0);
        break;
    case 'f':
    case 'F':
        rewrite_insert_first(rewrite, node, added[what == 'F' ? 2 : 1], 0);
        break;
    default:
        fail_msg("no change %c", what);
    }
}

static str changed(void **state, const char *text, const char *what, const char *name)
{
    const struct tree *tree = parse(state, text);
    struct rewrite rewrite = rewrite_begin(*state, tree);
    for (; *what; what++)
        change(&rewrite, *what, node_named(tree, name));
    assert_false(edit_sort(&rewrite.edits).found);
    return edit_apply(*state, tree->source->text, &rewrite.edits);
}

struct row {
    const char *text, *what, *name, *after;
};

static void check_rows(void **state, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        same_text(changed(state, rows[i].text, rows[i].what, rows[i].name), rows[i].after,
                  rows[i].text);
}

static void arguments_are_replaced(void **state)
{
    static const struct row rows[] = {
        {"a b;", "s", "a", "a set;"},
        {"a   b c ; # d", "s", "a", "a   set ; # d"},
        {"a;", "s", "a", "a set;"},
        {"a ;", "s", "a", "a set ;"},
        {"a \"b c\";", "s", "a", "a set;"},
        {"a b\n  c;", "s", "a", "a set;"},
        {" a b # c\n  d # e\n  f;", "s", "a", " a set # c\n # e\n ;"},
        {" a # b\n c;", "s", "a", " a # b\n set;"},
        {"a b {}", "s", "a", "a set {}"},
        {"a b;", "w", "a", "word b;"},
        {"\"a\" b;", "w", "a", "word b;"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void directives_are_removed(void **state)
{
    static const struct row rows[] = {
        {"x;\n  a b;\ny;\n", "r", "a", "x;\ny;\n"},
        {"x;\n  a b;\n", "r", "a", "x;\n"},
        {"x;\n  a b;", "r", "a", "x;\n"},
        {"a b;\nx;", "r", "a", "x;"},
        {"x;\r\na b;\r\ny;\r\n", "r", "a", "x;\r\ny;\r\n"},
        {"a b;", "r", "a", ""},
        {"x;\n  a\n    b;  \ny;\n", "r", "a", "x;\ny;\n"},
        {"  a b; # c\n", "r", "a", "  # c\n"},
        {"  a b; y;\n", "r", "a", "  y;\n"},
        {"x { a b; }", "r", "a", "x { }"},
        {"x { a b; y; }", "r", "a", "x { y; }"},
        {"x { y; a b; }", "r", "a", "x { y; }"},
        {"x {a b;}", "r", "a", "x {}"},
        {"x { a b;\n}", "r", "a", "x {\n}"},
        {"x;  a b;\n", "r", "a", "x;\n"},
        {"x; a b; # c\n", "r", "a", "x; # c\n"},
        /* What the directive holds between its words stays. */
        {"x;\n  a b # c\n    d # e\n  ;\ny;", "r", "a", "x;\n  # c\n  # e\ny;"},
        {"  a b # c\n  d; y;", "r", "a", "  # c\n  y;"},
        {"x { a # c\n b; }", "r", "a", "x { # c\n}"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void a_line_comes_behind_a_line(void **state)
{
    static const struct row rows[] = {
        {"  a b;\n  x;\n", "a", "a", "  a b;\n  proxy_ssl_name x;\n  x;\n"},
        {"\ta b;\n", "a", "a", "\ta b;\n\tproxy_ssl_name x;\n"},
        {"  a b;", "a", "a", "  a b;\n  proxy_ssl_name x;"},
        {"a b;", "aA", "a", "a b;\nproxy_ssl_name x;\nnew y;"},
        {"a b;\n", "aA", "a", "a b;\nproxy_ssl_name x;\nnew y;\n"},
        {"x;\r\n  a b;\r\n", "a", "a", "x;\r\n  a b;\r\n  proxy_ssl_name x;\r\n"},
        {"x;\r\na b;", "a", "a", "x;\r\na b;\r\nproxy_ssl_name x;"},
        {"a b; # c\nx;", "a", "a", "a b; # c\nproxy_ssl_name x;\nx;"},
        {"a\n  b;\nx;", "a", "a", "a\n  b;\nproxy_ssl_name x;\nx;"},
        {"a b; \t\nx;", "a", "a", "a b; \t\nproxy_ssl_name x;\nx;"},
        {"a b; x;\n", "a", "a", "a b; proxy_ssl_name x; x;\n"},
        {"x { a b; }", "a", "a", "x { a b; proxy_ssl_name x; }"},
        {"x {a b;}", "aA", "a", "x {a b; proxy_ssl_name x; new y;}"},
        {"x { a b;\n}", "a", "a", "x { a b; proxy_ssl_name x;\n}"},
        {"x; a b;\n", "a", "a", "x; a b; proxy_ssl_name x;\n"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void columns_are_kept(void **state)
{
    static const struct row rows[] = {
        {"a               b;\nxxx             y;\n", "A", "a",
         "a               b;\nnew             y;\nxxx             y;\n"},
        /* Not by intent: nobody shares the column. */
        {"a   b;\nxxx y;\n", "A", "a", "a   b;\nnew y;\nxxx y;\n"},
        {"a   b;\nxxxxxx  y;\n", "A", "a", "a   b;\nnew y;\nxxxxxx  y;\n"},
        /* No room. */
        {"a     b;\nxx    y;\n", "a", "a", "a     b;\nproxy_ssl_name x;\nxx    y;\n"},
        {"\ta\t\tb;\n\txx\t\ty;\n", "A", "a", "\ta\t\tb;\n\tnew\t\ty;\n\txx\t\ty;\n"},
        {"\ta\t\t\tb;\n\txx\t\t\ty;\n", "a", "a",
         "\ta\t\t\tb;\n\tproxy_ssl_name\t\tx;\n\txx\t\t\ty;\n"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void a_line_comes_before_a_line(void **state)
{
    static const struct row rows[] = {
        {"  a b;\n", "b", "a", "  new y;\n  a b;\n"},
        {"x;\r\n\ta {\r\n\t}\r\n", "b", "a", "x;\r\n\tnew y;\r\n\ta {\r\n\t}\r\n"},
        {"a b;", "b", "a", "new y;\na b;"},
        {"x { a b; }", "b", "a", "x { new y; a b; }"},
        {"x {a b;}", "b", "a", "x {new y; a b;}"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void a_line_comes_first_in_a_block(void **state)
{
    static const struct row rows[] = {
        {"a {\n  x;\n}\n", "f", "a", "a {\n  new y;\n  x;\n}\n"},
        {"a {\n}\n", "f", "a", "a {\n    new y;\n}\n"},
        {"\ta {\n\t}\n", "f", "a", "\ta {\n\t\tnew y;\n\t}\n"},
        {"x {\n  y;\n  a {\n  }\n}\n", "f", "a", "x {\n  y;\n  a {\n    new y;\n  }\n}\n"},
        {"x {\n\ty;\n}\na {\n}\n", "f", "a", "x {\n\ty;\n}\na {\n\tnew y;\n}\n"},
        {"a { # c\n  x;\n}", "f", "a", "a { # c\n  new y;\n  x;\n}"},
        {"a\n{\n  x;\n}", "f", "a", "a\n{\n  new y;\n  x;\n}"},
        {"a { x; }", "f", "a", "a { new y; x; }"},
        {"a {x;}", "f", "a", "a { new y; x;}"},
        {"a {}", "F", "a", "a { bare; }"},
        {"a { }", "F", "a", "a { bare; }"},
        {"a {\r\n  x;\r\n}\r\n", "f", "a", "a {\r\n  new y;\r\n  x;\r\n}\r\n"},
        {"a {\n\n  # c\n  x;\n}\n", "f", "a", "a {\n  new y;\n\n  # c\n  x;\n}\n"},
        {"a { x {\n    y;\n  }\n}", "f", "x", "a { x {\n    new y;\n    y;\n  }\n}"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void changes_at_one_place_go_together(void **state)
{
    static const struct row rows[] = {
        {"  a b;\n", "sa", "a", "  a set;\n  proxy_ssl_name x;\n"},
        {"  a b;\n", "bsA", "a", "  new y;\n  a set;\n  new y;\n"},
        {"  a b;\n", "ra", "a", "  proxy_ssl_name x;\n"},
        {"  a b;", "wsbA", "a", "  new y;\n  word set;\n  new y;"},
        {"x { a b; }", "baA", "a", "x { new y; a b; proxy_ssl_name x; new y; }"},
    };
    check_rows(state, rows, COUNT(rows));
}

/* ---- every change, everywhere in the corpus ------------------------------ */

/* The words of the tree, one directive a line: what nginx is told. */
static str meaning(struct arena *arena, const struct tree *tree, u32 skip)
{
    struct buf out = buf_new(arena);
    for (u32 node = 1; node < tree->count; node++) {
        if (node == skip)
            continue;
        for (u32 word = 0; word < tree->nodes[node].words; word++) {
            buf_str(&out, tree_value(tree, node, word));
            buf_char(&out, word + 1 < tree->nodes[node].words ? ' ' : '\n');
        }
    }
    return buf_view(&out);
}

/* The comments, one a line. */
static str comments(struct arena *arena, const struct tree *tree)
{
    struct buf out = buf_new(arena);
    for (u32 token = 0; token < tree->lex.count; token++)
        if (tree->lex.tokens[token].kind == TOKEN_COMMENT) {
            buf_str(&out, source_slice(tree->source, tree_token_span(tree, token)));
            buf_char(&out, '\n');
        }
    return buf_view(&out);
}

static const struct tree *with(struct arena *arena, const struct tree *tree, char what, u32 node)
{
    void *inner = arena;
    struct rewrite rewrite = rewrite_begin(arena, tree);
    change(&rewrite, what, node);
    assert_false(edit_sort(&rewrite.edits).found);
    return parse_str(&inner, edit_apply(arena, tree->source->text, &rewrite.edits));
}

/* Whatever is done, it says what it did and nothing else, and each comment is still there. */
static void check_node(const struct tree *tree, u32 node, str told)
{
    static const char changes[] = "sarbf";
    const struct node *n = &tree->nodes[node];
    bool block = n->flags & NODE_IS_BLOCK;
    for (const char *what = changes; *what; what++) {
        if (block ? !strchr("bf", *what) : *what == 'f')
            continue;
        struct arena arena = {0};
        const struct tree *after = with(&arena, tree, *what, node);
        if (!str_eq(comments(&arena, after), comments(&arena, tree)))
            fail_msg("%c loses a comment: %.*s", *what,
                     STR_ARG(source_slice(tree->source, tree_span(tree, node))));
        str wanted = *what == 'r' ? meaning(&arena, tree, node) : told;
        u32 changed = *what == 's' || *what == 'b' ? node : node + 1;
        if (*what == 's')
            wanted = meaning(&arena, tree, node);
        if (!str_eq(meaning(&arena, after, *what == 'r' ? TREE_NONE : changed), wanted))
            fail_msg("%c changes more: %.*s", *what,
                     STR_ARG(source_slice(tree->source, tree_span(tree, node))));
        arena_end(&arena);
    }
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
    str told = meaning(&arena, tree, TREE_NONE);
    u32 step = 1 + tree->count / 12;
    for (u32 node = 1; node < tree->count && !tree->complaints; node += step)
        if (!(tree->nodes[node].flags & (NODE_HAS_TAG | NODE_IS_LUA)))
            check_node(tree, node, told);
    arena_end(&arena);
}

static void every_change_does_what_it_says(void **state)
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
        IN_ARENA(arguments_are_replaced),           IN_ARENA(directives_are_removed),
        IN_ARENA(a_line_comes_behind_a_line),       IN_ARENA(columns_are_kept),
        IN_ARENA(a_line_comes_before_a_line),       IN_ARENA(a_line_comes_first_in_a_block),
        IN_ARENA(changes_at_one_place_go_together), IN_ARENA(every_change_does_what_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
