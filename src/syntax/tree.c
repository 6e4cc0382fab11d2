#include "syntax/tree.h"

#include "base/buf.h"
#include "syntax/tag.h"

enum {
    NGINX_BUFFER = 4096, /* a word or comment with all its bytes must fit */
    NAME_SHOWN = 64,     /* of a name, in a message */
};

struct open_block {
    u32 node;
    u32 last; /* its last child so far: where the next one hangs */
};

struct parse {
    struct tree *tree;
    u32 token;
    struct open_block *open; /* the innermost last; the root is always open */
    u32 open_count;
    u32 open_room;
};

/* ---- messages ----------------------------------------------------------- */

static void put_diagnostic(struct tree *tree, struct diagnostic diagnostic)
{
    tree->diagnostics = arena_grow(tree->arena, tree->diagnostics, tree->diagnostic_count,
                                   &tree->diagnostic_room, sizeof *tree->diagnostics);
    tree->diagnostics[tree->diagnostic_count++] = diagnostic;
}

/* Behind the last, one that says there are more. */
static void complain(struct tree *tree, span at, str message)
{
    if (tree->complaints > TREE_COMPLAINTS)
        return;
    if (tree->complaints++ == TREE_COMPLAINTS)
        message = STR("more like the ones before, which are not listed");
    put_diagnostic(tree, (struct diagnostic){at, message, false});
}

static bool continues_char(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* The first character, of UTF-8 with all its bytes. */
static str first_char(str s)
{
    u32 end = 1;
    while (end < s.len && end < 4 && (unsigned char)s.p[0] >= 0xc0 && continues_char(s.p[end]))
        end++;
    return str_sub(s, 0, end);
}

/* A name as a message can show it: one line, not too long. */
static str shown(str name)
{
    u32 end = 0;
    while (end < name.len && (unsigned char)name.p[end] >= 0x20)
        end++;
    if (end <= NAME_SHOWN)
        return str_sub(name, 0, end);
    end = NAME_SHOWN;
    while (end && continues_char(name.p[end]))
        end--;
    return str_sub(name, 0, end);
}

/* ---- nodes -------------------------------------------------------------- */

static struct node node_at(u32 token, u32 parent)
{
    return (struct node){.name = token,
                         .end = token,
                         .close = TREE_NONE,
                         .parent = parent,
                         .next = TREE_NONE,
                         .child = TREE_NONE};
}

static struct open_block *innermost(const struct parse *parse)
{
    return &parse->open[parse->open_count - 1];
}

/* Hangs a node behind its siblings. */
static u32 push_node(struct parse *parse, struct node node)
{
    struct tree *tree = parse->tree;
    struct open_block *block = innermost(parse);
    u32 index = tree->count;
    tree->nodes = arena_grow(tree->arena, tree->nodes, index, &tree->room, sizeof *tree->nodes);
    tree->nodes[tree->count++] = node;
    if (block->last == TREE_NONE)
        tree->nodes[block->node].child = index;
    else
        tree->nodes[block->last].next = index;
    block->last = index;
    return index;
}

static void enter(struct parse *parse, u32 node)
{
    parse->open = arena_grow(parse->tree->arena, parse->open, parse->open_count, &parse->open_room,
                             sizeof *parse->open);
    parse->open[parse->open_count++] = (struct open_block){node, TREE_NONE};
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

/* ---- words -------------------------------------------------------------- */

/* nginx must hold [start, end) at once, and then read on. */
static bool is_too_long(const struct tree *tree, u32 start, u32 end)
{
    u32 len = end - start;
    return len > NGINX_BUFFER || (len == NGINX_BUFFER && end < tree->source->text.len);
}

/* A word, with the space that ends it: nginx lets go of a word when the next one begins. */
static bool is_long_word(const struct tree *tree, u32 start, u32 end)
{
    str text = tree->source->text;
    return is_too_long(tree, start, end + (end < text.len && char_is_space(text.p[end])));
}

static void too_long(struct parse *parse, span at)
{
    struct tree *tree = parse->tree;
    str start = str_sub(source_slice(tree->source, at), 0, 10);
    complain(tree, at,
             str_fmt(tree->arena,
                     "too long parameter \"%.*s...\" started: nginx reads 4 KiB at most",
                     STR_ARG(start)));
}

static void check_quoted(struct parse *parse, span at, bool open)
{
    struct tree *tree = parse->tree;
    char quote = tree->source->text.p[at.start];
    /* nginx starts to count behind the quote. */
    span inside = {at.start + 1, at.end - !open};
    u32 len = inside.end - inside.start;
    if (len > NGINX_BUFFER || (len == NGINX_BUFFER && !open))
        complain(tree, at,
                 str_fmt(tree->arena,
                         "too long parameter, probably missing terminating \"%c\" character",
                         quote));
    else if (open)
        complain(tree, at,
                 STR("unexpected end of file, expecting \";\" or \"}\": the quote that opens here "
                     "is never closed"));
    else if (is_long_word(tree, inside.start, at.end))
        too_long(parse, (span){inside.start, at.end});
}

/* A word that nginx would refuse, whatever the directive. True when it is fine. */
static bool check_word(struct parse *parse)
{
    struct tree *tree = parse->tree;
    const struct token *token = &tree->lex.tokens[parse->token];
    span at = tree_token_span(tree, parse->token);
    u32 before = tree->complaints;
    if (token->flags & TOKEN_IS_GLUED)
        complain(tree, at,
                 str_fmt(tree->arena,
                         "unexpected \"%.*s\": a closing quote must be followed by a space, "
                         "\";\", \"{\" or \")\"",
                         STR_ARG(first_char(source_slice(tree->source, at)))));
    else if (token->flags & TOKEN_HAS_TAG)
        return true;
    else if (token->kind == TOKEN_QUOTED)
        check_quoted(parse, at, token->flags & TOKEN_IS_OPEN);
    else if (is_long_word(tree, at.start, at.end))
        too_long(parse, at);
    return tree->complaints == before;
}

/* Most words need no second look. */
static bool is_plain(const struct token *token)
{
    return !(token->flags & (TOKEN_IS_OPEN | TOKEN_IS_GLUED)) &&
           token[1].start - token[0].start < NGINX_BUFFER - 2;
}

/* nginx holds a comment too, up to its newline. */
static void check_comment(struct parse *parse)
{
    const struct tree *tree = parse->tree;
    str text = tree->source->text;
    span at = tree_token_span(tree, parse->token);
    if (is_too_long(tree, at.start, at.end + (at.end < text.len && text.p[at.end] == '\r')))
        too_long(parse, at);
}

/* ---- statements --------------------------------------------------------- */

/* Takes the words of one statement; returns the node without its terminator. */
static struct node take_words(struct parse *parse)
{
    struct node node = node_at(parse->token, innermost(parse)->node);
    const struct token *tokens = parse->tree->lex.tokens;
    u32 last = parse->token;
    for (;; parse->token++) {
        const struct token *token = &tokens[parse->token];
        if (is_word((enum token_kind)token->kind)) {
            node.words++;
            last = parse->token;
            if (token->flags & TOKEN_HAS_TAG)
                node.flags |= NODE_HAS_TAG;
            if (!is_plain(token) && !check_word(parse))
                node.flags |= NODE_IS_BROKEN;
        } else if (token->kind == TOKEN_COMMENT) {
            check_comment(parse);
        } else if (token->kind != TOKEN_SPACE) {
            break;
        }
    }
    node.end = last + 1;
    return node;
}

static void take_template(struct parse *parse)
{
    struct tree *tree = parse->tree;
    span at = tree_token_span(tree, parse->token++);
    if (tag_hides(source_slice(tree->source, at)))
        tree->nodes[innermost(parse)->node].flags |= NODE_HIDES;
    put_diagnostic(
        tree, (struct diagnostic){
                  at, STR("a template tag: passed through, what it produces is not known"), true});
}

static void open_block(struct parse *parse, struct node node)
{
    struct tree *tree = parse->tree;
    node.flags |= NODE_IS_BLOCK;
    node.end = parse->token++;
    bool lua = kind_at(parse) == TOKEN_LUA;
    if (lua)
        node.flags |= NODE_IS_LUA;
    enter(parse, push_node(parse, node));
    if (!lua)
        return;
    if (tree->lex.tokens[parse->token].flags & TOKEN_IS_OPEN)
        complain(tree, tree_token_span(tree, parse->token),
                 STR("unexpected end of file: the Lua block that opens here is never closed"));
    parse->token++;
}

static void unterminated(struct parse *parse, struct node *node)
{
    struct tree *tree = parse->tree;
    span name = tree_token_span(tree, node->name);
    bool quote_is_open = tree->lex.tokens[node->end - 1].flags & TOKEN_IS_OPEN;
    node->flags |= NODE_IS_BROKEN;
    /* Said already. */
    if (quote_is_open)
        return;
    const char *nginx = "";
    if (kind_at(parse) == TOKEN_CLOSE)
        nginx = "unexpected \"}\": ";
    else if (kind_at(parse) == TOKEN_END)
        nginx = "unexpected end of file, expecting \";\" or \"}\": ";
    complain(tree, (span){name.start, tree->lex.tokens[node->end].start},
             str_fmt(tree->arena, "%sdirective \"%.*s\" is not terminated by \";\"", nginx,
                     STR_ARG(shown(source_slice(tree->source, name)))));
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
    if (parse->open_count == 1)
        complain(tree, tree_token_span(tree, parse->token),
                 STR("unexpected \"}\": no block is open here"));
    else
        tree->nodes[parse->open[--parse->open_count].node].close = parse->token;
    parse->token++;
}

static void take_stray(struct parse *parse)
{
    struct tree *tree = parse->tree;
    bool open = kind_at(parse) == TOKEN_OPEN;
    complain(tree, tree_token_span(tree, parse->token),
             open ? STR("unexpected \"{\": a block needs a name") : STR("unexpected \";\""));
    if (!open) {
        parse->token++;
        return;
    }
    /* A block all the same, or its `}` would close another. */
    struct node node = node_at(parse->token, innermost(parse)->node);
    node.flags = NODE_IS_BROKEN;
    open_block(parse, node);
}

static void take_mark(struct parse *parse)
{
    complain(parse->tree, tree_token_span(parse->tree, parse->token++),
             STR("a byte order mark, which nginx takes for a part of the first directive: save "
                 "the file without it"));
}

static void take_one(struct parse *parse)
{
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
        take_mark(parse);
        break;
    case TOKEN_COMMENT:
        check_comment(parse);
        parse->token++;
        break;
    case TOKEN_SPACE:
    case TOKEN_LUA:
    case TOKEN_END:
        parse->token++;
        break;
    }
}

static void close_open_blocks(struct parse *parse)
{
    struct tree *tree = parse->tree;
    while (parse->open_count > 1) {
        u32 node = parse->open[--parse->open_count].node;
        tree->nodes[node].flags |= NODE_IS_BROKEN;
        complain(tree, tree_head_span(tree, node),
                 STR("unexpected end of file, expecting \"}\": the block that opens here is never "
                     "closed"));
    }
}

struct tree *tree_parse(struct arena *arena, const struct source *source)
{
    struct tree *tree = arena_alloc(arena, sizeof *tree);
    *tree = (struct tree){.arena = arena, .source = source};
    tree->lex = lex_text(arena, source->text);
    tree->room = tree->lex.statements + 1;
    tree->nodes = arena_array(arena, tree->room, sizeof *tree->nodes);
    tree->nodes[tree->count++] = node_at(TREE_NONE, TREE_NONE);
    tree->nodes[TREE_ROOT].flags = NODE_IS_BLOCK;
    struct parse parse = {.tree = tree};
    enter(&parse, TREE_ROOT);
    while (parse.token < tree->lex.count)
        take_one(&parse);
    close_open_blocks(&parse);
    return tree;
}

/* ---- what is where ------------------------------------------------------ */

u32 tree_next_word(const struct tree *tree, u32 token)
{
    do
        token++;
    while (!is_word((enum token_kind)tree->lex.tokens[token].kind));
    return token;
}

u32 tree_word(const struct tree *tree, u32 node, u32 index)
{
    const struct node *n = &tree->nodes[node];
    if (index >= n->words)
        return TREE_NONE;
    u32 token = n->name;
    while (index--)
        token = tree_next_word(tree, token);
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
    u32 end = tree->lex.tokens[n->end].start +
              (broken && tree->lex.tokens[n->end].kind != TOKEN_SEMICOLON ? 0 : 1);
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
