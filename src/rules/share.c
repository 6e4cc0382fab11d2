#include "rules/share.h"

static bool same_endpoint(const struct endpoint *a, const struct endpoint *b)
{
    return a->kind == b->kind && a->port == b->port && str_eq_nocase(a->host, b->host);
}

bool share_peers(const struct hop *a, const struct hop *b)
{
    if (a->id == b->id || (a->family == FAMILY_STREAM) != (b->family == FAMILY_STREAM))
        return false;
    if (a->upstream != SCOPE_NONE || b->upstream != SCOPE_NONE)
        return a->upstream == b->upstream;
    /* What a variable holds is looked up for each request, and its sessions are not kept. */
    bool fixed =
        str_find_char(a->target, '$') == STR_NONE && str_find_char(b->target, '$') == STR_NONE;
    return fixed && same_endpoint(&a->endpoint, &b->endpoint);
}
