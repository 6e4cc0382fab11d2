/*
 * protocols: which TLS versions a hop offers, and the one text that all rules
 * about them want.
 *
 * nginx ORs repeated lines together, and OpenSSL offers the lowest run without
 * a gap, so a line is replaced and never added beside another.
 */
#ifndef TLSMEND_RULES_PROTOCOLS_H
#define TLSMEND_RULES_PROTOCOLS_H

#include "rules/group.h"

enum {
    PROTOCOLS_MODERN = PROTOCOL_TLS1_2 | PROTOCOL_TLS1_3,
    PROTOCOLS_LEGACY = PROTOCOL_SSL2 | PROTOCOL_SSL3 | PROTOCOL_TLS1 | PROTOCOL_TLS1_1,
};

struct protocols {
    struct value value;
    u32 enabled; /* of the directive, or of the version's default */
    u32 offered;
    bool known;  /* every word is a version; a default's nginx is known */
    bool pinned; /* for a legacy backend, on purpose: security level 0 and versions below 1.2 */
};

struct protocols protocols_at(const struct check *check, const struct hop *hop);

/*
 * Versions below 1.2 are meant for an old backend, and are let be: only evidence that
 * speaks of versions undoes that, and not where allow-legacy was answered.
 */
bool protocols_is_recipe(const struct check *check, const struct hop *hop,
                         const struct protocols *protocols);

/* TLS 1.2 and 1.3, or 1.2 alone for an nginx that does not know 1.3. */
u32 protocols_modern(const struct check *check);
/* The same, as the directive's arguments. */
str protocols_modern_text(const struct check *check);

/* One line is left of the block's several, with this in it: an upstream's or a server's. */
void protocols_replace(struct check *check, u32 item, u32 wanted);

/*
 * Has the hops of the newest finding, all with their protocols from one place,
 * offer `wanted`: one line is left of several; set at each hop where nothing is
 * set yet or others use the same line.
 */
void protocols_set(struct check *check, const struct group *group, u32 wanted);

#endif
