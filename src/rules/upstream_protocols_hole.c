#include "rules/protocols.h"

static u32 lowest(u32 bits)
{
    return bits & (~bits + 1);
}

/* With all between the lowest and the highest. */
static u32 filled(u32 bits)
{
    u32 all = bits;
    for (u32 bit = lowest(bits); bit && bit < bits; bit <<= 1)
        all |= bit;
    return all;
}

/* SSLv2 and SSLv3 are in no OpenSSL that is left: no gap comes from them. */
static u32 usable(const struct protocols *protocols)
{
    return protocols->enabled & ~(u32)(PROTOCOL_SSL2 | PROTOCOL_SSL3);
}

/* Only TLS 1.2 is missing: adding it takes nothing away from anybody. */
static bool lacks_only_12(const struct protocols *protocols)
{
    return (filled(usable(protocols)) & ~usable(protocols)) == PROTOCOL_TLS1_2;
}

static bool choose(const struct check *check, const struct hop *hop, struct pick *pick)
{
    struct protocols protocols = protocols_at(check, hop);
    if (!rule_is_tls(check, hop) || !protocols.known ||
        filled(usable(&protocols)) == usable(&protocols))
        return false;
    /* Hardened takes the old versions away as well: it must want the same text. */
    bool add = lacks_only_12(&protocols) && !rule_applies(check, CONFIDENCE_PRESUMED);
    pick->item = protocols.value.item;
    pick->withheld = protocols_is_recipe(check, hop, &protocols) && !add;
    pick->confidence =
        pick->withheld ? CONFIDENCE_PRESUMED
                       : rule_confidence(check, hop, add ? CONFIDENCE_SAFE : CONFIDENCE_PRESUMED);
    return true;
}

static void report(struct check *check, const struct group *group)
{
    struct protocols protocols = protocols_at(check, group->hop);
    u32 lost = usable(&protocols) & ~protocols.offered;
    group_report(check, group,
                 str_fmt(check->arena, "the gap in \"%.*s\" disables %.*s",
                         STR_ARG(hop_protocols_text(check->arena, protocols.enabled)),
                         STR_ARG(hop_protocols_text(check->arena, lost))));
    if (group->pick.withheld)
        rule_withhold(check, STR("security level 0 stands beside it, so a backend that speaks "
                                 "nothing newer is meant: it would fail"));
    else if (group->pick.confidence == CONFIDENCE_SAFE)
        protocols_set(check, group, filled(usable(&protocols)));
    else
        protocols_set(check, group, protocols_modern(check));
}

static void check(struct check *check)
{
    group_hops(check, choose, report);
}

const struct rule rule_upstream_protocols_hole = {
    .id = "upstream-protocols-hole",
    .title = "A gap in the list of TLS versions",
    .severity = SEVERITY_ERROR,
    .what = "proxy_ssl_protocols (grpc_, uwsgi_), with its repeats in the same block added up, "
            "leaves out a version between two others.",
    .why = "OpenSSL offers one range of versions. It takes the lowest run without a gap and drops "
           "all that is above, so \"TLSv1 TLSv1.2 TLSv1.3\" offers TLS 1.0 and nothing else. nginx "
           "does not warn.",
    .fix = "Adds TLSv1.2 where only that is missing. Where TLSv1.1 is missing as well, the list "
           "becomes TLSv1.2 TLSv1.3: versions below 1.2 are never added.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "    proxy_ssl_protocols TLSv1.1 TLSv1.3;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_server_name on;\n"
            "    proxy_ssl_protocols TLSv1.1 TLSv1.2 TLSv1.3;\n"
            "}\n",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_protocols",
             "https://docs.openssl.org/3.5/man3/SSL_CTX_set_options/"},
    .check = check,
};
