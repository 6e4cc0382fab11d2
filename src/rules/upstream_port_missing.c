#include "rules/scheme.h"

/* The server lines without a port, and the hops that dial them. */
static bool is_dialled(const struct hop *hop, u32 upstream)
{
    return hop->upstream == upstream && hop->family != FAMILY_STREAM;
}

static const struct hop *plain_hop(const struct check *check, u32 upstream)
{
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *hop = &check->hops->hop[i];
        if (is_dialled(hop, upstream) && !rule_is_tls(check, hop))
            return hop;
    }
    return NULL;
}

/* Reset, refused or not TLS: at port 80, or at a port that the line does not say. */
static const struct log_fact *evidence_of(const struct check *check, const struct hop *hop)
{
    for (const struct log_fact *const *fact = check->facts[hop->id]; *fact; fact++) {
        u32 port = (*fact)->upstream.port;
        if (rule_weight(check, *fact) && (!port || port == 80))
            return *fact;
    }
    return NULL;
}

static void add_hops(struct check *check, u32 upstream, struct finding *finding)
{
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *hop = &check->hops->hop[i];
        if (!is_dialled(hop, upstream))
            continue;
        rule_add_hop(check, hop);
        const struct log_fact *fact = evidence_of(check, hop);
        rule_rests_on_fact(check, fact);
        if (fact)
            finding->confidence = CONFIDENCE_PROVEN;
    }
    if (finding->confidence != CONFIDENCE_PROVEN)
        finding->severity = SEVERITY_WARNING;
}

static void report(struct check *check, const struct hop *hop, const struct endpoint *server)
{
    struct finding *finding = rule_report(
        check, server->item, CONFIDENCE_PRESUMED,
        str_fmt(check->arena, "server %.*s has no port, which means 80 for %.*s, too",
                STR_ARG(scope_arg(check->scope, server->item, 1)), STR_ARG(hop->target)));
    add_hops(check, hop->upstream, finding);
    const struct hop *plain = plain_hop(check, hop->upstream);
    if (plain) {
        rule_withhold(check, str_fmt(check->arena,
                                     "plain hops use the block as well, such as %.*s: split it",
                                     STR_ARG(scope_where(check->scope, plain->item))));
        return;
    }
    str text = str_fmt(check->arena, "%.*s:443", STR_ARG(scope_arg(check->scope, server->item, 1)));
    rule_set_word(check, server->item, 1, lex_quote(check->arena, text));
}

static bool lacks_port(const struct endpoint *server)
{
    return !server->port_text.len && server->kind != HOST_UNIX && server->kind != HOST_VARIABLE;
}

/* Each block once, at the first TLS hop that uses it. */
static bool is_first_use(const struct check *check, const struct hop *hop)
{
    for (u32 i = 0; i < hop->id; i++)
        if (is_dialled(&check->hops->hop[i], hop->upstream) &&
            rule_is_tls(check, &check->hops->hop[i]))
            return false;
    return true;
}

static void check(struct check *check)
{
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *hop = &check->hops->hop[i];
        if (scheme_portless_server(hop) == SCOPE_NONE || hop->family == FAMILY_STREAM ||
            !rule_is_tls(check, hop) || !is_first_use(check, hop))
            continue;
        for (u32 s = 0; s < hop->server_count; s++)
            if (lacks_port(&hop->servers[s]))
                report(check, hop, &hop->servers[s]);
    }
}

const struct rule rule_upstream_port_missing = {
    .id = "upstream-port-missing",
    .title = "An upstream server without a port",
    .severity = SEVERITY_ERROR,
    .what = "A server line in an upstream block names no port, and hops with https:// (grpcs://, "
            "suwsgi://) use the block.",
    .why = "In an upstream block the port is 80 unless written, whatever scheme proxy_pass has. "
           "nginx speaks TLS to port 80, and gets \"wrong version number\" or a refused "
           "connection; the log line shows https://ADDRESS:80/.",
    .fix = "Writes :443 behind the server's name. On a block that works it is presumed, since the "
           "backend may speak TLS on port 80; a block that plain hops share is left alone.",
    .bad = "upstream pool {\n"
           "    server api.example.com;\n"
           "}\n"
           "server {\n"
           "    location / {\n"
           "        proxy_pass https://pool;\n"
           "        proxy_ssl_server_name on;\n"
           "        proxy_ssl_name api.example.com;\n"
           "        proxy_set_header Host api.example.com;\n"
           "    }\n"
           "}\n",
    .good = "upstream pool {\n"
            "    server api.example.com:443;\n"
            "}\n"
            "server {\n"
            "    location / {\n"
            "        proxy_pass https://pool;\n"
            "        proxy_ssl_server_name on;\n"
            "        proxy_ssl_name api.example.com;\n"
            "        proxy_set_header Host api.example.com;\n"
            "    }\n"
            "}\n",
    .evidence = "2026/03/04 10:11:12 [error] 31#31: *9 SSL_do_handshake() failed (SSL: "
                "error:0A00010B:SSL routines::wrong version number) while SSL handshaking to "
                "upstream, client: 192.0.2.7, server: shop.example, request: \"GET / HTTP/1.1\", "
                "upstream: \"https://198.51.100.9:80/\", host: \"shop.example\"\n",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_upstream_module.html#server"},
    .check = check,
};
