#include "rules/name.h"

#include "rules/witness.h"

static bool is_block_name(const struct hop *hop, str name)
{
    return hop->upstream != SCOPE_NONE && str_eq_nocase(name, hop->endpoint.host);
}

/* The client's own Host names whom the client wants, not whom nginx dials. */
static bool follows_client(str name)
{
    return str_eq(name, STR("$host")) || str_eq(name, STR("$http_host")) ||
           str_eq(name, STR("$server_name"));
}

/* A variable in the target means that the target, too, may follow the client. */
static bool is_fixed(const struct hop *hop)
{
    return hop->endpoint.kind != HOST_VARIABLE;
}

/* A name that somebody chose on purpose and a certificate could carry. */
static bool is_good(const struct hop *hop, str name)
{
    enum host_kind kind = hop_host_kind(name);
    if (kind == HOST_VARIABLE)
        return !follows_client(name) || !is_fixed(hop);
    return kind == HOST_DNS && name.len && !is_block_name(hop, name);
}

static void add_candidate(const struct check *check, struct wanted_name *wanted, str name)
{
    if (!hop_is_public_name(name))
        return;
    for (u32 i = 0; i < wanted->candidate_count; i++)
        if (str_eq_nocase(wanted->candidates[i], name))
            return;
    str *more = arena_array(check->arena, (size_t)wanted->candidate_count + 1, sizeof *more);
    for (u32 i = 0; i < wanted->candidate_count; i++)
        more[i] = wanted->candidates[i];
    more[wanted->candidate_count++] = name;
    wanted->candidates = more;
}

/* The first source that knows a name wins; later ones are candidates only. */
static void offer(struct wanted_name *wanted, enum name_source source, str name, str from)
{
    if (wanted->source != NAME_UNKNOWN)
        return;
    wanted->source = source;
    wanted->name = name;
    wanted->from = from;
}

static void offer_set(const struct check *check, const struct hop *hop, struct wanted_name *wanted)
{
    struct value set = hop_value(check->hops, hop, SETTING_SSL_NAME);
    if (!set.set || !is_good(hop, set.text))
        return;
    add_candidate(check, wanted, set.text);
    offer(wanted, NAME_SET, set.text, scope_where(check->scope, set.item));
}

static void offer_dialled(const struct check *check, const struct hop *hop,
                          struct wanted_name *wanted)
{
    if (hop->endpoint.kind != HOST_DNS && hop->endpoint.kind != HOST_VARIABLE)
        return;
    add_candidate(check, wanted, hop->endpoint.host);
    offer(wanted, NAME_DIALLED, hop->endpoint.host, scope_where(check->scope, hop->item));
}

static void offer_host_header(const struct check *check, const struct hop *hop,
                              struct wanted_name *wanted)
{
    struct hop_host host = hop_host_header(check->hops, hop);
    if (host.item == SCOPE_NONE || host.kind != HOST_DNS)
        return;
    str name = host.value;
    str bare = str_cut(&name, ':');
    if (!hop_is_public_name(bare) || is_block_name(hop, bare))
        return;
    add_candidate(check, wanted, bare);
    offer(wanted, NAME_HOST_HEADER, bare, scope_where(check->scope, host.item));
}

/* The one name that all servers share, or empty. */
static str shared_server_name(const struct hop *hop)
{
    str shared = {0};
    for (u32 i = 0; i < hop->server_count; i++) {
        const struct endpoint *server = &hop->servers[i];
        if (server->kind != HOST_DNS || (i > 0 && !str_eq_nocase(server->host, shared)))
            return (str){0};
        shared = server->host;
    }
    return shared;
}

static void offer_servers(const struct check *check, const struct hop *hop,
                          struct wanted_name *wanted)
{
    for (u32 i = 0; i < hop->server_count; i++)
        add_candidate(check, wanted, hop->servers[i].host);
    str shared = shared_server_name(hop);
    if (hop_is_public_name(shared))
        offer(wanted, NAME_SERVERS, shared, scope_where(check->scope, hop->servers[0].item));
}

static void offer_block(const struct check *check, const struct hop *hop,
                        struct wanted_name *wanted)
{
    if (hop->upstream == SCOPE_NONE || !hop_is_public_name(hop->endpoint.host))
        return;
    add_candidate(check, wanted, hop->endpoint.host);
    offer(wanted, NAME_BLOCK, hop->endpoint.host, scope_where(check->scope, hop->item));
}

/* What the configuration offers for the certificate to choose from: *_ssl_name or the host that is
 * dialled, the Host header, the servers of the upstream block, the block's name. */
static str matching_name(const struct check *check, const struct hop *hop,
                         const struct witness *witness)
{
    struct hop_host host = hop_host_header(check->hops, hop);
    str rest = host.value;
    str header = host.kind == HOST_DNS ? str_cut(&rest, ':') : (str){0};
    str first = hop_name_in_force(check->hops, hop).name;
    if (hop_is_public_name(first) && witness_matches(witness, first))
        return first;
    if (hop_is_public_name(header) && witness_matches(witness, header))
        return header;
    for (u32 i = 0; i < hop->server_count; i++)
        if (hop_is_public_name(hop->servers[i].host) &&
            witness_matches(witness, hop->servers[i].host))
            return hop->servers[i].host;
    return witness_plain_name(witness);
}

/*
 * A DNS name that is set or dialled gives way only to a certificate that was
 * fetched there, and not for want of a name: without SNI a backend shows
 * whichever certificate it likes best.
 */
static bool may_overrule(const struct wanted_name *wanted, const struct witness *witness)
{
    if (wanted->source != NAME_SET && wanted->source != NAME_DIALLED)
        return true;
    return hop_host_kind(wanted->name) == HOST_DNS && witness->fetched &&
           witness->fact->sni != SNI_NOT_SENT;
}

/* `wanted` holds what the configuration says. */
static void take_certificate(const struct check *check, const struct hop *hop,
                             struct wanted_name *wanted)
{
    struct witness witness = witness_of(check, hop);
    if (!witness.fact)
        return;
    bool own = wanted->source == NAME_SET || wanted->source == NAME_DIALLED;
    if (own && witness_matches(&witness, wanted->name))
        return;
    for (u32 i = 0; i < witness.dns_count; i++)
        if (!str_starts(witness.dns[i], STR("*")))
            add_candidate(check, wanted, witness.dns[i]);
    str name = matching_name(check, hop, &witness);
    if (!name.len || !may_overrule(wanted, &witness))
        return;
    wanted->source = NAME_CERTIFICATE;
    wanted->name = name;
    wanted->from = witness_where(check, &witness);
    /* Unverified, a site may well live under a certificate that is another's. */
    bool fails = own && hop_is_on(check->hops, hop, SETTING_SSL_VERIFY);
    wanted->certain = witness.fetched && witness.dns_count == 1 && (!own || fails);
}

/* The hop knows a good name of its own, and nothing says that the name fails. */
static bool knows_its_name(const struct check *check, const struct hop *hop,
                           const struct wanted_name *wanted)
{
    bool used = hop_is_on(check->hops, hop, SETTING_SSL_SERVER_NAME) ||
                hop_is_on(check->hops, hop, SETTING_SSL_VERIFY);
    bool own = wanted->source == NAME_SET || wanted->source == NAME_DIALLED;
    return own && !(used && check->facts[hop->id][0]);
}

static struct wanted_name wanted_of(const struct check *check, const struct hop *hop)
{
    struct wanted_name wanted = {.source = NAME_UNKNOWN};
    offer_set(check, hop, &wanted);
    offer_dialled(check, hop, &wanted);
    offer_host_header(check, hop, &wanted);
    offer_servers(check, hop, &wanted);
    offer_block(check, hop, &wanted);
    take_certificate(check, hop, &wanted);
    const struct answer *answer = rule_find_answer(check, hop, ASK_UPSTREAM_NAME);
    /* An answer that names no hop is for those that ask. */
    if (!answer || (!answer->hop.len && knows_its_name(check, hop, &wanted)))
        return wanted;
    wanted.source = NAME_ANSWERED;
    wanted.name = answer->value;
    wanted.from = STR("the answer upstream-name");
    return wanted;
}

const struct wanted_name *name_wanted_all(const struct check *check)
{
    struct wanted_name *names = arena_array(check->arena, check->hops->count, sizeof *names);
    for (u32 i = 0; i < check->hops->count; i++)
        names[i] = wanted_of(check, &check->hops->hop[i]);
    return names;
}

/*
 * A literal Host that differs from the host dialled: the machine's name is dialled
 * and a site on it is meant. To send the machine's name might change who answers.
 */
static bool host_says_otherwise(const struct check *check, const struct hop *hop)
{
    struct hop_host host = hop_host_header(check->hops, hop);
    str rest = host.value;
    return host.item != SCOPE_NONE && host.kind == HOST_DNS &&
           !str_eq_nocase(str_cut(&rest, ':'), hop->endpoint.host);
}

enum confidence name_confidence(const struct check *check, const struct hop *hop)
{
    if (rule_evidence(check, hop))
        return CONFIDENCE_PROVEN;
    /* An answer turns it into TLS: there is no TLS that works today. */
    if (hop->transport == TRANSPORT_PLAIN)
        return CONFIDENCE_CERTAIN;
    switch (check->names[hop->id].source) {
    case NAME_ANSWERED:
        return CONFIDENCE_CERTAIN;
    case NAME_CERTIFICATE:
        return check->names[hop->id].certain ? CONFIDENCE_CERTAIN : CONFIDENCE_PRESUMED;
    case NAME_DIALLED:
        return host_says_otherwise(check, hop) ? CONFIDENCE_PRESUMED : CONFIDENCE_SAFE;
    case NAME_SET:
    case NAME_HOST_HEADER:
    case NAME_SERVERS:
    case NAME_BLOCK:
    case NAME_UNKNOWN:
        break;
    }
    return CONFIDENCE_PRESUMED;
}

bool name_is_wanted(const struct check *check, const struct hop *hop)
{
    return str_eq_nocase(hop_name_in_force(check->hops, hop).name, check->names[hop->id].name);
}

bool name_is_hopeless(const struct check *check, const struct hop *hop)
{
    struct hop_name name = hop_name_in_force(check->hops, hop);
    switch (name.kind) {
    case HOST_UPSTREAM:
        return !hop_is_public_name(name.name);
    case HOST_VARIABLE:
        return follows_client(name.name) && is_fixed(hop);
    case HOST_IPV4:
    case HOST_IPV6:
    case HOST_UNIX:
        return true;
    case HOST_DNS:
        break;
    }
    return false;
}

void name_ask(struct check *check, const struct hop *hop)
{
    const struct wanted_name *wanted = &check->names[hop->id];
    if (!wanted->name.len || name_is_wanted(check, hop))
        rule_withhold(check, STR("the name of the backend is not known: answer upstream-name"));
    rule_ask(check, hop, ASK_UPSTREAM_NAME,
             str_fmt(check->arena, "Which name does the certificate of the backend at %.*s carry?",
                     STR_ARG(hop->target)),
             STR("The name is sent as SNI and is what verification compares. It is one of the "
                 "certificate's DNS names: `openssl s_client -connect HOST:PORT </dev/null | "
                 "openssl x509 -noout -ext subjectAltName` shows them."));
    for (u32 i = 0; i < wanted->candidate_count; i++)
        rule_ask_choice(check, wanted->candidates[i]);
    if (wanted->name.len && hop_host_kind(wanted->name) == HOST_DNS && !name_is_wanted(check, hop))
        rule_ask_suggest(check, wanted->name);
}

void name_rests_on(struct check *check, const struct hop *hop)
{
    const struct wanted_name *wanted = &check->names[hop->id];
    if (wanted->from.len)
        rule_rests_on(check, wanted->from);
}

void name_set(struct check *check, const struct hop *hop)
{
    if (name_is_wanted(check, hop))
        return;
    rule_set(check, hop, SETTING_SSL_NAME, lex_quote(check->arena, check->names[hop->id].name));
}

void name_set_or_ask(struct check *check, const struct hop *hop, enum confidence confidence)
{
    name_rests_on(check, hop);
    name_set(check, hop);
    /* A name that is only likely is offered as the answer. */
    if (confidence == CONFIDENCE_PRESUMED && !rule_applies(check, confidence))
        name_ask(check, hop);
}
