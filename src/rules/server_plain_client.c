#include "rules/servers.h"

static const struct log_fact *evidence_of(const struct check *check, const struct servers *servers,
                                          const struct server *server)
{
    static const str reasons[] = {STR_INIT("plain-http-to-https-port"), STR_INIT("http-request"),
                                  STR_INIT("wrong-version-number")};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        const struct log_fact *fact = servers_fact(check, servers, server, reasons[i]);
        if (fact)
            return fact;
    }
    return NULL;
}

static u32 tls_listen(const struct servers *servers, u32 index)
{
    for (u32 i = 0; i < servers->listen_count; i++)
        if (servers->listen[i].server == index && servers->listen[i].ssl)
            return servers->listen[i].item;
    return SCOPE_NONE;
}

static bool is_said(const struct check *check, u32 first)
{
    return check->finding_count > first;
}

/* The lines do not tell which of several servers was meant: one of them is enough. */
static void check(struct check *check)
{
    struct servers servers = servers_find(check);
    u32 first = check->finding_count;
    for (u32 i = 0; i < servers.count && !is_said(check, first); i++) {
        const struct log_fact *fact = evidence_of(check, &servers, &servers.server[i]);
        u32 item = tls_listen(&servers, i);
        if (!fact || item == SCOPE_NONE)
            continue;
        rule_report(check, item, CONFIDENCE_PRESUMED,
                    str_fmt(check->arena, "%.*s speaks no TLS to this port, %u time%s",
                            STR_ARG(fact->client.len ? fact->client : STR("a client")), fact->count,
                            fact->count == 1 ? "" : "s"));
        rule_rests_on_fact(check, fact);
    }
}

const struct rule rule_server_plain_client = {
    .id = "server-plain-client",
    .title = "A client speaks no TLS to a TLS port",
    .severity = SEVERITY_INFO,
    .what = "error.log says \"client sent plain HTTP request to HTTPS port\", \"http request\" or "
            "\"wrong version number\" about a client.",
    .why = "A health check, a load balancer, another nginx with http:// in proxy_pass, or a "
           "scanner has the wrong scheme or port. No setting of this nginx makes it speak TLS.",
    .fix = "The caller must change: its address stands behind client: in the line, and repeats at "
           "an even pace point to a health check.",
    .no_fix = true,
    .bad = "server {\n"
           "    listen 443 ssl;\n"
           "    server_name www.example;\n"
           "}\n",
    .good = "server {\n"
            "    listen 80;\n"
            "}\n",
    .evidence = "2026/03/04 10:11:12 [info] 31#31: *9 client sent plain HTTP request to HTTPS port "
                "while reading client request headers, client: 192.0.2.7, server: www.example, "
                "request: \"GET / HTTP/1.1\", host: \"www.example\"\n",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_ssl_module.html#errors"},
    .check = check,
};
