/*
 * plan: which findings' changes are made, and the edits that make them.
 *
 * Findings are taken by confidence, then in the order of the rules. All changes
 * of a finding are made or none. The same change wanted twice is made once; one
 * that contradicts a change already chosen is not made, and its finding says so.
 */
#ifndef TLSMEND_ENGINE_PLAN_H
#define TLSMEND_ENGINE_PLAN_H

#include "engine/op.h"
#include "syntax/rewrite.h"

struct plan {
    const struct op *ops;
    u32 count;
    struct edit_set *edits; /* by file, sorted, without overlaps */
    str *texts;             /* by file, with the edits made */
};

/*
 * Sets `applied` and `not_applied` of every finding. A finding whose
 * `withdrawn` entry holds a reason is left out with that reason.
 */
struct plan plan_make(struct check *check, const str *withdrawn);

/* By hop: an applied finding names it. */
const bool *plan_named_hops(const struct check *check);

#endif
