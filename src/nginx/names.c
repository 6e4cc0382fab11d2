#include "nginx/names.h"

#include <stdlib.h>

struct name {
    u32 place; /* sets: the block in which it stands; upstreams: the context */
    str text;  /* "$backend", "pool" */
    u32 found; /* sets: the item; upstreams: the block */
};

static int compare_text(str a, str b)
{
    u32 common = a.len < b.len ? a.len : b.len;
    for (u32 i = 0; i < common; i++)
        if (char_lower(a.p[i]) != char_lower(b.p[i]))
            return char_lower(a.p[i]) < char_lower(b.p[i]) ? -1 : 1;
    return (a.len > b.len) - (a.len < b.len);
}

static int compare_keys(const struct name *a, const struct name *b)
{
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    return compare_text(a->text, b->text);
}

static int compare_names(const void *a, const void *b)
{
    const struct name *left = a;
    const struct name *right = b;
    int order = compare_keys(left, right);
    return order ? order : (left->found > right->found) - (left->found < right->found);
}

static void push(struct arena *arena, struct name_list *list, struct name name)
{
    list->name = arena_grow(arena, list->name, list->count, &list->room, sizeof name);
    list->name[list->count++] = name;
}

static void sort(struct name_list *list)
{
    if (list->count > 1)
        qsort(list->name, list->count, sizeof *list->name, compare_names);
}

/* The index of the first with this key; list->count when there is none. */
static u32 find(const struct name_list *list, u32 place, str text)
{
    struct name key = {.place = place, .text = text};
    u32 low = 0;
    u32 high = list->count;
    while (low < high) {
        u32 middle = low + (high - low) / 2;
        if (compare_keys(&list->name[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool hit = low < list->count && compare_keys(&list->name[low], &key) == 0;
    return hit ? low : list->count;
}

static bool is_if(enum context context)
{
    return context == CONTEXT_SERVER_IF || context == CONTEXT_LOCATION_IF;
}

static bool is_upstream(enum context context)
{
    return context == CONTEXT_UPSTREAM || context == CONTEXT_STREAM_UPSTREAM;
}

/*
 * nginx runs a `set` within an `if` in the course of the block around it: there
 * the variable has that value too, sometimes.
 */
static void push_set(struct arena *arena, struct names *names, u32 item)
{
    const struct scope *scope = names->scope;
    str variable = scope_arg(scope, item, 1);
    u32 block = scope->items[item].block;
    push(arena, &names->sets, (struct name){block, variable, item});
    if (is_if(scope->blocks[block].context))
        push(arena, &names->sets, (struct name){scope->blocks[block].parent, variable, item});
}

struct names names_collect(struct arena *arena, const struct scope *scope)
{
    struct names names = {.scope = scope};
    for (u32 i = 0; i < scope->item_count; i++) {
        const struct item *item = &scope->items[i];
        if (!item->row)
            continue;
        if (item->opens != SCOPE_NONE && is_upstream(scope->blocks[item->opens].context))
            push(arena, &names.upstreams,
                 (struct name){scope->blocks[item->opens].context, scope_arg(scope, i, 1),
                               item->opens});
        else if (str_eq(item->row->name, STR("set")))
            push_set(arena, &names, i);
    }
    sort(&names.sets);
    sort(&names.upstreams);
    return names;
}

u32 names_upstream(const struct names *names, enum context context, str name)
{
    u32 at = find(&names->upstreams, context, name);
    return at == names->upstreams.count ? SCOPE_NONE : names->upstreams.name[at].found;
}

/* What nginx has run before `block`: not what a location around a location sets. */
static u32 block_before(const struct scope *scope, u32 block)
{
    bool location = scope->blocks[block].context == CONTEXT_LOCATION;
    do
        block = scope->blocks[block].parent;
    while (location && block != SCOPE_NONE && scope->blocks[block].context == CONTEXT_LOCATION);
    return block;
}

bool names_literal(const struct names *names, u32 block, str variable, str *value)
{
    const struct name_list *sets = &names->sets;
    const struct item *items = names->scope->items;
    u32 only = SCOPE_NONE;
    for (; block != SCOPE_NONE; block = block_before(names->scope, block)) {
        u32 first = find(sets, block, variable);
        if (first == sets->count)
            continue;
        bool again = first + 1 < sets->count &&
                     compare_keys(&sets->name[first], &sets->name[first + 1]) == 0;
        if (again || only != SCOPE_NONE)
            return false;
        only = sets->name[first].found;
        /* Else it stands in an `if`, and what is set further out may hold. */
        if (items[only].block == block)
            break;
    }
    if (only == SCOPE_NONE)
        return false;
    *value = scope_arg(names->scope, only, 2);
    return str_find_char(*value, '$') == STR_NONE;
}
