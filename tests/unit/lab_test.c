#include "tls/lab.h"

#include "../lab/cases.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "cert_fixtures.inc"

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

enum { NOW = 1800000000 /* in 2027: the fixtures are valid */ };

struct pasted {
    const char *chain;
    const char *trusted; /* NULL: a CA file that vouches for the backend */
    const char *name;
    u32 depth;
    const char *message; /* NULL: it works */
};

static const struct pasted PASTED[] = {
#define FULL PEM_LEAF PEM_INTERMEDIATE_2 PEM_INTERMEDIATE_1
#define ERROR_20                                                                                   \
    "upstream SSL certificate verify error: (20:unable to get local issuer certificate)"
#define ERROR_21                                                                                   \
    "upstream SSL certificate verify error: (21:unable to verify the first certificate)"
    {FULL, PEM_ROOT, "api.example.test", 2, NULL},
    {FULL, PEM_ROOT, "api.example.test", 1, ERROR_20},
    {FULL, PEM_SELF, "api.example.test", 2, ERROR_20},
    {PEM_LEAF, PEM_ROOT, "api.example.test", 2, ERROR_21},
    {FULL, PEM_ROOT, "x.wild.example.test", 2, NULL},
    {FULL, PEM_ROOT, "be", 2, "upstream SSL certificate does not match \"be\""},
    {FULL, NULL, "api.example.test", 2, NULL},
    {FULL, NULL, "api.example.test", 1, ERROR_20},
    {FULL PEM_ROOT, NULL, "api.example.test", 2, NULL},
    {FULL PEM_ROOT, NULL, "api.example.test", 1, ERROR_20},
    {PEM_SELF, NULL, "self.example.test", 1, NULL},
    {PEM_SELF, PEM_ROOT, "self.example.test", 1,
     "upstream SSL certificate verify error: (18:self-signed certificate)"},
};

/* The stand-in has another key; the pasted chain is what is verified. */
static void a_pasted_chain_is_verified(void **state)
{
    struct arena arena = {0};
    struct lab *lab = lab_new(&arena, NOW);
    for (size_t i = 0; i < sizeof PASTED / sizeof *PASTED; i++) {
        const struct pasted *one = &PASTED[i];
        struct lab_client client = {
            .level = LAB_LEVEL_DEFAULT,
            .verify = true,
            .name = str_of(one->name),
            .depth = one->depth,
            .trust = one->trusted ? LAB_TRUST_PEM : LAB_TRUST_BACKEND,
            .trusted = str_of(one->trusted),
        };
        struct lab_backend backend = {.level = LAB_LEVEL_DEFAULT, .chain = str_of(one->chain)};
        const struct lab_outcome *outcome = lab_run(lab, &client, &backend);
        print_message("pasted chain %zu\n", i);
        assert_string_equal(arena_c_string(&arena, outcome->message),
                            one->message ? one->message : "");
        assert_int_equal(outcome->ok, one->message == NULL);
        assert_true(outcome->certificate->common_name.len > 0);
    }
    arena_end(&arena);
    (void)state;
}

static const struct lab_outcome *with_certificate(struct arena *arena, const char *key)
{
    struct lab_client client = {
        .level = LAB_LEVEL_DEFAULT,
        .identity = LAB_IDENTITY_PEM,
        .certificate = STR(PEM_LEAF),
        .certificate_key = str_of(key),
    };
    struct lab_backend backend = {.level = LAB_LEVEL_DEFAULT, .asking = LAB_NEEDS_CERTIFICATE};
    return lab_run(lab_new(arena, NOW), &client, &backend);
}

static void a_pasted_client_certificate_is_sent(void **state)
{
    struct arena arena = {0};
    const struct lab_outcome *outcome = with_certificate(&arena, KEY_LEAF);
    assert_true(outcome->ok);
    assert_true(outcome->asked_for_certificate);
    outcome = with_certificate(&arena, KEY_LOCKED);
    assert_int_equal(outcome->stage, LAB_STAGE_START);
    outcome = with_certificate(&arena, "");
    assert_int_equal(outcome->stage, LAB_STAGE_START);
    arena_end(&arena);
    (void)state;
}

/* Whatever a backend answers, a replay ends, and with a line of error.log. */
static void any_bytes_end_in_a_line(void **state)
{
    struct arena arena = {0};
    struct lab *lab = lab_new(&arena, NOW);
    struct lab_client client = {.level = LAB_LEVEL_DEFAULT};
    u32 random = 1;
    for (int i = 0; i < 3000; i++) {
        char bytes[sizeof BAD_SHARE - 1];
        client.protocols = i % 2 ? PROTOCOL_TLS1_2 : 0;
        memset(bytes, 0, sizeof bytes);
        memcpy(bytes, i % 4 < 2 ? BAD_SHARE : UNKNOWN_SUITE,
               i % 4 < 2 ? sizeof BAD_SHARE - 1 : sizeof UNKNOWN_SUITE - 1);
        for (int n = 0; n < 1 + i % 3; n++) {
            random = random * 1664525 + 1013904223;
            bytes[(random >> 16) % sizeof bytes] = (char)(random >> 8);
        }
        struct lab_backend backend = {.kind = LAB_BYTES, .bytes = {bytes, sizeof bytes}};
        const struct lab_outcome *outcome = lab_run(lab, &client, &backend);
        assert_false(outcome->ok);
        assert_true(outcome->message.len > 0);
        assert_true(lab_text(&arena, outcome).len > 0);
    }
    arena_end(&arena);
    (void)state;
}

static void what_cannot_be_made_has_a_reason(void **state)
{
    for (unsigned i = 0; i < lab_impossible_count; i++) {
        assert_true(strlen(lab_impossible[i].line) > 0);
        assert_true(strlen(lab_impossible[i].why) > 20);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_has_its_backend),
        cmocka_unit_test(outcomes_do_not_depend_on_their_order),
        cmocka_unit_test(a_pasted_chain_is_verified),
        cmocka_unit_test(a_pasted_client_certificate_is_sent),
        cmocka_unit_test(any_bytes_end_in_a_line),
        cmocka_unit_test(what_cannot_be_made_has_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
