#include "text/edit.h"

#include "base/buf.h"

#include <stdlib.h>

struct edit_set edit_set_new(struct arena *arena)
{
    return (struct edit_set){.arena = arena};
}

void edit_add(struct edit_set *set, span at, str text, u32 owner)
{
    set->edits = arena_grow(set->arena, set->edits, set->count, &set->room, sizeof *set->edits);
    set->edits[set->count++] = (struct edit){at, text, owner};
}

/* Insertions come before a replacement that starts where they stand. */
static bool comes_after(const struct edit *a, const struct edit *b)
{
    if (a->at.start != b->at.start)
        return a->at.start > b->at.start;
    return a->at.end > a->at.start && b->at.end == b->at.start;
}

/* Stable, and a set holds tens of edits, nearly sorted. */
static void insertion_sort(struct edit *edits, u32 count)
{
    for (u32 i = 1; i < count; i++) {
        struct edit moving = edits[i];
        u32 to = i;
        for (; to > 0 && comes_after(&edits[to - 1], &moving); to--)
            edits[to] = edits[to - 1];
        edits[to] = moving;
    }
}

struct edit_overlap edit_sort(struct edit_set *set)
{
    insertion_sort(set->edits, set->count);
    for (u32 i = 1; i < set->count; i++) {
        const struct edit *before = &set->edits[i - 1];
        const struct edit *after = &set->edits[i];
        if (after->at.start < before->at.end)
            return (struct edit_overlap){true, before->owner, after->owner};
    }
    return (struct edit_overlap){0};
}

str edit_apply(struct arena *arena, str text, const struct edit_set *set)
{
    struct buf out = buf_new(arena);
    u32 done = 0;
    for (u32 i = 0; i < set->count; i++) {
        const struct edit *edit = &set->edits[i];
        buf_str(&out, str_sub(text, done, edit->at.start));
        buf_str(&out, edit->text);
        done = edit->at.end;
    }
    buf_str(&out, str_from(text, done));
    return buf_view(&out);
}
