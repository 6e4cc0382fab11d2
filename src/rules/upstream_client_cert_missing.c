#include "rules/rule.h"

enum { LIKELY = 40 };

/* Alert 40 has likelier causes: only where none of them is left is a certificate asked for. */
static bool is_all_else_right(const struct check *check, const struct hop *hop)
{
    bool named = hop_is_on(check->hops, hop, SETTING_SSL_SERVER_NAME) &&
                 hop_host_kind(hop_name_in_force(check->hops, hop).name) == HOST_DNS;
    return named && !hop_value(check->hops, hop, SETTING_SSL_CIPHERS).set &&
           !hop_value(check->hops, hop, SETTING_SSL_PROTOCOLS).set;
}

static const struct log_fact *evidence_of(const struct check *check, const struct hop *hop)
{
    const struct log_fact *likely = rule_likely(check, hop, LIKELY);
    return likely || !is_all_else_right(check, hop) ? likely : rule_likely(check, hop, 1);
}

static bool has_certificate(const struct check *check, const struct hop *hop)
{
    return hop_value(check->hops, hop, SETTING_SSL_CERTIFICATE).text.len > 0;
}

static bool any_evidence(const struct check *check)
{
    for (u32 i = 0; i < check->hops->count; i++)
        if (rule_likely(check, &check->hops->hop[i], LIKELY))
            return true;
    return false;
}

/* An answer that names no hop is for those that ask; if none does, for all that have none. */
static bool is_answered(const struct check *check, const struct hop *hop, bool others_ask)
{
    const struct answer *answer = rule_find_answer(check, hop, ASK_CLIENT_CERT);
    if (!answer)
        return false;
    return answer->hop.len || rule_likely(check, hop, 1) || !others_ask;
}

static void set_pair(struct check *check, const struct hop *hop, str certificate, str key)
{
    rule_rests_on(check, STR("the answers client-cert and client-key"));
    rule_set(check, hop, SETTING_SSL_CERTIFICATE, lex_quote(check->arena, certificate));
    rule_set(check, hop, SETTING_SSL_CERTIFICATE_KEY, lex_quote(check->arena, key));
}

static void ask_pair(struct check *check, const struct hop *hop, str certificate)
{
    str why = STR("The backend's operator issues both, or names the CA that may. The certificate's "
                  "file holds its intermediates as well; the key's is readable by root only.");
    rule_withhold(check, certificate.len
                             ? STR("the key of the client certificate is not known: answer "
                                   "client-key")
                             : STR("the client certificate is not known: answer client-cert and "
                                   "client-key"));
    if (!certificate.len)
        rule_ask(check, hop, ASK_CLIENT_CERT,
                 str_fmt(check->arena, "Which file holds nginx's client certificate for %.*s?",
                         STR_ARG(hop->target)),
                 why);
    rule_ask(check, hop, ASK_CLIENT_KEY,
             str_fmt(check->arena, "Which file holds the key of the client certificate for %.*s?",
                     STR_ARG(hop->target)),
             why);
}

static void report(struct check *check, const struct hop *hop, const struct log_fact *fact)
{
    str certificate = rule_answer(check, hop, ASK_CLIENT_CERT);
    str key = rule_answer(check, hop, ASK_CLIENT_KEY);
    struct finding *finding = rule_report_hop(
        check, hop, hop->item, fact ? CONFIDENCE_PROVEN : CONFIDENCE_CERTAIN,
        str_fmt(check->arena, "%.*s is sent no client certificate", STR_ARG(hop->target)));
    if (!fact)
        finding->severity = SEVERITY_INFO;
    rule_rests_on_fact(check, fact);
    if (certificate.len && key.len)
        set_pair(check, hop, certificate, key);
    else
        ask_pair(check, hop, certificate);
}

static void check(struct check *check)
{
    bool others_ask = any_evidence(check);
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *hop = &check->hops->hop[i];
        if (!rule_is_tls(check, hop) || has_certificate(check, hop))
            continue;
        const struct log_fact *fact = evidence_of(check, hop);
        bool answered = is_answered(check, hop, others_ask);
        if (fact || answered)
            report(check, hop, fact ? fact : rule_likely(check, hop, 1));
    }
}

const struct rule rule_upstream_client_cert_missing = {
    .id = "upstream-client-cert-missing",
    .title = "The upstream wants a client certificate",
    .severity = SEVERITY_ERROR,
    .what = "Evidence says that the backend demands a certificate from nginx, and no "
            "proxy_ssl_certificate (grpc_, uwsgi_) is in force.",
    .why = "With mutual TLS the backend checks who connects. Over TLS 1.2 it breaks off the "
           "handshake with alert 40 or 42; over TLS 1.3 the handshake ends well and alert 116, or "
           "an nginx's page 400 \"No required SSL certificate was sent\", comes after it. "
           "proxy_ssl_verify has nothing to do with it: that checks the other side.",
    .fix = "Sets proxy_ssl_certificate and proxy_ssl_certificate_key at the hop, as answered.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_certificate /etc/nginx/client.pem;\n"
            "    proxy_ssl_certificate_key /etc/nginx/client.key;\n"
            "    proxy_ssl_server_name on;\n"
            "}\n",
    .options = "--answer client-cert=/etc/nginx/client.pem --answer "
               "client-key=/etc/nginx/client.key",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_certificate",
             "https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2.4"},
    .check = check,
};
