#include "engine/join.h"

enum likeness { UNLIKE, POSSIBLE, EXACT };

static bool same_port(const struct endpoint *endpoint, const struct backend_fact *fact)
{
    return !endpoint->port || !fact->port || endpoint->port == fact->port;
}

static bool has_name(const struct backend_fact *fact, str name)
{
    if (str_eq_nocase(fact->host, name) || str_eq_nocase(fact->sni_name, name))
        return name.len > 0;
    for (u32 i = 0; i < fact->names.count; i++)
        if (str_eq_nocase(fact->names.item[i], name))
            return true;
    return false;
}

static enum likeness endpoint_likeness(const struct endpoint *endpoint,
                                       const struct backend_fact *fact)
{
    bool known = fact->address.len || fact->host.len || fact->port;
    switch (endpoint->kind) {
    case HOST_IPV4:
    case HOST_IPV6:
        if (!same_port(endpoint, fact))
            return UNLIKE;
        if (fact->address.len)
            return str_eq_nocase(endpoint->host, fact->address) ? EXACT : UNLIKE;
        return POSSIBLE;
    case HOST_DNS:
        if (!same_port(endpoint, fact))
            return UNLIKE;
        if (has_name(fact, endpoint->host))
            return EXACT;
        /* Another name is another backend, but an address may be this one's. */
        return fact->host.len && !fact->address.len ? UNLIKE : POSSIBLE;
    case HOST_VARIABLE:
        return POSSIBLE;
    case HOST_UNIX:
        return known ? UNLIKE : POSSIBLE;
    case HOST_UPSTREAM:
        break;
    }
    return UNLIKE;
}

/* The log shows that the hop dialled that address. */
static bool was_dialled(const struct backend_fact *fact, const struct log_fact *const *logs)
{
    for (; fact->address.len && *logs; logs++)
        if (str_eq_nocase((*logs)->upstream.host, fact->address) &&
            (!fact->port || !(*logs)->upstream.port || fact->port == (*logs)->upstream.port))
            return true;
    return false;
}

static enum likeness hop_likeness(const struct hop *hop, const struct backend_fact *fact,
                                  const struct log_fact *const *logs)
{
    if (was_dialled(fact, logs))
        return EXACT;
    if (hop->upstream == SCOPE_NONE)
        return endpoint_likeness(&hop->endpoint, fact);
    enum likeness best = UNLIKE;
    for (u32 i = 0; i < hop->server_count; i++) {
        enum likeness one = endpoint_likeness(&hop->servers[i], fact);
        best = one > best ? one : best;
    }
    return best;
}

/* Hops that all dial the same place are about one backend. */
static bool are_one_backend(const struct hops *hops, const struct hop_list *list)
{
    for (u32 i = 1; i < list->count; i++) {
        const struct endpoint *a = &hops->hop[list->hop[0]].endpoint;
        const struct endpoint *b = &hops->hop[list->hop[i]].endpoint;
        if (a->port != b->port || !str_eq_nocase(a->host, b->host))
            return false;
    }
    return true;
}

struct hop_list match_backend(struct arena *arena, const struct hops *hops,
                              const struct backend_fact *fact,
                              const struct log_fact *const *const *logs)
{
    struct hop_list list = {arena_array(arena, hops->count, sizeof(u32)), 0};
    enum likeness best = POSSIBLE;
    for (u32 i = 0; i < hops->count; i++) {
        const struct hop *hop = &hops->hop[i];
        enum likeness one = hop_likeness(hop, fact, logs[i]);
        /* That a plain hop's address speaks TLS is worth to know only for certain. */
        if (one < best || (one == POSSIBLE && hop->transport == TRANSPORT_PLAIN))
            continue;
        if (one > best)
            list.count = 0;
        best = one;
        list.hop[list.count++] = i;
    }
    if (best == POSSIBLE && !are_one_backend(hops, &list))
        list.count = 0;
    return list;
}

const struct backend_fact *const *const *join_all(struct arena *arena, const struct hops *hops,
                                                  const struct evidence *evidence,
                                                  const struct log_fact *const *const *logs)
{
    struct hop_list *lists = arena_array(arena, evidence->backend_count, sizeof *lists);
    u32 *count = arena_array(arena, hops->count, sizeof *count);
    for (u32 f = 0; f < evidence->backend_count; f++) {
        lists[f] = match_backend(arena, hops, &evidence->backends[f], logs);
        for (u32 i = 0; i < lists[f].count; i++)
            count[lists[f].hop[i]]++;
    }
    const struct backend_fact ***facts = arena_array(arena, hops->count, sizeof *facts);
    for (u32 i = 0; i < hops->count; i++) {
        facts[i] = arena_array(arena, (size_t)count[i] + 1, sizeof **facts);
        count[i] = 0;
    }
    for (u32 f = 0; f < evidence->backend_count; f++)
        for (u32 i = 0; i < lists[f].count; i++) {
            u32 hop = lists[f].hop[i];
            facts[hop][count[hop]++] = &evidence->backends[f];
        }
    return (const struct backend_fact *const *const *)facts;
}
