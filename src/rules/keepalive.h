/*
 * keepalive: the pool of idle connections of an upstream block, and which hops
 * use it (facts: sections 2.10, 2.11 and 6).
 */
#ifndef TLSMEND_RULES_KEEPALIVE_H
#define TLSMEND_RULES_KEEPALIVE_H

#include "rules/rule.h"

struct keepalive {
    u32 item;   /* its directive, or SCOPE_NONE */
    str count;  /* "32" */
    bool off;   /* 0 */
    bool local; /* each location has its own pool */
};

struct keepalive keepalive_of(const struct check *check, u32 upstream);

/* nginx 1.29.7 and newer: HTTP/1.1 by default, a local pool for each block, and the word `local`.
 */
bool keepalive_is_default(const struct check *check);

/* The hop sends what keeps a connection open: HTTP/1.1 and no "Connection: close". */
bool keepalive_is_used(const struct check *check, const struct hop *hop);

#endif
