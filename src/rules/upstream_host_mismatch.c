#include "rules/name.h"

/* After the fix the hop sends the wanted name as SNI. */
static bool will_send_name(const struct check *check, const struct hop *hop)
{
    bool sent = hop_is_on(check->hops, hop, SETTING_SSL_SERVER_NAME) && name_is_wanted(check, hop);
    return sent || rule_applies(check, name_confidence(check, hop));
}

static bool is_nobodys_name(const struct hop_host *host)
{
    switch (host->kind) {
    case HOST_IPV4:
    case HOST_IPV6:
    case HOST_UPSTREAM:
        return true;
    case HOST_DNS:
    case HOST_UNIX:
    case HOST_VARIABLE:
        break;
    }
    return false;
}

/* A Host that the user wrote is left alone, whatever it says. */
static bool is_mismatch(const struct check *check, const struct hop *hop)
{
    const struct wanted_name *wanted = &check->names[hop->id];
    struct hop_host host = hop_host_header(check->hops, hop);
    return host.item == SCOPE_NONE && is_nobodys_name(&host) &&
           hop_host_kind(wanted->name) == HOST_DNS && wanted->name.len &&
           !str_eq_nocase(host.value, wanted->name) && will_send_name(check, hop);
}

static enum confidence confidence_of(const struct check *check, const struct hop *hop)
{
    return check->facts[hop->id][0] ? CONFIDENCE_PROVEN : name_confidence(check, hop);
}

static void report(struct check *check, const struct hop *hop)
{
    struct hop_host host = hop_host_header(check->hops, hop);
    str name = check->names[hop->id].name;
    rule_report_hop(check, hop, hop->item, confidence_of(check, hop),
                    str_fmt(check->arena, "the Host header for %.*s is \"%.*s\", its name \"%.*s\"",
                            STR_ARG(hop->target), STR_ARG(host.value), STR_ARG(name)));
    rule_rests_on_fact(check, rule_evidence(check, hop));
    name_rests_on(check, hop);
    if (host.hidden) {
        rule_withhold(check, STR("an include that was not given may set headers there: a header "
                                 "added here would drop them all"));
        return;
    }
    rule_set_header(check, hop, STR("Host"), lex_quote(check->arena, name));
}

static void check(struct check *check)
{
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *hop = &check->hops->hop[i];
        bool has_host = hop->family == FAMILY_PROXY || hop->family == FAMILY_GRPC;
        if (has_host && rule_is_tls(check, hop) && is_mismatch(check, hop))
            report(check, hop);
    }
}

const struct rule rule_upstream_host_mismatch = {
    .id = "upstream-host-mismatch",
    .title = "The Host header and the name of the upstream differ",
    .severity = SEVERITY_WARNING,
    .what = "The Host header that nginx sends is an address or the name of an upstream block, "
            "while the TLS name is the backend's own.",
    .why =
        "The backend picks its site by Host once the handshake is over. Host does not follow "
        "proxy_ssl_name: it stays what proxy_pass says, and the backend answers 404, 421 or with "
        "another site.",
    .fix =
        "Sets Host to the same name at the hop. proxy_set_header is inherited all or nothing, so "
        "the headers in force there are copied along.",
    .bad = "server {\n"
           "    proxy_set_header X-Real-IP $remote_addr;\n"
           "    location / {\n"
           "        proxy_pass https://192.0.2.10;\n"
           "        proxy_ssl_server_name on;\n"
           "        proxy_ssl_name api.example.com;\n"
           "    }\n"
           "}\n",
    .good = "server {\n"
            "    proxy_set_header X-Real-IP $remote_addr;\n"
            "    location / {\n"
            "        proxy_pass https://192.0.2.10;\n"
            "        proxy_set_header X-Real-IP $remote_addr;\n"
            "        proxy_set_header Host api.example.com;\n"
            "        proxy_ssl_server_name on;\n"
            "        proxy_ssl_name api.example.com;\n"
            "    }\n"
            "}\n",
    .options = "--answer upstream-name@https://192.0.2.10=api.example.com",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header"},
    .check = check,
};
