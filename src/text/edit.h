/*
 * edit: replacements in one text, and the text that they make.
 *
 * An edit replaces [at.start, at.end) by `text`; an empty span inserts.
 * Invariant of a sorted set: by start, insertions before a replacement there,
 * then by the order in which they were added. An insertion at the border of
 * another edit does not overlap it.
 * Errors: edit_sort reports the first overlap; it never drops an edit.
 * Cost: sorting n edits takes n log n, or n where they are sorted already.
 */
#ifndef TLSMEND_TEXT_EDIT_H
#define TLSMEND_TEXT_EDIT_H

#include "text/source.h"

struct edit {
    span at;
    str text;
    u32 owner; /* what asked for it, for the caller's use: the index of a change */
};

struct edit_set {
    struct arena *arena;
    struct edit *edits;
    u32 count;
    u32 room;
};

struct edit_overlap {
    bool found;
    u32 first; /* owners of the two that overlap */
    u32 second;
};

struct edit_set edit_set_new(struct arena *arena);
void edit_add(struct edit_set *set, span at, str text, u32 owner);
struct edit_overlap edit_sort(struct edit_set *set);

/* The edited text; the set is sorted and free of overlaps. */
str edit_apply(struct arena *arena, str text, const struct edit_set *set);

#endif
