/*
 * plan: which findings' changes are made, and the edits that make them.
 *
 * Findings are taken by confidence, then in the order of the rules. All changes
 * of a finding are made or none. The same change wanted twice is made once; one
 * that contradicts a change already chosen is not made, and its finding says so.
 */
#ifndef TLSMEND_ENGINE_PLAN_H
#define TLSMEND_ENGINE_PLAN_H

#include "rules/rule.h"
#include "syntax/rewrite.h"

enum op_kind { OP_ARGS, OP_WORD, OP_REMOVE, OP_INSERT };

/* One change, resolved to a place in a tree. */
struct op {
    enum op_kind kind;
    u32 finding;
    u32 file;
    u32 node;   /* INSERT: of the block; else the directive */
    u32 anchor; /* INSERT: behind or before this node; TREE_NONE: first in the block */
    bool before;
    u32 word;   /* WORD */
    u32 rank;   /* INSERT: of several at one place, the order */
    str name;   /* INSERT */
    str text;   /* arguments, or the word */
    u32 older;  /* the op before it in its slot of the table of places */
};

struct plan {
    struct op *ops;
    u32 count;
    u32 room;
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
