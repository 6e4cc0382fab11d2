#include "rules/cipher_list.h"

static bool choose(const struct check *check, const struct hop *hop, struct pick *pick)
{
    struct value ciphers = hop_value(check->hops, hop, SETTING_SSL_CIPHERS);
    if (!ciphers.set || !rule_is_checked(check, hop) ||
        !cipher_list_has_tls13(check, ciphers.text) ||
        cipher_list_fate(check, hop) != CIPHER_LIST_MENDED)
        return false;
    bool dead = !ciphers_matches(check->ciphers, ciphers.text);
    pick->item = ciphers.item;
    pick->confidence = dead ? CONFIDENCE_PROVEN : CONFIDENCE_SAFE;
    return true;
}

static void report(struct check *check, const struct group *group)
{
    str directive = rule_directive(group->hop, SETTING_SSL_CIPHERS);
    bool dead = group->pick.confidence == CONFIDENCE_PROVEN;
    struct finding *finding = group_report(
        check, group,
        dead ? str_fmt(check->arena, "%.*s names TLS 1.3 suites, and so matches nothing",
                       STR_ARG(directive))
             : str_fmt(check->arena, "%.*s names TLS 1.3 suites, which do nothing there",
                       STR_ARG(directive)));
    if (!dead)
        finding->severity = SEVERITY_INFO;
    cipher_list_set(check, group,
                    cipher_list_mended(check, scope_arg(check->scope, group->pick.item, 1)));
}

static void check(struct check *check)
{
    group_hops(check, choose, report);
}

const struct rule rule_upstream_ciphers_tls13 = {
    .id = "upstream-ciphers-tls13",
    .title = "TLS 1.3 suites in a cipher list for TLS 1.2",
    .severity = SEVERITY_ERROR,
    .what = "proxy_ssl_ciphers (grpc_, uwsgi_) names suites of TLS 1.3, such as "
            "TLS_AES_256_GCM_SHA384.",
    .why = "The directive fills OpenSSL's list for TLS 1.2 and below, which passes over names of "
           "TLS 1.3. If nothing else is in it, nginx does not start: \"no cipher match\". The "
           "suites of TLS 1.3 are a list of their own, and all of them are on by default.",
    .fix = "Takes those names out; a list of nothing else is removed, which leaves OpenSSL's "
           "default. Who wants another order for TLS 1.3 sets it with proxy_ssl_conf_command "
           "Ciphersuites, from nginx 1.19.4 on.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "    proxy_ssl_ciphers TLS_AES_256_GCM_SHA384:ECDHE-RSA-AES256-GCM-SHA384;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_server_name on;\n"
            "    proxy_ssl_ciphers ECDHE-RSA-AES256-GCM-SHA384;\n"
            "}\n",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_ciphers",
             "https://docs.openssl.org/3.5/man3/SSL_CTX_set_cipher_list/"},
    .check = check,
};
