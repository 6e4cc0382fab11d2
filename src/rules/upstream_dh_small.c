#include "rules/cipher_list.h"

static bool choose(const struct check *check, const struct hop *hop, struct pick *pick)
{
    struct value ciphers = hop_value(check->hops, hop, SETTING_SSL_CIPHERS);
    if (!rule_is_tls(check, hop) || cipher_list_fate(check, hop) != CIPHER_LIST_DH_SMALL)
        return false;
    pick->item = ciphers.set ? ciphers.item : hop->item;
    pick->confidence = CONFIDENCE_PROVEN;
    pick->withheld = str_find(ciphers.text, STR("!DHE")) != STR_NONE;
    return true;
}

/* The pin without DHE, unless nothing is left of it. */
static str without_dhe(const struct check *check, str list)
{
    str rest = str_fmt(check->arena, "%.*s:!DHE", STR_ARG(cipher_list_mended(check, list)));
    bool open = cipher_list_weakest(check, rest).name.len > 0;
    return !open && ciphers_matches(check->ciphers, rest) ? rest : STR("DEFAULT:!DHE");
}

static void report(struct check *check, const struct group *group)
{
    struct value ciphers = hop_value(check->hops, group->hop, SETTING_SSL_CIPHERS);
    group_report(check, group,
                 str_fmt(check->arena,
                         "%.*s chose a Diffie-Hellman group that nginx's OpenSSL "
                         "holds for too small",
                         STR_ARG(group_targets(check, group))));
    for (u32 i = 0; i < group->count; i++)
        rule_rests_on_fact(check, cipher_list_evidence(check, &check->hops->hop[group->hops[i]]));
    if (group->pick.withheld)
        rule_withhold(check, STR("DHE is left out already: the line in the log may be older than "
                                 "that"));
    else
        cipher_list_set(check, group, without_dhe(check, ciphers.text));
}

static void check(struct check *check)
{
    group_hops(check, choose, report);
}

const struct rule rule_upstream_dh_small = {
    .id = "upstream-dh-small",
    .title = "The upstream's Diffie-Hellman group is too small",
    .severity = SEVERITY_ERROR,
    .what = "OpenSSL, on nginx's side, breaks the handshake off with \"dh key too small\".",
    .why = "The backend prefers DHE suites and has a group of 1024 bits or less, as old Java and "
           "Apache set-ups do. OpenSSL refuses groups below 2048 bits at security level 2. Nearly "
           "all of these backends have ECDHE as well, and choose it when DHE is not offered.",
    .fix = "Offers no DHE, with DEFAULT:!DHE or the present list and !DHE. Nothing is weakened; to "
           "lower the security level instead would weaken every connection of the hop.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_ciphers DEFAULT:!DHE;\n"
            "    proxy_ssl_server_name on;\n"
            "}\n",
    .evidence = "2026/03/04 10:11:12 [crit] 31#31: *9 SSL_do_handshake() failed (SSL: "
                "error:0A00018A:SSL routines::dh key too small) while SSL handshaking to "
                "upstream, client: 192.0.2.7, server: shop.example, request: \"GET / HTTP/1.1\", "
                "upstream: \"https://198.51.100.9:443/\", host: \"shop.example\"\n",
    .refs = {"https://weakdh.org/",
             "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_ciphers"},
    .check = check,
};
