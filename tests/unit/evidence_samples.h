/* Samples of tests/evidence/samples, and what tests say about facts. */
#ifndef TLSMEND_TESTS_EVIDENCE_SAMPLES_H
#define TLSMEND_TESTS_EVIDENCE_SAMPLES_H

#include "evidence_helpers.h"

#include "nginx/hop.h"

#define SAMPLES "tests/evidence/samples/"

enum { TLS12 = PROTOCOL_TLS1_2, TLS13 = PROTOCOL_TLS1_3 };

static inline str read_sample(void **state, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, SAMPLES "%s", name);
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("%s is missing", path);
    char *text = arena_alloc(*state, 1 << 16);
    size_t len = fread(text, 1, 1 << 16, file);
    fclose(file);
    assert_true(len > 0 && len < 1 << 16);
    return (str){text, (u32)len};
}

/* The only fact of a sample. */
static inline const struct backend_fact *fact_in(void **state, str text)
{
    struct evidence evidence = read_str(state, text);
    assert_int_equal(evidence.backend_count, 1);
    return &evidence.backends[0];
}

static inline const struct backend_fact *sample_fact(void **state, const char *name)
{
    return fact_in(state, read_sample(state, name));
}

static inline str joined(void **state, const char *before, str text)
{
    return str_fmt(*state, "%s%.*s", before, STR_ARG(text));
}

/* The suite that the fact has under that name, or NULL. */
static inline const struct backend_cipher *cipher_named(const struct backend_fact *fact,
                                                        const char *name)
{
    for (u32 i = 0; i < fact->cipher_count; i++)
        if (str_eq(fact->ciphers[i].name, str_of(name)))
            return &fact->ciphers[i];
    return NULL;
}

#endif
