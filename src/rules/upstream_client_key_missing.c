#include "rules/group.h"

struct pair {
    struct value certificate;
    struct value key;
};

static struct pair pair_at(const struct check *check, const struct hop *hop)
{
    return (struct pair){hop_value(check->hops, hop, SETTING_SSL_CERTIFICATE),
                         hop_value(check->hops, hop, SETTING_SSL_CERTIFICATE_KEY)};
}

static bool is_missing(const struct pair *pair)
{
    return pair->certificate.text.len && !pair->key.set && pair->key.hidden != HIDES_ALL;
}

/* Certificate and key are inherited one by one: an outer key stays when only the other is set. */
static bool is_halved(const struct pair *pair)
{
    return pair->certificate.text.len && pair->key.set &&
           pair->certificate.block != pair->key.block;
}

/* nginx -t names no hop when a key does not belong to its certificate. */
static bool is_refused(const struct check *check)
{
    for (u32 i = 0; i < check->evidence->log_count; i++) {
        const struct reason *reason = check->evidence->logs[i].treated_as;
        if (reason && str_eq(str_of(reason->id), STR("key-mismatch")))
            return true;
    }
    return false;
}

static bool is_answered(const struct check *check, const struct hop *hop, const struct pair *pair)
{
    str answer = rule_answer(check, hop, ASK_CLIENT_KEY);
    return answer.len && !str_eq(answer, pair->key.text);
}

static bool choose(const struct check *check, const struct hop *hop, struct pick *pick)
{
    struct pair pair = pair_at(check, hop);
    if (!rule_is_checked(check, hop) || !(is_missing(&pair) || is_halved(&pair)))
        return false;
    bool outer_key =
        is_halved(&pair) && scope_within(check->scope, pair.certificate.block, pair.key.block);
    pick->item = is_missing(&pair) || outer_key ? pair.certificate.item : pair.key.item;
    pick->confidence =
        is_missing(&pair) || is_refused(check) ? CONFIDENCE_PROVEN : CONFIDENCE_CERTAIN;
    pick->withheld = !is_answered(check, hop, &pair);
    return true;
}

static void ask(struct check *check, const struct hop *hop, const struct pair *pair)
{
    rule_withhold(check, STR("the key of the client certificate is not known: answer client-key"));
    rule_ask(
        check, hop, ASK_CLIENT_KEY,
        str_fmt(check->arena, "Which file holds the key of %.*s?", STR_ARG(pair->certificate.text)),
        STR("A key belongs to one certificate; nginx compares the two when it starts. Where "
            "both are in one file, answer with that file."));
}

static str message_of(const struct check *check, const struct group *group)
{
    struct pair pair = pair_at(check, group->hop);
    str directive = rule_directive(group->hop, SETTING_SSL_CERTIFICATE_KEY);
    if (is_missing(&pair))
        return str_fmt(check->arena, "no %.*s is in force for %.*s", STR_ARG(directive),
                       STR_ARG(pair.certificate.text));
    return str_fmt(check->arena, "%.*s comes with a key from %.*s: only one of the pair was set",
                   STR_ARG(pair.certificate.text),
                   STR_ARG(scope_where(check->scope, pair.key.item)));
}

static void report(struct check *check, const struct group *group)
{
    struct pair pair = pair_at(check, group->hop);
    struct finding *finding = group_report(check, group, message_of(check, group));
    if (!is_missing(&pair) && !is_refused(check))
        finding->severity = SEVERITY_WARNING;
    if (group->pick.withheld) {
        ask(check, group->hop, &pair);
        return;
    }
    rule_rests_on(check, STR("the answer client-key"));
    for (u32 i = 0; i < group->count; i++) {
        const struct hop *hop = &check->hops->hop[group->hops[i]];
        rule_set(check, hop, SETTING_SSL_CERTIFICATE_KEY,
                 lex_quote(check->arena, rule_answer(check, hop, ASK_CLIENT_KEY)));
    }
}

static void check(struct check *check)
{
    group_hops(check, choose, report);
}

const struct rule rule_upstream_client_key_missing = {
    .id = "upstream-client-key-missing",
    .title = "A client certificate without its key",
    .severity = SEVERITY_ERROR,
    .what = "proxy_ssl_certificate (grpc_, uwsgi_) is in force without proxy_ssl_certificate_key, "
            "or the two come from different levels.",
    .why = "Certificate and key are inherited one by one. Without a key nginx does not start; with "
           "the key of an outer level, meant for another certificate, it says \"key values "
           "mismatch\" and does not start either.",
    .fix = "Sets proxy_ssl_certificate_key at the hop, as answered.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "    proxy_ssl_certificate /etc/nginx/client.pem;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_certificate_key /etc/nginx/client.key;\n"
            "    proxy_ssl_server_name on;\n"
            "    proxy_ssl_certificate /etc/nginx/client.pem;\n"
            "}\n",
    .options = "--answer client-key=/etc/nginx/client.key",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_certificate_key"},
    .check = check,
};
