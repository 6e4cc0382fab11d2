#include "rules/servers.h"

#include "rules/cipher_list.h"

/* ---- listen lines --------------------------------------------------------- */

static bool has_word(const struct check *check, u32 item, str word)
{
    for (u32 i = 2; i <= scope_arg_count(check->scope, item); i++)
        if (str_eq(scope_arg(check->scope, item, i), word))
            return true;
    return false;
}

static bool is_any(str host)
{
    return !host.len || str_eq(host, STR("*")) || str_eq(host, STR("0.0.0.0"));
}

/* "443", "*:443", "0.0.0.0:443", "[::]:443", "10.0.0.1", "unix:/run/x" */
static void read_address(const struct check *check, struct listen *listen)
{
    str text = scope_arg(check->scope, listen->item, 1);
    listen->address = text;
    if (str_starts_nocase(text, STR("unix:")) || hop_host_kind(text) == HOST_VARIABLE)
        return;
    u32 bracket = str_find_char(text, ']');
    u32 colon = str_find_from(text, bracket == STR_NONE ? 0 : bracket, STR(":"));
    str host = colon == STR_NONE ? text : str_sub(text, 0, colon);
    str port = colon == STR_NONE ? STR("80") : str_from(text, colon + 1);
    if (colon == STR_NONE && str_to_u32(text, &listen->port)) {
        host = (str){0};
        port = text;
    }
    str_to_u32(port, &listen->port);
    listen->address =
        str_fmt(check->arena, "%.*s:%.*s", STR_ARG(is_any(host) ? STR("*") : host), STR_ARG(port));
}

static void add_listen(const struct check *check, struct servers *servers, u32 *room, u32 item)
{
    struct listen listen = {.item = item, .server = servers->count - 1};
    listen.ssl = has_word(check, item, STR("ssl")) || has_word(check, item, STR("quic"));
    listen.first =
        has_word(check, item, STR("default_server")) || has_word(check, item, STR("default"));
    read_address(check, &listen);
    servers->server[listen.server].ssl |= listen.ssl;
    servers->listen = arena_grow(check->arena, servers->listen, servers->listen_count, room,
                                 sizeof *servers->listen);
    servers->listen[servers->listen_count++] = listen;
}

/* Where nobody says default_server, the first is it. */
static void elect(struct servers *servers)
{
    for (u32 i = 0; i < servers->listen_count; i++) {
        struct listen *listen = &servers->listen[i];
        bool taken = false;
        for (u32 k = 0; k < servers->listen_count && !taken; k++) {
            const struct listen *other = &servers->listen[k];
            taken = str_eq(other->address, listen->address) && other->first;
        }
        listen->first |= !taken;
    }
}

/* ---- servers -------------------------------------------------------------- */

static bool is_on(const struct check *check, u32 item)
{
    return item != SCOPE_NONE && str_eq_nocase(scope_arg(check->scope, item, 1), STR("on"));
}

static void add_server(const struct check *check, struct servers *servers, u32 *room, u32 block)
{
    const struct block *b = &check->scope->blocks[block];
    servers->server[servers->count++] = (struct server){.block = block, .opener = b->opener};
    struct server *server = &servers->server[servers->count - 1];
    server->ssl = is_on(check, servers_setting(check, server, STR("ssl")));
    for (u32 i = b->first_item; i < b->first_item + b->item_count; i++)
        if (str_eq(scope_name(check->scope, i), STR("listen")) && scope_arg_count(check->scope, i))
            add_listen(check, servers, room, i);
}

struct servers servers_find(const struct check *check)
{
    struct servers servers = {
        .server = arena_array(check->arena, check->scope->block_count, sizeof *servers.server)};
    u32 room = 0;
    for (u32 i = 0; i < check->scope->block_count; i++)
        if (check->scope->blocks[i].context == CONTEXT_SERVER &&
            check->scope->blocks[i].opener != SCOPE_NONE)
            add_server(check, &servers, &room, i);
    elect(&servers);
    return servers;
}

u32 servers_setting(const struct check *check, const struct server *server, str name)
{
    const struct directive *row = catalogue_find(name, CONTEXT_SERVER);
    return scope_find(check->scope, server->block, row).item;
}

const struct server *servers_first(const struct servers *servers, const struct listen *listen)
{
    for (u32 i = 0; i < servers->listen_count; i++)
        if (servers->listen[i].first && str_eq(servers->listen[i].address, listen->address))
            return &servers->server[servers->listen[i].server];
    return NULL;
}

/* ---- evidence ------------------------------------------------------------- */

static bool is_named(const struct check *check, const struct server *server, str name)
{
    const struct block *b = &check->scope->blocks[server->block];
    for (u32 i = b->first_item; i < b->first_item + b->item_count; i++) {
        if (!str_eq(scope_name(check->scope, i), STR("server_name")))
            continue;
        for (u32 arg = 1; arg <= scope_arg_count(check->scope, i); arg++)
            if (str_eq_nocase(scope_arg(check->scope, i, arg), name))
                return true;
    }
    return false;
}

/* The line says the listen address until the request is read, then the name. */
static bool listens(const struct servers *servers, const struct server *server, str address)
{
    u32 port = 0;
    u32 colon = str_find_last(address, STR(":"));
    if (colon == STR_NONE || !str_to_u32(str_from(address, colon + 1), &port))
        return false;
    for (u32 i = 0; i < servers->listen_count; i++)
        if (&servers->server[servers->listen[i].server] == server &&
            servers->listen[i].port == port)
            return true;
    return false;
}

const struct log_fact *servers_fact(const struct check *check, const struct servers *servers,
                                    const struct server *server, str reason)
{
    for (u32 i = 0; i < check->evidence->log_count; i++) {
        const struct log_fact *fact = &check->evidence->logs[i];
        if (fact->side != SIDE_CLIENT || !fact->treated_as ||
            !str_eq(str_of(fact->treated_as->id), reason))
            continue;
        if (!fact->server.len || listens(servers, server, fact->server) ||
            is_named(check, server, fact->server))
            return fact;
    }
    return NULL;
}

/* ---- ciphers -------------------------------------------------------------- */

static bool holds(struct cipher_list list, str name)
{
    for (u32 i = 0; i < list.count; i++)
        if (str_eq(list.cipher[i].name, name))
            return true;
    return false;
}

/* Nothing that Mozilla's list has is missing: the list is not what is narrow. */
static bool is_wide(const struct check *check, str list)
{
    struct cipher_list have = ciphers_expand(check->ciphers, list);
    struct cipher_list want = ciphers_expand(check->ciphers, STR(SERVERS_INTERMEDIATE));
    for (u32 i = 0; i < want.count; i++)
        if (!holds(have, want.cipher[i].name))
            return false;
    return true;
}

bool servers_is_narrow(const struct check *check, const struct servers *servers,
                       const struct server *server)
{
    u32 item = servers_setting(check, server, STR("ssl_ciphers"));
    return item != SCOPE_NONE && servers_fact(check, servers, server, STR("no-shared-cipher")) &&
           !is_wide(check, scope_arg(check->scope, item, 1));
}

str servers_ciphers_after(const struct check *check, const struct servers *servers,
                          const struct server *server)
{
    u32 item = servers_setting(check, server, STR("ssl_ciphers"));
    str list = item == SCOPE_NONE ? (str){0} : scope_arg(check->scope, item, 1);
    bool drops =
        rule_applies(check, CONFIDENCE_PRESUMED) && cipher_list_weakest(check, list).name.len;
    return drops || servers_is_narrow(check, servers, server) ? STR(SERVERS_INTERMEDIATE) : list;
}
