#include "rules/scheme.h"

/* A cause that is as likely as this speaks for itself. */
enum { LIKELY = 40 };

/* ---- evidence ----------------------------------------------------------- */

static bool names(const char *rules, str id)
{
    return str_has(str_of(rules), id);
}

/* Of the hop's facts, one of whose likely causes `rule` looks after. */
static const struct log_fact *likely_fact(const struct check *check, const struct hop *hop,
                                          str rule)
{
    for (const struct log_fact *const *fact = check->facts[hop->id]; *fact; fact++) {
        if (!(*fact)->treated_as)
            continue;
        const struct reason_advice *advice = reason_advice((*fact)->treated_as, SIDE_UPSTREAM);
        for (const struct reason_cause *cause = advice->causes; cause && cause->text; cause++)
            if (cause->weight >= LIKELY && names(cause->rules, rule))
                return *fact;
    }
    return NULL;
}

u32 scheme_portless_server(const struct hop *hop)
{
    for (u32 i = 0; i < hop->server_count; i++) {
        const struct endpoint *server = &hop->servers[i];
        bool dials = server->kind != HOST_UNIX && server->kind != HOST_VARIABLE;
        if (dials && !server->port_text.len)
            return server->item;
    }
    return SCOPE_NONE;
}

const struct log_fact *scheme_plain_evidence(const struct check *check, const struct hop *hop)
{
    if (hop->transport == TRANSPORT_PLAIN)
        return NULL;
    return likely_fact(check, hop, STR("upstream-scheme-https-to-plain"));
}

const struct log_fact *scheme_tls_evidence(const struct check *check, const struct hop *hop)
{
    if (hop->transport != TRANSPORT_PLAIN || hop->family == FAMILY_STREAM)
        return NULL;
    return likely_fact(check, hop, STR("upstream-scheme-http-to-tls"));
}

static bool is_tls_port(const struct endpoint *endpoint)
{
    return endpoint->port == 443 || endpoint->port == 8443;
}

bool scheme_is_tls_port(const struct hop *hop)
{
    if (hop->upstream == SCOPE_NONE)
        return is_tls_port(&hop->endpoint);
    for (u32 i = 0; i < hop->server_count; i++)
        if (!is_tls_port(&hop->servers[i]))
            return false;
    return hop->server_count > 0;
}

/* ---- what the hop becomes ----------------------------------------------- */

/* The port is at fault, and is mended: the scheme is not asked for. */
static bool is_portless(const struct check *check, const struct hop *hop)
{
    const struct log_fact *fact = scheme_plain_evidence(check, hop);
    return fact && scheme_portless_server(hop) != SCOPE_NONE &&
           (!fact->upstream.port || fact->upstream.port == 80);
}

static bool asks(const struct check *check, const struct hop *hop)
{
    if (hop->transport == TRANSPORT_PLAIN)
        return scheme_is_tls_port(hop) || scheme_tls_evidence(check, hop);
    return scheme_plain_evidence(check, hop) && !is_portless(check, hop);
}

enum scheme_change scheme_change_of(const struct check *check, const struct hop *hop)
{
    bool plain = hop->transport == TRANSPORT_PLAIN;
    if (plain && hop->family == FAMILY_STREAM)
        return SCHEME_STAYS;
    const struct answer *answer = rule_find_answer(check, hop, ASK_UPSTREAM_SCHEME);
    if (!answer)
        return scheme_tls_evidence(check, hop) ? SCHEME_TO_TLS : SCHEME_STAYS;
    if (!answer->hop.len && !asks(check, hop))
        return SCHEME_STAYS;
    if (str_eq_nocase(answer->value, STR("http")))
        return plain ? SCHEME_STAYS : SCHEME_TO_PLAIN;
    return plain ? SCHEME_TO_TLS : SCHEME_STAYS;
}

/* ---- the pass directive ------------------------------------------------- */

str scheme_name(enum family family, bool tls)
{
    switch (family) {
    case FAMILY_GRPC:
        return tls ? STR("grpcs") : STR("grpc");
    case FAMILY_UWSGI:
        return tls ? STR("suwsgi") : STR("uwsgi");
    case FAMILY_PROXY:
    case FAMILY_STREAM:
    case FAMILY_COUNT:
        break;
    }
    return tls ? STR("https") : STR("http");
}

/* Where the scheme's own port holds, another scheme would dial another port: it is written out. */
static str port_to_keep(const struct hop *hop, bool tls)
{
    bool implied = !hop->endpoint.port_text.len && hop->endpoint.port;
    if (tls || !implied || hop->endpoint.kind == HOST_UPSTREAM)
        return (str){0};
    return STR(":443");
}

/* "https://host/uri" as it stands, quotes included, with another scheme. */
static str with_scheme(const struct check *check, const struct hop *hop, str word, bool tls)
{
    u32 mark = str_find(word, STR("://"));
    u32 quote = word.len && (word.p[0] == '"' || word.p[0] == '\'');
    str rest = mark == STR_NONE ? str_from(word, quote) : str_from(word, mark + 3);
    u32 end = 0;
    while (end < rest.len && str_find_char(STR("/?\"'"), rest.p[end]) == STR_NONE)
        end++;
    str port = port_to_keep(hop, tls);
    return str_fmt(check->arena, "%.*s%.*s://%.*s%.*s%.*s", STR_ARG(str_sub(word, 0, quote)),
                   STR_ARG(scheme_name(hop->family, tls)), STR_ARG(str_sub(rest, 0, end)),
                   STR_ARG(port), STR_ARG(str_from(rest, end)));
}

void scheme_set(struct check *check, const struct hop *hop, bool tls)
{
    if (hop->family == FAMILY_STREAM) {
        struct value ssl = hop_value(check->hops, hop, SETTING_SSL);
        rule_set_where_set(check, SETTING_SSL, ssl.item, tls ? STR("on") : STR("off"), STR("off"));
        return;
    }
    const struct tree *tree = scope_tree(check->scope, hop->item);
    u32 token = tree_word(tree, check->scope->items[hop->item].node, 1);
    str word = source_slice(tree->source, tree_token_span(tree, token));
    if (str_find(word, STR("://")) == STR_NONE && !str_eq(hop->resolved, hop->target)) {
        rule_withhold(check, STR("the scheme is in a variable"));
        return;
    }
    rule_set_word(check, hop->item, 1, with_scheme(check, hop, word, tls));
}

void scheme_ask(struct check *check, const struct hop *hop, str why)
{
    rule_withhold(check, STR("nobody said what that port speaks: answer upstream-scheme"));
    rule_ask(check, hop, ASK_UPSTREAM_SCHEME,
             str_fmt(check->arena, "Does the backend at %.*s speak plain HTTP or TLS on that port?",
                     STR_ARG(hop->target)),
             why);
    rule_ask_choice(check, STR("http"));
    rule_ask_choice(check, STR("https"));
}
