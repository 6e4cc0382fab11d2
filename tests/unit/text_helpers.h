/* What the tests of base, text, syntax and nginx share: an arena a test, texts compared, trees. */
#ifndef TLSMEND_TESTS_TEXT_HELPERS_H
#define TLSMEND_TESTS_TEXT_HELPERS_H

#include "base/buf.h"
#include "check_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

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

#define IN_ARENA(test) cmocka_unit_test_setup_teardown(test, arena_open, arena_close)

/* `about` says which row of a table it was. */
static inline void same_text(str actual, const char *expected, const char *about)
{
    if (!str_eq(actual, str_of(expected)))
        fail_msg("%s\n--- expected\n%s\n--- got\n%.*s\n---", about, expected, STR_ARG(actual));
}

static inline struct tree *parse_str(void **state, str text)
{
    struct source *source = arena_alloc(*state, sizeof *source);
    *source = source_open(*state, STR("nginx.conf"), text);
    struct tree *tree = tree_parse(*state, source);
    const char *wrong = check_tree(tree);
    if (wrong)
        fail_msg("%s in: %.*s", wrong, STR_ARG(text));
    return tree;
}

static inline struct tree *parse(void **state, const char *text)
{
    return parse_str(state, str_of(text));
}

#endif
