#include "rules/scheme.h"

static str what_it_becomes(const struct check *check, const struct hop *hop)
{
    return str_fmt(check->arena, "%.*s reaches a port that speaks no TLS", STR_ARG(hop->target));
}

static void report(struct check *check, const struct hop *hop)
{
    const struct log_fact *fact = scheme_plain_evidence(check, hop);
    str answer = rule_answer(check, hop, ASK_UPSTREAM_SCHEME);
    bool plain = scheme_change_of(check, hop) == SCHEME_TO_PLAIN;
    rule_report_hop(check, hop, hop->item, fact ? CONFIDENCE_PROVEN : CONFIDENCE_CERTAIN,
                    plain ? str_fmt(check->arena,
                                    "%.*s is no longer encrypted: what is sent there can be read "
                                    "and changed on the way",
                                    STR_ARG(hop->target))
                          : what_it_becomes(check, hop));
    rule_rests_on_fact(check, fact);
    if (plain) {
        rule_rests_on(check, STR("the answer upstream-scheme"));
        scheme_set(check, hop, false);
    } else if (answer.len) {
        rule_withhold(check, STR("the backend speaks TLS, by the answer upstream-scheme, but not "
                                 "on this port: the port must be another"));
    } else {
        scheme_ask(check, hop,
                   STR("What came back is not TLS. Either the backend is plain by design, and "
                       "http:// is right but not encrypted; or it speaks TLS on another port, "
                       "which its operator knows."));
    }
}

/* A server line without a port explains it all, and upstream-port-missing mends that. */
static bool is_portless(const struct check *check, const struct hop *hop)
{
    const struct log_fact *fact = scheme_plain_evidence(check, hop);
    return scheme_portless_server(hop) != SCOPE_NONE &&
           (!fact || !fact->upstream.port || fact->upstream.port == 80);
}

static void check(struct check *check)
{
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *hop = &check->hops->hop[i];
        bool answered = scheme_change_of(check, hop) == SCHEME_TO_PLAIN;
        bool evident = scheme_plain_evidence(check, hop) && !is_portless(check, hop);
        if (answered || evident)
            report(check, hop);
    }
}

const struct rule rule_upstream_scheme_https_to_plain = {
    .id = "upstream-scheme-https-to-plain",
    .title = "TLS is spoken to a port that is plain",
    .severity = SEVERITY_ERROR,
    .what = "Evidence says that the port that an https:// (grpcs://, suwsgi://, proxy_ssl on) hop "
            "dials does not answer in TLS: \"wrong version number\", \"packet length too long\" "
            "and their kin.",
    .why = "The words mislead: no TLS version is wrong, there is no TLS on that port. The backend "
           "may be plain HTTP by design, or TLS may have another port. Protocols, ciphers and "
           "verification have no part in it.",
    .fix = "Asks what the port speaks. With upstream-scheme=http the hop becomes plain, and its "
           "encryption is lost; with https the port is wrong, and only the backend's operator "
           "knows the right one.",
    .bad = "location / {\n"
           "    proxy_pass https://192.0.2.10:8080;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass http://192.0.2.10:8080;\n"
            "}\n",
    .options = "--answer upstream-scheme@https://192.0.2.10:8080=http",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass"},
    .check = check,
};
