#include "rules/keepalive.h"

struct keepalive keepalive_of(const struct check *check, u32 upstream)
{
    struct keepalive keepalive = {.item = SCOPE_NONE};
    if (upstream == SCOPE_NONE)
        return keepalive;
    const struct block *block = &check->scope->blocks[upstream];
    for (u32 i = block->first_item; i < block->first_item + block->item_count; i++) {
        if (!str_eq(scope_name(check->scope, i), STR("keepalive")))
            continue;
        keepalive.item = i;
        keepalive.count = scope_arg(check->scope, i, 1);
        keepalive.off = str_eq(keepalive.count, STR("0"));
        keepalive.local = str_eq(scope_arg(check->scope, i, 2), STR("local"));
    }
    return keepalive;
}

bool keepalive_is_default(const struct check *check)
{
    return version_at_least(check->target.nginx, VERSION(1, 29, 7));
}

static bool is_http11(const struct check *check, const struct hop *hop)
{
    enum context where = check->scope->blocks[hop->block].context;
    const struct directive *row = catalogue_find(STR("proxy_http_version"), where);
    struct in_force found = scope_find(check->scope, hop->block, row);
    return found.item == SCOPE_NONE ? keepalive_is_default(check)
                                    : !str_eq(scope_arg(check->scope, found.item, 1), STR("1.0"));
}

/* The Connection header that is set, or SCOPE_NONE. */
static u32 connection_header(const struct check *check, const struct hop *hop)
{
    struct value set = hop_value(check->hops, hop, SETTING_SET_HEADER);
    if (!set.set)
        return SCOPE_NONE;
    u32 first = scope_find_here(check->scope, set.block, check->scope->items[set.item].row).first;
    for (u32 i = first; i != SCOPE_NONE; i = scope_next(check->scope, i))
        if (str_eq_nocase(scope_arg(check->scope, i, 1), STR("Connection")))
            return i;
    return SCOPE_NONE;
}

bool keepalive_is_used(const struct check *check, const struct hop *hop)
{
    if (hop->family != FAMILY_PROXY)
        return hop->family == FAMILY_GRPC;
    u32 header = connection_header(check, hop);
    if (!is_http11(check, hop))
        return false;
    return header == SCOPE_NONE ? keepalive_is_default(check)
                                : !str_eq_nocase(scope_arg(check->scope, header, 2), STR("close"));
}
