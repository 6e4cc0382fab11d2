#include "nginx/hop.h"

#include "base/buf.h"
#include "nginx/meant.h"
#include "nginx/names.h"

#include <stdlib.h>

/* ---- what a text names -------------------------------------------------- */

static bool is_ipv4(str host)
{
    u32 parts = 0;
    while (host.len) {
        u32 number;
        str part = str_cut(&host, '.');
        if (!str_to_u32(part, &number) || number > 255)
            return false;
        parts++;
    }
    return parts == 4;
}

enum host_kind hop_host_kind(str host)
{
    /* nginx's own, and what templates put where a value will stand: {{ x }}, <%= x %>, %x%, @x@. */
    for (u32 i = 0; i < host.len; i++)
        if (str_find_char(STR("$%{}<>@"), host.p[i]) != STR_NONE)
            return HOST_VARIABLE;
    if (str_starts_nocase(host, STR("unix:")) || str_starts(host, STR("/")))
        return HOST_UNIX;
    if (str_find_char(host, ':') != STR_NONE || str_starts(host, STR("[")))
        return HOST_IPV6;
    return is_ipv4(host) ? HOST_IPV4 : HOST_DNS;
}

bool hop_is_public_name(str host)
{
    u32 first = str_find_char(host, '.');
    str last = str_from(host, str_find_last(host, STR(".")) + 1);
    u32 number;
    return hop_host_kind(host) == HOST_DNS && first != STR_NONE && first > 0 && last.len &&
           !str_to_u32(last, &number) && str_find_char(host, '_') == STR_NONE;
}

/* Where the URI begins: at a slash, or at a variable that is known to begin with one. */
static u32 uri_begin(str text)
{
    for (u32 i = 0; i < text.len; i++) {
        str rest = str_from(text, i);
        if (text.p[i] == '/' || text.p[i] == '?' || str_starts(rest, STR("$request_uri")) ||
            str_starts(rest, STR("$uri")) || str_starts(rest, STR("$document_uri")))
            return i;
    }
    return text.len;
}

/* Host and port of "host:port", "[v6]:port", "unix:/path:"; returns what is behind. */
static str split_endpoint(str text, struct endpoint *endpoint)
{
    endpoint->kind = hop_host_kind(text);
    if (str_starts_nocase(text, STR("unix:"))) {
        u32 end = str_find_from(text, 5, STR(":"));
        endpoint->kind = HOST_UNIX;
        endpoint->host = str_sub(text, 5, end);
        return end == STR_NONE ? (str){0} : str_from(text, end + 1);
    }
    u32 slash = uri_begin(text);
    str authority = str_sub(text, 0, slash);
    u32 bracket = str_starts(authority, STR("[")) ? str_find_char(authority, ']') : STR_NONE;
    u32 colon = str_find_from(authority, bracket == STR_NONE ? 0 : bracket, STR(":"));
    endpoint->host = str_sub(authority, 0, colon);
    if (bracket != STR_NONE)
        endpoint->host = str_sub(authority, 1, bracket);
    if (colon != STR_NONE)
        endpoint->port_text = str_from(authority, colon + 1);
    endpoint->kind = bracket != STR_NONE ? HOST_IPV6 : hop_host_kind(endpoint->host);
    return str_from(text, slash);
}

static void fill_port(struct endpoint *endpoint, u32 default_port)
{
    if (!endpoint->port_text.len)
        endpoint->port = endpoint->kind == HOST_UNIX ? 0 : default_port;
    else if (!str_to_u32(endpoint->port_text, &endpoint->port))
        endpoint->port = 0;
}

struct finder {
    struct arena *arena;
    struct hops *hops;
    const struct scope *scope;
    struct names names;
};

/* ---- variables ---------------------------------------------------------- */

/* The variable that `text` begins with, `$` and braces included. */
static str leading_variable(str text)
{
    if (!str_starts(text, STR("$")))
        return (str){0};
    if (str_starts(text, STR("${"))) {
        u32 end = str_find_char(text, '}');
        return end == STR_NONE ? (str){0} : str_sub(text, 0, end + 1);
    }
    u32 end = 1;
    while (end < text.len && (char_is_alnum(text.p[end]) || text.p[end] == '_'))
        end++;
    return str_sub(text, 0, end);
}

static str variable_name(struct arena *arena, str variable)
{
    if (!str_starts(variable, STR("${")))
        return variable;
    return str_fmt(arena, "$%.*s", STR_ARG(str_sub(variable, 2, variable.len - 1)));
}

/* Replaces the variables of the target that have one literal value. */
static str resolve_variables(const struct finder *finder, u32 block, str target)
{
    if (str_find_char(target, '$') == STR_NONE)
        return target;
    struct buf out = buf_new(finder->arena);
    while (target.len) {
        u32 dollar = str_find_char(target, '$');
        buf_str(&out, str_sub(target, 0, dollar));
        target = dollar == STR_NONE ? (str){0} : str_from(target, dollar);
        str variable = leading_variable(target);
        str value;
        if (variable.len > 1 &&
            names_literal(&finder->names, block, variable_name(finder->arena, variable), &value))
            buf_str(&out, value);
        else
            buf_str(&out, variable.len ? variable : str_sub(target, 0, 1));
        target = str_from(target, variable.len ? variable.len : 1);
    }
    return buf_view(&out);
}

/* ---- finding ------------------------------------------------------------ */

struct scheme {
    str text;
    enum transport transport;
    u32 port;
};

static const struct scheme schemes[FAMILY_COUNT][2] = {
    [FAMILY_PROXY] = {{STR_INIT("https"), TRANSPORT_TLS, 443},
                      {STR_INIT("http"), TRANSPORT_PLAIN, 80}},
    [FAMILY_GRPC] = {{STR_INIT("grpcs"), TRANSPORT_TLS, 443},
                     {STR_INIT("grpc"), TRANSPORT_PLAIN, 80}},
    [FAMILY_UWSGI] = {{STR_INIT("suwsgi"), TRANSPORT_TLS, 0},
                      {STR_INIT("uwsgi"), TRANSPORT_PLAIN, 0}},
    [FAMILY_STREAM] = {{STR_INIT(""), TRANSPORT_PLAIN, 0}, {STR_INIT(""), TRANSPORT_PLAIN, 0}},
};

/* Reads the scheme; returns what is behind "://". */
static str take_scheme(struct hop *hop, str text, u32 *port)
{
    u32 mark = str_find(text, STR("://"));
    if (mark == STR_NONE) {
        /* grpc_pass and uwsgi_pass take a bare host: plain. A variable may hold anything. */
        hop->transport = hop->family == FAMILY_PROXY || hop_host_kind(text) == HOST_VARIABLE
                             ? TRANSPORT_UNKNOWN
                             : TRANSPORT_PLAIN;
        *port = hop->family == FAMILY_GRPC ? 80 : 0;
        return text;
    }
    hop->scheme = str_sub(text, 0, mark);
    hop->transport = TRANSPORT_UNKNOWN;
    for (u32 i = 0; i < 2; i++) {
        const struct scheme *scheme = &schemes[hop->family][i];
        if (!str_eq_nocase(hop->scheme, scheme->text))
            continue;
        hop->transport = scheme->transport;
        *port = scheme->port;
    }
    return str_from(text, mark + 3);
}

static bool stream_is_tls(const struct scope *scope, u32 block)
{
    const struct directive *row = catalogue_setting(FAMILY_STREAM, SETTING_SSL);
    struct in_force ssl = scope_find(scope, block, row);
    return ssl.item != SCOPE_NONE &&
           str_eq(meant_by_flag(scope_arg(scope, ssl.item, 1)), STR("on"));
}

static void read_servers(struct arena *arena, const struct scope *scope, struct hop *hop)
{
    const struct block *b = &scope->blocks[hop->upstream];
    u32 room = 0;
    for (u32 i = b->first_item; i < b->first_item + b->item_count; i++) {
        if (!str_eq(scope_name(scope, i), STR("server")) || !scope_arg_count(scope, i))
            continue;
        struct endpoint server = {.item = i};
        split_endpoint(scope_arg(scope, i, 1), &server);
        /* nginx: upstream servers without a port are on 80, whatever the scheme. */
        fill_port(&server, 80);
        hop->servers =
            arena_grow(arena, hop->servers, hop->server_count, &room, sizeof *hop->servers);
        hop->servers[hop->server_count++] = server;
    }
}

static bool may_name_upstream(const struct endpoint *endpoint)
{
    bool name = endpoint->kind == HOST_DNS || endpoint->kind == HOST_IPV4;
    return name && endpoint->host.len && !endpoint->port_text.len;
}

static void resolve_upstream(const struct finder *finder, struct hop *hop)
{
    enum context context =
        hop->family == FAMILY_STREAM ? CONTEXT_STREAM_UPSTREAM : CONTEXT_UPSTREAM;
    hop->upstream = SCOPE_NONE;
    if (!may_name_upstream(&hop->endpoint))
        return;
    hop->upstream = names_upstream(&finder->names, context, hop->endpoint.host);
    if (hop->upstream == SCOPE_NONE)
        return;
    hop->endpoint.kind = HOST_UPSTREAM;
    hop->endpoint.port = 0;
    read_servers(finder->arena, finder->scope, hop);
}

/* `if` and limit_except take no TLS settings: the location around them does. */
static u32 home_of(const struct scope *scope, u32 block)
{
    enum context context = scope->blocks[block].context;
    if (context == CONTEXT_LOCATION_IF || context == CONTEXT_LIMIT_EXCEPT)
        return scope->blocks[block].parent;
    return block;
}

static void add_hop(struct finder *finder, u32 item, enum family family)
{
    const struct scope *scope = finder->scope;
    struct hops *hops = finder->hops;
    struct hop hop = {.item = item,
                      .block = scope->items[item].block,
                      .home = home_of(scope, scope->items[item].block),
                      .family = family,
                      .target = scope_arg(scope, item, 1)};
    hop.resolved = resolve_variables(finder, hop.block, hop.target);
    u32 port = 0;
    str rest = family == FAMILY_STREAM ? hop.resolved : take_scheme(&hop, hop.resolved, &port);
    if (family == FAMILY_STREAM)
        hop.transport = stream_is_tls(scope, hop.home) ? TRANSPORT_TLS : TRANSPORT_PLAIN;
    hop.uri = split_endpoint(rest, &hop.endpoint);
    hop.endpoint.item = item;
    fill_port(&hop.endpoint, port);
    resolve_upstream(finder, &hop);
    hops->hop = arena_grow(finder->arena, hops->hop, hops->count, &hops->room, sizeof *hops->hop);
    hops->hop[hops->count++] = hop;
}

struct place {
    u32 file;
    u32 node;
    u32 hop;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *left = a;
    const struct place *right = b;
    if (left->file != right->file)
        return left->file < right->file ? -1 : 1;
    if (left->node != right->node)
        return left->node < right->node ? -1 : 1;
    return left->hop < right->hop ? -1 : left->hop > right->hop;
}

/* Blocks are found breadth first; a reader goes from the top to the bottom. */
static void sort_hops(struct arena *arena, struct hops *hops)
{
    struct place *places = arena_array(arena, hops->count, sizeof *places);
    struct hop *sorted = arena_array(arena, hops->count, sizeof *sorted);
    for (u32 i = 0; i < hops->count; i++) {
        const struct item *item = &hops->scope->items[hops->hop[i].item];
        places[i] = (struct place){item->file, item->node, i};
    }
    if (hops->count > 1)
        qsort(places, hops->count, sizeof *places, compare_places);
    for (u32 i = 0; i < hops->count; i++) {
        sorted[i] = hops->hop[places[i].hop];
        sorted[i].id = i;
    }
    hops->hop = sorted;
    hops->room = hops->count;
}

struct hops *hops_find(struct arena *arena, const struct scope *scope, struct version nginx)
{
    struct hops *hops = arena_alloc(arena, sizeof *hops);
    *hops = (struct hops){.scope = scope, .nginx = nginx};
    struct finder finder = {arena, hops, scope, names_collect(arena, scope)};
    for (u32 i = 0; i < scope->item_count; i++) {
        enum family family;
        enum setting setting;
        if (!scope->items[i].row || scope->items[i].opens != SCOPE_NONE)
            continue;
        if (catalogue_setting_of(scope->items[i].row, &family, &setting) &&
            setting == SETTING_PASS && scope_arg_count(scope, i) == 1)
            add_hop(&finder, i, family);
    }
    sort_hops(arena, hops);
    return hops;
}

/* ---- what is in force at a hop ------------------------------------------ */

str hop_id_text(struct arena *arena, const struct hop *hop)
{
    return str_fmt(arena, "h%u", hop->id + 1);
}

static str or_flags(const struct hops *hops, struct in_force found)
{
    struct buf out = buf_new(hops->scope->arena);
    for (u32 i = found.first; i != SCOPE_NONE; i = scope_next(hops->scope, i)) {
        if (out.len)
            buf_char(&out, ' ');
        buf_str(&out, scope_args(hops->scope, i));
    }
    return buf_view(&out);
}

struct value hop_value(const struct hops *hops, const struct hop *hop, enum setting setting)
{
    const struct directive *row = catalogue_setting(hop->family, setting);
    if (!row)
        return (struct value){.item = SCOPE_NONE, .block = SCOPE_NONE};
    struct in_force found = scope_find(hops->scope, hop->block, row);
    struct value value = {
        .item = found.item, .block = found.block, .hidden = found.hidden, .set = true};
    if (found.item == SCOPE_NONE) {
        value.set = false;
        value.text = catalogue_default(setting, hops->nginx);
    } else if (row->inherit == INHERIT_FLAGS || row->inherit == INHERIT_ARRAY) {
        value.text = or_flags(hops, found);
    } else {
        value.text = scope_args(hops->scope, found.item);
    }
    return value;
}

bool hop_is_on(const struct hops *hops, const struct hop *hop, enum setting setting)
{
    return str_eq(meant_by_flag(hop_value(hops, hop, setting).text), STR("on"));
}

struct hop_name hop_name_in_force(const struct hops *hops, const struct hop *hop)
{
    struct value set = hop_value(hops, hop, SETTING_SSL_NAME);
    if (!set.set)
        return (struct hop_name){hop->endpoint.host, hop->endpoint.kind, false};
    str name = set.text;
    u32 colon = str_starts(name, STR("[")) ? STR_NONE : str_find_char(name, ':');
    name = str_sub(name, 0, colon);
    struct hop_name result = {name, hop_host_kind(name), true};
    if (hop->upstream != SCOPE_NONE && str_eq_nocase(name, hop->endpoint.host))
        result.kind = HOST_UPSTREAM;
    if (str_eq(name, STR("$proxy_host")))
        result = (struct hop_name){hop->endpoint.host, hop->endpoint.kind, true};
    return result;
}

static u32 find_host_header(const struct hops *hops, const struct hop *hop, struct in_force found)
{
    const struct scope *scope = hops->scope;
    str wanted = hop->family == FAMILY_UWSGI ? STR("HTTP_HOST") : STR("Host");
    for (u32 i = found.first; i != SCOPE_NONE; i = scope_next(scope, i))
        if (str_eq_nocase(scope_arg(scope, i, 1), wanted))
            return i;
    return SCOPE_NONE;
}

struct hop_host hop_host_header(const struct hops *hops, const struct hop *hop)
{
    const struct directive *row = catalogue_setting(hop->family, SETTING_SET_HEADER);
    struct hop_host host = {
        .value = hop->endpoint.host, .kind = hop->endpoint.kind, .item = SCOPE_NONE};
    if (!row)
        return host;
    struct in_force found = scope_find(hops->scope, hop->block, row);
    host.hidden = found.hidden != HIDES_NOTHING;
    if (found.item != SCOPE_NONE)
        host.item = find_host_header(hops, hop, found);
    if (host.item == SCOPE_NONE)
        return host;
    host.value = scope_arg(hops->scope, host.item, 2);
    host.kind = hop_host_kind(host.value);
    if (str_eq(host.value, STR("$proxy_host")) ||
        str_eq(host.value, STR("$proxy_host:$proxy_port"))) {
        host.value = hop->endpoint.host;
        host.kind = hop->endpoint.kind;
    } else if (hop->upstream != SCOPE_NONE && str_eq_nocase(host.value, hop->endpoint.host)) {
        host.kind = HOST_UPSTREAM;
    }
    return host;
}

/* ---- protocols ---------------------------------------------------------- */

static const str protocol_names[] = {STR_INIT("SSLv2"),   STR_INIT("SSLv3"),   STR_INIT("TLSv1"),
                                     STR_INIT("TLSv1.1"), STR_INIT("TLSv1.2"), STR_INIT("TLSv1.3")};
enum { PROTOCOL_COUNT = sizeof protocol_names / sizeof *protocol_names };

u32 hop_protocols_parse(str list)
{
    u32 protocols = 0;
    for (str word = str_word(&list); word.len; word = str_word(&list))
        for (u32 i = 0; i < PROTOCOL_COUNT; i++)
            if (str_eq_nocase(word, protocol_names[i]))
                protocols |= 1u << i;
    return protocols;
}

u32 hop_protocols_offered(u32 enabled)
{
    /* No OpenSSL since 1.1.0 speaks SSLv2, no distribution's SSLv3. */
    enabled &= ~(u32)(PROTOCOL_SSL2 | PROTOCOL_SSL3);
    u32 offered = 0;
    for (u32 bit = PROTOCOL_TLS1; bit <= PROTOCOL_TLS1_3; bit <<= 1) {
        if (enabled & bit)
            offered |= bit;
        else if (offered)
            break;
    }
    return offered;
}

str hop_protocols_text(struct arena *arena, u32 protocols)
{
    struct buf out = buf_new(arena);
    for (u32 i = 0; i < PROTOCOL_COUNT; i++) {
        if (!(protocols & 1u << i))
            continue;
        if (out.len)
            buf_char(&out, ' ');
        buf_str(&out, protocol_names[i]);
    }
    return buf_view(&out);
}

const char *hop_family_prefix(enum family family)
{
    switch (family) {
    case FAMILY_GRPC:
        return "grpc";
    case FAMILY_UWSGI:
        return "uwsgi";
    case FAMILY_PROXY:
    case FAMILY_STREAM:
    case FAMILY_COUNT:
        break;
    }
    return "proxy";
}
