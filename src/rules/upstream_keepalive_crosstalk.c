#include "rules/keepalive.h"

/* ---- hops that would take each other's connections ------------------------ */

static bool same_text(const struct check *check, const struct hop *a, const struct hop *b,
                      enum setting setting)
{
    return str_eq(hop_value(check->hops, a, setting).text, hop_value(check->hops, b, setting).text);
}

static bool same_policy(const struct check *check, const struct hop *a, const struct hop *b)
{
    bool both_on = hop_is_on(check->hops, a, SETTING_SSL_VERIFY) ==
                   hop_is_on(check->hops, b, SETTING_SSL_VERIFY);
    return both_on && same_text(check, a, b, SETTING_SSL_TRUSTED_CERTIFICATE) &&
           same_text(check, a, b, SETTING_SSL_CERTIFICATE) &&
           str_eq_nocase(hop_name_in_force(check->hops, a).name,
                         hop_name_in_force(check->hops, b).name);
}

static bool pools(const struct check *check, const struct hop *hop, u32 upstream)
{
    return hop->upstream == upstream && rule_is_tls(check, hop) && keepalive_is_used(check, hop);
}

/* The first pooled hop that differs from `hop`; NULL: they are all alike. */
static const struct hop *odd_one(const struct check *check, const struct hop *hop)
{
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *other = &check->hops->hop[i];
        if (i != hop->id && pools(check, other, hop->upstream) && !same_policy(check, hop, other))
            return other;
    }
    return NULL;
}

static bool is_first(const struct check *check, const struct hop *hop)
{
    for (u32 i = 0; i < hop->id; i++)
        if (pools(check, &check->hops->hop[i], hop->upstream))
            return false;
    return true;
}

static void add_hops(struct check *check, u32 upstream)
{
    for (u32 i = 0; i < check->hops->count; i++)
        if (check->hops->hop[i].upstream == upstream)
            rule_add_hop(check, &check->hops->hop[i]);
}

static void report_pool(struct check *check, const struct hop *hop, const struct hop *other,
                        struct keepalive keepalive)
{
    rule_report(check, keepalive.item, CONFIDENCE_SAFE,
                str_fmt(check->arena,
                        "the hops at %.*s and %.*s share open connections, and differ in what "
                        "they verify or show",
                        STR_ARG(scope_where(check->scope, hop->item)),
                        STR_ARG(scope_where(check->scope, other->item))));
    add_hops(check, hop->upstream);
    if (keepalive_is_default(check))
        rule_set_args(check, keepalive.item,
                      str_fmt(check->arena, "%.*s local", STR_ARG(keepalive.count)));
    else
        rule_withhold(check, STR("before nginx 1.29.7 a pool cannot be kept apart: give each kind "
                                 "of hop an upstream block of its own"));
}

/* ---- one hop whose name follows the request ------------------------------- */

static bool has_variable_name(const struct check *check, const struct hop *hop)
{
    struct value name = hop_value(check->hops, hop, SETTING_SSL_NAME);
    bool used = hop_is_on(check->hops, hop, SETTING_SSL_SERVER_NAME) ||
                hop_is_on(check->hops, hop, SETTING_SSL_VERIFY);
    return used && name.set && str_find_char(name.text, '$') != STR_NONE &&
           !str_eq(name.text, STR("$proxy_host"));
}

static void report_names(struct check *check, const struct hop *hop, struct keepalive keepalive)
{
    u32 item =
        keepalive.item != SCOPE_NONE ? keepalive.item : hop->servers[hop->server_count - 1].item;
    struct value name = hop_value(check->hops, hop, SETTING_SSL_NAME);
    rule_report(check, item, CONFIDENCE_SAFE,
                str_fmt(check->arena,
                        "%.*s follows the request, but an open connection keeps the first name",
                        STR_ARG(name.text)));
    add_hops(check, hop->upstream);
    if (keepalive.item != SCOPE_NONE)
        rule_set_args(check, item, STR("0"));
    else
        rule_insert(check, hop->upstream, item, STR("keepalive"), STR("0"));
}

static void check_hop(struct check *check, const struct hop *hop)
{
    struct keepalive keepalive = keepalive_of(check, hop->upstream);
    bool explicit = keepalive.item != SCOPE_NONE && !keepalive.off;
    bool implicit = keepalive.item == SCOPE_NONE && keepalive_is_default(check);
    const struct hop *other = explicit && !keepalive.local ? odd_one(check, hop) : NULL;
    if (other && is_first(check, hop))
        report_pool(check, hop, other, keepalive);
    else if ((explicit || implicit) && keepalive_is_default(check) && hop->server_count &&
             has_variable_name(check, hop) && is_first(check, hop))
        report_names(check, hop, keepalive);
}

static void check(struct check *check)
{
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *hop = &check->hops->hop[i];
        if (hop->upstream != SCOPE_NONE && pools(check, hop, hop->upstream))
            check_hop(check, hop);
    }
}

const struct rule rule_upstream_keepalive_crosstalk = {
    .id = "upstream-keepalive-crosstalk",
    .title = "Hops of different strictness share open connections",
    .severity = SEVERITY_WARNING,
    .what = "Hops that differ in verification, name or client certificate use the same keepalive "
            "pool; or one whose name follows the request keeps connections open.",
    .why = "The pool is searched by address alone. A request of the strict hop may go out over a "
           "connection that a lax one made: with its unverified certificate, its SNI and its "
           "client certificate. nginx logs nothing about it.",
    .fix = "From nginx 1.29.7 on, writes local behind keepalive, which gives each location a pool "
           "of its own, or keepalive 0 where a name varies within one. Before that only separate "
           "upstream blocks help, and nothing is changed.",
    .bad = "upstream pool {\n"
           "    server 192.0.2.10:443;\n"
           "    keepalive 8;\n"
           "}\n"
           "server {\n"
           "    proxy_ssl_server_name on;\n"
           "    proxy_ssl_session_reuse off;\n"
           "    location /a {\n"
           "        proxy_pass https://pool;\n"
           "        proxy_ssl_name a.example.com;\n"
           "        proxy_set_header Host a.example.com;\n"
           "    }\n"
           "    location /b {\n"
           "        proxy_pass https://pool;\n"
           "        proxy_ssl_name b.example.com;\n"
           "        proxy_set_header Host b.example.com;\n"
           "    }\n"
           "}\n",
    .good = "upstream pool {\n"
            "    server 192.0.2.10:443;\n"
            "    keepalive 8 local;\n"
            "}\n"
            "server {\n"
            "    proxy_ssl_server_name on;\n"
            "    proxy_ssl_session_reuse off;\n"
            "    location /a {\n"
            "        proxy_pass https://pool;\n"
            "        proxy_ssl_name a.example.com;\n"
            "        proxy_set_header Host a.example.com;\n"
            "    }\n"
            "    location /b {\n"
            "        proxy_pass https://pool;\n"
            "        proxy_ssl_name b.example.com;\n"
            "        proxy_set_header Host b.example.com;\n"
            "    }\n"
            "}\n",
    .options = "--nginx 1.30.0",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive"},
    .check = check,
};
