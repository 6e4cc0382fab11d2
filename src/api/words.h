/*
 * words: how the values of a request and a response are spelled, for the JSON
 * and for the command line alike.
 *
 * Ownership: everything is static. Errors: words_find returns false for a word
 * that the list does not have; a value that has no word gives NULL.
 * Not promised: that values are dense; ask words_of.
 */
#ifndef TLSMEND_API_WORDS_H
#define TLSMEND_API_WORDS_H

#include "base/buf.h"
#include "engine/engine.h"

/* A list of spellings, by value; `count` of them, NULL where a value has none. */
struct words {
    const char *const *word;
    u32 count;
};

extern const struct words words_severity;
extern const struct words words_confidence;
extern const struct words words_profile;
extern const struct words words_platform; /* none for PLATFORM_UNKNOWN */
extern const struct words words_ask_key;
extern const struct words words_family;
extern const struct words words_explanation;

const char *words_of(const struct words *words, u32 value);
bool words_find(const struct words *words, str word, u32 *value);
/* "minimal, recommended, hardened" */
str words_list(struct arena *arena, const struct words *words);

#endif
