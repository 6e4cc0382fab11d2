#include "rules/protocols.h"

static bool choose(const struct check *check, const struct hop *hop, struct pick *pick)
{
    struct protocols protocols = protocols_at(check, hop);
    u32 legacy = protocols.enabled & (u32)PROTOCOLS_LEGACY;
    if (!rule_is_tls(check, hop) || !protocols.known || !legacy)
        return false;
    pick->item = protocols.value.set ? protocols.value.item : hop->item;
    pick->withheld = protocols_is_recipe(check, hop, &protocols);
    pick->confidence = protocols.value.set && !pick->withheld
                           ? rule_confidence(check, hop, CONFIDENCE_PRESUMED)
                           : CONFIDENCE_PRESUMED;
    return true;
}

static void report(struct check *check, const struct group *group)
{
    struct protocols protocols = protocols_at(check, group->hop);
    u32 legacy = protocols.enabled & (u32)PROTOCOLS_LEGACY;
    struct finding *finding = group_report(
        check, group,
        str_fmt(check->arena, "%.*s is offered %.*s%s", STR_ARG(group_targets(check, group)),
                STR_ARG(hop_protocols_text(check->arena, legacy)),
                protocols.value.set ? "" : " by this nginx's default"));
    if (!protocols.value.set)
        finding->severity = SEVERITY_INFO;
    if (group->pick.confidence == CONFIDENCE_PROVEN)
        finding->severity = SEVERITY_ERROR;
    if (group->pick.withheld)
        rule_withhold(check, STR("security level 0 stands beside it, so a backend that speaks "
                                 "nothing newer is meant: it would fail"));
    else
        protocols_set(check, group, protocols_modern(check));
}

static void check(struct check *check)
{
    group_hops(check, choose, report);
}

const struct rule rule_upstream_protocols_legacy = {
    .id = "upstream-protocols-legacy",
    .title = "TLS versions below 1.2 are offered to the upstream",
    .severity = SEVERITY_WARNING,
    .what =
        "proxy_ssl_protocols (grpc_, uwsgi_), or the default before nginx 1.27.3, holds TLSv1.1, "
        "TLSv1, SSLv3 or SSLv2.",
    .why = "These versions are withdrawn (RFC 8996). OpenSSL 3 uses them only at security level 0, "
           "so such a list often offers less than it says, and a list that ends below TLS 1.2 "
           "offers nothing that a current backend takes.",
    .fix =
        "Replaces the list by TLSv1.2 TLSv1.3. On a hop that works this is presumed: its backend "
        "may speak nothing newer, which only a test shows.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "    proxy_ssl_protocols TLSv1 TLSv1.1 TLSv1.2;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_server_name on;\n"
            "    proxy_ssl_protocols TLSv1.2 TLSv1.3;\n"
            "}\n",
    .options = "--profile hardened",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_protocols",
             "https://www.rfc-editor.org/rfc/rfc8996"},
    .check = check,
};
