/*
 * hop: each place where nginx is, or should be, a TLS client: a proxy_pass,
 * grpc_pass, uwsgi_pass or stream proxy_pass, in its block, with its target
 * taken apart and its settings looked up.
 *
 * Units: indices into `hops`, ordered by file and line. Ownership: the arena.
 * Errors: none; what cannot be known (a variable, a template tag) is said so
 * by HOST_VARIABLE and TRANSPORT_UNKNOWN.
 */
#ifndef TLSMEND_NGINX_HOP_H
#define TLSMEND_NGINX_HOP_H

#include "nginx/scope.h"

enum transport {
    TRANSPORT_PLAIN,
    TRANSPORT_TLS,
    TRANSPORT_UNKNOWN, /* the scheme is a variable's */
};

enum host_kind {
    HOST_DNS,
    HOST_IPV4,
    HOST_IPV6, /* without its brackets */
    HOST_UNIX, /* a path */
    HOST_UPSTREAM,
    HOST_VARIABLE,
};

/* A place that is dialled. */
struct endpoint {
    enum host_kind kind;
    str host;
    str port_text; /* as written, empty when the scheme's default holds */
    u32 port;      /* 0 when not known */
    u32 item;      /* the directive that names it */
};

struct hop {
    u32 id;    /* its index; hop_id_text names it */
    u32 item;  /* the pass directive */
    u32 block; /* where it stands: may be an `if` or limit_except */
    u32 home;  /* where its settings may be written: the location or stream server */
    enum family family;
    enum transport transport;
    str target;   /* as nginx reads it, before variables */
    str scheme;   /* "https", "grpcs", …; empty in stream, or when a variable holds it */
    str resolved; /* the target when its variables have one literal value, else `target` */
    str uri;      /* behind host and port, as written */
    struct endpoint endpoint;
    u32 upstream;             /* the block of its `upstream`, or SCOPE_NONE */
    struct endpoint *servers; /* of the upstream block */
    u32 server_count;
};

struct hops {
    const struct scope *scope;
    struct version nginx;
    struct hop *hop;
    u32 count;
    u32 room;
};

/* The value of a setting at a hop. */
struct value {
    str text;  /* arguments joined by a blank, flags OR-ed over repeats; empty: none */
    u32 item;  /* where it is set (the last, where it repeats); SCOPE_NONE: default */
    u32 block; /* of that item */
    bool set;
    u8 hidden; /* enum scope_hidden: what may override it unseen */
};

struct hops *hops_find(struct arena *arena, const struct scope *scope, struct version nginx);

struct value hop_value(const struct hops *hops, const struct hop *hop, enum setting setting);
bool hop_is_on(const struct hops *hops, const struct hop *hop, enum setting setting);

/* "h1" for the first: how a hop is named to the outside. */
str hop_id_text(struct arena *arena, const struct hop *hop);

/*
 * The name that nginx uses for SNI and verification there: *_ssl_name, else
 * the host of the target; a port is cut (facts: ngx_http_upstream_ssl_name).
 */
struct hop_name {
    str name;            /* may hold variables; empty when not known */
    enum host_kind kind; /* HOST_UPSTREAM: the name of an upstream block */
    bool set;            /* by *_ssl_name */
};
struct hop_name hop_name_in_force(const struct hops *hops, const struct hop *hop);

/* The Host header (grpc: authority) that the hop sends; kind as above. */
struct hop_host {
    str value;
    enum host_kind kind;
    u32 item;    /* its *_set_header Host, or SCOPE_NONE */
    bool hidden; /* an include that was not given may set it */
};
struct hop_host hop_host_header(const struct hops *hops, const struct hop *hop);

/* What a text dials or names, by its looks: never HOST_UPSTREAM. */
enum host_kind hop_host_kind(str host);
/* A DNS name of two labels or more: a name that a certificate can carry. */
bool hop_is_public_name(str host);

/* TLS versions as bits, SSLv2 the lowest. */
enum {
    PROTOCOL_SSL2 = 1,
    PROTOCOL_SSL3 = 2,
    PROTOCOL_TLS1 = 4,
    PROTOCOL_TLS1_1 = 8,
    PROTOCOL_TLS1_2 = 16,
    PROTOCOL_TLS1_3 = 32,
    PROTOCOL_ALL = 63,
};
u32 hop_protocols_parse(str list);
/* What is really offered: OpenSSL stops at the first hole. */
u32 hop_protocols_offered(u32 enabled);
/* "TLSv1.2 TLSv1.3" */
str hop_protocols_text(struct arena *arena, u32 protocols);

const char *hop_family_prefix(enum family family); /* "proxy", "grpc", "uwsgi", "proxy" */

#endif
