#include "rules/keepalive.h"

static str connection_of(const struct check *check, const struct hop *hop, bool *set)
{
    struct value headers = hop_value(check->hops, hop, SETTING_SET_HEADER);
    *set = false;
    if (!headers.set)
        return (str){0};
    const struct directive *row = check->scope->items[headers.item].row;
    u32 i = scope_find_here(check->scope, headers.block, row).first;
    for (; i != SCOPE_NONE; i = scope_next(check->scope, i))
        if (str_eq_nocase(scope_arg(check->scope, i, 1), STR("Connection"))) {
            *set = true;
            return scope_arg(check->scope, i, 2);
        }
    return (str){0};
}

/* A Connection that somebody wrote is for WebSocket, or meant as it is. */
static bool is_free(const struct check *check, const struct hop *hop)
{
    bool set;
    str connection = connection_of(check, hop, &set);
    return !set || !connection.len;
}

static bool is_inert(const struct check *check, const struct hop *hop)
{
    struct keepalive keepalive = keepalive_of(check, hop->upstream);
    return hop->family == FAMILY_PROXY && keepalive.item != SCOPE_NONE && !keepalive.off &&
           rule_is_tls(check, hop) && !keepalive_is_default(check) &&
           !keepalive_is_used(check, hop) && is_free(check, hop);
}

static void report(struct check *check, const struct hop *hop)
{
    bool set;
    connection_of(check, hop, &set);
    rule_report_hop(
        check, hop, hop->item, CONFIDENCE_PRESUMED,
        str_fmt(check->arena, "keepalive at %.*s does nothing for %.*s",
                STR_ARG(scope_where(check->scope, keepalive_of(check, hop->upstream).item)),
                STR_ARG(hop->target)));
    rule_set_plain(check, hop, STR("proxy_http_version"), STR("1.1"));
    if (!set)
        rule_set_header(check, hop, STR("Connection"), STR("\"\""));
}

static void check(struct check *check)
{
    for (u32 i = 0; i < check->hops->count; i++)
        if (is_inert(check, &check->hops->hop[i]))
            report(check, &check->hops->hop[i]);
}

const struct rule rule_upstream_keepalive_inert = {
    .id = "upstream-keepalive-inert",
    .title = "keepalive without what it takes",
    .severity = SEVERITY_INFO,
    .what = "An upstream block has keepalive, and a TLS hop that uses it speaks HTTP/1.0 or sends "
            "Connection: close, as nginx before 1.29.7 does by default.",
    .why = "Without HTTP/1.1 and an empty Connection header the backend closes after each answer, "
           "so that every request pays for a full TLS handshake. keepalive by itself changes "
           "nothing.",
    .fix = "Sets proxy_http_version 1.1 and an empty Connection at the hop, and copies the headers "
           "it inherits. Where Connection is set already, as for WebSocket, it is left alone.",
    .bad = "upstream pool {\n"
           "    server 192.0.2.10:443;\n"
           "    keepalive 8;\n"
           "}\n"
           "server {\n"
           "    proxy_set_header Host api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "    proxy_ssl_name api.example.com;\n"
           "    location / {\n"
           "        proxy_pass https://pool;\n"
           "    }\n"
           "}\n",
    .good = "upstream pool {\n"
            "    server 192.0.2.10:443;\n"
            "    keepalive 8;\n"
            "}\n"
            "server {\n"
            "    proxy_set_header Host api.example.com;\n"
            "    proxy_ssl_server_name on;\n"
            "    proxy_ssl_name api.example.com;\n"
            "    location / {\n"
            "        proxy_pass https://pool;\n"
            "        proxy_http_version 1.1;\n"
            "        proxy_set_header Host api.example.com;\n"
            "        proxy_set_header Connection \"\";\n"
            "    }\n"
            "}\n",
    .options = "--profile hardened",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive"},
    .check = check,
};
