#include "rules/ca.h"

/* Facts: where distributions keep their bundle, as one file. */
static str bundle_of(enum platform platform)
{
    switch (platform) {
    case PLATFORM_DEBIAN:
        return STR("/etc/ssl/certs/ca-certificates.crt");
    case PLATFORM_RHEL:
        return STR("/etc/pki/tls/certs/ca-bundle.crt");
    case PLATFORM_SUSE:
        return STR("/etc/ssl/ca-bundle.pem");
    case PLATFORM_ALPINE:
    case PLATFORM_FREEBSD:
        return STR("/etc/ssl/cert.pem");
    case PLATFORM_UNKNOWN:
        break;
    }
    return (str){0};
}

/* A name that public CAs issue for, and that nginx dials by itself. */
static bool is_public(const struct hop *hop)
{
    return hop->endpoint.kind == HOST_DNS && hop_is_public_name(hop->endpoint.host) &&
           !str_ends(hop->endpoint.host, STR(".local")) &&
           !str_ends(hop->endpoint.host, STR(".internal")) &&
           !str_ends(hop->endpoint.host, STR(".test"));
}

struct ca ca_wanted(const struct check *check, const struct hop *hop)
{
    str answer = rule_answer(check, hop, ASK_CA_FILE);
    struct value set = hop_value(check->hops, hop, SETTING_SSL_TRUSTED_CERTIFICATE);
    str bundle = bundle_of(check->target.platform);
    if (str_eq_nocase(answer, STR("system")))
        return (struct ca){bundle, CONFIDENCE_CERTAIN, STR("the answer ca-file")};
    if (answer.len)
        return (struct ca){answer, CONFIDENCE_CERTAIN, STR("the answer ca-file")};
    if (set.set)
        return (struct ca){set.text, CONFIDENCE_PRESUMED, scope_where(check->scope, set.item)};
    if (is_public(hop))
        return (struct ca){bundle, CONFIDENCE_PRESUMED, STR("the platform's bundle")};
    return (struct ca){.confidence = CONFIDENCE_PRESUMED};
}

void ca_ask(struct check *check, const struct hop *hop)
{
    bool system = str_eq_nocase(rule_answer(check, hop, ASK_CA_FILE), STR("system"));
    rule_withhold(check, system ? STR("where the platform keeps its bundle is not known: say the "
                                      "platform, or answer ca-file with a path")
                                : STR("the CA of the backend is not known: answer ca-file"));
    rule_ask(check, hop, ASK_CA_FILE,
             str_fmt(check->arena, "Which file holds the CA that signed the certificate of %.*s?",
                     STR_ARG(hop->target)),
             STR("nginx has no CAs of its own and reads one PEM file. For a public name it is the "
                 "platform's bundle (system); for a private CA its root certificate; for a "
                 "self-signed certificate that certificate itself."));
    if (is_public(hop))
        rule_ask_suggest(check, STR("system"));
}
