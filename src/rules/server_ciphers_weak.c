#include "rules/cipher_list.h"
#include "rules/servers.h"

static void report(struct check *check, u32 item, struct cipher weak)
{
    rule_report(check, item, CONFIDENCE_PRESUMED,
                str_fmt(check->arena, "ssl_ciphers offers %.*s, which has %.*s", STR_ARG(weak.name),
                        STR_ARG(weak.weakness)));
    rule_set_args(check, item, STR(SERVERS_INTERMEDIATE));
}

static void check(struct check *check)
{
    struct servers servers = servers_find(check);
    for (u32 i = 0; i < servers.count; i++) {
        u32 item = servers_setting(check, &servers.server[i], STR("ssl_ciphers"));
        if (!servers.server[i].ssl || item == SCOPE_NONE || rule_is_reported(check, item))
            continue;
        struct cipher weak = cipher_list_weakest(check, scope_arg(check->scope, item, 1));
        if (weak.name.len)
            report(check, item, weak);
    }
}

const struct rule rule_server_ciphers_weak = {
    .id = "server-ciphers-weak",
    .title = "Weak cipher suites are offered to clients",
    .severity = SEVERITY_WARNING,
    .what = "The list in ssl_ciphers, expanded by OpenSSL, holds suites without encryption or "
            "authentication, or with RC4, 3DES, MD5 or export keys.",
    .why = "A client that asks for such a suite gets it. Scanners mark the site down for it, and "
           "auditors ask why. Words like ALL or MEDIUM, or HIGH without !aNULL, bring them in.",
    .fix = "Writes Mozilla's list \"intermediate\" (guideline 6.0). It is presumed: clients from "
           "before 2014 may have nothing in common with it.",
    .bad = "server {\n"
           "    listen 443 ssl;\n"
           "    ssl_ciphers ALL:!EXPORT;\n"
           "}\n",
    .good = "server {\n"
            "    listen 443 ssl;\n"
            "    ssl_ciphers " SERVERS_INTERMEDIATE ";\n"
            "}\n",
    .options = "--profile hardened",
    .refs = {"https://ssl-config.mozilla.org/guidelines/6.0.json",
             "https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_ciphers"},
    .check = check,
};
