#include "nginx/scope.h"

#include "base/buf.h"
#include "nginx/meant.h"

#include <stdlib.h>
#include <string.h>

static struct block *block_at(const struct scope *scope, u32 block)
{
    return &scope->blocks[block];
}

const struct tree *scope_tree(const struct scope *scope, u32 item)
{
    return scope->files->file[scope->items[item].file].tree;
}

/* ---- building ----------------------------------------------------------- */

static u32 push_block(struct scope *scope, struct block block)
{
    scope->blocks = arena_grow(scope->arena, scope->blocks, scope->block_count, &scope->block_room,
                               sizeof *scope->blocks);
    block.first_inheritable = block.last_inheritable = SCOPE_NONE;
    scope->blocks[scope->block_count] = block;
    return scope->block_count++;
}

static void push_gap(struct scope *scope, u32 file, u32 node, const char *why)
{
    scope->gaps = arena_grow(scope->arena, scope->gaps, scope->gap_count, &scope->gap_room,
                             sizeof *scope->gaps);
    scope->gaps[scope->gap_count++] = (struct gap){file, node, why};
}

static bool is_inheritable(const struct directive *row)
{
    enum family family;
    enum setting setting;
    return row && (row->inherit != INHERIT_NONE || catalogue_setting_of(row, &family, &setting));
}

static void chain_inheritable(struct scope *scope, struct block *block, u32 item)
{
    if (block->last_inheritable == SCOPE_NONE)
        block->first_inheritable = item;
    else
        scope->items[block->last_inheritable].next = item;
    block->last_inheritable = item;
}

/* Words of a table or of Lua are data; so are those of a module without rows. */
static bool holds_directives(enum context context)
{
    return context != CONTEXT_TABLE && context != CONTEXT_LUA;
}

/* A misspelt setting of a TLS client is read as what it means (meant.h). */
static const struct directive *row_of(str name, enum context where)
{
    const struct directive *row = holds_directives(where) ? catalogue_find(name, where) : NULL;
    if (row || where == CONTEXT_MODULE || !holds_directives(where))
        return row;
    enum family family;
    enum setting setting;
    struct meant meant = meant_by_name(name, where);
    bool is_setting = meant.row && catalogue_setting_of(meant.row, &family, &setting);
    return is_setting && !meant.unsure ? meant.row : NULL;
}

/* Too many words: a `;` is missing, and directives that follow are among them. */
static bool swallows(const struct tree *tree, u32 node, const struct directive *row)
{
    u32 words = tree->nodes[node].words;
    return row->flavours & FLAVOUR_OPEN && words > 2 &&
           !(tree->nodes[node].flags & (NODE_HAS_TAG | NODE_IS_BLOCK)) &&
           !catalogue_arity_fits(row, words - 1);
}

static void push_item(struct scope *scope, u32 block, u32 file, u32 node)
{
    const struct tree *tree = scope->files->file[file].tree;
    struct block *b = block_at(scope, block);
    const struct directive *row = row_of(tree_name(tree, node), b->context);
    scope->items = arena_grow(scope->arena, scope->items, scope->item_count, &scope->item_room,
                              sizeof *scope->items);
    scope->items[scope->item_count] = (struct item){.file = file,
                                                    .node = node,
                                                    .block = block,
                                                    .opens = SCOPE_NONE,
                                                    .next = SCOPE_NONE,
                                                    .row = row};
    if (is_inheritable(row))
        chain_inheritable(scope, b, scope->item_count);
    if (row && swallows(tree, node, row))
        b->hidden |= HIDES_ALL;
    b->item_count++;
    scope->item_count++;
}

static bool base_is_one_of(str path, const str *names, size_t count)
{
    u32 slash = str_find_last(path, STR("/"));
    str base = slash == STR_NONE ? path : str_from(path, slash + 1);
    for (size_t i = 0; i < count; i++)
        if (str_eq(base, names[i]))
            return true;
    return false;
}

/* What an include that was not given may hold. */
static u8 hidden_by(const struct scope *scope, u32 block, const struct tree *tree, u32 node)
{
    /* Shipped by distributions; their directives are known. */
    static const str nothing[] = {STR_INIT("mime.types"),   STR_INIT("fastcgi_params"),
                                  STR_INIT("fastcgi.conf"), STR_INIT("scgi_params"),
                                  STR_INIT("koi-utf"),      STR_INIT("koi-win"),
                                  STR_INIT("win-utf")};
    static const str headers[] = {STR_INIT("proxy_params"), STR_INIT("uwsgi_params")};
    str pattern = tree_value(tree, node, 1);
    enum context where = block_at(scope, block)->context;
    bool outer = where == CONTEXT_MAIN || where == CONTEXT_HTTP || where == CONTEXT_STREAM;
    /* conf.d/ and sites-enabled/ hold servers, modules-enabled/ loads modules. */
    if (outer && files_is_glob(pattern) && !(tree->nodes[node].flags & NODE_HAS_TAG))
        return HIDES_NOTHING;
    if (base_is_one_of(pattern, nothing, sizeof nothing / sizeof *nothing))
        return HIDES_NOTHING;
    return base_is_one_of(pattern, headers, 2) ? HIDES_HEADERS : HIDES_ALL;
}

struct includes {
    u32 file[SCOPE_INCLUDE_DEPTH];
    u32 depth;
};

static bool is_open(const struct includes *includes, u32 file)
{
    for (u32 i = 0; i < includes->depth; i++)
        if (includes->file[i] == file)
            return true;
    return false;
}

/* nginx is still reading the files whose blocks are around `block`. */
static bool is_around(const struct scope *scope, u32 block, u32 file)
{
    for (; block != SCOPE_NONE; block = block_at(scope, block)->parent)
        if (block_at(scope, block)->file == file)
            return true;
    return false;
}

static void read_children(struct scope *scope, struct includes *includes, u32 block, u32 file,
                          u32 node);

static void read_include(struct scope *scope, struct includes *includes, u32 block, u32 file,
                         u32 node)
{
    const struct tree *tree = scope->files->file[file].tree;
    struct file_list list = files_included(scope->files, tree_value(tree, node, 1));
    if (!list.count) {
        block_at(scope, block)->hidden |= hidden_by(scope, block, tree, node);
        push_gap(scope, file, node, "this include was not given: what it sets is not known");
    }
    for (u32 i = 0; i < list.count; i++) {
        if (scope->include_count++ >= SCOPE_INCLUDE_LIMIT)
            push_gap(scope, file, node, "more includes than can be followed");
        else if (is_open(includes, list.file[i]) || is_around(scope, block, list.file[i]) ||
                 includes->depth == SCOPE_INCLUDE_DEPTH)
            push_gap(scope, file, node, "this include leads back to itself: nginx would not end");
        else
            read_children(scope, includes, block, list.file[i], TREE_ROOT);
    }
}

static bool is_include(const struct tree *tree, u32 node)
{
    return tree->nodes[node].words == 2 && !(tree->nodes[node].flags & NODE_IS_BLOCK) &&
           str_eq(tree_name(tree, node), STR("include"));
}

static void read_children(struct scope *scope, struct includes *includes, u32 block, u32 file,
                          u32 node)
{
    const struct tree *tree = scope->files->file[file].tree;
    if (node == TREE_ROOT)
        includes->file[includes->depth++] = file;
    if (tree->nodes[node].flags & NODE_HIDES)
        block_at(scope, block)->hidden |= HIDES_ALL;
    for (u32 child = tree->nodes[node].child; child != TREE_NONE; child = tree->nodes[child].next) {
        if (scope->item_count >= SCOPE_ITEM_LIMIT) {
            push_gap(scope, file, child, "from here on there are more directives than can be read");
            break;
        }
        if (is_include(tree, child))
            read_include(scope, includes, block, file, child);
        else if (tree->nodes[child].words)
            push_item(scope, block, file, child);
    }
    if (node == TREE_ROOT)
        includes->depth--;
}

static enum context inside(const struct scope *scope, const struct item *item, enum context where)
{
    const struct tree *tree = scope->files->file[item->file].tree;
    if (tree->nodes[item->node].flags & NODE_IS_LUA)
        return CONTEXT_LUA;
    if (!item->row)
        return CONTEXT_MODULE;
    enum context opens = catalogue_opens(item->row, where);
    return opens == CONTEXT_NONE ? CONTEXT_MODULE : opens;
}

static void open_children(struct scope *scope, u32 block)
{
    const struct block outer = *block_at(scope, block);
    for (u32 i = outer.first_item; i < outer.first_item + outer.item_count; i++) {
        struct item *item = &scope->items[i];
        const struct tree *tree = scope->files->file[item->file].tree;
        if (!(tree->nodes[item->node].flags & NODE_IS_BLOCK))
            continue;
        if (outer.depth == SCOPE_BLOCK_DEPTH) {
            push_gap(scope, item->file, item->node, "too many blocks around it: passed over");
            continue;
        }
        item->opens =
            push_block(scope, (struct block){.context = inside(scope, item, outer.context),
                                             .file = item->file,
                                             .node = item->node,
                                             .parent = block,
                                             .depth = outer.depth + 1,
                                             .opener = i});
    }
}

static int compare_gaps(const void *a, const void *b)
{
    const struct gap *left = a;
    const struct gap *right = b;
    if (left->file != right->file)
        return left->file < right->file ? -1 : 1;
    if (left->node != right->node)
        return left->node < right->node ? -1 : 1;
    return strcmp(left->why, right->why);
}

static bool same_place(const struct gap *a, const struct gap *b)
{
    return a->file == b->file && a->node == b->node;
}

/* A file that is included twice has its gaps once. */
static void settle_gaps(struct scope *scope)
{
    u32 kept = 0;
    if (scope->gap_count > 1)
        qsort(scope->gaps, scope->gap_count, sizeof *scope->gaps, compare_gaps);
    for (u32 i = 0; i < scope->gap_count; i++)
        if (!kept || !same_place(&scope->gaps[kept - 1], &scope->gaps[i]))
            scope->gaps[kept++] = scope->gaps[i];
    scope->gap_count = kept;
}

static bool child_named(const struct tree *tree, u32 node, str name)
{
    for (u32 child = tree->nodes[node].child; child != TREE_NONE; child = tree->nodes[child].next)
        if (str_eq(tree_name(tree, child), name))
            return true;
    return false;
}

/* A server block without http around it: stream's hold proxy_pass themselves, and no location. */
static enum context around_server(const struct tree *tree, u32 server)
{
    bool stream =
        child_named(tree, server, STR("proxy_pass")) && !child_named(tree, server, STR("location"));
    return stream ? CONTEXT_STREAM : CONTEXT_HTTP;
}

static bool is_one_of(str name, const str *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(name, names[i]))
            return true;
    return false;
}

/* Where one directive at the top of a file shows the file to belong. */
static enum context shown_by(const struct tree *tree, u32 node)
{
    static const str main_blocks[] = {STR_INIT("events"), STR_INIT("http"), STR_INIT("stream"),
                                      STR_INIT("mail")};
    static const str http_blocks[] = {STR_INIT("map"), STR_INIT("geo"), STR_INIT("log_format"),
                                      STR_INIT("proxy_cache_path"), STR_INIT("limit_req_zone")};
    static const str server_only[] = {STR_INIT("location"), STR_INIT("listen"),
                                      STR_INIT("server_name")};
    static const str location_only[] = {STR_INIT("proxy_pass"), STR_INIT("grpc_pass"),
                                        STR_INIT("uwsgi_pass")};
    str name = tree_name(tree, node);
    if (is_one_of(name, main_blocks, 4))
        return CONTEXT_MAIN;
    if (str_eq(name, STR("server")) && tree->nodes[node].flags & NODE_IS_BLOCK)
        return around_server(tree, node);
    if (str_eq(name, STR("server")))
        return CONTEXT_UPSTREAM;
    if (is_one_of(name, http_blocks, 5))
        return CONTEXT_HTTP;
    if (is_one_of(name, server_only, 3))
        return CONTEXT_SERVER;
    return is_one_of(name, location_only, 3) ? CONTEXT_LOCATION : CONTEXT_UNKNOWN;
}

/* A snippet's context: what the outermost of its directives shows. */
static enum context guess_context(const struct tree *tree)
{
    static const enum context order[] = {CONTEXT_MAIN,   CONTEXT_STREAM,   CONTEXT_HTTP,
                                         CONTEXT_SERVER, CONTEXT_LOCATION, CONTEXT_UPSTREAM};
    u32 seen = 0;
    bool upstream = false;
    for (u32 child = tree->nodes[TREE_ROOT].child; child != TREE_NONE;
         child = tree->nodes[child].next) {
        seen |= CONTEXT_BIT(shown_by(tree, child));
        upstream |= str_eq(tree_name(tree, child), STR("upstream"));
    }
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (seen & CONTEXT_BIT(order[i])) {
            /* `upstream` beside a bare location or server: pasted from http. */
            return upstream && i > 2 ? CONTEXT_HTTP : order[i];
        }
    return upstream ? CONTEXT_HTTP : CONTEXT_UNKNOWN;
}

struct scope *scope_build(struct arena *arena, const struct files *files)
{
    struct scope *scope = arena_alloc(arena, sizeof *scope);
    *scope = (struct scope){.arena = arena, .files = files};
    for (u32 i = 0; i < files->count; i++)
        if (!files->file[i].included)
            push_block(scope, (struct block){.context = guess_context(files->file[i].tree),
                                             .file = i,
                                             .node = TREE_ROOT,
                                             .parent = SCOPE_NONE,
                                             .opener = SCOPE_NONE});
    for (u32 block = 0; block < scope->block_count; block++) {
        if (!holds_directives(block_at(scope, block)->context))
            continue;
        struct includes includes = {.depth = 0};
        block_at(scope, block)->first_item = scope->item_count;
        read_children(scope, &includes, block, block_at(scope, block)->file,
                      block_at(scope, block)->node);
        open_children(scope, block);
    }
    settle_gaps(scope);
    return scope;
}

/* ---- what is in force --------------------------------------------------- */

struct in_force scope_find_here(const struct scope *scope, u32 block, const struct directive *row)
{
    struct in_force found = {SCOPE_NONE, SCOPE_NONE, SCOPE_NONE, 0};
    for (u32 i = block_at(scope, block)->first_inheritable; i != SCOPE_NONE;
         i = scope->items[i].next) {
        if (scope->items[i].row != row)
            continue;
        if (found.first == SCOPE_NONE)
            found.first = i;
        found.item = i;
        found.block = block;
    }
    return found;
}

struct in_force scope_find(const struct scope *scope, u32 block, const struct directive *row)
{
    u8 hidden = HIDES_NOTHING;
    for (; block != SCOPE_NONE; block = block_at(scope, block)->parent) {
        struct in_force found = scope_find_here(scope, block, row);
        /* Beside an include nobody knows which of the two comes last, or fails. */
        hidden |= block_at(scope, block)->hidden;
        if (found.item != SCOPE_NONE) {
            found.hidden = hidden;
            return found;
        }
    }
    return (struct in_force){SCOPE_NONE, SCOPE_NONE, SCOPE_NONE, hidden};
}

u32 scope_next(const struct scope *scope, u32 item)
{
    const struct directive *row = scope->items[item].row;
    u32 next = scope->items[item].next;
    while (next != SCOPE_NONE && scope->items[next].row != row)
        next = scope->items[next].next;
    return next;
}

str scope_name(const struct scope *scope, u32 item)
{
    return tree_name(scope_tree(scope, item), scope->items[item].node);
}

str scope_arg(const struct scope *scope, u32 item, u32 index)
{
    return tree_value(scope_tree(scope, item), scope->items[item].node, index);
}

u32 scope_arg_count(const struct scope *scope, u32 item)
{
    u32 words = scope_tree(scope, item)->nodes[scope->items[item].node].words;
    return words ? words - 1 : 0;
}

str scope_args(const struct scope *scope, u32 item)
{
    const struct tree *tree = scope_tree(scope, item);
    u32 node = scope->items[item].node;
    u32 count = scope_arg_count(scope, item);
    if (count == 1)
        return scope_arg(scope, item, 1);
    struct buf out = buf_new(scope->arena);
    u32 token = tree_word(tree, node, 0);
    for (u32 i = 1; i <= count; i++) {
        token = tree_next_word(tree, token);
        if (i > 1)
            buf_char(&out, ' ');
        buf_str(&out, lex_value(scope->arena, tree->source->text, &tree->lex, token));
    }
    return buf_view(&out);
}

struct position scope_position(const struct scope *scope, u32 item)
{
    const struct tree *tree = scope_tree(scope, item);
    return source_position(tree->source, tree_head_span(tree, scope->items[item].node).start);
}

str scope_where(const struct scope *scope, u32 item)
{
    return str_fmt(scope->arena, "%.*s:%u", STR_ARG(scope_tree(scope, item)->source->path),
                   scope_position(scope, item).line);
}

bool scope_within(const struct scope *scope, u32 inner, u32 outer)
{
    while (inner != SCOPE_NONE && inner != outer)
        inner = block_at(scope, inner)->parent;
    return inner == outer;
}

u32 scope_around(const struct scope *scope, u32 block, enum context context)
{
    while (block != SCOPE_NONE && block_at(scope, block)->context != context)
        block = block_at(scope, block)->parent;
    return block;
}

static str first_server_name(const struct scope *scope, u32 block)
{
    const struct block *b = block_at(scope, block);
    for (u32 i = b->first_item; i < b->first_item + b->item_count; i++)
        if (str_eq(scope_name(scope, i), STR("server_name")))
            return scope_arg(scope, i, 1);
    return (str){0};
}

/* "server shop.example", "location ~ \.php$" */
static void put_block(struct buf *out, const struct scope *scope, u32 block)
{
    u32 opener = block_at(scope, block)->opener;
    str args = tree_args(scope_tree(scope, opener), scope->items[opener].node);
    buf_str(out, scope_name(scope, opener));
    if (block_at(scope, block)->context == CONTEXT_SERVER)
        args = first_server_name(scope, block);
    if (args.len)
        buf_fmt(out, " %.*s", STR_ARG(args));
}

str scope_context_text(const struct scope *scope, u32 block)
{
    u32 chain[16];
    u32 depth = 0;
    for (; block != SCOPE_NONE && block_at(scope, block)->opener != SCOPE_NONE && depth < 16;
         block = block_at(scope, block)->parent)
        chain[depth++] = block;
    struct buf out = buf_new(scope->arena);
    while (depth--) {
        put_block(&out, scope, chain[depth]);
        if (depth)
            buf_str(&out, STR(" > "));
    }
    return buf_view(&out);
}
