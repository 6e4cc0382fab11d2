#include "rules/group.h"

#include <stdlib.h>

struct member {
    struct pick pick;
    u32 hop;
};

static int order(u32 a, u32 b)
{
    return a < b ? -1 : a > b;
}

static int compare_picks(const struct pick *a, const struct pick *b)
{
    if (a->item != b->item)
        return order(a->item, b->item);
    if (a->confidence != b->confidence)
        return order(a->confidence, b->confidence);
    return order(a->withheld, b->withheld);
}

static int compare_members(const void *a, const void *b)
{
    const struct member *left = a;
    const struct member *right = b;
    int by_pick = compare_picks(&left->pick, &right->pick);
    return by_pick ? by_pick : order(left->hop, right->hop);
}

void group_hops(struct check *check,
                bool (*choose)(const struct check *check, const struct hop *hop, struct pick *pick),
                void (*report)(struct check *check, const struct group *group))
{
    struct member *members = arena_array(check->arena, check->hops->count, sizeof *members);
    u32 *hops = arena_array(check->arena, check->hops->count, sizeof *hops);
    u32 count = 0;
    for (u32 i = 0; i < check->hops->count; i++) {
        struct pick pick = {SCOPE_NONE, CONFIDENCE_PRESUMED, false};
        if (choose(check, &check->hops->hop[i], &pick))
            members[count++] = (struct member){pick, i};
    }
    if (count > 1)
        qsort(members, count, sizeof *members, compare_members);
    for (u32 i = 0; i < count; i++)
        hops[i] = members[i].hop;
    for (u32 i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && !compare_picks(&members[i].pick, &members[end].pick);)
            end++;
        struct group group = {members[i].pick, &check->hops->hop[hops[i]], &hops[i], end - i};
        report(check, &group);
    }
}

struct finding *group_report(struct check *check, const struct group *group, str message)
{
    struct finding *finding = rule_report(check, group->pick.item, group->pick.confidence, message);
    for (u32 i = 0; i < group->count; i++) {
        const struct hop *hop = &check->hops->hop[group->hops[i]];
        rule_add_hop(check, hop);
        if (group->pick.confidence == CONFIDENCE_PROVEN)
            rule_rests_on_fact(check, rule_evidence(check, hop));
    }
    return finding;
}

str group_targets(const struct check *check, const struct group *group)
{
    if (group->count == 1)
        return group->hop->target;
    return str_fmt(check->arena, "%.*s and %u more", STR_ARG(group->hop->target), group->count - 1);
}
