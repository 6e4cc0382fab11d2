#include "rules/cipher_list.h"

static bool choose(const struct check *check, const struct hop *hop, struct pick *pick)
{
    struct value ciphers = hop_value(check->hops, hop, SETTING_SSL_CIPHERS);
    const struct log_fact *fact = cipher_list_evidence(check, hop);
    bool refused = cipher_list_fate(check, hop) == CIPHER_LIST_REFUSED;
    /* DEFAULT, written out, pins nothing. */
    if (!fact || !refused || !rule_is_tls(check, hop) || str_eq(ciphers.text, STR("DEFAULT")))
        return false;
    pick->item = ciphers.item;
    pick->confidence = CONFIDENCE_PROVEN;
    return true;
}

static void report(struct check *check, const struct group *group)
{
    str list = scope_arg(check->scope, group->pick.item, 1);
    struct cipher_list all = ciphers_expand(check->ciphers, list);
    group_report(check, group,
                 str_fmt(check->arena,
                         "%.*s allows %u suite%s up to TLS 1.2, which may be why "
                         "%.*s refuses",
                         STR_ARG(rule_directive(group->hop, SETTING_SSL_CIPHERS)), all.count,
                         all.count == 1 ? "" : "s", STR_ARG(group_targets(check, group))));
    for (u32 i = 0; i < group->count; i++)
        rule_rests_on_fact(check, cipher_list_evidence(check, &check->hops->hop[group->hops[i]]));
    cipher_list_set(check, group, (str){0});
}

static void check(struct check *check)
{
    group_hops(check, choose, report);
}

const struct rule rule_upstream_ciphers_mismatch = {
    .id = "upstream-ciphers-mismatch",
    .title = "nginx and the upstream share no cipher suite",
    .severity = SEVERITY_ERROR,
    .what = "The backend refuses the handshake, with alert 40 or 71, or OpenSSL finds nothing to "
            "offer, and proxy_ssl_ciphers (grpc_, uwsgi_) pins the suites.",
    .why = "A list that was right for one backend is too narrow for another: an RSA-only list "
           "against an ECDSA certificate is enough, and so is a list without GCM against a backend "
           "that has nothing else. OpenSSL's default has a suite for every sound backend.",
    .fix = "Takes the pin out, which leaves OpenSSL's default; where other hops share the line, "
           "DEFAULT is set at the failing hop.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "    proxy_ssl_ciphers AES128-SHA;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_server_name on;\n"
            "}\n",
    .evidence = "2026/03/04 10:11:12 [error] 31#31: *9 SSL_do_handshake() failed (SSL: "
                "error:0A000410:SSL routines::sslv3 alert handshake failure:SSL alert number 40) "
                "while SSL handshaking to upstream, client: 192.0.2.7, server: shop.example, "
                "request: \"GET / HTTP/1.1\", upstream: \"https://198.51.100.9:443/\", host: "
                "\"shop.example\"\n",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_ciphers",
             "https://docs.openssl.org/3.5/man1/openssl-ciphers/"},
    .check = check,
};
