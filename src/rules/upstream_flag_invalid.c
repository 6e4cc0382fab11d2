#include "nginx/meant.h"
#include "rules/rule.h"

static bool is_flag(const struct check *check, u32 item)
{
    const struct item *where = &check->scope->items[item];
    const struct node *node = &scope_tree(check->scope, item)->nodes[where->node];
    return where->row && where->row->arity & ARITY_FLAG && where->row->flavours & FLAVOUR_OPEN &&
           !(node->flags & (NODE_HAS_TAG | NODE_IS_BLOCK)) &&
           scope_arg_count(check->scope, item) == 1;
}

static bool is_valid(str value)
{
    return str_eq_nocase(value, STR("on")) || str_eq_nocase(value, STR("off"));
}

/* Verification that nginx would refuse for want of a CA is no better than a wrong word. */
static bool lacks_ca(const struct check *check, const struct hop *hop)
{
    struct value ca = hop_value(check->hops, hop, SETTING_SSL_TRUSTED_CERTIFICATE);
    return rule_is_checked(check, hop) && !ca.set && !rule_answer(check, hop, ASK_CA_FILE).len &&
           hop_is_on(check->hops, hop, SETTING_SSL_VERIFY);
}

static bool would_lack_ca(const struct check *check, u32 block, enum family family)
{
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *hop = &check->hops->hop[i];
        if (hop->family == family && scope_within(check->scope, hop->block, block) &&
            lacks_ca(check, hop))
            return true;
    }
    return false;
}

static void add_hops(struct check *check, u32 item, str meant)
{
    enum family family;
    enum setting setting;
    u32 block = check->scope->items[item].block;
    if (!catalogue_setting_of(check->scope->items[item].row, &family, &setting))
        return;
    rule_add_hops_in(check, block, family);
    if (setting == SETTING_SSL_VERIFY && str_eq(meant, STR("on")) &&
        would_lack_ca(check, block, family))
        rule_withhold(check, STR("verification needs a CA file as well: answer ca-file"));
}

static void check_item(struct check *check, u32 item)
{
    str value = scope_arg(check->scope, item, 1);
    str meant = meant_by_flag(value);
    rule_report(check, item, CONFIDENCE_PROVEN,
                str_fmt(check->arena, "%.*s is \"%.*s\": it must be \"on\" or \"off\"",
                        STR_ARG(scope_name(check->scope, item)), STR_ARG(value)));
    rule_rests_on_fact(check, rule_refusal(check, item, STR("invalid-flag")));
    add_hops(check, item, meant);
    if (meant.len)
        rule_set_args(check, item, meant);
    else
        rule_withhold(check, STR("which of the two is meant is not to be seen"));
}

static void check(struct check *check)
{
    for (u32 i = 0; i < check->scope->item_count; i++)
        if (is_flag(check, i) && !is_valid(scope_arg(check->scope, i, 1)) &&
            !rule_is_reported(check, i))
            check_item(check, i);
}

const struct rule rule_upstream_flag_invalid = {
    .id = "upstream-flag-invalid",
    .title = "A flag that is neither on nor off",
    .severity = SEVERITY_ERROR,
    .what = "A directive that is a flag, such as proxy_ssl_server_name, has a value like true, yes "
            "or 1.",
    .why = "nginx takes on and off and no other word: \"invalid value\". It does not start, and a "
           "reload is ignored. The annotations of ingress controllers, which do take true, are "
           "where the word often comes from.",
    .fix = "Writes on or off. Verification is left as it is while no CA file is known, because "
           "nginx would not start with it either.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_server_name true;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_server_name on;\n"
            "}\n",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_server_name"},
    .check = check,
};
