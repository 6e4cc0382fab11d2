/*
 * group: the hops of one fault, gathered by the directive that is at fault.
 *
 * A value that is set once and serves many hops is one finding, not many; but
 * hops that fail and hops that work are told apart, since what is proven for
 * the first is presumed for the others.
 */
#ifndef TLSMEND_RULES_GROUP_H
#define TLSMEND_RULES_GROUP_H

#include "rules/rule.h"

/* What a rule says about one hop. */
struct pick {
    u32 item; /* the directive at fault */
    enum confidence confidence;
    bool withheld; /* the rule's own: kept apart, too */
};

struct group {
    struct pick pick;
    const struct hop *hop; /* the first of them */
    const u32 *hops;
    u32 count;
};

/* Calls `report` once for each different pick of the hops that `choose` chooses. */
void group_hops(struct check *check,
                bool (*choose)(const struct check *check, const struct hop *hop, struct pick *pick),
                void (*report)(struct check *check, const struct group *group));

/* Reports at the group's directive, about all its hops, with what proves it. */
struct finding *group_report(struct check *check, const struct group *group, str message);

/* "https://pool" or "https://pool and 2 more": for messages. */
str group_targets(const struct check *check, const struct group *group);

#endif
