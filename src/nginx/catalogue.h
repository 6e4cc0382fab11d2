/*
 * catalogue: what every nginx directive is, as one static table.
 *
 * A row says where a directive may stand, how many arguments it takes, what its
 * block holds, how it is inherited, whether it may be repeated, and which
 * releases and flavours of nginx have it. directives.inc is the table, one line
 * a row; tests/nginx/catalogue.test.mjs asks real nginx about every row it can.
 *
 * One name may have several rows: `server` in http and in upstream, `proxy_pass`
 * in http and in stream. Rows of open source nginx are exact; rows of other
 * flavours and of modules are there so that a name is known, and are liberal.
 *
 * Units: arguments do not count the directive's name. Versions are nginx's.
 * Ownership: everything returned is static and lives for ever. No state.
 * Errors: none; what is not found is NULL.
 * Not promised: that a value is valid. The table knows shapes, not values.
 * Cost: find is a binary search; every other question is O(1), except suggest,
 * which walks the table: ask it only about names that find does not know.
 */
#ifndef TLSMEND_NGINX_CATALOGUE_H
#define TLSMEND_NGINX_CATALOGUE_H

#include "base/str.h"
#include "nginx/version.h"

enum context {
    CONTEXT_UNKNOWN, /* a snippet without a parent: everything is allowed */
    CONTEXT_MAIN,
    CONTEXT_EVENTS,
    CONTEXT_HTTP,
    CONTEXT_SERVER,
    CONTEXT_LOCATION,
    CONTEXT_SERVER_IF,
    CONTEXT_LOCATION_IF,
    CONTEXT_LIMIT_EXCEPT,
    CONTEXT_UPSTREAM,
    CONTEXT_STREAM,
    CONTEXT_STREAM_SERVER,
    CONTEXT_STREAM_UPSTREAM,
    CONTEXT_MAIL,
    CONTEXT_MAIL_SERVER,
    CONTEXT_MODULE, /* a block of a module whose directives have no rows; all allowed */
    CONTEXT_TABLE,  /* map, geo, types …: first words are data, not directives */
    CONTEXT_LUA,    /* text in another language; nothing in it is nginx's */
    CONTEXT_NONE,   /* what a directive without a block opens */
    CONTEXT_COUNT
};

#define CONTEXT_BIT(context) ((u32)1 << (context))

/* How a directive of an enclosing block reaches the blocks inside. */
enum inherit {
    INHERIT_NONE,  /* it does not, or it stands on one level only */
    INHERIT_VALUE, /* the innermost block that sets it wins */
    INHERIT_ARRAY, /* repeats add up; a block that sets one drops all inherited ones */
    INHERIT_FLAGS  /* the same, of keywords that are OR-ed together */
};

/* Bits of `arity`: bit n allows n arguments, n 0..7; and these. */
enum {
    ARITY_FLAG = 1 << 8,   /* exactly one, "on" or "off" */
    ARITY_ANY = 1 << 9,    /* any number; the directive itself checks */
    ARITY_MORE1 = 1 << 10, /* one or more */
    ARITY_MORE2 = 1 << 11  /* two or more */
};

/* Bits of `flavours`. What open source nginx has, all others have. */
enum {
    FLAVOUR_OPEN = 1,   /* open source nginx, with its bundled modules */
    FLAVOUR_PLUS = 2,   /* NGINX Plus */
    FLAVOUR_ANGIE = 4,  /* Angie */
    FLAVOUR_LUA = 8,    /* OpenResty, or the lua modules */
    FLAVOUR_MODULE = 16 /* a module that is not bundled */
};

struct directive {
    str name;
    const char *module;   /* "http_proxy" for ngx_http_proxy_module; "core" */
    u32 contexts;         /* CONTEXT_BITs */
    struct version since; /* unknown: since 1.0.0 or before */
    struct version gone;  /* first release without it; unknown: still there */
    u16 arity;
    u8 opens;   /* enum context of its block; ask catalogue_opens */
    u8 inherit; /* enum inherit */
    u8 flavours;
    u8 secret;    /* which argument is a secret whatever it looks like; 0 none */
    bool repeats; /* may stand twice in one block */
};

/*
 * The row for `name` in a block of `where`: the first that is allowed there,
 * else any of that name, else NULL. Names are case-sensitive, as in nginx.
 */
const struct directive *catalogue_find(str name, enum context where);
/* The same, and among the allowed rows one that opens a block, or opens none. */
const struct directive *catalogue_find_shape(str name, enum context where, bool block);
/* The next row of the same name, or NULL. find with CONTEXT_UNKNOWN gives the first. */
const struct directive *catalogue_next(const struct directive *row);

bool catalogue_allowed(const struct directive *row, enum context where);
/* The context inside the row's block when it stands in `where`; CONTEXT_NONE without one. */
enum context catalogue_opens(const struct directive *row, enum context where);
bool catalogue_arity_fits(const struct directive *row, u32 arguments);
/* nginx `v` has it. An unknown version has what every release since 1.7.8 has. */
bool catalogue_in_version(const struct directive *row, struct version v);
/* "http", "if in location", … for messages. */
const char *catalogue_context_name(enum context where);

/* --- the settings of a TLS client, which four modules have alike --- */

enum family { FAMILY_PROXY, FAMILY_GRPC, FAMILY_UWSGI, FAMILY_STREAM, FAMILY_COUNT };

enum setting {
    SETTING_SSL_NAME,
    SETTING_SSL_SERVER_NAME,
    SETTING_SSL_VERIFY,
    SETTING_SSL_VERIFY_DEPTH,
    SETTING_SSL_TRUSTED_CERTIFICATE,
    SETTING_SSL_CRL,
    SETTING_SSL_CERTIFICATE,
    SETTING_SSL_CERTIFICATE_KEY,
    SETTING_SSL_PASSWORD_FILE,
    SETTING_SSL_CERTIFICATE_CACHE,
    SETTING_SSL_PROTOCOLS,
    SETTING_SSL_CIPHERS,
    SETTING_SSL_CONF_COMMAND,
    SETTING_SSL_SESSION_REUSE,
    SETTING_SSL,        /* stream only: whether it is TLS at all */
    SETTING_SSL_ALPN,   /* stream only */
    SETTING_PASS,       /* where to: proxy_pass, grpc_pass, uwsgi_pass */
    SETTING_SET_HEADER, /* proxy_set_header, grpc_set_header, uwsgi_param */
    SETTING_COUNT
};

/* NULL where the family has no such setting. */
const struct directive *catalogue_setting(enum family family, enum setting setting);
/* The other way round; false for any other row. */
bool catalogue_setting_of(const struct directive *row, enum family *family, enum setting *setting);
/*
 * The value in force where nothing sets it. Empty: no value (no CA, no client
 * certificate, the name from the pass directive), or one that depends on a
 * version that is unknown.
 */
str catalogue_default(enum setting setting, struct version nginx);

/* --- names that no nginx has --- */

struct wrong_name {
    bool known;                    /* a mistake that people make; else all is empty */
    bool sure;                     /* it can mean nothing else */
    const struct directive *meant; /* what to write instead; NULL: leave it out */
    const char *why;               /* one sentence */
};

/* A name that find does not know, in a block of `where`. */
struct wrong_name catalogue_wrong_name(str name, enum context where);

/*
 * The known directive whose name is nearest: at most two letters added, left
 * out, changed or swapped, one for names below 8 bytes, none below 4. Of equals,
 * one that is allowed in `where`. NULL if there is none. `distance` may be NULL.
 */
const struct directive *catalogue_suggest(str name, enum context where, u32 *distance);

/* All rows, sorted by name, for tests and listings. */
const struct directive *catalogue_rows(u32 *count);

#endif
