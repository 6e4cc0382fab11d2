#include "rules/group.h"

enum { LIKELY = 50 };

/* Small enough for every peer, with what all of them have. */
#define GROUPS "X25519:P-256:P-384"

static u32 command_at(const struct check *check, const struct hop *hop, str command)
{
    struct value set = hop_value(check->hops, hop, SETTING_SSL_CONF_COMMAND);
    for (u32 i =
             set.set
                 ? scope_find_here(check->scope, set.block, check->scope->items[set.item].row).first
                 : SCOPE_NONE;
         i != SCOPE_NONE; i = scope_next(check->scope, i))
        if (str_eq_nocase(scope_arg(check->scope, i, 1), command))
            return i;
    return SCOPE_NONE;
}

static u32 groups_at(const struct check *check, const struct hop *hop)
{
    u32 item = command_at(check, hop, STR("Groups"));
    return item != SCOPE_NONE ? item : command_at(check, hop, STR("Curves"));
}

/* Before OpenSSL 3.5 the ClientHello is small: only a pin can be at fault. */
static bool is_small_hello(const struct check *check, const struct hop *hop)
{
    return version_before(check->target.openssl, VERSION(3, 5, 0)) &&
           groups_at(check, hop) == SCOPE_NONE;
}

/* A pin is suspect for every reason that names groups at all; the ClientHello for a good one. */
static const struct log_fact *evidence_of(const struct check *check, const struct hop *hop)
{
    return rule_likely(check, hop, groups_at(check, hop) == SCOPE_NONE ? LIKELY : 1);
}

static bool choose(const struct check *check, const struct hop *hop, struct pick *pick)
{
    u32 item = groups_at(check, hop);
    if (!rule_is_tls(check, hop) || !evidence_of(check, hop))
        return false;
    bool done = item != SCOPE_NONE && str_eq(scope_arg(check->scope, item, 2), STR(GROUPS));
    if (done && !rule_likely(check, hop, LIKELY))
        return false;
    pick->item = item != SCOPE_NONE ? item : hop->item;
    pick->confidence = CONFIDENCE_PROVEN;
    pick->withheld = done || is_small_hello(check, hop);
    return true;
}

static void set_groups(struct check *check, const struct hop *hop)
{
    u32 item = groups_at(check, hop);
    bool curves =
        item != SCOPE_NONE && str_eq_nocase(scope_arg(check->scope, item, 1), STR("Curves"));
    rule_set_command(check, hop, curves ? STR("Curves") : STR("Groups"), STR(GROUPS));
}

static void report(struct check *check, const struct group *group)
{
    bool pinned = groups_at(check, group->hop) != SCOPE_NONE;
    group_report(check, group,
                 str_fmt(check->arena, "%.*s stumbles over the key exchange groups of nginx's %s",
                         STR_ARG(group_targets(check, group)), pinned ? "pin" : "ClientHello"));
    for (u32 i = 0; i < group->count; i++)
        rule_rests_on_fact(check, evidence_of(check, &check->hops->hop[group->hops[i]]));
    if (group->pick.withheld) {
        rule_withhold(check, STR("the groups are few and common already: the backend, or "
                                 "something on the way to it, is at fault"));
        return;
    }
    for (u32 i = 0; i < group->count; i++)
        set_groups(check, &check->hops->hop[group->hops[i]]);
}

static void check(struct check *check)
{
    group_hops(check, choose, report);
}

const struct rule rule_upstream_groups = {
    .id = "upstream-groups",
    .title = "The upstream stumbles over the key exchange groups",
    .severity = SEVERITY_ERROR,
    .what =
        "The handshake ends with alert 47 or 50, \"bad key share\" or \"no shared group\"; or it "
        "fails in any way while Groups are pinned by proxy_ssl_conf_command (grpc_, uwsgi_).",
    .why = "OpenSSL 3.5 sends a post-quantum key share by default, which makes the ClientHello "
           "five times as large, more than one packet. Old backends and boxes on the way cannot "
           "take it, so hops begin to fail right after an upgrade, with the configuration as it "
           "was. A pin in proxy_ssl_conf_command can leave no common group, too.",
    .fix = "Offers X25519, P-256 and P-384 by proxy_ssl_conf_command Groups, from nginx 1.19.4 on; "
           "commands that are inherited are copied along.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_conf_command Groups X25519:P-256:P-384;\n"
            "    proxy_ssl_server_name on;\n"
            "}\n",
    .options = "--nginx 1.26.3 --openssl 3.5.4",
    .evidence = "2026/03/04 10:11:12 [error] 31#31: *9 SSL_do_handshake() failed (SSL: "
                "error:0A00041A:SSL routines::tlsv1 alert decode error:SSL alert number 50) "
                "while SSL handshaking to upstream, client: 192.0.2.7, server: shop.example, "
                "request: \"GET / HTTP/1.1\", upstream: \"https://198.51.100.9:443/\", host: "
                "\"shop.example\"\n",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_conf_command",
             "https://github.com/openssl/openssl/issues/27601"},
    .check = check,
};
