#include "engine/op.h"

#define NO_OP UINT32_MAX

enum { SLOTS_PER_CHANGE = 2 };

struct ops op_list(struct check *check)
{
    struct ops ops = {.check = check, .scope = check->scope};
    ops.slot_count = check->change_count * SLOTS_PER_CHANGE + 1;
    ops.slots = arena_array(check->arena, ops.slot_count, sizeof *ops.slots);
    for (u32 i = 0; i < ops.slot_count; i++)
        ops.slots[i] = NO_OP;
    return ops;
}

/* ---- the order of inserted directives ----------------------------------- */

static u32 rank_of(const struct directive *row)
{
    static const u8 ranks[SETTING_COUNT] = {
        [SETTING_SSL] = 1,
        [SETTING_SSL_SERVER_NAME] = 2,
        [SETTING_SSL_NAME] = 3,
        [SETTING_SSL_PROTOCOLS] = 4,
        [SETTING_SSL_CIPHERS] = 5,
        [SETTING_SSL_CONF_COMMAND] = 6,
        [SETTING_SSL_VERIFY] = 7,
        [SETTING_SSL_VERIFY_DEPTH] = 8,
        [SETTING_SSL_TRUSTED_CERTIFICATE] = 9,
        [SETTING_SSL_CRL] = 10,
        [SETTING_SSL_CERTIFICATE] = 11,
        [SETTING_SSL_CERTIFICATE_KEY] = 12,
        [SETTING_SSL_PASSWORD_FILE] = 13,
        [SETTING_SSL_SESSION_REUSE] = 14,
        [SETTING_SET_HEADER] = 16,
    };
    enum family family;
    enum setting setting;
    bool known = row && catalogue_setting_of(row, &family, &setting) && ranks[setting];
    return known ? ranks[setting] : 15;
}

/* ---- changes to ops ----------------------------------------------------- */

static u32 *slot_of(const struct ops *ops, const struct op *op)
{
    u64 hash = ((u64)op->file << 32 | op->node) * 0x9E3779B97F4A7C15u;
    return &ops->slots[(u32)(hash >> 32) % ops->slot_count];
}

static void push_op(struct ops *ops, struct op op)
{
    u32 *slot = slot_of(ops, &op);
    op.finding = ops->finding;
    op.older = *slot;
    *slot = ops->count;
    ops->op = arena_grow(ops->check->arena, ops->op, ops->count, &ops->room, sizeof *ops->op);
    ops->op[ops->count++] = op;
}

void op_take_back(struct ops *ops, u32 count)
{
    while (ops->count > count) {
        const struct op *op = &ops->op[--ops->count];
        *slot_of(ops, op) = op->older;
    }
}

/* Repeatable directives are told apart by what they say first: a header by its name. */
static str insert_key(const struct op *op)
{
    str rest = op->text;
    bool header = str_ends(op->name, STR("_set_header")) || str_ends(op->name, STR("_param")) ||
                  str_ends(op->name, STR("_conf_command"));
    return header ? str_word(&rest) : (str){0};
}

/* The name of a directive and its arguments can be changed side by side. */
static bool are_name_and_args(const struct op *a, const struct op *b)
{
    return (a->kind == OP_WORD && !a->word && b->kind == OP_ARGS) ||
           (b->kind == OP_WORD && !b->word && a->kind == OP_ARGS);
}

static bool same_place(const struct op *a, const struct op *b)
{
    if (a->file != b->file || a->node != b->node)
        return false;
    if ((a->kind == OP_INSERT) != (b->kind == OP_INSERT))
        return false;
    if (a->kind == OP_INSERT)
        return str_eq(a->name, b->name) && str_eq_nocase(insert_key(a), insert_key(b));
    if (are_name_and_args(a, b))
        return false;
    return a->kind != OP_WORD || b->kind != OP_WORD || a->word == b->word;
}

static bool same_op(const struct op *a, const struct op *b)
{
    return a->kind == b->kind && str_eq(a->text, b->text);
}

/* Adds an op unless it is made already; notes what it contradicts. */
static void want(struct ops *ops, struct op op)
{
    for (u32 i = *slot_of(ops, &op); i != NO_OP; i = ops->op[i].older) {
        const struct op *other = &ops->op[i];
        if (!same_place(other, &op))
            continue;
        if (same_op(other, &op)) {
            ops->repeated = true;
            return;
        }
        const struct finding *finding = &ops->check->findings[other->finding];
        ops->refused =
            str_fmt(ops->check->arena, "contradicts %s, which is applied", finding->rule->id);
        return;
    }
    push_op(ops, op);
}

static void want_at(struct ops *ops, enum op_kind kind, u32 item, u32 word, str text)
{
    const struct item *where = &ops->scope->items[item];
    want(ops,
         (struct op){
             .kind = kind, .file = where->file, .node = where->node, .word = word, .text = text});
}

/* Where a new directive goes: beside `item` if that stands in the block itself. */
static struct op insertion(const struct ops *ops, const struct change *change)
{
    const struct block *block = &ops->scope->blocks[change->block];
    struct op op = {.kind = OP_INSERT,
                    .file = block->file,
                    .node = block->node,
                    .anchor = TREE_NONE,
                    .name = change->name,
                    .text = change->text};
    if (change->item == SCOPE_NONE)
        return op;
    const struct item *item = &ops->scope->items[change->item];
    const struct tree *tree = scope_tree(ops->scope, change->item);
    if (item->file != block->file || tree->nodes[item->node].parent != block->node)
        return op;
    op.anchor = item->node;
    op.before = (tree->nodes[item->node].flags & NODE_IS_BLOCK) != 0;
    return op;
}

static bool has_place(const struct op *op)
{
    return op->anchor != TREE_NONE || op->node != TREE_ROOT;
}

static void insert(struct ops *ops, const struct change *change, const struct directive *row)
{
    struct op op = insertion(ops, change);
    const struct tree *tree = ops->scope->files->file[op.file].tree;
    op.rank = rank_of(row);
    if (!has_place(&op)) {
        op.anchor = tree->nodes[TREE_ROOT].child;
        op.before = true;
    }
    want(ops, op);
}

static void refuse_hidden(struct ops *ops, str name)
{
    ops->refused =
        str_fmt(ops->check->arena,
                "an include that was not given, a template tag, or a line without its ; may set "
                "%.*s in this block already: twice would be an error",
                STR_ARG(name));
}

static void resolve_set(struct ops *ops, const struct change *change)
{
    const struct block *block = &ops->scope->blocks[change->block];
    const struct directive *row = catalogue_find(change->name, block->context);
    struct in_force here = scope_find_here(ops->scope, change->block, row);
    if (here.item == SCOPE_NONE) {
        if (block->hidden == HIDES_ALL)
            refuse_hidden(ops, change->name);
        else
            insert(ops, change, row);
        return;
    }
    for (u32 i = here.first; i != here.item; i = scope_next(ops->scope, i))
        want_at(ops, OP_REMOVE, i, 0, (str){0});
    const struct tree *tree = scope_tree(ops->scope, here.item);
    if (!str_eq(tree_args(tree, ops->scope->items[here.item].node), change->text))
        want_at(ops, OP_ARGS, here.item, 0, change->text);
}

/* ---- headers ------------------------------------------------------------ */

static str header_name(const struct change *change)
{
    str rest = change->text;
    return str_word(&rest);
}

static str header_value(const struct change *change)
{
    str rest = change->text;
    str_word(&rest);
    return str_trim(rest);
}

/* The block has headers of its own: change the one, or add it behind the last. */
static void header_here(struct ops *ops, const struct change *change, struct in_force here,
                        const struct directive *row)
{
    for (u32 i = here.first; i != SCOPE_NONE; i = scope_next(ops->scope, i))
        if (str_eq_nocase(scope_arg(ops->scope, i, 1), header_name(change))) {
            want_at(ops, OP_WORD, i, 2, header_value(change));
            return;
        }
    struct change behind = *change;
    behind.item = here.item;
    insert(ops, &behind, row);
}

/* What the block inherits is lost once it sets a header of its own: copy it. */
static void header_inherited(struct ops *ops, const struct change *change, struct in_force found,
                             const struct directive *row)
{
    if (found.hidden) {
        refuse_hidden(ops, change->name);
        return;
    }
    for (u32 i = found.first; i != SCOPE_NONE; i = scope_next(ops->scope, i)) {
        if (str_eq_nocase(scope_arg(ops->scope, i, 1), header_name(change)))
            continue;
        struct change copy = *change;
        copy.text = tree_args(scope_tree(ops->scope, i), ops->scope->items[i].node);
        insert(ops, &copy, row);
    }
    insert(ops, change, row);
}

static void resolve_header(struct ops *ops, const struct change *change)
{
    const struct block *block = &ops->scope->blocks[change->block];
    const struct directive *row = catalogue_find(change->name, block->context);
    struct in_force here = scope_find_here(ops->scope, change->block, row);
    if (here.item != SCOPE_NONE)
        header_here(ops, change, here, row);
    else
        header_inherited(ops, change, scope_find(ops->scope, change->block, row), row);
}

void op_resolve(struct ops *ops, const struct change *change)
{
    switch (change->kind) {
    case CHANGE_SET:
        resolve_set(ops, change);
        break;
    case CHANGE_HEADER:
        resolve_header(ops, change);
        break;
    case CHANGE_ARGS:
        want_at(ops, OP_ARGS, change->item, 0, change->text);
        break;
    case CHANGE_WORD:
        want_at(ops, OP_WORD, change->item, change->word, change->text);
        break;
    case CHANGE_REMOVE:
        want_at(ops, OP_REMOVE, change->item, 0, (str){0});
        break;
    }
}
