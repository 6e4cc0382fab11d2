#include "rules/ca.h"
#include "rules/name.h"
#include "rules/share.h"

/* A depth that holds for every public chain, and for most private ones. */
enum { DEPTH = 3 };

static bool is_off(const struct check *check, const struct hop *hop)
{
    return rule_is_tls(check, hop) && !hop_is_on(check->hops, hop, SETTING_SSL_VERIFY);
}

/* Verification compares the name: one that nobody said is no ground for it. */
static enum confidence confidence_of(const struct check *check, const struct hop *hop)
{
    const struct wanted_name *wanted = &check->names[hop->id];
    if (ca_wanted(check, hop).confidence == CONFIDENCE_PRESUMED)
        return CONFIDENCE_PRESUMED;
    if (wanted->source == NAME_SET)
        return CONFIDENCE_CERTAIN;
    return name_confidence(check, hop) == CONFIDENCE_PRESUMED ? CONFIDENCE_PRESUMED
                                                              : CONFIDENCE_CERTAIN;
}

static bool is_known(const struct check *check, const struct hop *hop)
{
    return ca_wanted(check, hop).path.len && check->names[hop->id].name.len;
}

static bool will_verify(const struct check *check, const struct hop *hop)
{
    return !is_off(check, hop) ||
           (is_known(check, hop) && rule_applies(check, confidence_of(check, hop)));
}

/* A session that a hop made without checking would fail the check here. */
static bool needs_own_sessions(const struct check *check, const struct hop *hop)
{
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *other = &check->hops->hop[i];
        if (share_peers(hop, other) && rule_is_tls(check, other) && !will_verify(check, other))
            return true;
    }
    return false;
}

static void set_depth(struct check *check, const struct hop *hop)
{
    u32 depth = 0;
    str text = hop_value(check->hops, hop, SETTING_SSL_VERIFY_DEPTH).text;
    if (!str_to_u32(text, &depth) || depth < DEPTH)
        rule_set(check, hop, SETTING_SSL_VERIFY_DEPTH, STR("3"));
}

static void set_all(struct check *check, const struct hop *hop, struct ca ca)
{
    if (!hop_is_on(check->hops, hop, SETTING_SSL_SERVER_NAME))
        rule_set(check, hop, SETTING_SSL_SERVER_NAME, STR("on"));
    name_set(check, hop);
    rule_set(check, hop, SETTING_SSL_VERIFY, STR("on"));
    set_depth(check, hop);
    if (!str_eq(hop_value(check->hops, hop, SETTING_SSL_TRUSTED_CERTIFICATE).text, ca.path))
        rule_set(check, hop, SETTING_SSL_TRUSTED_CERTIFICATE, lex_quote(check->arena, ca.path));
    if (hop_is_on(check->hops, hop, SETTING_SSL_SESSION_REUSE) && needs_own_sessions(check, hop))
        rule_set(check, hop, SETTING_SSL_SESSION_REUSE, STR("off"));
}

static void report(struct check *check, const struct hop *hop)
{
    struct ca ca = ca_wanted(check, hop);
    enum confidence confidence = confidence_of(check, hop);
    str name = check->names[hop->id].name;
    rule_report_hop(check, hop, hop->item, confidence,
                    str_fmt(check->arena, "the certificate of %.*s is not verified: %.*s is not on",
                            STR_ARG(hop->target),
                            STR_ARG(rule_directive(hop, SETTING_SSL_VERIFY))));
    if (ca.path.len && name.len) {
        rule_rests_on(check, ca.from);
        name_rests_on(check, hop);
        set_all(check, hop, ca);
    }
    if (!ca.path.len || (ca.confidence == CONFIDENCE_PRESUMED && !rule_applies(check, confidence)))
        ca_ask(check, hop);
    else if (!name.len || !rule_applies(check, confidence))
        name_ask(check, hop);
}

static void check(struct check *check)
{
    for (u32 i = 0; i < check->hops->count; i++)
        if (is_off(check, &check->hops->hop[i]))
            report(check, &check->hops->hop[i]);
}

const struct rule rule_upstream_verify_off = {
    .id = "upstream-verify-off",
    .title = "The upstream's certificate is not verified",
    .severity = SEVERITY_WARNING,
    .what = "A TLS upstream is reached while proxy_ssl_verify (grpc_, uwsgi_) is off, which is its "
            "default in every version of nginx.",
    .why = "The connection is encrypted, but to whom is not checked: whoever can answer at that "
           "address, by DNS, ARP or a hijacked route, is sent the requests with all that is in "
           "them. nginx says nothing about it.",
    .fix = "Turns verification on with the CA file that is answered, a depth of 3 and the name of "
           "the backend. Without a CA file it is asked for: a wrong one would make a hop fail that "
           "works.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_server_name on;\n"
            "    proxy_ssl_verify on;\n"
            "    proxy_ssl_verify_depth 3;\n"
            "    proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;\n"
            "}\n",
    .options = "--platform debian --answer ca-file=system",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_verify",
             "https://cwe.mitre.org/data/definitions/295.html"},
    .check = check,
};
