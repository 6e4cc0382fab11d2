#include "engine/compare.h"

static bool same_settings(const struct hops *a, const struct hop *hop_a, const struct hops *b,
                          const struct hop *hop_b)
{
    for (u32 setting = 0; setting < SETTING_COUNT; setting++) {
        struct value one = hop_value(a, hop_a, (enum setting)setting);
        struct value two = hop_value(b, hop_b, (enum setting)setting);
        if (one.set != two.set || !str_eq(one.text, two.text))
            return false;
    }
    return true;
}

static bool same_servers(const struct hop *a, const struct hop *b)
{
    if (a->server_count != b->server_count)
        return false;
    for (u32 i = 0; i < a->server_count; i++)
        if (!str_eq(a->servers[i].host, b->servers[i].host) ||
            a->servers[i].port != b->servers[i].port)
            return false;
    return true;
}

bool compare_same_hop(const struct hops *a, u32 hop_a, const struct hops *b, u32 hop_b)
{
    const struct hop *one = &a->hop[hop_a];
    const struct hop *two = &b->hop[hop_b];
    return one->family == two->family && one->transport == two->transport &&
           str_eq(one->resolved, two->resolved) && same_servers(one, two) &&
           same_settings(a, one, b, two);
}

/* The op changes something in a block around the hop, or in its upstream block. */
static bool reaches(const struct scope *scope, const struct op *op, u32 block)
{
    const struct tree *tree = scope->files->file[op->file].tree;
    u32 node = op->kind == OP_INSERT ? op->node : tree->nodes[op->node].parent;
    for (; block != SCOPE_NONE; block = scope->blocks[block].parent) {
        const struct block *b = &scope->blocks[block];
        /* A file that is included stands in the block that includes it. */
        if ((b->file == op->file && b->node == node) || (node == TREE_ROOT && b->file != op->file))
            return true;
    }
    return false;
}

/* Withdraws what reaches the hop; false when nothing does. */
static bool withdraw(const struct check *check, const struct plan *plan, const struct hop *hop,
                     str *withdrawn)
{
    bool found = false;
    for (u32 i = 0; i < plan->count; i++) {
        const struct op *op = &plan->ops[i];
        bool hit = reaches(check->scope, op, hop->block) ||
                   (hop->upstream != SCOPE_NONE && reaches(check->scope, op, hop->upstream));
        if (!hit || withdrawn[op->finding].len)
            continue;
        withdrawn[op->finding] = str_fmt(
            check->arena, "it would also change the hop at %.*s, which is not meant: withdrawn",
            STR_ARG(scope_where(check->scope, hop->item)));
        found = true;
    }
    return found;
}

static void withdraw_all(const struct plan *plan, str *withdrawn, str why)
{
    for (u32 i = 0; i < plan->count; i++)
        if (!withdrawn[plan->ops[i].finding].len)
            withdrawn[plan->ops[i].finding] = why;
}

bool compare_hops(struct check *check, const struct plan *plan, const struct hops *after,
                  str *withdrawn)
{
    if (after->count != check->hops->count) {
        withdraw_all(plan, withdrawn, STR("the fixed text has other hops than before: withdrawn"));
        return plan->count == 0;
    }
    bool clean = true;
    const bool *named = plan_named_hops(check);
    for (u32 i = 0; i < after->count; i++) {
        if (named[i] || compare_same_hop(check->hops, i, after, i))
            continue;
        clean = false;
        if (!withdraw(check, plan, &check->hops->hop[i], withdrawn))
            withdraw_all(plan, withdrawn, STR("it changes a hop that is not meant: withdrawn"));
    }
    return clean;
}
