/*
 * answer: whether a value can answer an ask.
 *
 * What is refused would break the configuration that it is written to, or
 * cannot mean anything: a name that no certificate carries, a path with a
 * newline. Whether the answer is true is not asked.
 */
#ifndef TLSMEND_API_ANSWER_H
#define TLSMEND_API_ANSWER_H

#include "rules/rule.h"

/* What is wrong with it, as the end of a sentence; NULL: nothing. */
const char *answer_fault(enum ask_key key, str value);

#endif
