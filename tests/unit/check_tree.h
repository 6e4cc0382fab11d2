/*
 * check_tree: the invariants of lex.h and tree.h, checked on one tree.
 *
 * NULL when all hold, else what does not. The tokens tile the text; each word,
 * `;`, `{` and `}` belongs to exactly one node or to a diagnostic; nodes lie
 * within their parents, and siblings behind each other.
 */
#ifndef TLSMEND_TESTS_CHECK_TREE_H
#define TLSMEND_TESTS_CHECK_TREE_H

#include "syntax/tree.h"

#include <stdlib.h>

static bool check_is_word(const struct token *token)
{
    return token->kind == TOKEN_WORD || token->kind == TOKEN_QUOTED;
}

static const char *check_tiles(const struct lex *lex, u32 len)
{
    if (lex->tokens[0].start != 0)
        return "the first token does not start at 0";
    for (u32 i = 0; i < lex->count; i++) {
        if (lex->tokens[i + 1].start <= lex->tokens[i].start)
            return "a token is empty or runs backwards";
        if (lex->tokens[i].kind >= TOKEN_END)
            return "a token of no kind";
    }
    if (lex->tokens[lex->count].kind != TOKEN_END)
        return "no sentinel";
    return lex->tokens[lex->count].start == len ? NULL : "the tokens do not reach the end";
}

/* The last token of a node: its `}`, its `;` or `{`, or its last word. */
static u32 check_last(const struct tree *tree, u32 node)
{
    const struct node *n = &tree->nodes[node];
    if (n->close != TREE_NONE)
        return n->close;
    u8 kind = tree->lex.tokens[n->end].kind;
    return kind == TOKEN_SEMICOLON || n->flags & NODE_IS_BLOCK ? n->end : n->end - 1;
}

static const char *check_place(const struct tree *tree, u32 node)
{
    const struct node *n = &tree->nodes[node];
    const struct node *parent = &tree->nodes[n->parent];
    u32 last = check_last(tree, node);
    if (n->parent >= node || n->name > n->end || n->end > tree->lex.count)
        return "a node before its parent, or with no tokens";
    if (!(parent->flags & NODE_IS_BLOCK))
        return "a node within a simple directive";
    if (n->parent != TREE_ROOT && n->name <= parent->end)
        return "a node that begins before its parent's block";
    if (parent->close != TREE_NONE && last >= parent->close)
        return "a node that ends behind its parent";
    if (n->next != TREE_NONE && (tree->nodes[n->next].parent != n->parent || n->next <= node ||
                                 tree->nodes[n->next].name <= last))
        return "siblings out of order";
    if (n->child != TREE_NONE && (tree->nodes[n->child].parent != node || n->child <= node))
        return "a child of somebody else";
    if (n->close != TREE_NONE && tree->lex.tokens[n->close].kind != TOKEN_CLOSE)
        return "a block that closes with no brace";
    return NULL;
}

static const char *check_claim(const struct tree *tree, u32 node, u8 *claims)
{
    const struct node *n = &tree->nodes[node];
    u32 words = 0;
    for (u32 token = n->name; token < n->end; token++)
        if (check_is_word(&tree->lex.tokens[token])) {
            claims[token]++;
            words++;
        } else if (tree->lex.tokens[token].kind > TOKEN_COMMENT) {
            return "something else between the words of a node";
        }
    if (words != n->words)
        return "a wrong count of words";
    u8 kind = tree->lex.tokens[n->end].kind;
    if (n->flags & NODE_IS_BLOCK && kind != TOKEN_OPEN)
        return "a block that opens with no brace";
    if (kind == TOKEN_OPEN || kind == TOKEN_SEMICOLON)
        claims[n->end]++;
    else if (!(n->flags & NODE_IS_BROKEN))
        return "a node with no terminator that is not marked";
    if (n->close != TREE_NONE)
        claims[n->close]++;
    return NULL;
}

/* Every node hangs on its parent's chain of children exactly once. */
static const char *check_chains(const struct tree *tree)
{
    u32 seen = 1;
    for (u32 node = 0; node < tree->count; node++)
        for (u32 child = tree->nodes[node].child; child != TREE_NONE;
             child = tree->nodes[child].next) {
            if (tree->nodes[child].parent != node || seen++ > tree->count)
                return "a chain of children that leads elsewhere";
        }
    return seen == tree->count ? NULL : "a node that hangs nowhere";
}

static bool check_is_told(const struct tree *tree, span at)
{
    for (u32 i = 0; i < tree->diagnostic_count; i++)
        if (tree->diagnostics[i].at.start <= at.start && tree->diagnostics[i].at.end >= at.end)
            return true;
    return tree->complaints > TREE_COMPLAINTS;
}

static const char *check_claims(const struct tree *tree, const u8 *claims)
{
    for (u32 token = 0; token < tree->lex.count; token++) {
        const struct token *t = &tree->lex.tokens[token];
        bool counts = t->kind >= TOKEN_WORD && t->kind <= TOKEN_CLOSE;
        if (claims[token] > 1)
            return "a token that two nodes claim";
        if (counts && !claims[token] && !check_is_told(tree, tree_token_span(tree, token)))
            return "a token that nobody claims and no diagnostic names";
    }
    return NULL;
}

static inline const char *check_tree(const struct tree *tree)
{
    const char *wrong = check_tiles(&tree->lex, tree->source->text.len);
    u8 *claims = calloc(tree->lex.count + 1, 1);
    for (u32 node = 1; node < tree->count && !wrong; node++) {
        wrong = check_place(tree, node);
        if (!wrong)
            wrong = check_claim(tree, node, claims);
    }
    if (!wrong)
        wrong = check_chains(tree);
    if (!wrong)
        wrong = check_claims(tree, claims);
    free(claims);
    return wrong;
}

#endif
