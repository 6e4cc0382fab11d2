#include "rules/group.h"
#include "rules/legacy.h"

static const struct log_fact *evidence_of(const struct check *check, const struct hop *hop)
{
    return rule_reason(check, hop, STR("unsafe-legacy-renegotiation"));
}

/* The option is unknown before OpenSSL 3.0; but only 3.0 and newer write such a code. */
static bool is_openssl_3(const struct check *check, const struct log_fact *fact)
{
    return version_at_least(check->target.openssl, VERSION(3, 0, 0)) ||
           (!version_known(check->target.openssl) && str_starts(fact->code, STR("0A")));
}

static bool is_set(const struct check *check, const struct hop *hop)
{
    str commands = hop_value(check->hops, hop, SETTING_SSL_CONF_COMMAND).text;
    return str_has(commands, STR("UnsafeLegacyServerConnect"));
}

static bool choose(const struct check *check, const struct hop *hop, struct pick *pick)
{
    pick->item = hop->item;
    pick->confidence = CONFIDENCE_PROVEN;
    return rule_is_tls(check, hop) && evidence_of(check, hop) && !is_set(check, hop);
}

static void mend(struct check *check, const struct hop *hop)
{
    if (!is_openssl_3(check, evidence_of(check, hop))) {
        rule_withhold(check, STR("the option is known to OpenSSL 3.0 and newer only"));
    } else if (!legacy_is_allowed(check, hop)) {
        legacy_ask(check, hop,
                   str_fmt(check->arena,
                           "May nginx talk to %.*s although it lacks secure renegotiation?",
                           STR_ARG(hop->target)),
                   STR("Who can intercept the connection may then put a request of his own before "
                       "nginx's (CVE-2009-3555). The better way is to upgrade the backend."));
    } else {
        rule_rests_on(check, STR("the answer allow-legacy"));
        rule_set_command(check, hop, STR("Options"), STR("UnsafeLegacyServerConnect"));
    }
}

static void report(struct check *check, const struct group *group)
{
    group_report(check, group,
                 str_fmt(check->arena, "%.*s lacks secure renegotiation, and OpenSSL 3 demands it",
                         STR_ARG(group_targets(check, group))));
    mend(check, group->hop);
}

static void check(struct check *check)
{
    group_hops(check, choose, report);
}

const struct rule rule_upstream_renegotiation = {
    .id = "upstream-renegotiation",
    .title = "The upstream lacks secure renegotiation",
    .severity = SEVERITY_ERROR,
    .what = "OpenSSL, on nginx's side, breaks the handshake off with \"unsafe legacy renegotiation "
            "disabled\".",
    .why = "The backend, or a box before it, does not know RFC 5746 of 2010. OpenSSL 3.0 stopped "
           "talking to such servers, so the hop fails after an upgrade of the system, with the "
           "configuration as it was.",
    .fix = "With the answer allow-legacy, sets proxy_ssl_conf_command Options "
           "UnsafeLegacyServerConnect at the hop, from nginx 1.19.4 on. Without it nothing is "
           "changed.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_conf_command Options UnsafeLegacyServerConnect;\n"
            "    proxy_ssl_server_name on;\n"
            "}\n",
    .options = "--nginx 1.26.3 --answer allow-legacy=yes",
    .evidence = "2026/03/04 10:11:12 [error] 31#31: *9 SSL_do_handshake() failed (SSL: "
                "error:0A000152:SSL routines::unsafe legacy renegotiation disabled) while SSL "
                "handshaking to upstream, client: 192.0.2.7, server: shop.example, request: "
                "\"GET / HTTP/1.1\", upstream: \"https://198.51.100.9:443/\", host: "
                "\"shop.example\"\n",
    .refs = {"https://www.rfc-editor.org/rfc/rfc5746",
             "https://docs.openssl.org/3.5/man3/SSL_CONF_cmd/"},
    .check = check,
};
