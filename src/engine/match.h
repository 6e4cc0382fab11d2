/*
 * match: which hops a fact of the evidence is about.
 *
 * An address and port that a hop dials is certain. A host name is not in the
 * log, only what it resolved to: then the port, the virtual server and the
 * location that the request would choose decide. A line that names no upstream
 * is about the only TLS hop that there is, or about none.
 */
#ifndef TLSMEND_ENGINE_MATCH_H
#define TLSMEND_ENGINE_MATCH_H

#include "rules/rule.h"

struct hop_list {
    u32 *hop; /* ids, ascending */
    u32 count;
};

struct hop_list match_fact(struct arena *arena, const struct hops *hops,
                           const struct log_fact *fact);

/* By hop: the facts about it, up to a NULL. */
const struct log_fact *const *const *match_all(struct arena *arena, const struct hops *hops,
                                               const struct evidence *evidence);

#endif
