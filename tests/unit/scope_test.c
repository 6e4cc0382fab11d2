/* Blocks after inclusion, their contexts, and what is in force in each. */
#include "nginx/scope.h"
#include "text_helpers.h"

struct named {
    const char *path, *text;
};

static struct scope *scope_of_files(void **state, const struct named *named)
{
    struct file_text texts[8];
    u32 count = 0;
    for (; named[count].path; count++)
        texts[count] = (struct file_text){str_of(named[count].path), str_of(named[count].text)};
    return scope_build(*state, files_open(*state, texts, count));
}

static struct scope *scope_of(void **state, const char *text)
{
    const struct named one[] = {{"n", text}, {0}};
    return scope_of_files(state, one);
}

/* The first block in which `mark;` stands. */
static u32 marked(const struct scope *scope, const char *mark)
{
    for (u32 i = 0; i < scope->item_count; i++)
        if (str_eq(scope_name(scope, i), str_of(mark)))
            return scope->items[i].block;
    fail_msg("no %s", mark);
    return SCOPE_NONE;
}

/* ---- contexts ----------------------------------------------------------- */

/* "CONTEXT" of the block of each `mark;`, in the order of the blocks. */
static str contexts(void **state, const struct scope *scope)
{
    struct buf out = buf_new(*state);
    for (u32 i = 0; i < scope->item_count; i++)
        if (str_eq(scope_name(scope, i), STR("mark")))
            buf_fmt(&out, "%s%s", out.len ? ", " : "",
                    catalogue_context_name(scope->blocks[scope->items[i].block].context));
    return buf_view(&out);
}

static void blocks_have_contexts(void **state)
{
    static const struct {
        const char *text;
        enum context context;
    } rows[] = {
        {"events { mark; }", CONTEXT_EVENTS},
        {"http { mark; }", CONTEXT_HTTP},
        {"http { server { mark; } }", CONTEXT_SERVER},
        {"http { server { location / { mark; } } }", CONTEXT_LOCATION},
        {"http { server { location / { location /a { mark; } } } }", CONTEXT_LOCATION},
        {"http { server { location @a { mark; } } }", CONTEXT_LOCATION},
        {"http { server { if ($a) { mark; } } }", CONTEXT_SERVER_IF},
        {"http { server { location / { if ($a) { mark; } } } }", CONTEXT_LOCATION_IF},
        {"http { server { location / { limit_except GET { mark; } } } }", CONTEXT_LIMIT_EXCEPT},
        {"http { upstream a { mark; } }", CONTEXT_UPSTREAM},
        {"stream { mark; }", CONTEXT_STREAM},
        {"stream { server { mark; } }", CONTEXT_STREAM_SERVER},
        {"stream { upstream a { mark; } }", CONTEXT_STREAM_UPSTREAM},
        {"mail { server { mark; } }", CONTEXT_MAIL_SERVER},
        {"http { of_a_module { mark; } }", CONTEXT_MODULE},
        /* Snippets. */
        {"mark; http { }", CONTEXT_MAIN},
        {"mark; map $a $b { }", CONTEXT_HTTP},
        {"mark; server { listen 80; }", CONTEXT_HTTP},
        {"mark; server { listen 80; proxy_pass a:1; }", CONTEXT_STREAM},
        {"mark; server { location / { } proxy_pass http://a; }", CONTEXT_HTTP},
        {"mark; location / { }", CONTEXT_SERVER},
        {"mark; proxy_pass https://a;", CONTEXT_LOCATION},
        {"mark; server a:443;", CONTEXT_UPSTREAM},
        {"mark; upstream a { }", CONTEXT_HTTP},
        {"mark; upstream a { } location / { }", CONTEXT_HTTP},
        {"mark; proxy_ssl_name a;", CONTEXT_UNKNOWN},
        {"upstream a { } location / { mark; }", CONTEXT_LOCATION},
        {"location / { if ($a) { mark; } }", CONTEXT_LOCATION_IF},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        same_text(contexts(state, scope_of(state, rows[i].text)),
                  catalogue_context_name(rows[i].context), rows[i].text);
}

static void data_is_no_directive(void **state)
{
    const struct scope *scope = scope_of(
        state, "http { map $a $b { proxy_ssl_name c; include d; } types { proxy_ssl_verify on; } "
               "geo $e { default 1; } x_by_lua_block { proxy_ssl_name f; } of_a_module { "
               "proxy_ssl_name g; } }");
    u32 settings = 0;
    for (u32 i = 0; i < scope->item_count; i++)
        settings += scope->items[i].row && str_starts(scope_name(scope, i), STR("proxy_ssl"));
    assert_int_equal(settings, 0);
    assert_int_equal(scope->gap_count, 0);
}

static void places_have_names(void **state)
{
    const struct scope *scope = scope_of(
        state,
        "http {\n server {\n server_name b.example c;\n location ~ \"^/d e\" {\n if ($f) {\n "
        "mark;\n}}}}\n");
    same_text(scope_context_text(scope, marked(scope, "mark")),
              "http > server b.example > location ~ \"^/d e\" > if ($f)", "");
    for (u32 i = 0; i < scope->item_count; i++)
        if (str_eq(scope_name(scope, i), STR("mark")))
            same_text(scope_where(scope, i), "n:6", "");
    u32 inner = marked(scope, "mark");
    u32 server = scope_around(scope, inner, CONTEXT_SERVER);
    assert_true(scope_within(scope, inner, server));
    assert_true(scope_within(scope, inner, inner));
    assert_false(scope_within(scope, server, inner));
    assert_int_equal(scope_around(scope, inner, CONTEXT_STREAM), SCOPE_NONE);
}

/* ---- inheritance -------------------------------------------------------- */

/* "ARGS@LINE|…" of the items in force at `mark`, ~ where something may be hidden. */
static str in_force(void **state, const struct scope *scope, const char *setting)
{
    u32 block = marked(scope, "mark");
    const struct directive *row =
        catalogue_find(str_of(setting), scope->blocks[block].context == CONTEXT_STREAM_SERVER
                                            ? CONTEXT_STREAM_SERVER
                                            : CONTEXT_LOCATION);
    assert_non_null(row);
    struct in_force found = scope_find(scope, block, row);
    struct buf out = buf_new(*state);
    for (u32 i = found.first; i != SCOPE_NONE; i = scope_next(scope, i)) {
        buf_fmt(&out, "%s%.*s@%u", out.len ? "|" : "", STR_ARG(scope_args(scope, i)),
                scope_position(scope, i).line);
        if (i == found.item)
            buf_str(&out, STR("!"));
    }
    if (found.hidden == HIDES_ALL)
        buf_str(&out, STR("~"));
    else if (found.hidden)
        buf_str(&out, STR("~headers"));
    return buf_view(&out);
}

struct row {
    const char *text, *setting, *in_force;
};

static void check_rows(void **state, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        same_text(in_force(state, scope_of(state, rows[i].text), rows[i].setting), rows[i].in_force,
                  rows[i].text);
}

static void the_innermost_value_holds(void **state)
{
    static const struct row rows[] = {
        {"location / { mark; }", "proxy_ssl_name", ""},
        {"location / { mark; proxy_ssl_name a; }", "proxy_ssl_name", "a@1!"},
        {"http {\n proxy_ssl_name a;\n server { location / { mark; } } }", "proxy_ssl_name",
         "a@2!"},
        {"http { proxy_ssl_name a; server {\n proxy_ssl_name b; location / { mark; } } }",
         "proxy_ssl_name", "b@2!"},
        {"server { location / { proxy_ssl_name a; location /b { mark; } } }", "proxy_ssl_name",
         "a@1!"},
        {"location / { proxy_ssl_name a; if ($b) { mark; } }", "proxy_ssl_name", "a@1!"},
        {"server { location / { proxy_ssl_name a; } location /b { mark; } }", "proxy_ssl_name", ""},
        /* Behind the block that inherits it, all the same. */
        {"server { location / { mark; } \n proxy_ssl_name a; }", "proxy_ssl_name", "a@2!"},
        {"location / { mark;\n proxy_ssl_name a;\n proxy_ssl_name b; }", "proxy_ssl_name",
         "a@2|b@3!"},
        {"server { proxy_ssl_name a; proxy_ssl_name \"\"; location / { mark; } }", "proxy_ssl_name",
         "a@1|@1!"},
        {"stream { proxy_ssl on;\n server { mark; } }", "proxy_ssl", "on@1!"},
        /* What is in another protocol's block is another setting. */
        {"http { proxy_ssl_name a; } stream { server { mark; } }", "proxy_ssl_name", ""},
    };
    check_rows(state, rows, COUNT(rows));
}

static void repeats_are_all_or_nothing(void **state)
{
    static const struct row rows[] = {
        {"server { proxy_set_header A 1;\n proxy_set_header B 2; location / { mark; } }",
         "proxy_set_header", "A 1@1|B 2@2!"},
        {"server { proxy_set_header A 1; location / {\n proxy_set_header B 2; mark; } }",
         "proxy_set_header", "B 2@2!"},
        {"server { proxy_ssl_conf_command A 1; location / { mark; } }", "proxy_ssl_conf_command",
         "A 1@1!"},
        {"server { proxy_ssl_protocols TLSv1;\n proxy_ssl_protocols TLSv1.2 TLSv1.3; "
         "location / { mark; } }",
         "proxy_ssl_protocols", "TLSv1@1|TLSv1.2 TLSv1.3@2!"},
        {"server { proxy_ssl_protocols TLSv1; location / { proxy_ssl_protocols TLSv1.2; mark; } }",
         "proxy_ssl_protocols", "TLSv1.2@1!"},
        {"location / { proxy_set_header  A \"b  c\" ; mark; }", "proxy_set_header", "A b  c@1!"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void what_may_be_hidden_is_told(void **state)
{
    static const struct row rows[] = {
        {"location / { include x; mark; }", "proxy_ssl_name", "~"},
        {"server { include x; location / { mark; } }", "proxy_ssl_name", "~"},
        {"server { include x; location / { proxy_ssl_name a; mark; } }", "proxy_ssl_name", "a@1!"},
        {"location / { include x; proxy_ssl_name a; mark; }", "proxy_ssl_name", "a@1!~"},
        {"location / { include proxy_params; mark; }", "proxy_ssl_name", "~headers"},
        {"location / { include /etc/nginx/fastcgi_params; mark; }", "proxy_ssl_name", ""},
        {"http { include mime.types; server { location / { mark; } } }", "proxy_ssl_name", ""},
        {"http { include conf.d/*.conf; server { location / { mark; } } }", "proxy_ssl_name", ""},
        {"http { include tls.conf; server { location / { mark; } } }", "proxy_ssl_name", "~"},
        {"location / { {{ a }}\n mark; }", "proxy_ssl_name", "~"},
        {"location / { {% if a %} mark; {% endif %} }", "proxy_ssl_name", ""},
        {"server { location /b { include x; } location / { mark; } }", "proxy_ssl_name", ""},
    };
    check_rows(state, rows, COUNT(rows));
}

/* ---- includes ----------------------------------------------------------- */

static void includes_stand_in_their_place(void **state)
{
    static const struct named files[] = {
        {"/n/nginx.conf", "http { include tls.conf; include sites/*; }"},
        {"/n/sites/a", "server { include loc; }"},
        {"/n/loc", "location / { mark; }"},
        {"/n/tls.conf", "\nproxy_ssl_name a;"},
        {0}};
    const struct scope *scope = scope_of_files(state, files);
    same_text(in_force(state, scope, "proxy_ssl_name"), "a@2!", "");
    assert_int_equal(scope->gap_count, 0);
    same_text(scope_context_text(scope, marked(scope, "mark")), "http > server > location /", "");
}

static void a_file_included_twice_is_there_twice(void **state)
{
    static const struct named files[] = {
        {"n", "http { server { proxy_ssl_name a; include b; } server { include b; } }"},
        {"b", "location / { mark; include gone; }"},
        {0}};
    const struct scope *scope = scope_of_files(state, files);
    u32 blocks[4];
    u32 count = 0;
    for (u32 i = 0; i < scope->item_count && count < 4; i++)
        if (str_eq(scope_name(scope, i), STR("mark")))
            blocks[count++] = scope->items[i].block;
    assert_int_equal(count, 2);
    const struct directive *row = catalogue_find(STR("proxy_ssl_name"), CONTEXT_LOCATION);
    assert_int_not_equal(scope_find(scope, blocks[0], row).item, SCOPE_NONE);
    assert_int_equal(scope_find(scope, blocks[1], row).item, SCOPE_NONE);
    assert_int_equal(scope->gap_count, 1); /* told once */
}

static void includes_that_do_not_end(void **state)
{
    static const struct named rows[][4] = {
        {{"n", "http { include n; }"}},
        {{"n", "http { include a; }"}, {"a", "server { include b; }"}, {"b", "include a;"}},
        {{"n", "include a;"}, {"a", "include b;"}, {"b", "include a;"}},
        {{"n", "include *;"}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct named files[5] = {rows[i][0], rows[i][1], rows[i][2], rows[i][3], {0}};
        const struct scope *scope = scope_of_files(state, files);
        assert_true(scope->gap_count > 0);
        assert_true(strstr(scope->gaps[0].why, "leads back") != NULL);
    }
}

static void gaps_are_in_order(void **state)
{
    static const struct named files[] = {
        {"n", "http { server { include c; } include a; include b; }"},
        {"b", "server { include d; }"},
        {0}};
    const struct scope *scope = scope_of_files(state, files);
    assert_int_equal(scope->gap_count, 3);
    for (u32 i = 0; i < scope->gap_count; i++) {
        const struct gap *gap = &scope->gaps[i];
        static const char *const wanted[] = {"c", "a", "d"};
        same_text(tree_args(scope->files->file[gap->file].tree, gap->node), wanted[i], "");
    }
}

static void files_that_nobody_includes_have_blocks_of_their_own(void **state)
{
    static const struct named files[] = {{"n", "http { server { } }"},
                                         {"a", "location / { mark; }"},
                                         {"b", "stream { server { mark; } }"},
                                         {0}};
    same_text(contexts(state, scope_of_files(state, files)), "location, server in stream", "");
}

static void blocks_within_blocks_have_an_end(void **state)
{
    struct buf text = buf_new(*state);
    buf_str(&text, STR("http { server { "));
    for (u32 i = 0; i < 20000; i++)
        buf_str(&text, STR("location / { proxy_pass https://a; "));
    const struct scope *scope = scope_of(state, arena_c_string(*state, buf_view(&text)));
    assert_int_equal(scope->gap_count, 1);
    assert_true(strstr(scope->gaps[0].why, "blocks around it") != NULL);
}

static void many_words_and_many_gaps_take_no_time(void **state)
{
    struct buf text = buf_new(*state);
    buf_str(&text, STR("location / { mark; proxy_ssl_protocols"));
    for (u32 i = 0; i < 100000; i++)
        buf_str(&text, STR(" TLSv1.2"));
    buf_char(&text, ';');
    for (u32 i = 0; i < 100000; i++)
        buf_fmt(&text, "include a%u;", i);
    const struct scope *scope = scope_of(state, arena_c_string(*state, buf_view(&text)));
    assert_int_equal(scope->gap_count, 100000);
    assert_true(in_force(state, scope, "proxy_ssl_protocols").len > 700000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(blocks_have_contexts),
        IN_ARENA(data_is_no_directive),
        IN_ARENA(places_have_names),
        IN_ARENA(the_innermost_value_holds),
        IN_ARENA(repeats_are_all_or_nothing),
        IN_ARENA(what_may_be_hidden_is_told),
        IN_ARENA(includes_stand_in_their_place),
        IN_ARENA(a_file_included_twice_is_there_twice),
        IN_ARENA(includes_that_do_not_end),
        IN_ARENA(gaps_are_in_order),
        IN_ARENA(files_that_nobody_includes_have_blocks_of_their_own),
        IN_ARENA(blocks_within_blocks_have_an_end),
        IN_ARENA(many_words_and_many_gaps_take_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
