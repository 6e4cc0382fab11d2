#include "tls/lab.h"

#include "../lab/cases.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

static str text_of(struct arena *arena, struct lab *lab, const struct lab_case *one)
{
    return lab_text(arena, lab_run(lab, &one->client, &one->backend));
}

static bool is_as_expected(const struct lab_case *one, const struct lab_outcome *outcome, str text)
{
    str first = str_cut(&text, '\n');
    if (!one->line)
        return outcome->ok &&
               (!one->protocol || str_eq(outcome->protocol, str_of(one->protocol))) &&
               (!one->suite || str_eq(outcome->suite, str_of(one->suite)));
    return !outcome->ok && str_eq(first, str_of(one->line));
}

static void every_line_has_its_backend(void **state)
{
    struct arena arena = {0};
    struct lab *lab = lab_new(&arena, LAB_CASES_NOW);
    unsigned wrong = 0;
    for (unsigned i = 0; i < lab_case_count; i++) {
        const struct lab_case *one = &lab_cases[i];
        const struct lab_outcome *outcome = lab_run(lab, &one->client, &one->backend);
        str text = lab_text(&arena, outcome);
        if (is_as_expected(one, outcome, text))
            continue;
        wrong++;
        print_error("%s: expected %s, got\n%.*s", one->name, one->line ? one->line : "success",
                    STR_ARG(text));
    }
    arena_end(&arena);
    assert_int_equal(wrong, 0);
    (void)state;
}

/* An outcome depends on its models only, not on what the lab has done before. */
static void outcomes_do_not_depend_on_their_order(void **state)
{
    struct arena arena = {0};
    struct lab *lab = lab_new(&arena, LAB_CASES_NOW);
    for (unsigned i = lab_case_count; i-- > 0;) {
        struct arena own = {0};
        str alone = text_of(&own, lab_new(&own, LAB_CASES_NOW), &lab_cases[i]);
        const char *expected = arena_c_string(&arena, alone);
        arena_end(&own);
        for (int n = 0; n < 2; n++)
            assert_string_equal(arena_c_string(&arena, text_of(&arena, lab, &lab_cases[i])),
                                expected);
    }
    arena_end(&arena);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_has_its_backend),
        cmocka_unit_test(outcomes_do_not_depend_on_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
