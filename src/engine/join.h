/*
 * join: which hops a fact about a backend is about.
 *
 * An address and port that a hop dials, or its name, is certain. An address
 * that the log shows a hop dialled is, too. A text that does not say whom it is
 * about, or only an address where the hop has a name, is about the only TLS
 * backend that there is, or about none.
 */
#ifndef TLSMEND_ENGINE_JOIN_H
#define TLSMEND_ENGINE_JOIN_H

#include "engine/match.h"

/* `logs`: what match_all gave; may show to which address a name resolved. */
struct hop_list match_backend(struct arena *arena, const struct hops *hops,
                              const struct backend_fact *fact,
                              const struct log_fact *const *const *logs);

/* By hop: the facts about its backend, up to a NULL. */
const struct backend_fact *const *const *join_all(struct arena *arena, const struct hops *hops,
                                                  const struct evidence *evidence,
                                                  const struct log_fact *const *const *logs);

#endif
