#include "rules/group.h"
#include "rules/share.h"

/* ---- what a session carries from one hop to another ----------------------- */

static str text_at(const struct check *check, const struct hop *hop, enum setting setting)
{
    return hop_value(check->hops, hop, setting).text;
}

static bool is_verified(const struct check *check, const struct hop *hop)
{
    return hop_is_on(check->hops, hop, SETTING_SSL_VERIFY);
}

static bool has_certificate(const struct check *check, const struct hop *hop)
{
    return text_at(check, hop, SETTING_SSL_CERTIFICATE).len > 0;
}

static bool is_strict(const struct check *check, const struct hop *hop)
{
    return is_verified(check, hop) || has_certificate(check, hop);
}

static bool uses_name(const struct check *check, const struct hop *hop)
{
    return is_verified(check, hop) || hop_is_on(check->hops, hop, SETTING_SSL_SERVER_NAME);
}

static bool same_name(const struct check *check, const struct hop *a, const struct hop *b)
{
    return !uses_name(check, a) || !uses_name(check, b) ||
           str_eq_nocase(hop_name_in_force(check->hops, a).name,
                         hop_name_in_force(check->hops, b).name);
}

static bool same_checks(const struct check *check, const struct hop *a, const struct hop *b)
{
    if (is_verified(check, a) != is_verified(check, b))
        return false;
    return !is_verified(check, a) || str_eq(text_at(check, a, SETTING_SSL_TRUSTED_CERTIFICATE),
                                            text_at(check, b, SETTING_SSL_TRUSTED_CERTIFICATE));
}

static bool same_policy(const struct check *check, const struct hop *a, const struct hop *b)
{
    return same_checks(check, a, b) && same_name(check, a, b) &&
           str_eq(text_at(check, a, SETTING_SSL_CERTIFICATE),
                  text_at(check, b, SETTING_SSL_CERTIFICATE));
}

/* ---- which of two hops gives its sessions up ------------------------------ */

static bool reuses(const struct check *check, const struct hop *hop)
{
    return rule_is_tls(check, hop) && hop_is_on(check->hops, hop, SETTING_SSL_SESSION_REUSE);
}

/* The strict one; of two that are alike in that the later. */
static bool gives_up(const struct check *check, const struct hop *hop, const struct hop *other)
{
    bool strict = is_strict(check, hop);
    return strict == is_strict(check, other) ? hop->id > other->id : strict;
}

/* The id of a hop that it takes sessions over from, or SCOPE_NONE. */
static u32 crosses(const struct check *check, const struct hop *hop)
{
    if (!reuses(check, hop))
        return SCOPE_NONE;
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *other = &check->hops->hop[i];
        if (share_peers(hop, other) && reuses(check, other) && gives_up(check, hop, other) &&
            !same_policy(check, hop, other))
            return i;
    }
    return SCOPE_NONE;
}

static const struct log_fact *evidence_of(const struct check *check, const struct hop *hop)
{
    return rule_likely(check, hop, 1);
}

static void report(struct check *check, const struct hop *hop, const struct hop *other)
{
    const struct log_fact *fact = evidence_of(check, hop);
    struct finding *finding = rule_report_hop(
        check, hop, hop->item, fact ? CONFIDENCE_PROVEN : CONFIDENCE_SAFE,
        str_fmt(check->arena, "%.*s shares its TLS sessions with the hop at %.*s, which %s",
                STR_ARG(hop->target), STR_ARG(scope_where(check->scope, other->item)),
                same_checks(check, hop, other) ? "shows another name or certificate"
                                               : "verifies otherwise"));
    if (fact)
        finding->severity = SEVERITY_ERROR;
    rule_rests_on_fact(check, fact);
    rule_set(check, hop, SETTING_SSL_SESSION_REUSE, STR("off"));
}

static void check(struct check *check)
{
    for (u32 i = 0; i < check->hops->count; i++) {
        u32 other = crosses(check, &check->hops->hop[i]);
        if (other != SCOPE_NONE)
            report(check, &check->hops->hop[i], &check->hops->hop[other]);
    }
}

const struct rule rule_upstream_session_crosstalk = {
    .id = "upstream-session-crosstalk",
    .title = "Hops of different strictness share TLS sessions",
    .severity = SEVERITY_WARNING,
    .what =
        "Two hops go to the same upstream block, or dial the same host and port, with different "
        "verification, names or client certificates, and both reuse sessions.",
    .why = "nginx keeps one session an address, whichever location made it. A strict hop that "
           "resumes the session of a lax one takes over the lax result: it fails with error 20 "
           "although its CA is right, or passes although it is wrong. It comes and goes with the "
           "order of the requests.",
    .fix = "Sets proxy_ssl_session_reuse off at the strict hop. It costs a full handshake for each "
           "connection there, and no backend minds.",
    .bad = "upstream pool {\n"
           "    server 192.0.2.10:443;\n"
           "}\n"
           "server {\n"
           "    proxy_ssl_server_name on;\n"
           "    proxy_ssl_name api.example.com;\n"
           "    proxy_set_header Host api.example.com;\n"
           "    location /free {\n"
           "        proxy_pass https://pool;\n"
           "    }\n"
           "    location /strict {\n"
           "        proxy_pass https://pool;\n"
           "        proxy_ssl_verify on;\n"
           "        proxy_ssl_verify_depth 3;\n"
           "        proxy_ssl_trusted_certificate /etc/nginx/backend-ca.pem;\n"
           "    }\n"
           "}\n",
    .good = "upstream pool {\n"
            "    server 192.0.2.10:443;\n"
            "}\n"
            "server {\n"
            "    proxy_ssl_server_name on;\n"
            "    proxy_ssl_name api.example.com;\n"
            "    proxy_set_header Host api.example.com;\n"
            "    location /free {\n"
            "        proxy_pass https://pool;\n"
            "    }\n"
            "    location /strict {\n"
            "        proxy_pass https://pool;\n"
            "        proxy_ssl_session_reuse off;\n"
            "        proxy_ssl_verify on;\n"
            "        proxy_ssl_verify_depth 3;\n"
            "        proxy_ssl_trusted_certificate /etc/nginx/backend-ca.pem;\n"
            "    }\n"
            "}\n",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_session_reuse"},
    .check = check,
};
