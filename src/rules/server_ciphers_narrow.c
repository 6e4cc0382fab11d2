#include "rules/servers.h"

static void report(struct check *check, u32 item, const struct log_fact *fact)
{
    rule_report(check, item, CONFIDENCE_PROVEN,
                str_fmt(check->arena, "a client and ssl_ciphers had no suite in common, %u time%s",
                        fact->count, fact->count == 1 ? "" : "s"));
    rule_rests_on_fact(check, fact);
    rule_set_args(check, item, STR(SERVERS_INTERMEDIATE));
}

static void check(struct check *check)
{
    struct servers servers = servers_find(check);
    for (u32 i = 0; i < servers.count; i++) {
        const struct server *server = &servers.server[i];
        u32 item = servers_setting(check, server, STR("ssl_ciphers"));
        const struct log_fact *fact =
            servers_fact(check, &servers, server, STR("no-shared-cipher"));
        if (server->ssl && servers_is_narrow(check, &servers, server) &&
            !rule_is_reported(check, item))
            report(check, item, fact);
    }
}

const struct rule rule_server_ciphers_narrow = {
    .id = "server-ciphers-narrow",
    .title = "The cipher list leaves clients out",
    .severity = SEVERITY_ERROR,
    .what = "error.log says \"no shared cipher\" about clients, and ssl_ciphers lacks suites that "
            "current clients use.",
    .why = "Only a TLS server writes that line: the client offered suites, and the list in force "
           "has none of them. A list for RSA alone, or for ECDSA alone, is enough when the "
           "certificate is of the other kind. Scanners leave such lines as well.",
    .fix =
        "Writes Mozilla's list \"intermediate\" (guideline 6.0), which has suites for both kinds "
        "of certificate and for every client since 2014.",
    .bad = "server {\n"
           "    listen 443 ssl;\n"
           "    ssl_ciphers AES256-SHA;\n"
           "}\n",
    .good = "server {\n"
            "    listen 443 ssl;\n"
            "    ssl_ciphers " SERVERS_INTERMEDIATE ";\n"
            "}\n",
    .evidence = "2026/03/04 10:11:12 [info] 31#31: *9 SSL_do_handshake() failed (SSL: "
                "error:0A0000C1:SSL routines::no shared cipher) while SSL handshaking, client: "
                "192.0.2.7, server: 0.0.0.0:443\n",
    .refs = {"https://ssl-config.mozilla.org/guidelines/6.0.json",
             "https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_ciphers"},
    .check = check,
};
