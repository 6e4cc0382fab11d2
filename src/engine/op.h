/*
 * op: changes as rules say them, resolved to places in trees.
 *
 * "This setting at this hop" becomes "these arguments of that directive" or "a
 * new directive behind that one". The same op wanted twice is made once; one
 * that contradicts an op already there is refused, with the reason.
 * Ownership: the check's arena. Cost: constant a change.
 */
#ifndef TLSMEND_ENGINE_OP_H
#define TLSMEND_ENGINE_OP_H

#include "rules/rule.h"

enum op_kind { OP_ARGS, OP_WORD, OP_REMOVE, OP_INSERT };

/* One change, resolved to a place in a tree. */
struct op {
    enum op_kind kind;
    u32 finding;
    u32 file;
    u32 node;   /* INSERT: of the block; else the directive */
    u32 anchor; /* INSERT: behind or before this node; TREE_NONE: first in the block */
    bool before;
    u32 word;  /* WORD */
    u32 rank;  /* INSERT: of several at one place, the order */
    str name;  /* INSERT */
    str text;  /* arguments, or the word */
    u32 older; /* the op before it in its slot of the table of places */
};

struct ops {
    struct check *check;
    const struct scope *scope;
    struct op *op;
    u32 count;
    u32 room;
    u32 *slots; /* by hash of file and node: the newest op there */
    u32 slot_count;
    /* Of the finding whose changes are being resolved; the caller sets them first. */
    u32 finding;
    str refused;   /* why it cannot be made; empty while it can */
    bool repeated; /* a change of its own is made already */
};

struct ops op_list(struct check *check);

/* Adds what `change` needs, or sets `refused`. */
void op_resolve(struct ops *ops, const struct change *change);

/* Takes back the newest, down to `count`. */
void op_take_back(struct ops *ops, u32 count);

#endif
