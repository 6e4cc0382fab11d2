/*
 * A backend's own nginx configuration, as text or as `nginx -T` prints it: each
 * TLS server block is a fact. What it leaves to nginx's defaults stays unknown,
 * as they differ by version.
 */
#include "evidence/parser.h"
#include "evidence/scan.h"
#include "syntax/tree.h"

static const char *const why_no_server = "an nginx configuration in which no server block speaks "
                                         "TLS; the one to mend is given as a file";
static const char *const why_default_decides = "server blocks of one listen address name different "
                                               "ssl_protocols: before nginx 1.29.2 those of "
                                               "the default server hold for all of them";

/* --- Looks ---------------------------------------------------------------- */

/* Whole words, and what a word begins with where there is a "_" at the end. */
static const char config_words[] =
    "server location upstream http events stream listen map if include "
    "worker_processes server_name ssl_ proxy_ grpc_ uwsgi_ keepalive resolver "
    "add_header client_ error_log root return access_log user pid set rewrite types "
    "default_type sendfile try_files geo log_format ";

static bool is_config_word(str word)
{
    str rest = str_of(config_words);
    for (str known = str_word(&rest); known.len; known = str_word(&rest))
        if (str_eq(word, known) || (str_ends(known, STR("_")) && str_starts(word, known)))
            return true;
    return false;
}

static bool is_terminated(str text)
{
    return str_ends(text, STR(";")) || str_ends(text, STR("{")) || str_ends(text, STR("}"));
}

static bool config_begins(const struct reader *reader, u32 line)
{
    str text = str_trim(reader_line(reader, line));
    str rest = text;
    str word = str_word(&rest);
    return is_config_word(word) && is_terminated(text);
}

static bool dump_begins(const struct reader *reader, u32 line)
{
    str text = reader_line(reader, line);
    return str_starts(text, STR("# configuration file /")) && str_ends(text, STR(":"));
}

/* Lines that end as directives do, comments, and those within open braces. */
static u32 config_extent(const struct reader *reader, u32 line)
{
    u32 count = 1;
    for (u32 next = line + 1; next <= reader->plain.line_count; next++) {
        str text = str_trim(reader_line(reader, next));
        if (!text.len)
            continue;
        u32 comment = str_find(text, STR(" #"));
        str code = comment == STR_NONE ? text : str_trim(str_sub(text, 0, comment));
        if (!is_terminated(code) && !is_terminated(text) && text.p[0] != '#')
            break;
        count = next - line + 1;
    }
    return count;
}

static u32 dump_extent(const struct reader *reader, u32 line)
{
    u32 count = 1;
    for (u32 next = line + 1; next <= reader->plain.line_count; next++, count++) {
        const struct parser *parser = parser_of_line(reader, next);
        bool inside = !parser || parser->kind == EVIDENCE_NGINX_DUMP ||
                      parser->kind == EVIDENCE_NGINX_CONFIG || parser->kind == EVIDENCE_PEM;
        if (!inside)
            break;
    }
    return count;
}

/* --- Server blocks -------------------------------------------------------- */

struct config {
    struct reader *reader;
    const struct tree *tree;
    u32 first_line; /* of the text in the paste */
    enum evidence_kind kind;
    u32 first_fact;
};

static bool is_named(const struct config *config, u32 node, const char *name)
{
    return str_eq(tree_name(config->tree, node), str_of(name));
}

/* "443", "192.0.2.9:8443", "[::]:443", "*:443", "unix:/run/x" */
static void read_listen(struct backend_fact *fact, str address)
{
    u32 port = 0;
    if (str_to_u32(address, &port)) {
        fact->port = port < 65536 ? port : 0;
        return;
    }
    struct backend_fact own = {0};
    scan_host_port(&own, address);
    bool any =
        !own.address.len || str_eq(own.address, STR("0.0.0.0")) || str_eq(own.address, STR("::"));
    fact->port = own.port ? own.port : fact->port;
    if (!any)
        fact->address = own.address;
}

static bool has_word(const struct config *config, u32 node, str word)
{
    for (u32 i = 1; i < config->tree->nodes[node].words; i++)
        if (str_eq(tree_value(config->tree, node, i), word))
            return true;
    return false;
}

static void read_verify(struct backend_fact *fact, str value)
{
    if (str_eq_nocase(value, STR("on")))
        fact->client_auth = CLIENT_AUTH_REQUIRED;
    else if (str_eq_nocase(value, STR("optional")) || str_eq_nocase(value, STR("optional_no_ca")))
        fact->client_auth = CLIENT_AUTH_OPTIONAL;
    else if (str_eq_nocase(value, STR("off")))
        fact->client_auth = CLIENT_AUTH_NONE;
}

static void read_names(const struct config *config, struct backend_fact *fact, u32 node)
{
    for (u32 i = 1; i < config->tree->nodes[node].words; i++) {
        str name = tree_value(config->tree, node, i);
        if (hop_is_public_name(name))
            scan_push_once(config->reader, &fact->names, name);
    }
}

/* One directive of a server block, or of the http block around it. */
static void read_directive(const struct config *config, struct backend_fact *fact, u32 node)
{
    str value = tree_value(config->tree, node, 1);
    if (is_named(config, node, "ssl_protocols"))
        fact->offered |= hop_protocols_parse(tree_args(config->tree, node));
    else if (is_named(config, node, "ssl_ciphers"))
        fact->cipher_list = value;
    else if (is_named(config, node, "ssl_verify_client"))
        read_verify(fact, value);
    else if (is_named(config, node, "ssl_reject_handshake"))
        fact->rejects_unknown_names = str_eq_nocase(value, STR("on"));
    else if (is_named(config, node, "server_name"))
        read_names(config, fact, node);
}

/* The block speaks TLS: "listen ... ssl", "ssl on", or it has a certificate. */
static bool speaks_tls(const struct config *config, u32 server)
{
    bool tls = false;
    u32 node = config->tree->nodes[server].child;
    for (; node != TREE_NONE; node = config->tree->nodes[node].next) {
        tls |= is_named(config, node, "listen") && has_word(config, node, STR("ssl"));
        tls |= is_named(config, node, "ssl") && has_word(config, node, STR("on"));
        tls |= is_named(config, node, "ssl_certificate");
        tls |= is_named(config, node, "ssl_reject_handshake");
    }
    return tls;
}

static void read_children(const struct config *config, struct backend_fact *fact, u32 parent)
{
    u32 node = config->tree->nodes[parent].child;
    for (; node != TREE_NONE; node = config->tree->nodes[node].next)
        if (!(config->tree->nodes[node].flags & NODE_IS_BLOCK))
            read_directive(config, fact, node);
}

/* What the block sets replaces what is around it. */
static void read_settings(const struct config *config, struct backend_fact *fact, u32 server)
{
    struct backend_fact around = {0};
    u32 parent = config->tree->nodes[server].parent;
    if (server != TREE_ROOT)
        read_children(config, &around, parent);
    read_children(config, fact, server);
    fact->offered = fact->offered ? fact->offered : around.offered;
    fact->cipher_list = fact->cipher_list.len ? fact->cipher_list : around.cipher_list;
    if (fact->client_auth == CLIENT_AUTH_UNKNOWN)
        fact->client_auth = around.client_auth;
    if (fact->offered)
        fact->refused = PROTOCOL_ALL & ~fact->offered;
    if (fact->client_auth == CLIENT_AUTH_UNKNOWN)
        fact->client_auth = CLIENT_AUTH_NONE; /* nginx's default, ever since */
}

static void add_server(const struct config *config, u32 server, u32 listen)
{
    span whole = {0, config->tree->source->text.len};
    span at = server == TREE_ROOT ? whole : tree_span(config->tree, server);
    u32 line = config->first_line + source_position(config->tree->source, at.start).line - 1;
    u32 last = config->first_line +
               source_position(config->tree->source, at.end ? at.end - 1 : 0).line - 1;
    struct backend_fact *fact = reader_backend(config->reader, line, config->kind);
    fact->at = reader_span(config->reader, line, last - line + 1);
    if (listen != TREE_NONE)
        read_listen(fact, tree_value(config->tree, listen, 1));
    read_settings(config, fact, server);
}

enum { LISTENS = 32 }; /* facts of one server block */

/* A fact for each TLS address; one without any where no listen line says ssl. */
static void read_server(const struct config *config, u32 server)
{
    u32 added = 0;
    u32 node = config->tree->nodes[server].child;
    for (; node != TREE_NONE && added < LISTENS; node = config->tree->nodes[node].next) {
        bool tls = is_named(config, node, "listen") &&
                   (has_word(config, node, STR("ssl")) || has_word(config, node, STR("quic")));
        if (!tls || has_word(config, node, STR("quic")))
            continue;
        add_server(config, server, node);
        added++;
    }
    if (!added && speaks_tls(config, server))
        add_server(config, server, TREE_NONE);
}

/* Only with "server {": "server 192.0.2.9:443;" is an upstream's. */
static void read_tree(const struct config *config)
{
    for (u32 node = 1; node < config->tree->count; node++)
        if ((config->tree->nodes[node].flags & NODE_IS_BLOCK) && is_named(config, node, "server"))
            read_server(config, node);
}

/* Blocks of one address: which one's versions hold depends on nginx's own. */
static void settle_shared(const struct config *config)
{
    struct reader *reader = config->reader;
    for (u32 i = config->first_fact; i < reader->backend_count; i++) {
        const struct backend_fact *first = &reader->backends[config->first_fact];
        struct backend_fact *fact = &reader->backends[i];
        bool same = fact->port == first->port && str_eq(fact->address, first->address);
        if (!same || fact->offered == first->offered || !first->offered)
            continue;
        fact->note = why_default_decides;
        fact->offered = fact->refused = 0;
    }
}

static u32 read_config(struct reader *reader, u32 line, u32 count, enum evidence_kind kind)
{
    u32 start = source_line(&reader->plain, line).start;
    u32 end = source_line(&reader->plain, line + count - 1).end;
    struct source *source = arena_alloc(reader->arena, sizeof *source);
    *source = source_open(reader->arena, STR(""), str_sub(reader->plain.text, start, end));
    struct config config = {reader, tree_parse(reader->arena, source), line, kind,
                            reader->backend_count};
    read_tree(&config);
    if (config.first_fact == reader->backend_count)
        read_server(&config, TREE_ROOT); /* "listen 443 ssl; ssl_protocols TLSv1.3;" */
    if (config.first_fact == reader->backend_count)
        reader_unread(reader, line, count, kind, why_no_server);
    settle_shared(&config);
    return count;
}

static u32 dump_read(struct reader *reader, u32 line)
{
    return read_config(reader, line, dump_extent(reader, line), EVIDENCE_NGINX_DUMP);
}

const struct parser parser_nginx_dump = {EVIDENCE_NGINX_DUMP, "nginx -T", dump_begins, dump_read};

static u32 config_read(struct reader *reader, u32 line)
{
    return read_config(reader, line, config_extent(reader, line), EVIDENCE_NGINX_CONFIG);
}

const struct parser parser_nginx_config = {EVIDENCE_NGINX_CONFIG, "an nginx configuration",
                                           config_begins, config_read};
