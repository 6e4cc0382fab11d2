/*
 * servers: the virtual servers where nginx itself is the TLS server, their
 * listen lines, and which of them answers for an address first.
 *
 * Units: indices into `servers`, in the order nginx reads them.
 * Ownership: the check's arena. Errors: none. http only.
 */
#ifndef TLSMEND_RULES_SERVERS_H
#define TLSMEND_RULES_SERVERS_H

#include "rules/rule.h"

/* Mozilla's guideline 6.0, "intermediate": suites of TLS 1.2. */
#define SERVERS_INTERMEDIATE                                                                       \
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"                                   \
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"                                   \
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"

struct listen {
    u32 item;
    u32 server;
    str address; /* "*:443", the same for all ways to write it */
    u32 port;    /* 0: a socket's path, or not known */
    bool ssl;
    bool first; /* default_server, or the first with that address: who names nobody lands there */
};

struct server {
    u32 block;
    u32 opener;
    bool ssl; /* on one of its listen lines, or by `ssl on` */
};

struct servers {
    struct server *server;
    u32 count;
    struct listen *listen;
    u32 listen_count;
};

struct servers servers_find(const struct check *check);

/* What is in force in a server block, or SCOPE_NONE: "ssl_protocols". */
u32 servers_setting(const struct check *check, const struct server *server, str name);
/* The server that decides for clients that name none on this address. */
const struct server *servers_first(const struct servers *servers, const struct listen *listen);

/* A fact about clients with this reason id that may be this server's; NULL: none. */
const struct log_fact *servers_fact(const struct check *check, const struct servers *servers,
                                    const struct server *server, str reason);

/* Evidence says that clients shared no suite, and the list lacks some of Mozilla's. */
bool servers_is_narrow(const struct check *check, const struct servers *servers,
                       const struct server *server);
/* The list in force once the rules about it have had their way; empty: nginx's default. */
str servers_ciphers_after(const struct check *check, const struct servers *servers,
                          const struct server *server);

#endif
