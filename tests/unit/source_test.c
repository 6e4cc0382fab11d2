/* Lines, columns and newlines of a text. */
#include "text/source.h"
#include "text_helpers.h"

static void places(void **state)
{
    static const struct {
        const char *text;
        u32 offset, line, column, begin;
    } rows[] = {
        {"", 0, 1, 1, 0},           {"a", 0, 1, 1, 0},          {"a", 1, 1, 2, 0},
        {"a\n", 1, 1, 2, 0},        {"a\n", 2, 2, 1, 0},        {"a\nb", 2, 2, 1, 2},
        {"a\nb", 3, 2, 2, 2},       {"\n\n\n", 1, 2, 1, 1},     {"\n\n\n", 3, 4, 1, 2},
        {"a\r\nb\r\n", 3, 2, 1, 3}, {"a\r\nb\r\n", 2, 1, 3, 0}, {"a\rb", 2, 1, 3, 0},
        {"\xc3\xa9x", 2, 1, 3, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct source source = source_open(*state, STR("x"), str_of(rows[i].text));
        struct position at = source_position(&source, rows[i].offset);
        if (at.line != rows[i].line || at.column != rows[i].column)
            fail_msg("%s at %u: %u:%u", rows[i].text, rows[i].offset, at.line, at.column);
        assert_int_equal(source_line_begin(&source, rows[i].offset), rows[i].begin);
    }
}

static void every_offset_is_in_its_line(void **state)
{
    str text = STR("a\n\nbc\r\n\r\nd");
    struct source source = source_open(*state, STR("x"), text);
    u32 line = 1;
    u32 column = 1;
    for (u32 i = 0; i <= text.len; i++) {
        struct position at = source_position(&source, i);
        assert_int_equal(at.line, line);
        assert_int_equal(at.column, column++);
        if (i < text.len && text.p[i] == '\n') {
            line++;
            column = 1;
        }
    }
    assert_int_equal(source.line_count, line);
}

static void lines_with_their_newlines(void **state)
{
    struct source source = source_open(*state, STR("x"), STR("a\r\n\nb"));
    same_text(source_slice(&source, source_line(&source, 1)), "a\r\n", "");
    same_text(source_slice(&source, source_line(&source, 2)), "\n", "");
    same_text(source_slice(&source, source_line(&source, 3)), "b", "");
    same_text(source_slice(&source, source_line(&source, 4)), "", "");
    same_text(source_slice(&source, source_line(&source, 0)), "", "");
    source = source_open(*state, STR("x"), STR(""));
    assert_int_equal(source.line_count, 0);
    same_text(source_slice(&source, source_line(&source, 1)), "", "");
}

static void the_first_line_sets_the_newline(void **state)
{
    static const struct {
        const char *text, *newline;
    } rows[] = {{"", "\n"},        {"a", "\n"},        {"a\n", "\n"},
                {"a\r\n", "\r\n"}, {"a\nb\r\n", "\n"}, {"a\r\nb\n", "\r\n"},
                {"\n", "\n"},      {"\r\n", "\r\n"},   {"a\rb\n", "\n"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct source source = source_open(*state, STR("x"), str_of(rows[i].text));
        same_text(source_newline(&source), rows[i].newline, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(places),
        IN_ARENA(every_offset_is_in_its_line),
        IN_ARENA(lines_with_their_newlines),
        IN_ARENA(the_first_line_sets_the_newline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
