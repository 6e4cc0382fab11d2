#include "rules/legacy.h"
#include "rules/protocols.h"

/* The alert that the backend sends for its versions, or OpenSSL's word for the same. */
static const struct log_fact *version_evidence(const struct check *check, const struct hop *hop)
{
    static const str reasons[] = {STR_INIT("alert-protocol-version"),
                                  STR_INIT("unsupported-protocol"),
                                  STR_INIT("no-protocols-available")};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        const struct log_fact *fact = rule_reason(check, hop, reasons[i]);
        if (fact)
            return fact;
    }
    return NULL;
}

/* What nothing sets is set only for evidence that speaks of versions. */
static const struct log_fact *evidence_of(const struct check *check, const struct hop *hop)
{
    bool set = hop_value(check->hops, hop, SETTING_SSL_PROTOCOLS).set;
    return set ? rule_likely(check, hop, 1) : version_evidence(check, hop);
}

/* The hop offers all that it should: upstream-legacy-backend has the rest. */
static bool offers_enough(const struct check *check, const struct protocols *protocols)
{
    u32 modern = protocols_modern(check);
    return protocols->known && (protocols->offered & modern) == modern;
}

static bool choose(const struct check *check, const struct hop *hop, struct pick *pick)
{
    if (!rule_is_tls(check, hop) || !evidence_of(check, hop))
        return false;
    struct protocols protocols = protocols_at(check, hop);
    if (offers_enough(check, &protocols) || (protocols.value.set && !protocols.known) ||
        protocols_is_recipe(check, hop, &protocols) ||
        (legacy_is_allowed(check, hop) && legacy_evidence(check, hop)))
        return false;
    pick->item = protocols.value.set ? protocols.value.item : hop->item;
    pick->confidence = CONFIDENCE_PROVEN;
    return true;
}

static str offer_text(const struct check *check, const struct protocols *protocols)
{
    if (!protocols->known)
        return STR("what nginx offers by default");
    if (!protocols->offered)
        return STR("nothing that OpenSSL would use");
    return hop_protocols_text(check->arena, protocols->offered);
}

static void report(struct check *check, const struct group *group)
{
    struct protocols protocols = protocols_at(check, group->hop);
    /* Only some alerts speak of versions; the others leave them one cause of several. */
    const char *verdict = version_evidence(check, group->hop) ? "and takes none of it"
                                                              : "only, which may be why it refuses";
    group_report(check, group,
                 str_fmt(check->arena, "%.*s is offered %.*s %s",
                         STR_ARG(group_targets(check, group)),
                         STR_ARG(offer_text(check, &protocols)), verdict));
    for (u32 i = 0; i < group->count; i++)
        rule_rests_on_fact(check, evidence_of(check, &check->hops->hop[group->hops[i]]));
    protocols_set(check, group, protocols_modern(check));
}

static void check(struct check *check)
{
    group_hops(check, choose, report);
}

const struct rule rule_upstream_protocols_mismatch = {
    .id = "upstream-protocols-mismatch",
    .title = "nginx and the upstream share no TLS version",
    .severity = SEVERITY_ERROR,
    .what = "Evidence says that the backend refuses the TLS versions of nginx's offer, which "
            "proxy_ssl_protocols (grpc_, uwsgi_), repeats of it, or the version's default leave "
            "too small.",
    .why = "nginx before 1.23.4 offers no TLS 1.3 unless told to. Repeated lines add up, and a gap "
           "in the list disables all that is above it, so a line that looks modern may offer TLS "
           "1.0 alone. The backend answers with alert 70, some with 40 or 80.",
    .fix = "Replaces the list by TLSv1.2 TLSv1.3, or sets it at the hop where nothing is set.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "    proxy_ssl_protocols TLSv1.2;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_server_name on;\n"
            "    proxy_ssl_protocols TLSv1.2 TLSv1.3;\n"
            "}\n",
    .evidence = "2026/03/04 10:11:12 [error] 31#31: *9 SSL_do_handshake() failed (SSL: "
                "error:0A00042E:SSL routines::tlsv1 alert protocol version:SSL alert number 70) "
                "while SSL handshaking to upstream, client: 192.0.2.7, server: shop.example, "
                "request: \"GET / HTTP/1.1\", upstream: \"https://198.51.100.9:443/\", host: "
                "\"shop.example\"\n",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_protocols",
             "https://www.rfc-editor.org/rfc/rfc8446#section-6.2"},
    .check = check,
};
