#include "rules/group.h"
#include "rules/name.h"

static bool is_address(enum host_kind kind)
{
    return kind == HOST_IPV4 || kind == HOST_IPV6;
}

static bool choose(const struct check *check, const struct hop *hop, struct pick *pick)
{
    if (!rule_is_tls(check, hop) || !hop_is_on(check->hops, hop, SETTING_SSL_VERIFY) ||
        !is_address(hop_name_in_force(check->hops, hop).kind))
        return false;
    struct value name = hop_value(check->hops, hop, SETTING_SSL_NAME);
    pick->item = name.set ? name.item : hop->item;
    pick->confidence = name_confidence(check, hop);
    pick->withheld = !check->names[hop->id].name.len;
    return true;
}

static void report(struct check *check, const struct group *group)
{
    group_report(check, group,
                 str_fmt(check->arena, "the certificate of %.*s is held against an address",
                         STR_ARG(group_targets(check, group))));
    for (u32 i = 0; i < group->count; i++) {
        const struct hop *hop = &check->hops->hop[group->hops[i]];
        if (!group->pick.withheld) {
            name_rests_on(check, hop);
            name_set(check, hop);
        }
        if (group->pick.withheld || !rule_applies(check, group->pick.confidence))
            name_ask(check, hop);
    }
}

static void check(struct check *check)
{
    group_hops(check, choose, report);
}

const struct rule rule_upstream_ip_san = {
    .id = "upstream-ip-san",
    .title = "An address is verified, and nginx never looks at addresses",
    .severity = SEVERITY_ERROR,
    .what = "proxy_ssl_verify (grpc_, uwsgi_) is on, and the name to verify is an IP address, from "
            "proxy_pass or from proxy_ssl_name.",
    .why = "nginx compares names only. An address in the certificate (an iPAddress SAN) does not "
           "count, though curl and browsers take it, so the hop fails: \"upstream SSL certificate "
           "does not match\".",
    .fix = "Sets proxy_ssl_name to a DNS name of the certificate, as answered or as the Host "
           "header gives it. A certificate with addresses alone has to be issued anew.",
    .bad = "location / {\n"
           "    proxy_pass https://192.0.2.10;\n"
           "    proxy_set_header Host api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "    proxy_ssl_verify on;\n"
           "    proxy_ssl_verify_depth 3;\n"
           "    proxy_ssl_trusted_certificate /etc/nginx/backend-ca.pem;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://192.0.2.10;\n"
            "    proxy_ssl_name api.example.com;\n"
            "    proxy_set_header Host api.example.com;\n"
            "    proxy_ssl_server_name on;\n"
            "    proxy_ssl_verify on;\n"
            "    proxy_ssl_verify_depth 3;\n"
            "    proxy_ssl_trusted_certificate /etc/nginx/backend-ca.pem;\n"
            "}\n",
    .options = "--answer upstream-name=api.example.com",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_name",
             "https://docs.openssl.org/3.5/man3/X509_check_host/"},
    .check = check,
};
