/* What the tests of src/evidence share: one text read in an arena of the test's own. */
#ifndef TLSMEND_TESTS_EVIDENCE_HELPERS_H
#define TLSMEND_TESTS_EVIDENCE_HELPERS_H

#include "base/buf.h"
#include "evidence/evidence.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

static inline int arena_open(void **state)
{
    *state = calloc(1, sizeof(struct arena));
    return *state ? 0 : -1;
}

static inline int arena_close(void **state)
{
    arena_end(*state);
    free(*state);
    return 0;
}

static inline struct evidence read_str(void **state, str text)
{
    struct evidence_text *one = arena_alloc(*state, sizeof *one);
    *one = (struct evidence_text){STR("pasted"), text};
    return evidence_read(*state, one, 1);
}

static inline struct evidence read_text(void **state, const char *text)
{
    return read_str(state, str_of(text));
}

static inline void assert_str(str actual, const char *expected)
{
    if (!str_eq(actual, str_of(expected)))
        fail_msg("is \"%.*s\", not \"%s\"", STR_ARG(actual), expected);
}

static inline const char *reason_id(const struct reason *reason)
{
    return reason ? reason->id : "none";
}

#define test_in_arena(function) cmocka_unit_test_setup_teardown(function, arena_open, arena_close)

#endif
