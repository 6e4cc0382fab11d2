#include "nginx/meant.h"
#include "rules/servers.h"

/* `ssl on` is gone since 1.25.1. */
static bool is_gone(const struct check *check)
{
    return version_at_least(check->target.nginx, VERSION(1, 25, 1));
}

static u32 own_switch(const struct check *check, const struct server *server)
{
    const struct directive *row = catalogue_find(STR("ssl"), CONTEXT_SERVER);
    return scope_find_here(check->scope, server->block, row).item;
}

static bool has_certificate(const struct check *check, const struct server *server)
{
    return servers_setting(check, server, STR("ssl_certificate")) != SCOPE_NONE;
}

static void add_ssl(struct check *check, u32 item)
{
    const struct tree *tree = scope_tree(check->scope, item);
    str args = tree_args(tree, check->scope->items[item].node);
    rule_set_args(check, item, str_fmt(check->arena, "%.*s ssl", STR_ARG(args)));
}

/* ---- `ssl on` --------------------------------------------------------------- */

static void report_switch(struct check *check, const struct servers *servers, u32 index, u32 item)
{
    bool on = str_eq(meant_by_flag(scope_arg(check->scope, item, 1)), STR("on"));
    rule_report(check, item, is_gone(check) ? CONFIDENCE_PROVEN : CONFIDENCE_PRESUMED,
                STR("the directive ssl is gone since nginx 1.25.1: listen says it"));
    for (u32 i = 0; on && i < servers->listen_count; i++)
        if (servers->listen[i].server == index && !servers->listen[i].ssl)
            add_ssl(check, servers->listen[i].item);
    rule_remove(check, item);
}

/* ---- `listen 443` without ssl ----------------------------------------------- */

static void report_listen(struct check *check, const struct listen *listen)
{
    rule_report(check, listen->item, CONFIDENCE_PRESUMED,
                str_fmt(check->arena,
                        "port %u speaks plain HTTP: listen has no ssl, though a certificate is set",
                        listen->port));
    add_ssl(check, listen->item);
}

/* Another server says ssl for that address, which makes it TLS for all. */
static bool is_tls_by_another(const struct servers *servers, const struct listen *listen)
{
    for (u32 i = 0; i < servers->listen_count; i++)
        if (servers->listen[i].ssl && str_eq(servers->listen[i].address, listen->address))
            return true;
    return false;
}

static void check(struct check *check)
{
    struct servers servers = servers_find(check);
    for (u32 i = 0; i < servers.count; i++) {
        u32 item = own_switch(check, &servers.server[i]);
        if (item != SCOPE_NONE && !rule_is_reported(check, item))
            report_switch(check, &servers, i, item);
    }
    for (u32 i = 0; i < servers.listen_count; i++) {
        const struct listen *listen = &servers.listen[i];
        const struct server *server = &servers.server[listen->server];
        bool tls_port = listen->port == 443 || listen->port == 8443;
        if (tls_port && !listen->ssl && !server->ssl && has_certificate(check, server) &&
            !is_tls_by_another(&servers, listen) && !rule_is_reported(check, listen->item))
            report_listen(check, listen);
    }
}

const struct rule rule_server_listen_plain = {
    .id = "server-listen-plain",
    .title = "A TLS port that speaks plain HTTP",
    .severity = SEVERITY_WARNING,
    .what = "listen 443 or 8443 has no ssl although the server has a certificate, or the server "
            "says ssl on, which nginx 1.25.1 took out.",
    .why = "TLS is switched on by the word ssl on the listen line and nowhere else. Without it the "
           "port answers in plain HTTP, and browsers show a protocol error. With ssl on a current "
           "nginx does not start: \"unknown directive\".",
    .fix = "Writes ssl on the listen line, and takes ssl on out. Where nginx would start as it is, "
           "that is presumed: something before it may have ended TLS there.",
    .bad = "server {\n"
           "    listen 443;\n"
           "    ssl on;\n"
           "    ssl_certificate /etc/nginx/www.pem;\n"
           "    ssl_certificate_key /etc/nginx/www.key;\n"
           "}\n",
    .good = "server {\n"
            "    listen 443 ssl;\n"
            "    ssl_certificate /etc/nginx/www.pem;\n"
            "    ssl_certificate_key /etc/nginx/www.key;\n"
            "}\n",
    .options = "--nginx 1.26.3",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_core_module.html#listen",
             "https://nginx.org/en/docs/http/configuring_https_servers.html"},
    .check = check,
};
