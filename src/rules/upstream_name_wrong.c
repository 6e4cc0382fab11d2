#include "rules/name.h"

/* The name matters only where it is sent or compared. */
static bool is_used(const struct check *check, const struct hop *hop)
{
    return hop_is_on(check->hops, hop, SETTING_SSL_SERVER_NAME) ||
           hop_is_on(check->hops, hop, SETTING_SSL_VERIFY);
}

/* upstream-ip-san has these. */
static bool is_verified_address(const struct check *check, const struct hop *hop)
{
    enum host_kind kind = hop_name_in_force(check->hops, hop).kind;
    return (kind == HOST_IPV4 || kind == HOST_IPV6) &&
           hop_is_on(check->hops, hop, SETTING_SSL_VERIFY);
}

static bool is_wrong(const struct check *check, const struct hop *hop)
{
    bool answered = check->names[hop->id].source == NAME_ANSWERED;
    if (is_verified_address(check, hop))
        return false;
    if (name_is_hopeless(check, hop))
        return true;
    /* The certificate that the backend showed has another. */
    answered |= check->names[hop->id].source == NAME_CERTIFICATE;
    if (answered)
        return !name_is_wanted(check, hop);
    return rule_reason(check, hop, STR("name-mismatch")) != NULL;
}

static const char *what_it_is(struct hop_name name)
{
    switch (name.kind) {
    case HOST_UPSTREAM:
        return "the name of the upstream block";
    case HOST_IPV4:
    case HOST_IPV6:
        return "an address";
    case HOST_UNIX:
        return "the path of a socket";
    case HOST_VARIABLE:
        return "the name that the client asked for";
    case HOST_DNS:
        break;
    }
    return "not the name of the backend";
}

static u32 place_of(const struct check *check, const struct hop *hop)
{
    struct value set = hop_value(check->hops, hop, SETTING_SSL_NAME);
    return set.set ? set.item : hop->item;
}

static void report(struct check *check, const struct hop *hop)
{
    struct hop_name name = hop_name_in_force(check->hops, hop);
    const struct wanted_name *wanted = &check->names[hop->id];
    enum confidence confidence = name_confidence(check, hop);
    rule_report_hop(check, hop, place_of(check, hop), confidence,
                    str_fmt(check->arena, "the name for %.*s is \"%.*s\": %s", STR_ARG(hop->target),
                            STR_ARG(name.name), what_it_is(name)));
    rule_rests_on_fact(check, rule_evidence(check, hop));
    if (!wanted->name.len || name_is_wanted(check, hop)) {
        name_ask(check, hop);
        return;
    }
    name_set_or_ask(check, hop, confidence);
}

static void check(struct check *check)
{
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *hop = &check->hops->hop[i];
        if (rule_is_tls(check, hop) && is_used(check, hop) && is_wrong(check, hop))
            report(check, hop);
    }
}

const struct rule rule_upstream_name_wrong = {
    .id = "upstream-name-wrong",
    .title = "The name sent to the upstream is not its own",
    .severity = SEVERITY_ERROR,
    .what = "The name that nginx sends as SNI, or compares with the certificate, is the name of an "
            "upstream block, an address, a socket's path, or the client's own Host.",
    .why = "Unless proxy_ssl_name says otherwise, nginx takes the host as it stands in proxy_pass. "
           "The name of an upstream block means nothing to the backend, which answers with alert "
           "112 or the wrong site; an address is never sent as SNI, and nginx does not look at the "
           "addresses in a certificate, so verification cannot succeed.",
    .fix = "Sets proxy_ssl_name at the hop to the name that the certificate carries: as answered, "
           "or as the Host header or the block's servers give it; else it is asked for.",
    .bad = "upstream pool {\n"
           "    server 192.0.2.10:443;\n"
           "}\n"
           "server {\n"
           "    location / {\n"
           "        proxy_pass https://pool;\n"
           "        proxy_set_header Host api.example.com;\n"
           "        proxy_ssl_server_name on;\n"
           "    }\n"
           "}\n",
    .good = "upstream pool {\n"
            "    server 192.0.2.10:443;\n"
            "}\n"
            "server {\n"
            "    location / {\n"
            "        proxy_pass https://pool;\n"
            "        proxy_ssl_name api.example.com;\n"
            "        proxy_set_header Host api.example.com;\n"
            "        proxy_ssl_server_name on;\n"
            "    }\n"
            "}\n",
    .options = "--answer upstream-name=api.example.com",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_name"},
    .check = check,
};
