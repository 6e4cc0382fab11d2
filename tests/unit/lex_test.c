/* Where nginx cuts words, what it makes of them, and what we pass through unread. */
#include "syntax/lex.h"
#include "text_helpers.h"

/*
 * The tokens as one line: a word as its value, a quoted one in '', a comment as
 * #, a template tag as %tag%, Lua as lua(…). Behind a word ? says that its quote
 * is open, ! that it is glued to a quote, * that it holds a tag.
 */
static void put_token(struct buf *out, str text, const struct lex *lex, u32 token)
{
    const struct token *t = &lex->tokens[token];
    str raw = str_sub(text, t[0].start, t[1].start);
    switch ((enum token_kind)t->kind) {
    case TOKEN_MARK:
        buf_str(out, STR("mark"));
        break;
    case TOKEN_COMMENT:
        buf_char(out, '#');
        break;
    case TOKEN_TEMPLATE:
        buf_fmt(out, "%%%.*s%%", STR_ARG(raw));
        break;
    case TOKEN_WORD:
        buf_str(out, lex_value(out->arena, text, lex, token));
        break;
    case TOKEN_QUOTED:
        buf_char(out, '\'');
        buf_str(out, lex_value(out->arena, text, lex, token));
        buf_char(out, '\'');
        break;
    case TOKEN_LUA:
        buf_fmt(out, "lua(%.*s)", STR_ARG(raw));
        break;
    case TOKEN_SEMICOLON:
    case TOKEN_OPEN:
    case TOKEN_CLOSE:
        buf_str(out, raw);
        break;
    case TOKEN_SPACE:
    case TOKEN_END:
        break;
    }
    if (t->flags & TOKEN_IS_OPEN)
        buf_char(out, '?');
    if (t->flags & TOKEN_IS_GLUED)
        buf_char(out, '!');
    if (t->flags & TOKEN_HAS_TAG)
        buf_char(out, '*');
}

static str tokens_of(void **state, str text)
{
    struct lex lex = lex_text(*state, text);
    struct buf out = buf_new(*state);
    assert_null(check_tiles(&lex, text.len));
    for (u32 i = 0; i < lex.count; i++) {
        if (lex.tokens[i].kind == TOKEN_SPACE)
            continue;
        if (out.len)
            buf_char(&out, ' ');
        put_token(&out, text, &lex, i);
    }
    return buf_view(&out);
}

struct row {
    const char *text;
    const char *tokens;
};

static void check_rows(void **state, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        same_text(tokens_of(state, str_of(rows[i].text)), rows[i].tokens, rows[i].text);
}

static void nothing_is_no_token(void **state)
{
    struct lex lex = lex_text(*state, (str){0});
    assert_int_equal(lex.count, 0);
    assert_int_equal(lex.tokens[0].kind, TOKEN_END);
    assert_int_equal(lex.tokens[0].start, 0);
    assert_int_equal(lex.statements, 0);
}

static void words_end_at_space_semicolon_and_brace(void **state)
{
    static const struct row rows[] = {
        {"a b;", "a b ;"},
        {"a\tb\r\nc\n;", "a b c ;"},
        {"a;b;", "a ; b ;"},
        {"a{b;}", "a { b ; }"},
        {"a b{}", "a b { }"},
        {"proxy_ssl_name foo};", "proxy_ssl_name foo} ;"},
        {"a foo#bar;", "a foo#bar ;"},
        {"a b\"c\"d'e;", "a b\"c\"d'e ;"},
        {"a }b;", "a } b ;"},
        {"location ~ ^/[0-9]{3}$ {}", "location ~ ^/[0-9] { 3}$ { }"},
        {"if ($a = \"b\") {}", "if ($a = 'b' ) { }"},
        {"a\fb\vc;", "a\fb\vc ;"},
        {"a \xe2\x80\x9c"
         "b\xe2\x80\x9d;",
         "a \xe2\x80\x9c"
         "b\xe2\x80\x9d ;"},
        {"proxy_ssl_name\xc2\xa0"
         "foo;",
         "proxy_ssl_name\xc2\xa0"
         "foo ;"},
        {" \t\r\n", ""},
        {"a", "a"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void comments_begin_where_a_word_may_begin(void **state)
{
    static const struct row rows[] =
        {
            {"# a\nb;", "# b ;"},    {"a # b;\n;", "a # ;"},
            {"a;#b", "a ; #"},       {"#", "#"},
            {"a b#c;", "a b#c ;"},   {"a \"b\" #c\n;", "a 'b' # ;"},
            {"#a\rb;\nc;", "# c ;"}, /* a lone CR ends nothing */
            {"{#a\n}", "{ # }"},     {"#\\\na;", "# a ;"},
        };
    check_rows(state, rows, COUNT(rows));
}

static void a_comment_ends_before_its_newline(void **state)
{
    struct lex lex = lex_text(*state, STR("#a\r\n#b\r"));
    assert_int_equal(lex.count, 3);
    assert_int_equal(lex.tokens[1].start, 2);
    assert_int_equal(lex.tokens[2].start, 4);
}

static void quotes_end_at_the_same_quote(void **state)
{
    static const struct row rows[] = {
        {"a \"b c\";", "a 'b c' ;"},
        {"a 'b \"c';", "a 'b \"c' ;"},
        {"a \"b 'c\";", "a 'b 'c' ;"},
        {"a \"\";", "a '' ;"},
        {"a '';", "a '' ;"},
        {"a \"b;c{d}#e\";", "a 'b;c{d}#e' ;"},
        {"a \"b\nc\";", "a 'b\nc' ;"},
        {"\"a\" b;", "'a' b ;"},
        {"a \"b\"{}", "a 'b' { }"},
        {"a \"b\"\tc;", "a 'b' c ;"},
        {"a (\"b\")c;", "a (\"b\")c ;"},
        {"a \"b\")c;", "a 'b' )c ;"},
        {"a \"b\");", "a 'b' ) ;"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void what_follows_a_quote_is_marked(void **state)
{
    static const struct row rows[] = {
        {"a \"b\"c;", "a 'b' c! ;"},
        {"a \"b\"\"c\";", "a 'b' 'c'! ;"},
        {"a 'b'\"c\"'d';", "a 'b' 'c'! 'd'! ;"},
        {"a \"b\"#c;", "a 'b' #c! ;"},
        {"a \"b\"\\;c;", "a 'b' \\;c! ;"},
        {"a \"b\"};", "a 'b' } ;"}, /* the brace has to close something */
        {"a \"b\"$c;", "a 'b' $c! ;"},
        {"a \"b\" c\"d\";", "a 'b' c\"d\" ;"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void an_open_quote_goes_to_the_end(void **state)
{
    static const struct row rows[] = {
        {"a \"b; c {", "a 'b; c {'?"},
        {"a '", "a ''?"},
        {"a \"b\\\"", "a 'b\"'?"},
        {"a \"b\\", "a 'b\\'?"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void escapes_are_undone_as_nginx_does(void **state)
{
    static const struct row rows[] = {
        {"a b\\;c;", "a b\\;c ;"},
        {"a b\\ c;", "a b\\ c ;"},
        {"a \\\"b;", "a \"b ;"},
        {"a \"b\\\"c\";", "a 'b\"c' ;"},
        {"a 'b\\'c';", "a 'b'c' ;"},
        {"a \"b\\'c\";", "a 'b'c' ;"},
        {"a b\\\\;", "a b\\ ;"},
        {"a b\\tc\\rd\\ne;", "a b\tc\rd\ne ;"},
        {"a \"\\.php$\";", "a '\\.php$' ;"},
        {"a \\.php$;", "a \\.php$ ;"},
        {"a b\\{c;", "a b\\{c ;"},
        {"a b\\}c\\#d;", "a b\\}c\\#d ;"},
        {"a \\#b;", "a \\#b ;"},
        {"a b\\", "a b\\"},
        {"\\", "\\"},
        {"a b\\\nc;", "a b\\\nc ;"},
        {"a \"\\\\\";", "a '\\' ;"},
        {"a \\\\\";b;", "a \\\" ; b ;"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void a_brace_behind_a_dollar_opens_nothing(void **state)
{
    static const struct row rows[] = {
        {"a ${b};", "a ${b} ;"},
        {"a ${b}c${d};", "a ${b}c${d} ;"},
        {"a x${b{c;", "a x${b { c ;"},
        {"a ${{b;", "a ${{b ;"}, /* any number of them */
        {"a $b{c;", "a $b { c ;"},
        {"a \\${b;", "a \\$ { b ;"},
        {"a $\\{b;", "a $\\{b ;"},
        {"a ${host;", "a ${host ;"},
        {"a \"${b}\";", "a '${b}' ;"},
        {"a $ {", "a $ {"},
        {"a ${", "a ${"},
        {"a $", "a $"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void escapes_and_variables_are_flagged(void **state)
{
    struct lex lex = lex_text(*state, STR("a \\b $c \"$d\\e\""));
    static const u8 flags[] = {
        0, 0, TOKEN_HAS_ESCAPE, 0, TOKEN_HAS_VARIABLE, 0, TOKEN_HAS_ESCAPE | TOKEN_HAS_VARIABLE};
    assert_int_equal(lex.count, COUNT(flags));
    for (u32 i = 0; i < lex.count; i++)
        assert_int_equal(lex.tokens[i].flags, flags[i]);
}

static void a_byte_order_mark_stands_first(void **state)
{
    static const struct row rows[] = {
        {"\xEF\xBB\xBF"
         "user a;",
         "mark user a ;"},
        {"\xEF\xBB\xBF", "mark"},
        {"a \xEF\xBB\xBF;", "a \xEF\xBB\xBF ;"},
        {"\xEF\xBB", "\xEF\xBB"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void nul_bytes_are_bytes(void **state)
{
    str text = STR("a\0b \"c\0d\" \0;#\0\ne \\\0;");
    struct lex lex = lex_text(*state, text);
    assert_int_equal(lex.count, 12);
    assert_true(str_eq(lex_value(*state, text, &lex, 0), STR("a\0b")));
    assert_true(str_eq(lex_value(*state, text, &lex, 2), STR("c\0d")));
    assert_true(str_eq(lex_value(*state, text, &lex, 4), STR("\0")));
    assert_int_equal(lex.tokens[5].kind, TOKEN_SEMICOLON);
    assert_true(str_eq(lex_value(*state, text, &lex, 10), STR("\\\0")));
}

static void statements_are_counted(void **state)
{
    static const struct {
        const char *text;
        u32 statements;
    } rows[] = {{"", 0},  {";;", 0}, {"a;", 1}, {"a", 1},        {"a{b;}", 2},      {"a{b }c", 3},
                {"{", 1}, {"}}", 0}, {"#a", 0}, {"a b c;d;", 2}, {"{% if %} a;", 1}};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(lex_text(*state, str_of(rows[i].text)).statements, rows[i].statements);
}

/* ---- Lua ---------------------------------------------------------------- */

static void lua_is_skipped_up_to_its_brace(void **state)
{
    static const struct row rows[] = {
        {"content_by_lua_block { ngx.say(1); } a;",
         "content_by_lua_block { lua( ngx.say(1); ) } a ;"},
        {"x_by_lua_block{}", "x_by_lua_block { }"},
        {"set_by_lua_block $a { return {1} }", "set_by_lua_block $a { lua( return {1} ) }"},
        {"x_by_lua_block { a = \"}\" }", "x_by_lua_block { lua( a = \"}\" ) }"},
        {"x_by_lua_block { a = '}\\'}' }", "x_by_lua_block { lua( a = '}\\'}' ) }"},
        {"x_by_lua_block { a = [[ } ]] }", "x_by_lua_block { lua( a = [[ } ]] ) }"},
        {"x_by_lua_block { a = [==[ ]] } ]=] ]==] }",
         "x_by_lua_block { lua( a = [==[ ]] } ]=] ]==] ) }"},
        {"x_by_lua_block { -- }\n }", "x_by_lua_block { lua( -- }\n ) }"},
        {"x_by_lua_block { --[[ } \n } ]] }", "x_by_lua_block { lua( --[[ } \n } ]] ) }"},
        {"x_by_lua_block { --[=[ } ]] } ]=] }", "x_by_lua_block { lua( --[=[ } ]] } ]=] ) }"},
        {"x_by_lua_block { --[ }\n }", "x_by_lua_block { lua( --[ }\n ) }"},
        {"x_by_lua_block { a[b[1]] = {} }", "x_by_lua_block { lua( a[b[1]] = {} ) }"},
        {"x_by_lua_block { a - b }", "x_by_lua_block { lua( a - b ) }"},
        {"x_by_lua_block { \"a\\z\n  }\" }", "x_by_lua_block { lua( \"a\\z\n  }\" ) }"},
        {"x_by_lua_block { it's\n }", "x_by_lua_block { lua( it's\n ) }"},
        {"x_by_lua_block { a;", "x_by_lua_block { lua( a;)?"},
        {"x_by_lua_block { [[", "x_by_lua_block { lua( [[)?"},
        {"x_by_lua_block { \"\\", "x_by_lua_block { lua( \"\\)?"},
        {"x_by_lua_block {", "x_by_lua_block {"},
        {"x_by_lua_block a;", "x_by_lua_block a ;"},
        {"x_by_lua_file a; b { c; }", "x_by_lua_file a ; b { c ; }"},
        {"a x_by_lua_block { b; }", "a x_by_lua_block { b ; }"},
    };
    check_rows(state, rows, COUNT(rows));
}

/* ---- templates ---------------------------------------------------------- */

static void tags_that_steer_stand_alone(void **state)
{
    static const struct row rows[] = {
        {"{% if a %}\nb;\n{% endif %}", "%{% if a %}% b ; %{% endif %}%"},
        {"{%- if a -%} b; {%- endif -%}", "%{%- if a -%}% b ; %{%- endif -%}%"},
        {"{# a { b #} c;", "%{# a { b #}% c ;"},
        {"<% if a %> b; <% end %>", "%<% if a %>% b ; %<% end %>%"},
        {"<%- if a -%> b; <%- end -%>", "%<%- if a -%>% b ; %<%- end -%>%"},
        {"<%# a %> b;", "%<%# a %>% b ;"},
        {"{{ if .a }} b; {{ else }} c; {{ end }}",
         "%{{ if .a }}% b ; %{{ else }}% c ; %{{ end }}%"},
        {"{{- range .a -}} b; {{- end -}}", "%{{- range .a -}}% b ; %{{- end -}}%"},
        {"{{if .a}}b;{{end}}", "%{{if .a}}% b ; %{{end}}%"},
        {"{{- with .a }} b; {{ end }}", "%{{- with .a }}% b ; %{{ end }}%"},
        {"{{/* a */}} b;", "%{{/* a */}}% b ;"},
        {"{{ $a := 1 }} b;", "%{{ $a := 1 }}% b ;"},
        {"{{#a}} b; {{/a}}", "%{{#a}}% b ; %{{/a}}%"},
        {"{{!a}} b; {{>c}}", "%{{!a}}% b ; %{{>c}}%"},
        {"{{ a }}\nb;", "%{{ a }}% b ;"},
        {"{{ a }} \r\nb;", "%{{ a }}% b ;"},
        {"<%= a %>\nb;", "%<%= a %>% b ;"},
        {"a {{% b %}}", "a {{% b %}}*"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void tags_that_print_are_words(void **state)
{
    static const struct row rows[] = {
        {"{{ a }} b;", "{{ a }}* b ;"},
        {"a {{ b }};", "a {{ b }}* ;"},
        {"a https://{{ b }}:{{ c }}/d;", "a https://{{ b }}:{{ c }}/d* ;"},
        {"a {{ b }}{{ c }};", "a {{ b }}{{ c }}* ;"},
        {"a {{ b }} c;", "a {{ b }}* c ;"},
        {"a <%= b %>;", "a <%= b %>* ;"},
        {"a x<%= b[\"c\"] %>y;", "a x<%= b[\"c\"] %>y* ;"},
        {"a {% if b %}c{% endif %};", "a {% if b %}c{% endif %}* ;"},
        {"a b {{ c }} { d; }", "a b {{ c }}* { d ; }"},
        {"{{ a }} { d; }", "{{ a }}* { d ; }"},
        {"a ${{ b }};", "a ${{ b }}* ;"},
        {"a ${{{b}}};", "a ${{{b}}}* ;"},
        {"a {{{b}}};", "a {{{b}}}* ;"},
        {"server {{.A}}:{{.P}};", "server {{.A}}:{{.P}}* ;"},
        {"a ${VAR} $VAR;", "a ${VAR} $VAR ;"},
        {"a < b;", "a < b ;"},
        {"a <b%>c;", "a <b%>c ;"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void tags_in_quotes_hide_quotes(void **state)
{
    static const struct row rows[] = {
        {"a \"{{ b }}\";", "a '{{ b }}'* ;"},
        {"a \"{{ b[\"c\"] }}\";", "a '{{ b[\"c\"] }}'* ;"},
        {"a '<%= b['c'] %>';", "a '<%= b['c'] %>'* ;"},
        {"a \"x{% if b == \"c\" %}d{% endif %}\";", "a 'x{% if b == \"c\" %}d{% endif %}'* ;"},
        {"a '{\"b\":{\"c\":1}}';", "a '{\"b\":{\"c\":1}}' ;"},
        {"a \"{{\n\" b \"}}\";", "a '{{\n' b '}}' ;"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void what_never_closes_is_no_tag(void **state)
{
    static const struct row rows[] = {
        {"a {{ b;", "a { { b ;"},
        {"a {% b;", "a { % b ;"},
        {"a <% b;", "a <% b ;"},
        {"{# a\nb;", "{ # b ;"},
        {"server {# a #}\nb;}", "server { # b ; }"}, /* a block and a comment */
    };
    check_rows(state, rows, COUNT(rows));
}

static void a_tag_has_an_end_in_sight(void **state)
{
    for (u32 len = 4090; len < 4096; len++) {
        struct buf text = buf_new(*state);
        buf_str(&text, STR("a {{"));
        buf_repeat(&text, 'b', len);
        buf_str(&text, STR("}};"));
        struct lex lex = lex_text(*state, buf_view(&text));
        bool tag = lex.tokens[2].flags & TOKEN_HAS_TAG;
        assert_int_equal(tag, len + 2 <= 4096);
    }
}

/* ---- quoting ------------------------------------------------------------ */

static void quotes_only_what_needs_it(void **state)
{
    static const struct row rows[] = {
        {"a.example", "a.example"},
        {"", "\"\""},
        {"a b", "\"a b\""},
        {"a;b", "\"a;b\""},
        {"a{b", "\"a{b\""},
        {"$a", "$a"},
        {"${a}b", "${a}b"},
        {"#a", "\"#a\""},
        {"a#b", "a#b"},
        {"}a", "\"}a\""},
        {"a}", "a}"},
        {"\"a\"", "\"\\\"a\\\"\""},
        {"a\"b", "a\"b"},
        {"a\\.b", "\"a\\\\.b\""},
        {"a\nb", "\"a\nb\""},
        {"{{ a }}", "\"{{ a }}\""},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        same_text(lex_quote(*state, str_of(rows[i].text)), rows[i].tokens, rows[i].text);
}

/* Whatever the value, nginx reads it back. */
static void quoted_values_read_back(void **state)
{
    static const char bytes[] = "ab$ {}\"'\\#;\n\t\r)(<%tnr.";
    u32 seed = 7;
    for (u32 round = 0; round < 20000; round++) {
        char value[8];
        u32 len = round % 8;
        for (u32 i = 0; i < len; i++) {
            seed = seed * 1664525 + 1013904223;
            value[i] = bytes[(seed >> 16) % (sizeof bytes - 1)];
        }
        str written = str_fmt(*state, "x %.*s;", STR_ARG(lex_quote(*state, (str){value, len})));
        struct lex lex = lex_text(*state, written);
        assert_int_equal(lex.count, 4);
        str back = lex_value(*state, written, &lex, 2);
        if (!str_eq(back, (str){value, len}))
            fail_msg("%.*s is read as %.*s", STR_ARG(written), STR_ARG(back));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(nothing_is_no_token),
        IN_ARENA(words_end_at_space_semicolon_and_brace),
        IN_ARENA(comments_begin_where_a_word_may_begin),
        IN_ARENA(a_comment_ends_before_its_newline),
        IN_ARENA(quotes_end_at_the_same_quote),
        IN_ARENA(what_follows_a_quote_is_marked),
        IN_ARENA(an_open_quote_goes_to_the_end),
        IN_ARENA(escapes_are_undone_as_nginx_does),
        IN_ARENA(a_brace_behind_a_dollar_opens_nothing),
        IN_ARENA(escapes_and_variables_are_flagged),
        IN_ARENA(a_byte_order_mark_stands_first),
        IN_ARENA(nul_bytes_are_bytes),
        IN_ARENA(statements_are_counted),
        IN_ARENA(lua_is_skipped_up_to_its_brace),
        IN_ARENA(tags_that_steer_stand_alone),
        IN_ARENA(tags_that_print_are_words),
        IN_ARENA(tags_in_quotes_hide_quotes),
        IN_ARENA(what_never_closes_is_no_tag),
        IN_ARENA(a_tag_has_an_end_in_sight),
        IN_ARENA(quotes_only_what_needs_it),
        IN_ARENA(quoted_values_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
