#include "rules/cipher_list.h"
#include "rules/servers.h"

/* Suites that are all sound: which of them is taken matters to nobody but the client. */
static bool is_sound(const struct check *check, str list)
{
    struct cipher_list all = ciphers_expand(check->ciphers, list);
    for (u32 i = 0; i < all.count; i++)
        if (!all.cipher[i].modern)
            return false;
    return all.count > 0;
}

static void check(struct check *check)
{
    struct servers servers = servers_find(check);
    for (u32 i = 0; i < servers.count; i++) {
        const struct server *server = &servers.server[i];
        u32 prefer = servers_setting(check, server, STR("ssl_prefer_server_ciphers"));
        if (!server->ssl || prefer == SCOPE_NONE ||
            !str_eq_nocase(scope_arg(check->scope, prefer, 1), STR("on")) ||
            !is_sound(check, servers_ciphers_after(check, &servers, server)) ||
            rule_is_reported(check, prefer))
            continue;
        rule_report(check, prefer, CONFIDENCE_PRESUMED,
                    STR("the server's order is forced on clients, though all suites are sound"));
        rule_set_args(check, prefer, STR("off"));
    }
}

const struct rule rule_server_prefer_ciphers = {
    .id = "server-prefer-ciphers",
    .title = "The server's cipher order for a list that is sound throughout",
    .severity = SEVERITY_INFO,
    .what = "ssl_prefer_server_ciphers is on, and ssl_ciphers holds only suites with forward "
            "secrecy and authenticated encryption.",
    .why = "The server's order keeps clients from a bad choice. Where there is no bad choice, the "
           "client knows better: a phone without AES in hardware is faster with ChaCha20.",
    .fix = "Turns it off, as Mozilla's guideline for this list does.",
    .bad = "server {\n"
           "    listen 443 ssl;\n"
           "    ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;\n"
           "    ssl_prefer_server_ciphers on;\n"
           "}\n",
    .good = "server {\n"
            "    listen 443 ssl;\n"
            "    ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;\n"
            "    ssl_prefer_server_ciphers off;\n"
            "}\n",
    .options = "--profile hardened",
    .refs = {"https://ssl-config.mozilla.org/guidelines/6.0.json",
             "https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_prefer_server_ciphers"},
    .check = check,
};
