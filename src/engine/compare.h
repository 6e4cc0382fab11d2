/*
 * compare: what a fix did to each hop, read from the fixed text itself.
 *
 * A hop is the same before and after when its target, its TLS settings and its
 * headers are. A hop that changed must be named by an applied finding; else the
 * findings that reach it are withdrawn.
 */
#ifndef TLSMEND_ENGINE_COMPARE_H
#define TLSMEND_ENGINE_COMPARE_H

#include "engine/plan.h"

/* Two hops, of different readings, have the same settings in force. */
bool compare_same_hop(const struct hops *a, u32 hop_a, const struct hops *b, u32 hop_b);

/*
 * Holds `after` against check->hops. Writes a reason into `withdrawn`, by
 * finding, for what must not be made; true when nothing had to be.
 */
bool compare_hops(struct check *check, const struct plan *plan, const struct hops *after,
                  str *withdrawn);

#endif
