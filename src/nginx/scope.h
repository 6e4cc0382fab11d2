/*
 * scope: the blocks that nginx sees once includes are followed, and what is in
 * force in each. The only place that knows inheritance; it answers "what is in
 * force here, and from where", as data.
 *
 * Units: u32 indices; SCOPE_NONE is "no block" or "no item". A file that is
 * included twice has its blocks twice, with different parents.
 * Ownership: all in the arena; borrows the files. Errors: none; what cannot be
 * followed is in `gaps`, once each, by file and node.
 * Invariant: a block's items are contiguous, in the order nginx reads them.
 * Cost: building is linear in the directives after inclusion; a question costs
 * the inheritable settings of the blocks around, which are few.
 */
#ifndef TLSMEND_NGINX_SCOPE_H
#define TLSMEND_NGINX_SCOPE_H

#include "nginx/catalogue.h"
#include "nginx/files.h"

#define SCOPE_NONE UINT32_MAX

enum {
    SCOPE_INCLUDE_DEPTH = 32,      /* includes within includes */
    SCOPE_INCLUDE_LIMIT = 1000000, /* files read for includes, all in all */
    SCOPE_BLOCK_DEPTH = 100,       /* blocks within blocks */
    SCOPE_ITEM_LIMIT = 4000000     /* directives after inclusion */
};

/* What an include that was not given, a template tag, or a missing `;` may hide in a block. */
enum scope_hidden {
    HIDES_NOTHING = 0,
    HIDES_HEADERS = 1, /* *_set_header, uwsgi_param */
    HIDES_ALL = 3,     /* any directive */
};

/* One directive where nginx reads it. */
struct item {
    u32 file;
    u32 node;
    u32 block; /* in which it stands */
    u32 opens; /* the block that it opens, or SCOPE_NONE */
    u32 next;  /* next inheritable item of this block, or SCOPE_NONE */
    /* NULL: unknown, or not nginx's. Its name may differ from the word written: meant.h. */
    const struct directive *row;
};

struct block {
    enum context context;
    u32 file; /* the file and node that open it; a file's root for the outermost */
    u32 node;
    u32 parent;
    u32 depth;  /* blocks around it */
    u32 opener; /* its item in the parent, or SCOPE_NONE */
    u32 first_item;
    u32 item_count;
    u32 first_inheritable; /* chain through item.next */
    u32 last_inheritable;
    u8 hidden; /* enum scope_hidden: of this block alone */
};

/* An include that was not followed, or a block that was not entered. */
struct gap {
    u32 file;
    u32 node;
    const char *why;
};

struct scope {
    struct arena *arena;
    const struct files *files;
    struct block *blocks;
    u32 block_count;
    u32 block_room;
    struct item *items;
    u32 item_count;
    u32 item_room;
    struct gap *gaps;
    u32 gap_count;
    u32 gap_room;
    u32 include_count;
};

struct scope *scope_build(struct arena *arena, const struct files *files);

/* What is in force for `row` in `block`. */
struct in_force {
    u32 item;  /* the last that sets it, SCOPE_NONE: the default is in force */
    u32 first; /* the first of the same block, where it repeats */
    u32 block; /* in which it is set */
    u8 hidden; /* enum scope_hidden, of the blocks searched before it was found */
};

struct in_force scope_find(const struct scope *scope, u32 block, const struct directive *row);
/* The same in this block alone, without inheritance. */
struct in_force scope_find_here(const struct scope *scope, u32 block, const struct directive *row);
/* The next item of the same row in the same block, or SCOPE_NONE. */
u32 scope_next(const struct scope *scope, u32 item);

const struct tree *scope_tree(const struct scope *scope, u32 item);
str scope_name(const struct scope *scope, u32 item);
/* Argument `index`, from 1. */
str scope_arg(const struct scope *scope, u32 item, u32 index);
u32 scope_arg_count(const struct scope *scope, u32 item);
/* All arguments, each as nginx reads it, joined by a blank. */
str scope_args(const struct scope *scope, u32 item);
/* The byte where it starts, and "FILE:LINE" of that. */
struct position scope_position(const struct scope *scope, u32 item);
str scope_where(const struct scope *scope, u32 item);

/* `inner` is `outer` or lies within it. */
bool scope_within(const struct scope *scope, u32 inner, u32 outer);
/* The innermost block of `context` around `block`, itself included, or SCOPE_NONE. */
u32 scope_around(const struct scope *scope, u32 block, enum context context);
/* "http > server shop.example > location /api/" */
str scope_context_text(const struct scope *scope, u32 block);

#endif
