/*
 * emit: JSON values, made with as little ceremony as they are read.
 *
 * Texts become UTF-8 (utf8.h); keys keep the order in which they are put.
 * Ownership: a value that is put or appended belongs to what it went into; the
 * caller releases the outermost, or prints it, which does so.
 * Errors: none; want of memory ends in base_out_of_memory.
 */
#ifndef TLSMEND_API_EMIT_H
#define TLSMEND_API_EMIT_H

#include "base/buf.h"
#include "tlsmend.h"

#include <jansson.h>

json_t *emit_object(void);
json_t *emit_array(void);
json_t *emit_text(struct arena *arena, str text);
json_t *emit_word(const char *word);                      /* NULL gives null */
json_t *emit_text_or_null(struct arena *arena, str text); /* null for the empty text */
json_t *emit_number_or_null(u32 number);                  /* null for 0 */
/* The words of a text that blanks separate, and of a list that ends with NULL. */
json_t *emit_split(struct arena *arena, str words);
json_t *emit_list(const char *const *words);

void emit_put(json_t *object, const char *key, json_t *value);
void emit_append(json_t *array, json_t *value);

/* Compact, or indented for people. */
enum emit_style { EMIT_COMPACT, EMIT_INDENTED };
struct mend_response emit_print(json_t *value, enum emit_style style);

#endif
