/*
 * response: what the engine found, as the JSON of schema.json.
 *
 * Every function gives a whole response, to be given to mend_free. The texts
 * in it are UTF-8: bytes that are none have become U+FFFD.
 * Errors: none. Cost: linear in what is said.
 */
#ifndef TLSMEND_API_RESPONSE_H
#define TLSMEND_API_RESPONSE_H

#include "api/request.h"
#include "tlsmend.h"

/* Compact as the API answers, or indented as the command line prints it. */
enum response_style { RESPONSE_COMPACT, RESPONSE_INDENTED };

struct mend_response response_fix(struct arena *arena, const struct fix *fix,
                                  enum response_style style);
/* What `lint --format json` prints: the findings and what they rest on. */
struct mend_response response_lint(struct arena *arena, const struct fix *fix,
                                   enum response_style style);
struct mend_response response_effective(struct arena *arena, const struct effective *effective,
                                        enum response_style style);
struct mend_response response_explain(struct arena *arena, const struct explanation *explanations,
                                      u32 count, enum response_style style);
struct mend_response response_rules(enum response_style style);
struct mend_response response_version(void);
struct mend_response response_error(struct arena *arena, const struct request_fault *fault);

#endif
