/*
 * names: the upstream blocks by name, and the values that `set` gives variables.
 *
 * Ownership: the arena. Errors: none. Cost: a sort; a question is a binary
 * search, for variables one a block around the hop.
 */
#ifndef TLSMEND_NGINX_NAMES_H
#define TLSMEND_NGINX_NAMES_H

#include "nginx/scope.h"

struct name;

struct name_list {
    struct name *name; /* sorted by place and text */
    u32 count;
    u32 room;
};

struct names {
    const struct scope *scope;
    struct name_list sets;
    struct name_list upstreams;
};

struct names names_collect(struct arena *arena, const struct scope *scope);

/* The `upstream NAME` block of CONTEXT_UPSTREAM or CONTEXT_STREAM_UPSTREAM, or SCOPE_NONE. */
u32 names_upstream(const struct names *names, enum context context, str name);

/* The one literal value that `set $name VALUE` gives in or around `block`. */
bool names_literal(const struct names *names, u32 block, str variable, str *value);

#endif
