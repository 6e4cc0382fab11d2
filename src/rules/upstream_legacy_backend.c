#include "rules/cipher_list.h"
#include "rules/legacy.h"
#include "rules/protocols.h"

/* All of them: what the backend has best is agreed on, and no gap is left. */
static u32 recipe(const struct check *check)
{
    return PROTOCOL_TLS1 | PROTOCOL_TLS1_1 | protocols_modern(check);
}

static bool is_recipe(const struct check *check, const struct protocols *protocols)
{
    return protocols->pinned && (protocols->enabled & recipe(check)) == recipe(check);
}

static bool choose(const struct check *check, const struct hop *hop, struct pick *pick)
{
    struct protocols protocols = protocols_at(check, hop);
    if (!rule_is_tls(check, hop) || !legacy_evidence(check, hop) ||
        (legacy_is_allowed(check, hop) && is_recipe(check, &protocols)))
        return false;
    pick->item = protocols.value.set ? protocols.value.item : hop->item;
    pick->confidence = CONFIDENCE_PROVEN;
    pick->withheld = !legacy_is_allowed(check, hop);
    return true;
}

static void report(struct check *check, const struct group *group)
{
    group_report(check, group,
                 str_fmt(check->arena, "%.*s speaks nothing newer than TLS 1.1",
                         STR_ARG(group_targets(check, group))));
    for (u32 i = 0; i < group->count; i++) {
        const struct hop *hop = &check->hops->hop[group->hops[i]];
        rule_rests_on_fact(check, legacy_evidence(check, hop));
        if (group->pick.withheld) {
            legacy_ask(check, hop,
                       str_fmt(check->arena,
                               "May nginx speak TLS 1.0 and 1.1, at security level 0, to %.*s?",
                               STR_ARG(hop->target)),
                       STR("The backend seems to have nothing newer. These versions are withdrawn "
                           "and can be broken by who can listen in; the better way is to upgrade "
                           "the backend."));
            continue;
        }
        rule_rests_on(check, STR("the answer allow-legacy"));
        rule_set(check, hop, SETTING_SSL_PROTOCOLS,
                 hop_protocols_text(check->arena, recipe(check)));
        rule_set(check, hop, SETTING_SSL_CIPHERS, STR("DEFAULT@SECLEVEL=0"));
    }
}

static void check(struct check *check)
{
    group_hops(check, choose, report);
}

const struct rule rule_upstream_legacy_backend = {
    .id = "upstream-legacy-backend",
    .title = "The upstream speaks only withdrawn TLS versions",
    .severity = SEVERITY_ERROR,
    .what = "nginx offers TLS 1.2 and 1.3, and evidence says that the backend takes neither.",
    .why = "TLS 1.0 and 1.1 sign with SHA-1 and MD5. OpenSSL 3 does that at security level 0 only, "
           "so that naming the versions in proxy_ssl_protocols is not enough: the level has to be "
           "lowered as well, in the cipher list.",
    .fix =
        "With the answer allow-legacy, allows all versions from TLSv1 on, and DEFAULT@SECLEVEL=0, "
        "at this hop and nowhere else. Without it nothing is changed: the backend should be "
        "upgraded.",
    .bad = "location / {\n"
           "    proxy_pass https://192.0.2.10;\n"
           "    proxy_ssl_protocols TLSv1.2 TLSv1.3;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://192.0.2.10;\n"
            "    proxy_ssl_ciphers DEFAULT@SECLEVEL=0;\n"
            "    proxy_ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;\n"
            "}\n",
    .options = "--answer allow-legacy=yes",
    .evidence = "2026/03/04 10:11:12 [error] 31#31: *9 SSL_do_handshake() failed (SSL: "
                "error:0A00042E:SSL routines::tlsv1 alert protocol version:SSL alert number 70) "
                "while SSL handshaking to upstream, client: 192.0.2.7, server: shop.example, "
                "request: \"GET / HTTP/1.1\", upstream: \"https://192.0.2.10:443/\", host: "
                "\"shop.example\"\n",
    .refs = {"https://www.rfc-editor.org/rfc/rfc8996",
             "https://docs.openssl.org/3.5/man3/SSL_CTX_set_security_level/"},
    .check = check,
};
