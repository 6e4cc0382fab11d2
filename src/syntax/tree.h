/*
 * tree: the directives and blocks of one text, as indices into its tokens.
 *
 * Units: nodes are u32 indices, node 0 is the root; TREE_NONE is "no node" or
 * "no token". Ownership: all in the arena; the text is borrowed.
 * Errors: none. What nginx would refuse becomes a diagnostic, and the node
 * that it is about is marked NODE_IS_BROKEN.
 * Invariant: every word, `;`, `{` and `}` token belongs to exactly one node or
 * to a diagnostic; a node's tokens are contiguous and within its parent's.
 * Cost: linear, 32 bytes a node; word i of a directive is found by a scan over
 * its tokens.
 */
#ifndef TLSMEND_SYNTAX_TREE_H
#define TLSMEND_SYNTAX_TREE_H

#include "syntax/lex.h"
#include "text/source.h"

#define TREE_NONE UINT32_MAX
#define TREE_ROOT 0u

/* Of more faults than this nobody reads; the last diagnostic says that there are more. */
enum { TREE_COMPLAINTS = 1000 };

enum node_flag {
    NODE_IS_BLOCK = 1,  /* has `{` */
    NODE_IS_BROKEN = 2, /* not terminated as nginx wants it */
    NODE_HAS_TAG = 4,   /* a template tag among its words: they are not known */
    NODE_IS_LUA = 8,    /* its body is Lua */
    NODE_HIDES = 16,    /* a template tag stands among its children: some may be missing */
};

struct node {
    u32 name;  /* its first word token; TREE_NONE for the root */
    u32 end;   /* its `;` or `{`; where it is broken, the token behind its last word */
    u32 close; /* the `}` of a block; TREE_NONE when missing, or no block */
    u32 parent;
    u32 next; /* sibling */
    u32 child;
    u32 words; /* with its name */
    u32 flags;
};

struct diagnostic {
    span at;
    str message; /* what nginx would say, or why the text is not understood */
    bool is_tag; /* template text: passed through, no fault of the config */
};

struct tree {
    struct arena *arena;
    const struct source *source;
    struct lex lex;
    struct node *nodes;
    u32 count;
    u32 room;
    struct diagnostic *diagnostics;
    u32 diagnostic_count;
    u32 diagnostic_room;
    u32 complaints; /* those of the diagnostics that are no tags */
};

/* `source` outlives the tree. */
struct tree *tree_parse(struct arena *arena, const struct source *source);

/* The token of word `index` (0 is the name), or TREE_NONE. */
u32 tree_word(const struct tree *tree, u32 node, u32 index);
/* The word token behind the word token `token`, which must not be the directive's last. */
u32 tree_next_word(const struct tree *tree, u32 token);
/* Its value as nginx reads it; empty when there is no such word. */
str tree_value(const struct tree *tree, u32 node, u32 index);
str tree_name(const struct tree *tree, u32 node);
/* The arguments as they are written, from the first to the last. */
str tree_args(const struct tree *tree, u32 node);

span tree_token_span(const struct tree *tree, u32 token);
/* From the name up to and with `;` or `{`. */
span tree_head_span(const struct tree *tree, u32 node);
/* From the name up to and with `;` or `}`. */
span tree_span(const struct tree *tree, u32 node);

/* Where nginx says the directive is: the line of its terminator. */
u32 tree_nginx_line(const struct tree *tree, u32 node);

#endif
