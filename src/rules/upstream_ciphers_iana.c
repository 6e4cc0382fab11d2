#include "rules/cipher_list.h"

/* OpenSSL takes IANA's names from 3.2 on. */
static bool takes_them(const struct check *check)
{
    return version_at_least(check->target.openssl, VERSION(3, 2, 0));
}

/* What an OpenSSL that passes over IANA's names makes of the list. */
static bool is_dead_without(const struct check *check, str list)
{
    struct buf out = buf_new(check->arena);
    for (str one = ciphers_element(&list); one.len; one = ciphers_element(&list))
        if (!ciphers_openssl_name(check->ciphers, ciphers_element_name(one)).len)
            buf_fmt(&out, "%s%.*s", out.len ? ":" : "", STR_ARG(one));
    return !out.len || !ciphers_matches(check->ciphers, buf_view(&out));
}

static bool choose(const struct check *check, const struct hop *hop, struct pick *pick)
{
    struct value ciphers = hop_value(check->hops, hop, SETTING_SSL_CIPHERS);
    if (!ciphers.set || takes_them(check) || !rule_is_checked(check, hop) ||
        !cipher_list_has_iana(check, ciphers.text) ||
        cipher_list_fate(check, hop) != CIPHER_LIST_MENDED)
        return false;
    bool dead = version_known(check->target.openssl) && is_dead_without(check, ciphers.text);
    pick->item = ciphers.item;
    pick->confidence = dead ? CONFIDENCE_PROVEN : CONFIDENCE_SAFE;
    return true;
}

static void report(struct check *check, const struct group *group)
{
    str list = scope_arg(check->scope, group->pick.item, 1);
    bool dead = group->pick.confidence == CONFIDENCE_PROVEN;
    struct finding *finding = group_report(
        check, group,
        str_fmt(check->arena, "%.*s uses IANA's names, which OpenSSL before 3.2 %s",
                STR_ARG(rule_directive(group->hop, SETTING_SSL_CIPHERS)),
                is_dead_without(check, list) ? "does not take: the list matches nothing"
                                             : "passes over"));
    if (!dead)
        finding->severity = SEVERITY_WARNING;
    cipher_list_set(check, group, cipher_list_mended(check, list));
}

static void check(struct check *check)
{
    group_hops(check, choose, report);
}

const struct rule rule_upstream_ciphers_iana = {
    .id = "upstream-ciphers-iana",
    .title = "Cipher suites by names that OpenSSL may not know",
    .severity = SEVERITY_ERROR,
    .what = "proxy_ssl_ciphers (grpc_, uwsgi_) names suites as IANA does, such as "
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256.",
    .why = "OpenSSL has names of its own, ECDHE-RSA-AES128-GCM-SHA256, and takes IANA's only from "
           "3.2 on. Before that it passes over them; where nothing else is in the list, nginx does "
           "not start: \"no cipher match\". Scanners print IANA's names, which is where they come "
           "from.",
    .fix = "Writes OpenSSL's names for the same suites, which every version takes.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "    proxy_ssl_ciphers TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_server_name on;\n"
            "    proxy_ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;\n"
            "}\n",
    .options = "--openssl 3.0.15",
    .refs = {"https://docs.openssl.org/3.5/man1/openssl-ciphers/",
             "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_ciphers"},
    .check = check,
};
