#include "rules/ca.h"
#include "rules/group.h"

static bool lacks_ca(const struct check *check, const struct hop *hop)
{
    struct value ca = hop_value(check->hops, hop, SETTING_SSL_TRUSTED_CERTIFICATE);
    return hop_is_on(check->hops, hop, SETTING_SSL_VERIFY) && !ca.set && ca.hidden != HIDES_ALL;
}

static bool choose(const struct check *check, const struct hop *hop, struct pick *pick)
{
    if (!rule_is_checked(check, hop) || !lacks_ca(check, hop))
        return false;
    struct ca ca = ca_wanted(check, hop);
    pick->item = hop_value(check->hops, hop, SETTING_SSL_VERIFY).item;
    pick->withheld = !ca.path.len;
    /* nginx does not start; but a file that nobody confirmed may not be there either. */
    bool unsure = ca.path.len && ca.confidence == CONFIDENCE_PRESUMED;
    pick->confidence = unsure ? CONFIDENCE_PRESUMED : CONFIDENCE_PROVEN;
    return true;
}

static void report(struct check *check, const struct group *group)
{
    group_report(check, group,
                 str_fmt(check->arena, "%.*s is on without %.*s for %.*s",
                         STR_ARG(rule_directive(group->hop, SETTING_SSL_VERIFY)),
                         STR_ARG(rule_directive(group->hop, SETTING_SSL_TRUSTED_CERTIFICATE)),
                         STR_ARG(group_targets(check, group))));
    bool waits = group->pick.withheld || !rule_applies(check, group->pick.confidence);
    for (u32 i = 0; i < group->count; i++) {
        const struct hop *hop = &check->hops->hop[group->hops[i]];
        struct ca ca = ca_wanted(check, hop);
        if (ca.path.len) {
            rule_rests_on(check, ca.from);
            rule_set(check, hop, SETTING_SSL_TRUSTED_CERTIFICATE, lex_quote(check->arena, ca.path));
        }
        if (waits)
            ca_ask(check, hop);
    }
}

static void check(struct check *check)
{
    group_hops(check, choose, report);
}

const struct rule rule_upstream_verify_no_ca = {
    .id = "upstream-verify-no-ca",
    .title = "The upstream is to be verified, and no CA is trusted",
    .severity = SEVERITY_ERROR,
    .what = "proxy_ssl_verify (grpc_, uwsgi_) is on where no proxy_ssl_trusted_certificate is in "
            "force.",
    .why = "nginx uses no CAs of the system by itself. It refuses the configuration with \"no "
           "proxy_ssl_trusted_certificate for proxy_ssl_verify\", and names no file or line.",
    .fix = "Sets proxy_ssl_trusted_certificate at the hop to the CA file that is answered. "
           "Verification stays on.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "    proxy_ssl_verify on;\n"
           "    proxy_ssl_verify_depth 3;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_trusted_certificate /etc/nginx/backend-ca.pem;\n"
            "    proxy_ssl_server_name on;\n"
            "    proxy_ssl_verify on;\n"
            "    proxy_ssl_verify_depth 3;\n"
            "}\n",
    .options = "--answer ca-file=/etc/nginx/backend-ca.pem",
    .refs = {"https://nginx.org/en/docs/http/"
             "ngx_http_proxy_module.html#proxy_ssl_trusted_certificate"},
    .check = check,
};
