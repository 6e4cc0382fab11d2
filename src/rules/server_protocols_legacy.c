#include "rules/protocols.h"
#include "rules/servers.h"

static str protocols_of(const struct check *check, u32 item, u32 *enabled)
{
    const struct item *where = &check->scope->items[item];
    struct in_force here = scope_find_here(check->scope, where->block, where->row);
    *enabled = 0;
    for (u32 i = here.first; i != SCOPE_NONE; i = scope_next(check->scope, i))
        *enabled |= hop_protocols_parse(scope_args(check->scope, i));
    return hop_protocols_text(check->arena, *enabled & (u32)PROTOCOLS_LEGACY);
}

static void report_legacy(struct check *check, u32 item, str legacy)
{
    rule_report(check, item, CONFIDENCE_PRESUMED,
                str_fmt(check->arena, "clients are offered %.*s", STR_ARG(legacy)));
    protocols_replace(check, item, protocols_modern(check));
}

/* Clients that are too old, or scanners: the log alone does not tell them apart. */
static void report_clients(struct check *check, u32 item, const struct log_fact *fact)
{
    struct finding *finding =
        rule_report(check, item, CONFIDENCE_PRESUMED,
                    str_fmt(check->arena,
                            "clients with older TLS versions were turned away "
                            "%u time%s",
                            fact->count, fact->count == 1 ? "" : "s"));
    finding->severity = SEVERITY_INFO;
    rule_rests_on_fact(check, fact);
    rule_withhold(check, STR("that is as it should be for scanners; a client that is needed must "
                             "be upgraded, or TLSv1.1 allowed for all"));
}

static void check_server(struct check *check, const struct servers *servers,
                         const struct server *server)
{
    u32 item = servers_setting(check, server, STR("ssl_protocols"));
    u32 enabled;
    if (!server->ssl || item == SCOPE_NONE || rule_is_reported(check, item))
        return;
    str legacy = protocols_of(check, item, &enabled);
    const struct log_fact *fact = servers_fact(check, servers, server, STR("unsupported-protocol"));
    if (legacy.len)
        report_legacy(check, item, legacy);
    else if (fact)
        report_clients(check, item, fact);
}

static void check(struct check *check)
{
    struct servers servers = servers_find(check);
    for (u32 i = 0; i < servers.count; i++)
        check_server(check, &servers, &servers.server[i]);
}

const struct rule rule_server_protocols_legacy = {
    .id = "server-protocols-legacy",
    .title = "TLS versions below 1.2 are offered to clients",
    .severity = SEVERITY_WARNING,
    .what = "ssl_protocols of a TLS server holds TLSv1.1, TLSv1, SSLv3 or SSLv2.",
    .why = "These versions are withdrawn (RFC 8996), and browsers have dropped them. As long as a "
           "server offers them, whoever can interfere with a connection may bring it down to them. "
           "OpenSSL 3 uses them at security level 0 only, so the line often does nothing.",
    .fix = "Replaces the line by TLSv1.2 TLSv1.3 where it is set. It is presumed: clients from "
           "before 2014 cannot connect any more.",
    .bad = "server {\n"
           "    listen 443 ssl;\n"
           "    ssl_protocols TLSv1 TLSv1.1 TLSv1.2;\n"
           "}\n",
    .good = "server {\n"
            "    listen 443 ssl;\n"
            "    ssl_protocols TLSv1.2 TLSv1.3;\n"
            "}\n",
    .options = "--profile hardened",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_protocols",
             "https://www.rfc-editor.org/rfc/rfc8996"},
    .check = check,
};
