#include "engine/match.h"

#include "rules/scheme.h"

enum likeness { UNLIKE, POSSIBLE, EXACT };

static str without_brackets(str host)
{
    return str_starts(host, STR("[")) && str_ends(host, STR("]")) ? str_sub(host, 1, host.len - 1)
                                                                  : host;
}

static str socket_path(str host)
{
    return str_starts_nocase(host, STR("unix:")) ? str_from(host, 5) : host;
}

static bool same_port(const struct endpoint *endpoint, const struct log_upstream *upstream)
{
    return !endpoint->port || !upstream->port || endpoint->port == upstream->port;
}

static enum likeness endpoint_likeness(const struct endpoint *endpoint,
                                       const struct log_upstream *upstream)
{
    str host = without_brackets(upstream->host);
    if (endpoint->kind == HOST_UNIX)
        return str_eq(endpoint->host, socket_path(upstream->host)) ? EXACT : UNLIKE;
    if (!same_port(endpoint, upstream) || str_starts_nocase(host, STR("unix:")))
        return UNLIKE;
    if (str_eq_nocase(endpoint->host, host))
        return EXACT;
    /* A name may have resolved to any address, but not to another name. */
    bool logged_address = hop_host_kind(host) == HOST_IPV4 || hop_host_kind(host) == HOST_IPV6;
    bool unresolved = endpoint->kind == HOST_DNS || endpoint->kind == HOST_VARIABLE;
    return unresolved && logged_address ? POSSIBLE : UNLIKE;
}

/* https in the log is no plain hop's; stream and partial lines name no scheme. */
static bool same_scheme(const struct hop *hop, str scheme)
{
    if (!scheme.len || hop->transport == TRANSPORT_UNKNOWN || !hop->scheme.len)
        return scheme.len == 0 || hop->family != FAMILY_STREAM;
    return str_eq_nocase(hop->scheme, scheme);
}

/* Trouble that only a hop without TLS has. */
static bool is_about_plain(const struct log_fact *fact)
{
    if (!fact->treated_as)
        return false;
    const struct reason_advice *advice = reason_advice(fact->treated_as, SIDE_UPSTREAM);
    return advice->causes &&
           str_has(str_of(advice->causes->rules), STR("upstream-scheme-http-to-tls"));
}

static enum likeness hop_likeness(const struct hop *hop, const struct log_fact *fact)
{
    const struct log_upstream *upstream = &fact->upstream;
    bool plain = hop->transport == TRANSPORT_PLAIN;
    if (plain != is_about_plain(fact) || !same_scheme(hop, upstream->scheme))
        return UNLIKE;
    if (!upstream->host.len)
        return !plain || scheme_is_tls_port(hop) ? POSSIBLE : UNLIKE;
    if (hop->upstream == SCOPE_NONE)
        return endpoint_likeness(&hop->endpoint, upstream);
    if (str_eq_nocase(hop->endpoint.host, upstream->host))
        return EXACT;
    enum likeness best = UNLIKE;
    for (u32 i = 0; i < hop->server_count; i++) {
        enum likeness one = endpoint_likeness(&hop->servers[i], upstream);
        best = one > best ? one : best;
    }
    return best;
}

/* ---- the request -------------------------------------------------------- */

static bool server_is_named(const struct scope *scope, u32 block, str name)
{
    u32 server = scope_around(scope, block, CONTEXT_SERVER);
    const struct directive *row = catalogue_find(STR("server_name"), CONTEXT_SERVER);
    if (server == SCOPE_NONE)
        return false;
    const struct block *b = &scope->blocks[server];
    for (u32 i = b->first_item; i < b->first_item + b->item_count; i++) {
        if (scope->items[i].row != row)
            continue;
        for (u32 arg = 1; arg <= scope_arg_count(scope, i); arg++)
            if (str_eq_nocase(scope_arg(scope, i, arg), name))
                return true;
    }
    return false;
}

/* How well a location fits a URI: longer prefixes more, an exact one most, 0 not at all. */
static u32 location_fit(const struct scope *scope, u32 block, str uri)
{
    u32 location = scope_around(scope, block, CONTEXT_LOCATION);
    if (location == SCOPE_NONE || scope->blocks[location].opener == SCOPE_NONE)
        return 1;
    u32 opener = scope->blocks[location].opener;
    str first = scope_arg(scope, opener, 1);
    str second = scope_arg(scope, opener, 2);
    str path = str_sub(uri, 0, str_find_char(uri, '?'));
    if (str_eq(first, STR("=")))
        return str_eq(path, second) ? UINT32_MAX : 0;
    if (str_eq(first, STR("^~")))
        return str_starts(path, second) ? second.len + 1 : 0;
    /* Regular expressions are not evaluated here: they may fit. */
    if (str_starts(first, STR("~")) || str_starts(first, STR("@")))
        return 1;
    return str_starts(path, first) ? first.len + 1 : 0;
}

/* Marks those that fit best, if any fits at all. */
static void mark_best(const u32 *fit, u32 count, bool *chosen)
{
    u32 best = 0;
    for (u32 i = 0; i < count; i++)
        best = fit[i] > best ? fit[i] : best;
    for (u32 i = 0; i < count; i++)
        chosen[i] |= best && fit[i] == best;
}

/* Keeps those that are chosen; all, when none is. */
static void keep_chosen(struct hop_list *list, const bool *chosen)
{
    u32 kept = 0;
    for (u32 i = 0; i < list->count; i++)
        if (chosen[i])
            list->hop[kept++] = list->hop[i];
    list->count = kept ? kept : list->count;
}

static void narrow_by_server(struct arena *arena, const struct hops *hops,
                             const struct log_fact *fact, struct hop_list *list)
{
    bool *chosen = arena_array(arena, list->count, sizeof *chosen);
    for (u32 i = 0; i < list->count; i++)
        chosen[i] = server_is_named(hops->scope, hops->hop[list->hop[i]].block, fact->server);
    keep_chosen(list, chosen);
}

/* A fact stands for requests to several paths: each chooses its own location. */
static void narrow_by_path(struct arena *arena, const struct hops *hops,
                           const struct log_fact *fact, struct hop_list *list)
{
    u32 *fit = arena_array(arena, list->count, sizeof *fit);
    bool *chosen = arena_array(arena, list->count, sizeof *chosen);
    for (u32 uri = 0; uri < fact->uri_count; uri++) {
        for (u32 i = 0; i < list->count; i++)
            fit[i] = location_fit(hops->scope, hops->hop[list->hop[i]].block, fact->uris[uri]);
        mark_best(fit, list->count, chosen);
    }
    keep_chosen(list, chosen);
}

/* Of hops that might be meant, those whose server and location fit the request. */
static void narrow(struct arena *arena, const struct hops *hops, const struct log_fact *fact,
                   struct hop_list *list)
{
    if (list->count > 1 && fact->server.len)
        narrow_by_server(arena, hops, fact, list);
    if (list->count > 1)
        narrow_by_path(arena, hops, fact, list);
}

/* ---- facts -------------------------------------------------------------- */

struct hop_list match_fact(struct arena *arena, const struct hops *hops,
                           const struct log_fact *fact)
{
    struct hop_list list = {arena_array(arena, hops->count, sizeof(u32)), 0};
    if (fact->side != SIDE_UPSTREAM && fact->side != SIDE_UNKNOWN)
        return list;
    enum likeness best = POSSIBLE;
    for (u32 i = 0; i < hops->count; i++) {
        enum likeness one = hop_likeness(&hops->hop[i], fact);
        if (one > best)
            list.count = 0;
        if (one >= best) {
            best = one;
            list.hop[list.count++] = i;
        }
    }
    if (best == POSSIBLE)
        narrow(arena, hops, fact, &list);
    /* The only hop there is, whatever port it dials. */
    if (hops->count == 1 && is_about_plain(fact) && hops->hop[0].transport == TRANSPORT_PLAIN &&
        !fact->upstream.host.len)
        list = (struct hop_list){list.hop, 1};
    bool names_nothing = !fact->upstream.host.len && !fact->uri.len && !fact->server.len;
    if (names_nothing && list.count > 1)
        list.count = 0;
    return list;
}

const struct log_fact *const *const *match_all(struct arena *arena, const struct hops *hops,
                                               const struct evidence *evidence)
{
    struct hop_list *lists = arena_array(arena, evidence->log_count, sizeof *lists);
    u32 *count = arena_array(arena, hops->count, sizeof *count);
    for (u32 f = 0; f < evidence->log_count; f++) {
        lists[f] = match_fact(arena, hops, &evidence->logs[f]);
        for (u32 i = 0; i < lists[f].count; i++)
            count[lists[f].hop[i]]++;
    }
    const struct log_fact ***facts = arena_array(arena, hops->count, sizeof *facts);
    for (u32 i = 0; i < hops->count; i++) {
        facts[i] = arena_array(arena, (size_t)count[i] + 1, sizeof **facts);
        count[i] = 0;
    }
    for (u32 f = 0; f < evidence->log_count; f++)
        for (u32 i = 0; i < lists[f].count; i++) {
            u32 hop = lists[f].hop[i];
            facts[hop][count[hop]++] = &evidence->logs[f];
        }
    return (const struct log_fact *const *const *)facts;
}
