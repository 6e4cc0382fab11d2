#include "rules/group.h"

enum { DEPTH = 3 };

static u32 depth_at(const struct check *check, const struct hop *hop)
{
    u32 depth = DEPTH;
    str_to_u32(hop_value(check->hops, hop, SETTING_SSL_VERIFY_DEPTH).text, &depth);
    return depth;
}

/* OpenSSL 3 calls a chain that is too long one whose issuer is missing. */
static const struct log_fact *evidence_of(const struct check *check, const struct hop *hop)
{
    const struct log_fact *too_long = rule_reason(check, hop, STR("verify-22"));
    return too_long ? too_long : rule_reason(check, hop, STR("verify-20"));
}

static bool choose(const struct check *check, const struct hop *hop, struct pick *pick)
{
    if (!hop_is_on(check->hops, hop, SETTING_SSL_VERIFY) || !rule_is_tls(check, hop))
        return false;
    u32 depth = depth_at(check, hop);
    bool too_long = rule_reason(check, hop, STR("verify-22")) && depth >= DEPTH;
    bool fails = too_long || (evidence_of(check, hop) && depth < DEPTH);
    if (!fails && depth > 1)
        return false;
    pick->withheld = too_long;
    struct value set = hop_value(check->hops, hop, SETTING_SSL_VERIFY_DEPTH);
    pick->item = set.set ? set.item : hop->item;
    pick->confidence = fails ? CONFIDENCE_PROVEN : CONFIDENCE_SAFE;
    return true;
}

static void set_depth(struct check *check, const struct group *group)
{
    struct value set = hop_value(check->hops, group->hop, SETTING_SSL_VERIFY_DEPTH);
    if (set.set)
        rule_set_where_set(check, SETTING_SSL_VERIFY_DEPTH, set.item, STR("3"), STR("3"));
    else
        rule_set(check, group->hop, SETTING_SSL_VERIFY_DEPTH, STR("3"));
}

static void report(struct check *check, const struct group *group)
{
    u32 depth = depth_at(check, group->hop);
    struct finding *finding = group_report(
        check, group,
        str_fmt(check->arena, "%.*s is %u for %.*s: a chain with %s intermediates fails",
                STR_ARG(rule_directive(group->hop, SETTING_SSL_VERIFY_DEPTH)), depth,
                STR_ARG(group_targets(check, group)), depth == 1 ? "two" : "more"));
    if (group->pick.confidence != CONFIDENCE_PROVEN)
        finding->severity = SEVERITY_INFO;
    if (group->pick.withheld)
        rule_withhold(check, STR("the line in the log may be older than this depth; if it is not, "
                                 "openssl s_client -showcerts shows how long the chain is"));
    else
        set_depth(check, group);
}

static void check(struct check *check)
{
    group_hops(check, choose, report);
}

const struct rule rule_upstream_verify_depth = {
    .id = "upstream-verify-depth",
    .title = "The verification depth is less than today's chains need",
    .severity = SEVERITY_ERROR,
    .what = "The upstream is verified with a proxy_ssl_verify_depth (grpc_, uwsgi_) of 1, its "
            "default, or with one that evidence shows to be too small.",
    .why = "The depth counts the intermediates between the backend's certificate and the root. "
           "Public CAs now issue chains with two. OpenSSL 1.1.1 reports error 22, OpenSSL 3 error "
           "20 (unable to get local issuer certificate), which sends people to the CA file.",
    .fix = "Raises the depth to 3. Whom nginx trusts is decided by the CA file, not by the depth, "
           "so nothing is weakened by it.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "    proxy_ssl_verify on;\n"
           "    proxy_ssl_verify_depth 1;\n"
           "    proxy_ssl_trusted_certificate /etc/nginx/backend-ca.pem;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_server_name on;\n"
            "    proxy_ssl_verify on;\n"
            "    proxy_ssl_verify_depth 3;\n"
            "    proxy_ssl_trusted_certificate /etc/nginx/backend-ca.pem;\n"
            "}\n",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_verify_depth",
             "https://github.com/nginx/nginx/issues/1409"},
    .check = check,
};
