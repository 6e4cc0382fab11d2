#include "syntax/tree.h"

#include "base/buf.h"

struct parse {
    struct tree *tree;
    u32 token;
    u32 block; /* the innermost open one */
    u32 *last_child; /* by node, of open blocks: where the next sibling hangs */
    u32 last_room;
};

static void complain(struct tree *tree, span at, str message, bool is_tag)
{
    tree->diagnostics = arena_grow(tree->arena, tree->diagnostics, tree->diagnostic_count,
                                   &tree->diagnostic_room, sizeof *tree->diagnostics);
    tree->diagnostics[tree->diagnostic_count++] = (struct diagnostic){at, message, is_tag};
}

static u32 push_node(struct parse *parse, struct node node)
{
    struct tree *tree = parse->tree;
    u32 index = tree->count;
    parse->last_child = arena_grow(tree->arena, parse->last_child, index, &parse->last_room,
                                   sizeof *parse->last_child);
    tree->nodes =
        arena_grow(tree->arena, tree->nodes, index, &tree->room, sizeof *tree->nodes);
    tree->nodes[tree->count++] = node;
    parse->last_child[index] = TREE_NONE;
    if (node.parent == TREE_NONE)
        return index;
    u32 sibling = parse->last_child[node.parent];
    if (sibling == TREE_NONE)
        tree->nodes[node.parent].child = index;
    else
        tree->nodes[sibling].next = index;
    parse->last_child[node.parent] = index;
    return index;
}

span tree_token_span(const struct tree *tree, u32 token)
{
    const struct token *t = &tree->lex.tokens[token];
    return (span){t[0].start, t[1].start};
}

static enum token_kind kind_at(const struct parse *parse)
{
    return (enum token_kind)parse->tree->lex.tokens[parse->token].kind;
}

static bool is_word(enum token_kind kind)
{
    return kind == TOKEN_WORD || kind == TOKEN_QUOTED;
}

/* A word that nginx would refuse, whatever the directive. */
static void check_word(struct parse *parse)
{
    struct tree *tree = parse->tree;
    const struct token *token = &tree->lex.tokens[parse->token];
    span at = tree_token_span(tree, parse->token);
    if (token->flags & TOKEN_IS_OPEN)
        complain(tree, at,
                 STR("unexpected end of file: the quote that opens here is never closed"), false);
    if (token->flags & TOKEN_IS_GLUED)
        complain(tree, at,
                 str_fmt(tree->arena, "unexpected \"%.*s\": a closing quote must be followed by "
                                      "a space, \";\" or \"{\"",
                         1, tree->source->text.p + at.start),
                 false);
}

/* Takes the words of one statement; returns the node without its terminator. */
static struct node take_words(struct parse *parse)
{
    struct node node = {.name = parse->token,
                        .close = TREE_NONE,
                        .parent = parse->block,
                        .next = TREE_NONE,
                        .child = TREE_NONE};
    const struct token *tokens = parse->tree->lex.tokens;
    u32 last = parse->token;
    for (;; parse->token++) {
        enum token_kind kind = kind_at(parse);
        if (is_word(kind)) {
            node.words++;
            last = parse->token;
            if (tokens[last].flags & TOKEN_HAS_TAG)
                node.flags |= NODE_HAS_TAG;
            if (tokens[last].flags & (TOKEN_IS_OPEN | TOKEN_IS_GLUED)) {
                node.flags |= NODE_IS_BROKEN;
                check_word(parse);
            }
        } else if (kind != TOKEN_SPACE && kind != TOKEN_COMMENT) {
            break;
        }
    }
    node.end = last + 1;
    return node;
}

/* Tags that print or include put text in their place; the others only steer. */
static bool tag_hides(str tag)
{
    static const str verbs[] = {STR_INIT("include"), STR_INIT("import"), STR_INIT("template"),
                                STR_INIT("block"), STR_INIT("macro")};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (str_has(tag, verbs[i]))
            return true;
    bool prints = str_starts(tag, STR("{{")) || str_starts(tag, STR("<%="));
    str rest = str_trim(str_sub(tag, str_starts(tag, STR("{{-")) ? 3 : 2, tag.len - 2));
    str word = str_word(&rest);
    return prints && !str_eq(word, STR("if")) && !str_eq(word, STR("end")) &&
           !str_eq(word, STR("else")) && !str_eq(word, STR("range")) &&
           !str_eq(word, STR("with")) && !str_starts(word, STR("/*")) &&
           !str_starts(word, STR("$"));
}

static void take_template(struct parse *parse)
{
    struct tree *tree = parse->tree;
    span at = tree_token_span(tree, parse->token);
    if (tag_hides(source_slice(tree->source, at)))
        tree->nodes[parse->block].flags |= NODE_HIDES;
    complain(tree, at, STR("a template tag: passed through, what it produces is not known"), true);
    parse->token++;
}

static void open_block(struct parse *parse, struct node node)
{
    node.flags |= NODE_IS_BLOCK;
    node.end = parse->token++;
    parse->block = push_node(parse, node);
    struct tree *tree = parse->tree;
    if (kind_at(parse) != TOKEN_LUA)
        return;
    tree->nodes[parse->block].flags |= NODE_IS_LUA;
    if (tree->lex.tokens[parse->token].flags & TOKEN_IS_OPEN)
        complain(tree, tree_token_span(tree, parse->token),
                 STR("unexpected end of file: the Lua block that opens here is never closed"),
                 false);
    parse->token++;
}

static void unterminated(struct parse *parse, struct node *node)
{
    struct tree *tree = parse->tree;
    node->flags |= NODE_IS_BROKEN;
    span name = tree_token_span(tree, node->name);
    complain(tree, (span){name.start, tree->lex.tokens[node->end].start},
             str_fmt(tree->arena, "directive \"%.*s\" is not terminated by \";\"",
                     STR_ARG(source_slice(tree->source, name))),
             false);
}

static void take_statement(struct parse *parse)
{
    struct node node = take_words(parse);
    switch (kind_at(parse)) {
    case TOKEN_SEMICOLON:
        node.end = parse->token++;
        push_node(parse, node);
        break;
    case TOKEN_OPEN:
        open_block(parse, node);
        break;
    default:
        /* `}`, the end, or a tag between words: nginx has no `;` here. */
        unterminated(parse, &node);
        push_node(parse, node);
        break;
    }
}

static void take_close(struct parse *parse)
{
    struct tree *tree = parse->tree;
    struct node *block = &tree->nodes[parse->block];
    if (parse->block == TREE_ROOT) {
        complain(tree, tree_token_span(tree, parse->token),
                 STR("unexpected \"}\": no block is open here"), false);
    } else {
        block->close = parse->token;
        parse->block = block->parent;
    }
    parse->token++;
}

static void take_stray(struct parse *parse)
{
    struct tree *tree = parse->tree;
    bool open = kind_at(parse) == TOKEN_OPEN;
    complain(tree, tree_token_span(tree, parse->token),
             open ? STR("unexpected \"{\": a block needs a name") : STR("unexpected \";\""), false);
    if (!open) {
        parse->token++;
        return;
    }
    /* A block all the same, or its `}` would close another. */
    struct node node = {.name = parse->token,
                        .end = parse->token,
                        .close = TREE_NONE,
                        .parent = parse->block,
                        .next = TREE_NONE,
                        .child = TREE_NONE,
                        .flags = NODE_IS_BROKEN};
    open_block(parse, node);
}

static void take_one(struct parse *parse)
{
    struct tree *tree = parse->tree;
    switch (kind_at(parse)) {
    case TOKEN_WORD:
    case TOKEN_QUOTED:
        take_statement(parse);
        break;
    case TOKEN_CLOSE:
        take_close(parse);
        break;
    case TOKEN_SEMICOLON:
    case TOKEN_OPEN:
        take_stray(parse);
        break;
    case TOKEN_TEMPLATE:
        take_template(parse);
        break;
    case TOKEN_MARK:
        complain(tree, tree_token_span(tree, parse->token),
                 STR("a byte order mark, which nginx takes for a part of the first directive: "
                     "save the file without it"),
                 false);
        parse->token++;
        break;
    case TOKEN_SPACE:
    case TOKEN_COMMENT:
    case TOKEN_LUA:
    case TOKEN_END:
        parse->token++;
        break;
    }
}

static void close_open_blocks(struct parse *parse)
{
    struct tree *tree = parse->tree;
    for (u32 node = parse->block; node != TREE_ROOT; node = tree->nodes[node].parent) {
        tree->nodes[node].flags |= NODE_IS_BROKEN;
        complain(tree, tree_head_span(tree, node),
                 STR("unexpected end of file, expecting \"}\": the block that opens here is never "
                     "closed"),
                 false);
    }
}

struct tree *tree_parse(struct arena *arena, const struct source *source)
{
    struct tree *tree = arena_alloc(arena, sizeof *tree);
    *tree = (struct tree){.arena = arena, .source = source};
    tree->lex = lex_text(arena, source->text);
    struct parse parse = {.tree = tree};
    push_node(&parse, (struct node){.name = TREE_NONE,
                                    .end = TREE_NONE,
                                    .close = TREE_NONE,
                                    .parent = TREE_NONE,
                                    .next = TREE_NONE,
                                    .child = TREE_NONE,
                                    .flags = NODE_IS_BLOCK});
    while (parse.token < tree->lex.count)
        take_one(&parse);
    close_open_blocks(&parse);
    return tree;
}

u32 tree_word(const struct tree *tree, u32 node, u32 index)
{
    const struct node *n = &tree->nodes[node];
    if (index >= n->words)
        return TREE_NONE;
    u32 token = n->name;
    for (;; token++)
        if (is_word((enum token_kind)tree->lex.tokens[token].kind) && index-- == 0)
            return token;
}

str tree_value(const struct tree *tree, u32 node, u32 index)
{
    u32 token = tree_word(tree, node, index);
    return token == TREE_NONE ? (str){0}
                              : lex_value(tree->arena, tree->source->text, &tree->lex, token);
}

str tree_name(const struct tree *tree, u32 node)
{
    return tree_value(tree, node, 0);
}

str tree_args(const struct tree *tree, u32 node)
{
    u32 words = tree->nodes[node].words;
    if (words < 2)
        return (str){0};
    span first = tree_token_span(tree, tree_word(tree, node, 1));
    span last = tree_token_span(tree, tree_word(tree, node, words - 1));
    return source_slice(tree->source, (span){first.start, last.end});
}

span tree_head_span(const struct tree *tree, u32 node)
{
    const struct node *n = &tree->nodes[node];
    bool broken = !(n->flags & NODE_IS_BLOCK) && (n->flags & NODE_IS_BROKEN);
    u32 end = tree->lex.tokens[n->end].start + (broken && tree->lex.tokens[n->end].kind !=
                                                              TOKEN_SEMICOLON ? 0 : 1);
    return (span){tree->lex.tokens[n->name].start, end};
}

span tree_span(const struct tree *tree, u32 node)
{
    const struct node *n = &tree->nodes[node];
    span head = tree_head_span(tree, node);
    if (n->close != TREE_NONE)
        head.end = tree->lex.tokens[n->close].start + 1;
    else if (n->flags & NODE_IS_BLOCK)
        head.end = tree->source->text.len;
    return head;
}

u32 tree_nginx_line(const struct tree *tree, u32 node)
{
    span head = tree_head_span(tree, node);
    return source_position(tree->source, head.end ? head.end - 1 : 0).line;
}
