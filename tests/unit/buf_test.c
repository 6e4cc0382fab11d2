/* Text that grows. */
#include "text_helpers.h"

static void pieces_add_up(void **state)
{
    struct buf buf = buf_new(*state);
    assert_int_equal(buf_view(&buf).len, 0);
    buf_str(&buf, (str){0});
    buf_str(&buf, STR("a"));
    buf_char(&buf, 'b');
    buf_repeat(&buf, 'c', 3);
    buf_repeat(&buf, 'd', 0);
    buf_u32(&buf, UINT32_MAX);
    buf_fmt(&buf, " %s-%.*s-%d", "e", STR_ARG(STR("fgh")), -1);
    buf_fmt(&buf, "%s", "");
    same_text(buf_view(&buf), "abccc4294967295 e-fgh--1", "");
}

static void it_keeps_what_it_has_when_it_grows(void **state)
{
    struct buf buf = buf_new(*state);
    for (u32 i = 0; i < 100000; i++) {
        buf_u32(&buf, i % 10);
        arena_alloc(*state, i % 7); /* somebody else is in the arena too */
    }
    assert_int_equal(buf.len, 100000);
    for (u32 i = 0; i < buf.len; i++)
        assert_int_equal(buf.p[i], '0' + i % 10);
}

static void nul_bytes_are_kept(void **state)
{
    struct buf buf = buf_new(*state);
    buf_str(&buf, STR("a\0b"));
    buf_char(&buf, '\0');
    assert_true(str_eq(buf_view(&buf), STR("a\0b\0")));
}

static void long_formats(void **state)
{
    for (u32 len = 0; len < 300; len++) {
        struct buf buf = buf_new(*state);
        buf_repeat(&buf, 'x', len);
        str text = str_fmt(*state, "%.*s|%u", STR_ARG(buf_view(&buf)), len);
        assert_int_equal(text.len, len + 1 + (len > 99 ? 3 : len > 9 ? 2 : 1));
        assert_int_equal(text.p[len], '|');
    }
    assert_int_equal(str_fmt(*state, "%s", "").len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(pieces_add_up),
        IN_ARENA(it_keeps_what_it_has_when_it_grows),
        IN_ARENA(nul_bytes_are_kept),
        IN_ARENA(long_formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
