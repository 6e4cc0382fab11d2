#include "rules/group.h"

static bool has_variable(str text)
{
    return str_find_char(text, '$') != STR_NONE;
}

/* Host and port of the target as written, without scheme and URI. */
static str authority_of(str target)
{
    u32 mark = str_find(target, STR("://"));
    str rest = mark == STR_NONE ? target : str_from(target, mark + 3);
    return str_sub(rest, 0, str_find_char(rest, '/'));
}

/*
 * A name that nginx looks up for each request. A variable whose value is not to
 * be seen may hold an address or a block's name: only evidence tells.
 */
static bool is_looked_up(const struct check *check, const struct hop *hop)
{
    if (!has_variable(hop->target))
        return false;
    if (rule_likely(check, hop, 1))
        return true;
    return hop->endpoint.kind == HOST_DNS && hop->upstream == SCOPE_NONE &&
           has_variable(authority_of(hop->target));
}

static bool lacks_resolver(const struct check *check, const struct hop *hop)
{
    enum context where = check->scope->blocks[hop->block].context;
    const struct directive *row = catalogue_find(STR("resolver"), where);
    struct in_force found = scope_find(check->scope, hop->block, row);
    return found.item == SCOPE_NONE && found.hidden != HIDES_ALL;
}

static bool choose(const struct check *check, const struct hop *hop, struct pick *pick)
{
    pick->item = hop->item;
    pick->confidence = CONFIDENCE_PRESUMED;
    return is_looked_up(check, hop) && lacks_resolver(check, hop);
}

static void report(struct check *check, const struct group *group)
{
    const struct log_fact *fact = rule_likely(check, group->hop, 1);
    struct finding *finding =
        group_report(check, group,
                     str_fmt(check->arena, "%.*s holds a variable, and no resolver is in force",
                             STR_ARG(group->hop->target)));
    if (!fact)
        finding->severity = SEVERITY_WARNING;
    rule_rests_on_fact(check, fact);
    rule_withhold(check, STR("only the network's operator knows the address of a DNS server that "
                             "nginx may ask"));
}

static void check(struct check *check)
{
    group_hops(check, choose, report);
}

const struct rule rule_upstream_resolver_missing = {
    .id = "upstream-resolver-missing",
    .title = "A variable upstream without a resolver",
    .severity = SEVERITY_ERROR,
    .what = "The host in proxy_pass (grpc_pass, uwsgi_pass) comes from a variable and is no "
            "upstream block and no address, and no resolver is set for it.",
    .why = "A fixed host is looked up when nginx starts. One in a variable is looked up for each "
           "request, by nginx itself, which reads neither /etc/resolv.conf nor /etc/hosts for "
           "that. nginx -t passes; the request gets 502, \"no resolver defined to resolve\".",
    .fix = "The address of the DNS server is not in the configuration, and none is invented: add "
           "resolver ADDRESS; to the http, server or location block, or write the host without a "
           "variable.",
    .no_fix = true,
    .bad = "location / {\n"
           "    set $backend api.example.com;\n"
           "    proxy_pass https://$backend;\n"
           "    proxy_ssl_server_name on;\n"
           "}\n",
    .good = "location / {\n"
            "    resolver 192.0.2.53;\n"
            "    set $backend api.example.com;\n"
            "    proxy_pass https://$backend;\n"
            "    proxy_ssl_server_name on;\n"
            "}\n",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_core_module.html#resolver",
             "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass"},
    .check = check,
};
