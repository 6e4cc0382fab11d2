#include "rules/scheme.h"

static void report(struct check *check, const struct hop *hop)
{
    const struct log_fact *fact = scheme_tls_evidence(check, hop);
    str answer = rule_answer(check, hop, ASK_UPSTREAM_SCHEME);
    struct finding *finding =
        rule_report_hop(check, hop, hop->item, CONFIDENCE_PROVEN,
                        str_fmt(check->arena, "%.*s speaks plain HTTP to %s", STR_ARG(hop->target),
                                fact ? "a port that wants TLS" : "a port that is TLS by custom"));
    if (!fact)
        finding->severity = SEVERITY_WARNING;
    rule_rests_on_fact(check, fact);
    if (answer.len)
        rule_rests_on(check, STR("the answer upstream-scheme"));
    if (scheme_change_of(check, hop) == SCHEME_TO_TLS)
        scheme_set(check, hop, true);
    else
        scheme_ask(
            check, hop,
            STR("443 and 8443 are TLS by custom. A backend that wants TLS answers plain HTTP "
                "with 400 \"The plain HTTP request was sent to HTTPS port\"."));
}

/* Who answered that it is plain knows. */
static bool is_settled(const struct check *check, const struct hop *hop)
{
    return str_eq_nocase(rule_answer(check, hop, ASK_UPSTREAM_SCHEME), STR("http"));
}

static bool is_wrong(const struct check *check, const struct hop *hop)
{
    if (hop->transport != TRANSPORT_PLAIN || hop->family == FAMILY_STREAM || is_settled(check, hop))
        return false;
    return scheme_is_tls_port(hop) || scheme_change_of(check, hop) == SCHEME_TO_TLS;
}

static void check(struct check *check)
{
    for (u32 i = 0; i < check->hops->count; i++)
        if (is_wrong(check, &check->hops->hop[i]))
            report(check, &check->hops->hop[i]);
}

const struct rule rule_upstream_scheme_http_to_tls = {
    .id = "upstream-scheme-http-to-tls",
    .title = "Plain HTTP is spoken to a TLS port",
    .severity = SEVERITY_ERROR,
    .what = "proxy_pass http:// (grpc://, uwsgi://) leads to port 443 or 8443, or evidence says "
            "that the port wants TLS.",
    .why = "The backend answers 400 \"The plain HTTP request was sent to HTTPS port\" or closes, "
           "and nginx's own error.log says nothing. What was sent has crossed the network "
           "unencrypted. All proxy_ssl_* settings are idle while the scheme is http.",
    .fix =
        "Writes https:// (grpcs://, suwsgi://) when evidence or the answer upstream-scheme=https "
        "says so; SNI and the name are set along with it.",
    .bad = "location / {\n"
           "    proxy_pass http://api.example.com:443;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com:443;\n"
            "    proxy_ssl_server_name on;\n"
            "}\n",
    .options = "--answer upstream-scheme=https",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass"},
    .check = check,
};
