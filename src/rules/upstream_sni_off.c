#include "rules/name.h"

static void report(struct check *check, const struct hop *hop)
{
    enum confidence confidence = name_confidence(check, hop);
    const struct log_fact *fact = rule_evidence(check, hop);
    str name = check->names[hop->id].name;
    struct finding *finding = rule_report_hop(
        check, hop, hop->item, confidence,
        str_fmt(check->arena, "%.*s is contacted without SNI: %.*s is not on", STR_ARG(hop->target),
                STR_ARG(rule_directive(hop, SETTING_SSL_SERVER_NAME))));
    if (!fact)
        finding->severity = SEVERITY_WARNING;
    rule_rests_on_fact(check, fact);
    if (!name.len) {
        name_ask(check, hop);
        return;
    }
    rule_set(check, hop, SETTING_SSL_SERVER_NAME, STR("on"));
    name_set_or_ask(check, hop, confidence);
}

static void check(struct check *check)
{
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *hop = &check->hops->hop[i];
        if (rule_is_tls(check, hop) && !hop_is_on(check->hops, hop, SETTING_SSL_SERVER_NAME))
            report(check, hop);
    }
}

const struct rule rule_upstream_sni_off = {
    .id = "upstream-sni-off",
    .title = "The upstream is contacted without SNI",
    .severity = SEVERITY_ERROR,
    .what =
        "A TLS upstream is reached while proxy_ssl_server_name (grpc_, uwsgi_) is off, which is "
        "its default in every version of nginx.",
    .why =
        "Without a server name in the ClientHello, a backend that serves more than one name "
        "cannot tell which one is meant. It closes the connection, sends alert 40, 80 or 112, or "
        "answers with the certificate and the site of its default server.",
    .fix = "Turns proxy_ssl_server_name on where the hop stands. Where the name that nginx would "
           "send is an address or the name of an upstream block, proxy_ssl_name is set as well; if "
           "nothing tells the right one, it is asked for.",
    .bad = "location /api/ {\n"
           "    proxy_pass https://api.example.com/;\n"
           "}\n",
    .good = "location /api/ {\n"
            "    proxy_pass https://api.example.com/;\n"
            "    proxy_ssl_server_name on;\n"
            "}\n",
    .refs = {"https://nginx.org/en/docs/http/"
             "ngx_http_proxy_module.html#proxy_ssl_server_name",
             "https://www.rfc-editor.org/rfc/rfc6066#section-3"},
    .check = check,
};
