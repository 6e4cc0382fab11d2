#include "rules/rule.h"

#define RULE(name) extern const struct rule rule_##name;
#include "rules/registry.inc"
#undef RULE

const struct rule *const rule_registry[] = {
#define RULE(name) &rule_##name,
#include "rules/registry.inc"
#undef RULE
    NULL,
};

const struct rule *rule_by_id(str id)
{
    for (const struct rule *const *rule = rule_registry; *rule; rule++)
        if (str_eq(str_of((*rule)->id), id))
            return *rule;
    return NULL;
}
