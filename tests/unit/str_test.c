/* Slices of bytes: what they compare to, where they are cut, what they find. */
#include "text_helpers.h"

static void comparing(void **state)
{
    (void)state;
    assert_true(str_eq((str){0}, STR("")));
    assert_true(str_eq(STR("a\0b"), STR("a\0b")));
    assert_false(str_eq(STR("a\0b"), STR("a\0c")));
    assert_false(str_eq(STR("a"), STR("ab")));
    assert_true(str_eq_nocase(STR("Host"), STR("hOST")));
    assert_false(str_eq_nocase(STR("\xc3\x89"), STR("\xc3\xa9")));
    assert_false(str_eq_nocase(STR("["), STR("{")));
    assert_true(str_cmp(STR("a"), STR("b")) < 0);
    assert_true(str_cmp(STR("b"), STR("ab")) > 0);
    assert_true(str_cmp(STR("a"), STR("ab")) < 0);
    assert_true(str_cmp(STR("\xff"), STR("a")) > 0);
    assert_int_equal(str_cmp((str){0}, STR("")), 0);
}

static void beginnings_and_ends(void **state)
{
    (void)state;
    assert_true(str_starts(STR("abc"), STR("ab")));
    assert_true(str_starts(STR("abc"), STR("")));
    assert_false(str_starts(STR("a"), STR("ab")));
    assert_true(str_starts_nocase(STR("UNIX:/x"), STR("unix:")));
    assert_false(str_starts_nocase(STR("u"), STR("unix:")));
    assert_true(str_ends(STR("abc"), STR("bc")));
    assert_true(str_ends(STR("abc"), STR("")));
    assert_true(str_ends((str){0}, STR("")));
    assert_false(str_ends(STR("c"), STR("bc")));
}

static void parts_are_clamped(void **state)
{
    (void)state;
    same_text(str_sub(STR("abc"), 1, 2), "b", "");
    same_text(str_sub(STR("abc"), 2, 9), "c", "");
    same_text(str_sub(STR("abc"), 9, 10), "", "");
    same_text(str_sub(STR("abc"), 2, 1), "", "");
    same_text(str_sub((str){0}, 0, STR_NONE), "", "");
    same_text(str_from(STR("abc"), 3), "", "");
    same_text(str_from(STR("abc"), 4), "", "");
}

static void trimming(void **state)
{
    (void)state;
    same_text(str_trim(STR(" \t\r\na b\n ")), "a b", "");
    same_text(str_trim(STR(" \n")), "", "");
    same_text(str_trim((str){0}), "", "");
    same_text(str_trim(STR("\va\f")), "\va\f", "not nginx's separators");
}

static void finding(void **state)
{
    static const struct {
        const char *text, *needle;
        u32 first, last;
    } rows[] = {
        {"", "", 0, 0},
        {"a", "", 0, 1},
        {"", "a", STR_NONE, STR_NONE},
        {"abcabc", "bc", 1, 4},
        {"abcabc", "abc", 0, 3},
        {"aab", "ab", 1, 1},
        {"aaa", "aa", 0, 1},
        {"ab", "abc", STR_NONE, STR_NONE},
        {"abab", "ba", 1, 1},
        {"a}b}}", "}}", 3, 3},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(str_find(str_of(rows[i].text), str_of(rows[i].needle)), rows[i].first);
        assert_int_equal(str_find_last(str_of(rows[i].text), str_of(rows[i].needle)), rows[i].last);
        assert_int_equal(str_has(str_of(rows[i].text), str_of(rows[i].needle)),
                         rows[i].first != STR_NONE);
    }
    assert_int_equal(str_find_from(STR("abab"), 1, STR("ab")), 2);
    assert_int_equal(str_find_from(STR("abab"), 3, STR("ab")), STR_NONE);
    assert_int_equal(str_find_from(STR("ab"), 2, STR("")), 2);
    assert_int_equal(str_find_from(STR("ab"), 3, STR("")), STR_NONE);
    assert_int_equal(str_find_from(STR("ab"), 9, STR("a")), STR_NONE);
    assert_int_equal(str_find_from(STR("ab"), STR_NONE, STR("a")), STR_NONE);
    assert_int_equal(str_find_nocase(STR("xHoSt"), STR("hOsT")), 1);
    assert_int_equal(str_find_nocase(STR("xHos"), STR("host")), STR_NONE);
    assert_int_equal(str_find_char(STR("a\0b"), '\0'), 1);
    assert_int_equal(str_find_char((str){0}, 'a'), STR_NONE);
}

static void cutting(void **state)
{
    str rest = STR("a,,b");
    (void)state;
    same_text(str_cut(&rest, ','), "a", "");
    same_text(str_cut(&rest, ','), "", "");
    same_text(str_cut(&rest, ','), "b", "");
    assert_int_equal(rest.len, 0);
    same_text(str_cut(&rest, ','), "", "");
    rest = STR("  a\t\nb ");
    same_text(str_word(&rest), "a", "");
    same_text(str_word(&rest), "b", "");
    same_text(str_word(&rest), "", "");
    assert_int_equal(rest.len, 0);
}

static void numbers(void **state)
{
    static const char *const none[] = {"",   "-1",         "+1",          " 1",
                                       "1 ", "4294967296", "99999999999", "a"};
    u32 n = 7;
    u64 hex;
    (void)state;
    assert_true(str_to_u32(STR("0"), &n) && n == 0);
    assert_true(str_to_u32(STR("0443"), &n) && n == 443);
    assert_true(str_to_u32(STR("4294967295"), &n) && n == UINT32_MAX);
    for (size_t i = 0; i < COUNT(none); i++)
        assert_false(str_to_u32(str_of(none[i]), &n));
    assert_int_equal(n, UINT32_MAX);
    assert_true(str_to_hex(STR("0A000410"), &hex) && hex == 0x0a000410);
    assert_true(str_to_hex(STR("ffffFFFFffffFFFF"), &hex) && hex == UINT64_MAX);
    assert_false(str_to_hex(STR("10000000000000000"), &hex));
    assert_false(str_to_hex(STR("0x1"), &hex));
    assert_false(str_to_hex(STR(""), &hex));
}

static void characters(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        assert_int_equal(char_is_space((char)c), c == ' ' || c == '\t' || c == '\r' || c == '\n');
        assert_int_equal(char_is_digit((char)c), c >= '0' && c <= '9');
        assert_int_equal(char_lower((char)c), c >= 'A' && c <= 'Z' ? c + 32 : (char)c);
        assert_int_equal(char_is_alnum((char)c), (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                                                     (c >= 'a' && c <= 'z'));
    }
}

static void c_strings(void **state)
{
    (void)state;
    assert_int_equal(str_of(NULL).len, 0);
    same_text(str_of("a"), "a", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparing),         cmocka_unit_test(beginnings_and_ends),
        cmocka_unit_test(parts_are_clamped), cmocka_unit_test(trimming),
        cmocka_unit_test(finding),           cmocka_unit_test(cutting),
        cmocka_unit_test(numbers),           cmocka_unit_test(characters),
        cmocka_unit_test(c_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
