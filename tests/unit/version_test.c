#include "nginx/version.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static const char *again(const char *text, char out[VERSION_TEXT_MAX])
{
    u32 length = version_print(version_parse(str_of(text)), out);
    assert_int_equal(length, strlen(out));
    return out;
}

static void reads_what_it_prints(void **state)
{
    static const char *const SAME[] = {"1.26.3", "1.0.0",   "0.0.1",         "3.5.7", "1.1.1w",
                                       "1.1.1a", "1.0.2za", "255.255.255zz", "1.0.2z"};
    char out[VERSION_TEXT_MAX];
    for (size_t i = 0; i < sizeof SAME / sizeof SAME[0]; i++)
        assert_string_equal(again(SAME[i], out), SAME[i]);
    (void)state;
}

static void passes_over_what_is_not_nginxs(void **state)
{
    char out[VERSION_TEXT_MAX];
    assert_string_equal(again("1.22", out), "1.22.0");
    assert_string_equal(again("v1.27.4", out), "1.27.4");
    assert_string_equal(again("1.27.1.2", out), "1.27.1");
    assert_string_equal(again("1.0.2k-fips", out), "1.0.2k");
    assert_string_equal(again("3.2.0-dev", out), "3.2.0");
    assert_string_equal(again("3.0.16+quic", out), "3.0.16");
    (void)state;
}

static void anything_else_is_unknown(void **state)
{
    static const char *const BAD[] = {"",
                                      "1",
                                      "1.",
                                      ".1",
                                      "1..2",
                                      "1.26.",
                                      "nginx",
                                      "1.26.x",
                                      "1.26.3 ",
                                      " 1.26.3",
                                      "1.300.1",
                                      "-1.2.3",
                                      "1.2b",
                                      "1.1.1ab",
                                      "1.2.3.4.5",
                                      "0.0.0",
                                      "1.26.3;x",
                                      "v",
                                      "1.1.1W",
                                      "latest",
                                      "+1.2",
                                      "1,26,3",
                                      "99999999999999999999.1"};
    char out[VERSION_TEXT_MAX];
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        assert_string_equal(again(BAD[i], out), "unknown");
    assert_false(version_known(version_parse((str){0})));
    (void)state;
}

/* Each is older than the next. */
static void orders_releases(void **state)
{
    static const char *const ORDER[] = {"0.8.55", "1.0.2",   "1.0.2a", "1.0.2z", "1.0.2za",
                                        "1.1.1",  "1.1.1w",  "1.9.1",  "1.23.4", "1.26.3",
                                        "1.27.3", "1.29.10", "3.0.0",  "3.5.7",  "10.0.0"};
    for (size_t i = 1; i < sizeof ORDER / sizeof ORDER[0]; i++) {
        struct version older = version_parse(str_of(ORDER[i - 1]));
        struct version newer = version_parse(str_of(ORDER[i]));
        assert_int_equal(version_cmp(older, newer), -1);
        assert_int_equal(version_cmp(newer, older), 1);
        assert_int_equal(version_cmp(newer, newer), 0);
        assert_true(version_at_least(newer, older) && version_at_least(newer, newer));
        assert_true(version_before(older, newer) && !version_before(newer, newer));
    }
    (void)state;
}

static void of_an_unknown_version_everything_is_denied(void **state)
{
    assert_false(version_at_least(VERSION_UNKNOWN, VERSION(1, 0, 0)));
    assert_false(version_before(VERSION_UNKNOWN, VERSION(1, 0, 0)));
    assert_int_equal(version_cmp(VERSION_UNKNOWN, VERSION(0, 0, 1)), -1);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_it_prints),
        cmocka_unit_test(passes_over_what_is_not_nginxs),
        cmocka_unit_test(anything_else_is_unknown),
        cmocka_unit_test(orders_releases),
        cmocka_unit_test(of_an_unknown_version_everything_is_denied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
