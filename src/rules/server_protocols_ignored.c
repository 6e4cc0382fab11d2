#include "rules/protocols.h"
#include "rules/servers.h"

static u32 own_setting(const struct check *check, const struct server *server)
{
    const struct directive *row = catalogue_find(STR("ssl_protocols"), CONTEXT_SERVER);
    return scope_find_here(check->scope, server->block, row).item;
}

static u32 enabled_by(const struct check *check, u32 item)
{
    if (item == SCOPE_NONE)
        return hop_protocols_parse(catalogue_default(SETTING_SSL_PROTOCOLS, check->target.nginx));
    return hop_protocols_parse(scope_args(check->scope, item));
}

/* The server that decides instead, on a TLS address of this one; NULL: none, or it says the same.
 */
static const struct server *decider(const struct check *check, const struct servers *servers,
                                    u32 index)
{
    u32 own = own_setting(check, &servers->server[index]);
    for (u32 i = 0; i < servers->listen_count; i++) {
        const struct listen *listen = &servers->listen[i];
        if (listen->server != index || !listen->ssl || listen->first)
            continue;
        const struct server *first = servers_first(servers, listen);
        u32 item = first ? servers_setting(check, first, STR("ssl_protocols")) : SCOPE_NONE;
        u32 other = enabled_by(check, item);
        if (first && other && other != enabled_by(check, own))
            return first;
    }
    return NULL;
}

static void report(struct check *check, u32 item, const struct server *first)
{
    bool known = version_known(check->target.nginx);
    struct finding *finding = rule_report(
        check, item, CONFIDENCE_PRESUMED,
        str_fmt(check->arena, "ssl_protocols does nothing here%s: the server at %.*s decides",
                known ? "" : " before nginx 1.29.2",
                STR_ARG(scope_where(check->scope, first->opener))));
    if (!known)
        finding->severity = SEVERITY_INFO;
}

static void check(struct check *check)
{
    if (version_at_least(check->target.nginx, VERSION(1, 29, 2)))
        return;
    struct servers servers = servers_find(check);
    for (u32 i = 0; i < servers.count; i++) {
        u32 item = own_setting(check, &servers.server[i]);
        const struct server *first = item == SCOPE_NONE ? NULL : decider(check, &servers, i);
        if (first && !rule_is_reported(check, item))
            report(check, item, first);
    }
}

const struct rule rule_server_protocols_ignored = {
    .id = "server-protocols-ignored",
    .title = "TLS versions that the default server overrides",
    .severity = SEVERITY_WARNING,
    .what = "A virtual server sets ssl_protocols, and is not the default server of its address.",
    .why = "Before nginx 1.29.2 the versions are settled before the client's name is read, by the "
           "default server of the address. The line in any other server is without effect, and "
           "nginx does not warn.",
    .fix = "Nothing is changed, since it would change other sites: put the line into the default "
           "server of the address, or into http, where it counts for all.",
    .no_fix = true,
    .bad = "server {\n"
           "    listen 443 ssl;\n"
           "    server_name a.example;\n"
           "    ssl_protocols TLSv1.2;\n"
           "}\n"
           "server {\n"
           "    listen 443 ssl;\n"
           "    server_name b.example;\n"
           "    ssl_protocols TLSv1.3;\n"
           "}\n",
    .good = "server {\n"
            "    listen 443 ssl;\n"
            "    server_name a.example;\n"
            "    ssl_protocols TLSv1.2 TLSv1.3;\n"
            "}\n"
            "server {\n"
            "    listen 443 ssl;\n"
            "    server_name b.example;\n"
            "}\n",
    .options = "--nginx 1.26.3",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_protocols",
             "https://nginx.org/en/docs/http/server_names.html"},
    .check = check,
};
