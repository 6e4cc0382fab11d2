#include "rules/group.h"
#include "rules/name.h"

static bool choose(const struct check *check, const struct hop *hop, struct pick *pick)
{
    struct value name = hop_value(check->hops, hop, SETTING_SSL_NAME);
    bool used = hop_is_on(check->hops, hop, SETTING_SSL_SERVER_NAME) ||
                hop_is_on(check->hops, hop, SETTING_SSL_VERIFY);
    if (!name.set || used || !rule_is_tls(check, hop))
        return false;
    pick->item = name.item;
    pick->confidence = name_confidence(check, hop);
    pick->withheld = !check->names[hop->id].name.len;
    return true;
}

static void report(struct check *check, const struct group *group)
{
    str directive = rule_directive(group->hop, SETTING_SSL_NAME);
    group_report(check, group,
                 str_fmt(check->arena,
                         "%.*s does nothing for %.*s: it is neither sent nor verified",
                         STR_ARG(directive), STR_ARG(group_targets(check, group))));
    for (u32 i = 0; i < group->count; i++) {
        const struct hop *hop = &check->hops->hop[group->hops[i]];
        if (group->pick.withheld) {
            name_ask(check, hop);
            continue;
        }
        rule_set(check, hop, SETTING_SSL_SERVER_NAME, STR("on"));
        name_set(check, hop);
        name_rests_on(check, hop);
    }
}

static void check(struct check *check)
{
    group_hops(check, choose, report);
}

const struct rule rule_upstream_name_dead = {
    .id = "upstream-name-dead",
    .title = "A name for the upstream that is never used",
    .severity = SEVERITY_WARNING,
    .what = "proxy_ssl_name (grpc_, uwsgi_) is set while proxy_ssl_server_name and "
            "proxy_ssl_verify are both off.",
    .why = "The name alone changes nothing. nginx reads it in two places only: to send it as SNI, "
           "and to compare it with the certificate. With both off the backend is contacted "
           "without a name, as if the line were not there.",
    .fix = "Turns proxy_ssl_server_name on at the hop, so that the name is sent.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_name api.example.com;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_server_name on;\n"
            "    proxy_ssl_name api.example.com;\n"
            "}\n",
    .options = "--answer upstream-name@https://api.example.com=api.example.com",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_name",
             "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_server_name"},
    .check = check,
};
