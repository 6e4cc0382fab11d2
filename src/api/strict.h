/*
 * strict: strict reading of JSON values, with the place of what is wrong.
 *
 * A place is a chain of keys and indices on the stack; it becomes a JSON
 * pointer only when something is wrong. An object is read by a table of its
 * fields: keys that are not in it are refused by name.
 * Ownership: texts are borrowed from the values, lists are the arena's.
 * Errors: the functions return false, and the first fault is kept.
 */
#ifndef TLSMEND_API_STRICT_H
#define TLSMEND_API_STRICT_H

#include "api/request.h"
#include "api/words.h"

#include <jansson.h>

struct strict {
    struct arena *arena;
    struct request_fault *fault;
};

struct place {
    const struct place *parent; /* NULL: the whole request */
    const char *key;            /* NULL: an index */
    size_t index;
};

typedef bool strict_fn(struct strict *strict, const struct place *at, json_t *value, void *into);

/* A key of an object: its strict is given what the object's is given. */
struct field {
    const char *key;
    strict_fn *read;
    bool required;
};

struct fields {
    const char *what; /* "a request", "an answer" */
    const struct field *field;
    size_t count;
};

/* Notes the fault and returns false. */
bool strict_fail(struct strict *strict, const struct place *at, const char *code, str message);

bool strict_object(struct strict *strict, const struct place *at, json_t *value,
                   const struct fields *fields, void *into);
/* An array whose items, of `size` bytes, are each read by `read`. */
bool strict_list(struct strict *strict, const struct place *at, json_t *value, strict_fn *read,
                 size_t size, void **items, u32 *count);
bool strict_text(struct strict *strict, const struct place *at, json_t *value, str *text);
bool strict_text_not_empty(struct strict *strict, const struct place *at, json_t *value, str *text);
/* One of a list of words. */
bool strict_word(struct strict *strict, const struct place *at, json_t *value,
                 const struct words *words, u32 *number);
/* A whole number, also when written as 1.0. */
bool strict_integer(struct strict *strict, const struct place *at, json_t *value,
                    json_int_t *number);

#endif
