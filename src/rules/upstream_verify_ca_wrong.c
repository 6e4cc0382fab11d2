#include "rules/ca.h"
#include "rules/group.h"

enum { LIKELY = 40, DEPTH = 3 };

/* Error 20 is a chain that is too long as well: that is mended first. */
static bool may_be_depth(const struct check *check, const struct hop *hop)
{
    u32 depth = DEPTH;
    str_to_u32(hop_value(check->hops, hop, SETTING_SSL_VERIFY_DEPTH).text, &depth);
    return depth < DEPTH && rule_reason(check, hop, STR("verify-20"));
}

static bool is_answered(const struct check *check, const struct hop *hop)
{
    struct ca ca = ca_wanted(check, hop);
    return ca.path.len && ca.confidence == CONFIDENCE_CERTAIN;
}

static bool choose(const struct check *check, const struct hop *hop, struct pick *pick)
{
    struct value set = hop_value(check->hops, hop, SETTING_SSL_TRUSTED_CERTIFICATE);
    bool answered = is_answered(check, hop);
    if (!rule_is_tls(check, hop) || !hop_is_on(check->hops, hop, SETTING_SSL_VERIFY) || !set.set ||
        !rule_likely(check, hop, LIKELY))
        return false;
    bool same = answered && str_eq(ca_wanted(check, hop).path, set.text);
    if ((!answered && may_be_depth(check, hop)) || same)
        return false;
    pick->item = set.item;
    pick->confidence = CONFIDENCE_PROVEN;
    pick->withheld = !answered;
    return true;
}

static const char *verdict(const struct check *check, const struct hop *hop)
{
    if (rule_reason(check, hop, STR("verify-18")))
        return "is self-signed, and not in";
    if (rule_reason(check, hop, STR("verify-21")))
        return "came without its intermediates, and its issuer is not in";
    return "leads to no CA in";
}

/* Hops may have been answered differently: each gets its own. */
static void set_files(struct check *check, const struct group *group)
{
    bool shared = rule_serves_others(check, SETTING_SSL_TRUSTED_CERTIFICATE, group->pick.item);
    for (u32 i = 0; i < group->count; i++) {
        const struct hop *hop = &check->hops->hop[group->hops[i]];
        str path = lex_quote(check->arena, ca_wanted(check, hop).path);
        if (shared || group->count > 1)
            rule_set(check, hop, SETTING_SSL_TRUSTED_CERTIFICATE, path);
        else
            rule_set_args(check, group->pick.item, path);
    }
}

static void report(struct check *check, const struct group *group)
{
    struct value set = hop_value(check->hops, group->hop, SETTING_SSL_TRUSTED_CERTIFICATE);
    group_report(check, group,
                 str_fmt(check->arena, "the certificate of %.*s %s %.*s",
                         STR_ARG(group_targets(check, group)), verdict(check, group->hop),
                         STR_ARG(set.text)));
    if (!group->pick.withheld) {
        rule_rests_on(check, STR("the answer ca-file"));
        set_files(check, group);
        return;
    }
    for (u32 i = 0; i < group->count; i++)
        ca_ask(check, &check->hops->hop[group->hops[i]]);
}

static void check(struct check *check)
{
    group_hops(check, choose, report);
}

const struct rule rule_upstream_verify_ca_wrong = {
    .id = "upstream-verify-ca-wrong",
    .title = "The CA file does not fit the upstream's certificate",
    .severity = SEVERITY_ERROR,
    .what = "The upstream is verified, and error.log says verify error 2, 18, 19, 20 or 21: its "
            "certificate leads to no CA in proxy_ssl_trusted_certificate (grpc_, uwsgi_).",
    .why = "The file holds another CA than the one that signed, an intermediate without its root, "
           "or the public CAs for a private backend. Or the backend does not send its "
           "intermediates, so that nothing leads from its certificate to the root.",
    .fix = "Sets the file that is answered. It must hold the root of the backend's chain; for a "
           "backend that sends its certificate alone, its intermediates too; for a self-signed "
           "certificate, that certificate. Verification stays on.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "    proxy_ssl_verify on;\n"
           "    proxy_ssl_verify_depth 3;\n"
           "    proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_server_name on;\n"
            "    proxy_ssl_verify on;\n"
            "    proxy_ssl_verify_depth 3;\n"
            "    proxy_ssl_trusted_certificate /etc/nginx/backend-ca.pem;\n"
            "}\n",
    .options = "--answer ca-file=/etc/nginx/backend-ca.pem",
    .evidence = "2026/03/04 10:11:12 [error] 31#31: *9 upstream SSL certificate verify error: "
                "(19:self-signed certificate in certificate chain) while SSL handshaking to "
                "upstream, client: 192.0.2.7, server: shop.example, request: \"GET / HTTP/1.1\", "
                "upstream: \"https://198.51.100.9:443/\", host: \"shop.example\"\n",
    .refs = {"https://nginx.org/en/docs/http/"
             "ngx_http_proxy_module.html#proxy_ssl_trusted_certificate",
             "https://docs.openssl.org/3.5/man1/openssl-verification-options/"},
    .check = check,
};
