#include "text/edit.h"

#include "base/buf.h"

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

/* Merges [0, middle) and [middle, count), each sorted; of equals the first stays first. */
static void merge(const struct edit *from, u32 middle, u32 count, struct edit *to)
{
    u32 left = 0;
    u32 right = middle;
    for (u32 i = 0; i < count; i++) {
        bool take_right =
            left == middle || (right < count && comes_after(&from[left], &from[right]));
        to[i] = from[take_right ? right++ : left++];
    }
}

static u32 least(u32 a, u32 b)
{
    return a < b ? a : b;
}

/* By merging runs of 1, 2, 4 …; qsort is not stable. */
static void merge_sort(struct edit_set *set)
{
    struct edit *from = set->edits;
    struct edit *to = arena_array(set->arena, set->count, sizeof *to);
    for (u32 run = 1; run < set->count; run *= 2) {
        for (u32 at = 0; at < set->count; at += 2 * run) {
            u32 rest = set->count - at;
            merge(from + at, least(run, rest), least(2 * run, rest), to + at);
        }
        struct edit *sorted = to;
        to = from;
        from = sorted;
    }
    set->edits = from;
    set->room = set->count;
}

static bool is_sorted(const struct edit_set *set)
{
    for (u32 i = 1; i < set->count; i++)
        if (comes_after(&set->edits[i - 1], &set->edits[i]))
            return false;
    return true;
}

struct edit_overlap edit_sort(struct edit_set *set)
{
    if (!is_sorted(set))
        merge_sort(set);
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
