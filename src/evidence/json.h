/*
 * json: read-only views of JSON that somebody pasted.
 *
 * The one place besides api/ that knows jansson. A value is a pointer; NULL is
 * "there is none", and every function takes it.
 * Ownership: values and texts live until the arena ends. Errors: text that is
 * no JSON, and no beginning of some, gives NULL. What is cut off is read up to
 * its last whole value.
 * Cost: linear.
 */
#ifndef TLSMEND_EVIDENCE_JSON_H
#define TLSMEND_EVIDENCE_JSON_H

#include "base/arena.h"

struct json_t; /* jansson's value */

/* How many bytes the value has that `text` begins with; all of them where its end is missing. */
u32 json_extent(str text);
const struct json_t *json_open(struct arena *arena, str text);

const struct json_t *json_field(const struct json_t *value, const char *key);
const struct json_t *json_path(const struct json_t *value, const char *dotted); /* "a.b.c" */
/* Calls `each` for every item of an array or member of an object, in their order. */
typedef void json_visit(void *context, const struct json_t *item);
void json_each(const struct json_t *value, json_visit *each, void *context);

/* Of a string; empty for anything else. */
str json_text(const struct json_t *value);
str json_field_text(const struct json_t *value, const char *key);
bool json_says_true(const struct json_t *value);
bool json_says_false(const struct json_t *value);
/* A number, or a string that is one; 0 for anything else. */
u32 json_number(const struct json_t *value);

#endif
