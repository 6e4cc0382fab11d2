#include "rules/rule.h"

/* Known to open source nginx, of whatever version; the target's version is known. */
static bool is_too_new(const struct check *check, u32 item)
{
    const struct directive *row = check->scope->items[item].row;
    return row && row->flavours & FLAVOUR_OPEN && version_before(check->target.nginx, row->since);
}

/* What is lost with it; NULL where the directive cannot simply go. */
static const char *loss_of(enum setting setting)
{
    switch (setting) {
    case SETTING_SSL_CERTIFICATE_CACHE:
        return "certificates in variables are then read anew each time";
    case SETTING_SSL_CONF_COMMAND:
        return "OpenSSL's default is then in force";
    case SETTING_SSL_ALPN:
        return "no ALPN is sent then";
    default:
        return NULL;
    }
}

static void report(struct check *check, u32 item)
{
    enum family family;
    enum setting setting;
    char since[VERSION_TEXT_MAX];
    char target[VERSION_TEXT_MAX];
    const struct item *where = &check->scope->items[item];
    bool client = catalogue_setting_of(where->row, &family, &setting);
    const char *loss = client ? loss_of(setting) : NULL;
    version_print(where->row->since, since);
    version_print(check->target.nginx, target);
    rule_report(check, item, CONFIDENCE_PROVEN,
                str_fmt(check->arena, "nginx %s has no %.*s, which came with %s%s%s", target,
                        STR_ARG(scope_name(check->scope, item)), since, loss ? "; " : "",
                        loss ? loss : ""));
    rule_rests_on_fact(check, rule_refusal(check, item, STR("unknown-directive")));
    if (client)
        rule_add_hops_in(check, where->block, family);
    if (loss)
        rule_remove(check, item);
    else
        rule_withhold(check, STR("the target has nothing in its place: a newer nginx is needed"));
}

/* ---- TLSv1.3 in the protocols, which is a word that nginx has to know ----- */

static bool has_tls13(const struct check *check, u32 item)
{
    enum family family;
    enum setting setting;
    const struct directive *row = check->scope->items[item].row;
    return row && catalogue_setting_of(row, &family, &setting) &&
           setting == SETTING_SSL_PROTOCOLS &&
           version_before(check->target.nginx, VERSION(1, 13, 0)) &&
           hop_protocols_parse(scope_args(check->scope, item)) & PROTOCOL_TLS1_3;
}

static void report_tls13(struct check *check, u32 item)
{
    enum family family;
    enum setting setting;
    const struct item *where = &check->scope->items[item];
    u32 rest = hop_protocols_parse(scope_args(check->scope, item)) & ~(u32)PROTOCOL_TLS1_3;
    catalogue_setting_of(where->row, &family, &setting);
    rule_report(check, item, CONFIDENCE_PROVEN,
                STR("nginx before 1.13.0 does not know TLSv1.3 and refuses the word"));
    rule_add_hops_in(check, where->block, family);
    rule_set_args(check, item, hop_protocols_text(check->arena, rest ? rest : PROTOCOL_TLS1_2));
}

static void check(struct check *check)
{
    if (!version_known(check->target.nginx))
        return;
    for (u32 i = 0; i < check->scope->item_count; i++) {
        if (is_too_new(check, i) && !rule_is_reported(check, i))
            report(check, i);
        else if (has_tls13(check, i) && !rule_is_reported(check, i))
            report_tls13(check, i);
    }
}

const struct rule rule_upstream_directive_too_new = {
    .id = "upstream-directive-too-new",
    .title = "A directive that the target nginx does not have yet",
    .severity = SEVERITY_ERROR,
    .what = "The version of nginx is known, and a directive, or TLSv1.3 as a protocol, came with a "
            "later one.",
    .why = "nginx refuses the whole configuration: \"unknown directive\" or \"invalid value\". The "
           "name is right, so the message sends people looking for a slip of the keyboard.",
    .fix = "Takes out what can go without harm to the connection, such as "
           "proxy_ssl_certificate_cache and proxy_ssl_conf_command. Everything else needs a newer "
           "nginx, and is reported.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "    proxy_ssl_certificate_cache max=100;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_server_name on;\n"
            "}\n",
    .options = "--nginx 1.26.3",
    .refs = {"https://nginx.org/en/CHANGES"},
    .check = check,
};
