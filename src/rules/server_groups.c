#include "rules/servers.h"

static const struct log_fact *evidence_of(const struct check *check, const struct servers *servers,
                                          const struct server *server)
{
    static const str reasons[] = {STR_INIT("no-suitable-key-share"), STR_INIT("no-shared-group"),
                                  STR_INIT("bad-key-share")};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        const struct log_fact *fact = servers_fact(check, servers, server, reasons[i]);
        if (fact)
            return fact;
    }
    return NULL;
}

static void check(struct check *check)
{
    struct servers servers = servers_find(check);
    for (u32 i = 0; i < servers.count; i++) {
        const struct server *server = &servers.server[i];
        u32 item = servers_setting(check, server, STR("ssl_ecdh_curve"));
        const struct log_fact *fact = evidence_of(check, &servers, server);
        if (!server->ssl || !fact || item == SCOPE_NONE || rule_is_reported(check, item) ||
            str_eq(scope_arg(check->scope, item, 1), STR("auto")))
            continue;
        rule_report(check, item, CONFIDENCE_PROVEN,
                    str_fmt(check->arena, "a client and ssl_ecdh_curve %.*s had no group in common",
                            STR_ARG(scope_arg(check->scope, item, 1))));
        rule_rests_on_fact(check, fact);
        rule_set_args(check, item, STR("auto"));
    }
}

const struct rule rule_server_groups = {
    .id = "server-groups",
    .title = "The key exchange groups leave clients out",
    .severity = SEVERITY_ERROR,
    .what =
        "error.log says \"no suitable key share\", \"no shared group\" or \"bad key share\" about "
        "clients, and ssl_ecdh_curve pins the groups.",
    .why = "In TLS 1.3 client and server must share a group. A pin such as secp384r1 leaves out "
           "the X25519 that clients offer first, and some offer nothing else.",
    .fix = "Writes auto, nginx's default, which takes the groups of OpenSSL.",
    .bad = "server {\n"
           "    listen 443 ssl;\n"
           "    ssl_ecdh_curve secp521r1;\n"
           "}\n",
    .good = "server {\n"
            "    listen 443 ssl;\n"
            "    ssl_ecdh_curve auto;\n"
            "}\n",
    .evidence =
        "2026/03/04 10:11:12 [info] 31#31: *9 SSL_do_handshake() failed (SSL: "
        "error:0A000065:SSL routines::no suitable key share) while SSL handshaking, client: "
        "192.0.2.7, server: 0.0.0.0:443\n",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_ecdh_curve"},
    .check = check,
};
