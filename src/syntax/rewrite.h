/*
 * rewrite: changes to a tree, said in terms of directives, made into edits.
 *
 * It alone knows indentation, columns, one-line blocks, newline style and what
 * becomes of comments: a comment is never removed. Arguments are written as
 * they are to stand in the text (lex_quote makes them so).
 * Ownership: borrows the tree; edits live in its arena. Errors: none here; two
 * changes to the same place show as an overlap (edit_sort).
 */
#ifndef TLSMEND_SYNTAX_REWRITE_H
#define TLSMEND_SYNTAX_REWRITE_H

#include "syntax/tree.h"
#include "text/edit.h"

struct rewrite {
    const struct tree *tree;
    struct edit_set edits;
};

struct statement {
    str name;
    str args; /* without `;`, may be empty */
};

struct rewrite rewrite_begin(struct arena *arena, const struct tree *tree);

/* Replaces all arguments; `owner` marks the edit (edit.h), here and below. */
void rewrite_set_args(struct rewrite *rewrite, u32 node, str args, u32 owner);
/* Replaces word `index`; 0 is the name. */
void rewrite_set_word(struct rewrite *rewrite, u32 node, u32 index, str word, u32 owner);
/* Removes a simple directive, with its line where it stands alone on it. */
void rewrite_remove(struct rewrite *rewrite, u32 node, u32 owner);
/* Behind a simple directive; several at the same place keep the order of the calls. */
void rewrite_insert_after(struct rewrite *rewrite, u32 node, struct statement what, u32 owner);
/* On a line of its own before a directive or block. */
void rewrite_insert_before(struct rewrite *rewrite, u32 node, struct statement what, u32 owner);
/* As the first directive of a block that is not the root. */
void rewrite_insert_first(struct rewrite *rewrite, u32 block, struct statement what, u32 owner);

#endif
