#include "rules/servers.h"

static str value_of(const struct check *check, const struct server *server, str name)
{
    u32 item = servers_setting(check, server, name);
    return item == SCOPE_NONE ? (str){0} : scope_args(check->scope, item);
}

/* What the default server does otherwise than this one; NULL: nothing that matters. */
static const char *difference(const struct check *check, const struct server *server,
                              const struct server *first)
{
    static const struct {
        str name;
        const char *what;
    } policies[] = {
        {STR_INIT("ssl_verify_client"), "asks clients for certificates otherwise"},
        {STR_INIT("ssl_ciphers"), "has other cipher suites"},
        {STR_INIT("ssl_reject_handshake"), "turns them away"},
    };
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
        if (!str_eq_nocase(value_of(check, server, policies[i].name),
                           value_of(check, first, policies[i].name)))
            return policies[i].what;
    return NULL;
}

static const struct log_fact *evidence_of(const struct check *check, const struct servers *servers,
                                          const struct server *server)
{
    const struct log_fact *fact = servers_fact(check, servers, server, STR("handshake-rejected"));
    return fact ? fact : servers_fact(check, servers, server, STR("server-without-certificate"));
}

static void report(struct check *check, const struct listen *listen, const struct server *first,
                   const char *what, const struct log_fact *fact)
{
    rule_report(
        check, listen->item, CONFIDENCE_PRESUMED,
        str_fmt(check->arena, "clients that name no server on %.*s get the one at %.*s, which %s",
                STR_ARG(listen->address), STR_ARG(scope_where(check->scope, first->opener)), what));
    rule_rests_on_fact(check, fact);
}

static void check(struct check *check)
{
    struct servers servers = servers_find(check);
    u32 said = UINT32_MAX;
    for (u32 i = 0; i < servers.listen_count; i++) {
        const struct listen *listen = &servers.listen[i];
        const struct server *server = &servers.server[listen->server];
        const struct server *first = servers_first(&servers, listen);
        if (!listen->ssl || listen->first || !first || listen->server == said ||
            rule_is_reported(check, listen->item))
            continue;
        const char *what = difference(check, server, first);
        if (!what)
            continue;
        report(check, listen, first, what, evidence_of(check, &servers, server));
        said = listen->server; /* once, of its many addresses */
    }
}

const struct rule rule_server_default_vhost = {
    .id = "server-default-vhost",
    .title = "Clients without SNI reach a server with another policy",
    .severity = SEVERITY_INFO,
    .what = "Several TLS servers share an address, and the default one has another "
            "ssl_verify_client, ssl_ciphers or ssl_reject_handshake than this one.",
    .why = "A client that sends no server name, or one that nobody has, is served by the default "
           "server: the one with default_server, else the first in the file. What it is asked for "
           "and shown is that server's, whatever the others say.",
    .fix = "Which of them should answer for nobody is a decision, not a fault: mark it with "
           "default_server, or put one with ssl_reject_handshake on first.",
    .no_fix = true,
    .bad = "server {\n"
           "    listen 443 ssl;\n"
           "    server_name www.example;\n"
           "}\n"
           "server {\n"
           "    listen 443 ssl;\n"
           "    server_name api.example;\n"
           "    ssl_verify_client on;\n"
           "}\n",
    .good = "server {\n"
            "    listen 443 ssl;\n"
            "    server_name www.example;\n"
            "}\n"
            "server {\n"
            "    listen 443 ssl;\n"
            "    server_name api.example;\n"
            "}\n",
    .refs = {"https://nginx.org/en/docs/http/request_processing.html",
             "https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_reject_handshake"},
    .check = check,
};
