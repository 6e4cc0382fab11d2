#include "rules/cipher_list.h"

static bool choose(const struct check *check, const struct hop *hop, struct pick *pick)
{
    struct value ciphers = hop_value(check->hops, hop, SETTING_SSL_CIPHERS);
    enum cipher_list_fate fate = cipher_list_fate(check, hop);
    if (!ciphers.set || !rule_is_tls(check, hop) || fate < CIPHER_LIST_WEAK ||
        !cipher_list_weakest(check, ciphers.text).name.len)
        return false;
    pick->item = ciphers.item;
    pick->confidence = CONFIDENCE_PRESUMED;
    pick->withheld = cipher_list_is_recipe(ciphers.text);
    return true;
}

static void report(struct check *check, const struct group *group)
{
    str list = scope_arg(check->scope, group->pick.item, 1);
    struct cipher weak = cipher_list_weakest(check, list);
    group_report(check, group,
                 str_fmt(check->arena, "%.*s offers %.*s, which has %.*s",
                         STR_ARG(rule_directive(group->hop, SETTING_SSL_CIPHERS)),
                         STR_ARG(weak.name), STR_ARG(weak.weakness)));
    if (group->pick.withheld)
        rule_withhold(check, STR("security level 0 stands in it, so an old backend is meant: it "
                                 "might fail"));
    else
        cipher_list_set(check, group, (str){0});
}

static void check(struct check *check)
{
    group_hops(check, choose, report);
}

const struct rule rule_upstream_ciphers_weak = {
    .id = "upstream-ciphers-weak",
    .title = "Weak cipher suites are offered to the upstream",
    .severity = SEVERITY_WARNING,
    .what = "The list in proxy_ssl_ciphers (grpc_, uwsgi_), expanded by OpenSSL, holds suites "
            "without encryption or authentication, or with RC4, 3DES, MD5 or export keys.",
    .why = "The backend chooses among what is offered. A suite without authentication lets anybody "
           "in between answer as the backend; one without encryption shows everything. Words like "
           "ALL, or HIGH without !aNULL, bring such suites in.",
    .fix = "Takes the list out, which leaves OpenSSL's default: it holds none of these. On a hop "
           "that works this is presumed, since the backend may have nothing better.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "    proxy_ssl_ciphers ALL:eNULL;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_server_name on;\n"
            "}\n",
    .options = "--profile hardened",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_ciphers",
             "https://docs.openssl.org/3.5/man1/openssl-ciphers/",
             "https://cwe.mitre.org/data/definitions/327.html"},
    .check = check,
};
