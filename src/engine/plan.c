#include "engine/plan.h"

#include <stdlib.h>

enum { SLOTS_PER_CHANGE = 2, NO_OP = UINT32_MAX };

struct planner {
    struct check *check;
    const struct scope *scope;
    struct plan plan;
    u32 *slots; /* by hash of file and node: the newest op there */
    u32 slot_count;
    /* Of the finding that is being resolved: */
    u32 finding;
    u32 first_op;
    str refused;   /* why it cannot be made; empty while it can */
    bool repeated; /* a change of its own is made already */
};

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

static u32 *slot_of(const struct planner *planner, const struct op *op)
{
    u64 hash = ((u64)op->file << 32 | op->node) * 0x9E3779B97F4A7C15u;
    return &planner->slots[(u32)(hash >> 32) % planner->slot_count];
}

static void push_op(struct planner *planner, struct op op)
{
    struct plan *plan = &planner->plan;
    u32 *slot = slot_of(planner, &op);
    op.finding = planner->finding;
    op.older = *slot;
    *slot = plan->count;
    plan->ops =
        arena_grow(planner->check->arena, plan->ops, plan->count, &plan->room, sizeof *plan->ops);
    plan->ops[plan->count++] = op;
}

/* Takes back the newest ops, down to `count`. */
static void pop_ops(struct planner *planner, u32 count)
{
    struct plan *plan = &planner->plan;
    while (plan->count > count) {
        const struct op *op = &plan->ops[--plan->count];
        *slot_of(planner, op) = op->older;
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
static void want(struct planner *planner, struct op op)
{
    const struct op *ops = planner->plan.ops;
    for (u32 i = *slot_of(planner, &op); i != NO_OP; i = ops[i].older) {
        const struct op *other = &ops[i];
        if (!same_place(other, &op))
            continue;
        if (same_op(other, &op)) {
            planner->repeated = true;
            return;
        }
        const struct finding *finding = &planner->check->findings[other->finding];
        planner->refused =
            str_fmt(planner->check->arena, "contradicts %s, which is applied", finding->rule->id);
        return;
    }
    push_op(planner, op);
}

static void want_at(struct planner *planner, enum op_kind kind, u32 item, u32 word, str text)
{
    const struct item *where = &planner->scope->items[item];
    want(planner,
         (struct op){
             .kind = kind, .file = where->file, .node = where->node, .word = word, .text = text});
}

/* Where a new directive goes: beside `item` if that stands in the block itself. */
static struct op insertion(const struct planner *planner, const struct change *change)
{
    const struct block *block = &planner->scope->blocks[change->block];
    struct op op = {.kind = OP_INSERT,
                    .file = block->file,
                    .node = block->node,
                    .anchor = TREE_NONE,
                    .name = change->name,
                    .text = change->text};
    if (change->item == SCOPE_NONE)
        return op;
    const struct item *item = &planner->scope->items[change->item];
    const struct tree *tree = scope_tree(planner->scope, change->item);
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

static void insert(struct planner *planner, const struct change *change,
                   const struct directive *row)
{
    struct op op = insertion(planner, change);
    const struct tree *tree = planner->scope->files->file[op.file].tree;
    op.rank = rank_of(row);
    if (!has_place(&op)) {
        op.anchor = tree->nodes[TREE_ROOT].child;
        op.before = true;
    }
    want(planner, op);
}

static void refuse_hidden(struct planner *planner, str name)
{
    planner->refused =
        str_fmt(planner->check->arena,
                "an include that was not given, a template tag, or a line without its ; may set "
                "%.*s in this block already: twice would be an error",
                STR_ARG(name));
}

static void resolve_set(struct planner *planner, const struct change *change)
{
    const struct block *block = &planner->scope->blocks[change->block];
    const struct directive *row = catalogue_find(change->name, block->context);
    struct in_force here = scope_find_here(planner->scope, change->block, row);
    if (here.item == SCOPE_NONE) {
        if (block->hidden == HIDES_ALL)
            refuse_hidden(planner, change->name);
        else
            insert(planner, change, row);
        return;
    }
    for (u32 i = here.first; i != here.item; i = scope_next(planner->scope, i))
        want_at(planner, OP_REMOVE, i, 0, (str){0});
    const struct tree *tree = scope_tree(planner->scope, here.item);
    if (!str_eq(tree_args(tree, planner->scope->items[here.item].node), change->text))
        want_at(planner, OP_ARGS, here.item, 0, change->text);
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
static void header_here(struct planner *planner, const struct change *change, struct in_force here,
                        const struct directive *row)
{
    for (u32 i = here.first; i != SCOPE_NONE; i = scope_next(planner->scope, i))
        if (str_eq_nocase(scope_arg(planner->scope, i, 1), header_name(change))) {
            want_at(planner, OP_WORD, i, 2, header_value(change));
            return;
        }
    struct change behind = *change;
    behind.item = here.item;
    insert(planner, &behind, row);
}

/* What the block inherits is lost once it sets a header of its own: copy it. */
static void header_inherited(struct planner *planner, const struct change *change,
                             struct in_force found, const struct directive *row)
{
    if (found.hidden) {
        refuse_hidden(planner, change->name);
        return;
    }
    for (u32 i = found.first; i != SCOPE_NONE; i = scope_next(planner->scope, i)) {
        if (str_eq_nocase(scope_arg(planner->scope, i, 1), header_name(change)))
            continue;
        struct change copy = *change;
        copy.text = tree_args(scope_tree(planner->scope, i), planner->scope->items[i].node);
        insert(planner, &copy, row);
    }
    insert(planner, change, row);
}

static void resolve_header(struct planner *planner, const struct change *change)
{
    const struct block *block = &planner->scope->blocks[change->block];
    const struct directive *row = catalogue_find(change->name, block->context);
    struct in_force here = scope_find_here(planner->scope, change->block, row);
    if (here.item != SCOPE_NONE)
        header_here(planner, change, here, row);
    else
        header_inherited(planner, change, scope_find(planner->scope, change->block, row), row);
}

static void resolve(struct planner *planner, const struct change *change)
{
    switch (change->kind) {
    case CHANGE_SET:
        resolve_set(planner, change);
        break;
    case CHANGE_HEADER:
        resolve_header(planner, change);
        break;
    case CHANGE_ARGS:
        want_at(planner, OP_ARGS, change->item, 0, change->text);
        break;
    case CHANGE_WORD:
        want_at(planner, OP_WORD, change->item, change->word, change->text);
        break;
    case CHANGE_REMOVE:
        want_at(planner, OP_REMOVE, change->item, 0, (str){0});
        break;
    }
}

/* ---- findings ----------------------------------------------------------- */

static str profile_refusal(const struct check *check, const struct finding *finding)
{
    if (finding->confidence == CONFIDENCE_PRESUMED)
        return STR("right for most, but a hop that works might fail: profile hardened applies it");
    (void)check;
    return STR("profile minimal applies only what evidence proves to fail");
}

static str why_not(const struct check *check, const struct finding *finding, str withdrawn)
{
    if (finding->withheld.len)
        return finding->withheld;
    if (!finding->change_count)
        return str_of(finding->rule->fix);
    if (withdrawn.len)
        return withdrawn;
    if (!rule_applies(check, finding->confidence))
        return profile_refusal(check, finding);
    return (str){0};
}

/* A change is never made inside text that nginx would read otherwise than we do. */
static bool touches_broken(const struct planner *planner)
{
    for (u32 i = planner->first_op; i < planner->plan.count; i++) {
        const struct op *op = &planner->plan.ops[i];
        const struct tree *tree = planner->scope->files->file[op->file].tree;
        u32 node = op->kind == OP_INSERT && op->anchor != TREE_NONE ? op->anchor : op->node;
        const struct node *n = &tree->nodes[node];
        if (n->flags & NODE_IS_BROKEN && !(n->flags & NODE_IS_BLOCK))
            return true;
    }
    return false;
}

static void take_finding(struct planner *planner, u32 index)
{
    struct finding *finding = &planner->check->findings[index];
    planner->finding = index;
    planner->first_op = planner->plan.count;
    planner->refused = (str){0};
    planner->repeated = false;
    for (u32 i = 0; i < finding->change_count && !planner->refused.len; i++)
        resolve(planner, &planner->check->changes[finding->first_change + i]);
    if (!planner->refused.len && touches_broken(planner))
        planner->refused = STR("the directive here is not terminated: nginx would not read it");
    finding->applied = !planner->refused.len;
    if (finding->applied && planner->plan.count == planner->first_op && !planner->repeated) {
        finding->applied = false;
        planner->refused = STR("it says so already");
    }
    if (!finding->applied) {
        pop_ops(planner, planner->first_op);
        finding->not_applied = planner->refused;
    }
}

static void take_findings(struct planner *planner, const str *withdrawn)
{
    struct check *check = planner->check;
    for (u32 confidence = CONFIDENCE_PROVEN; confidence <= CONFIDENCE_PRESUMED; confidence++)
        for (u32 i = 0; i < check->finding_count; i++) {
            struct finding *finding = &check->findings[i];
            if (finding->confidence != confidence)
                continue;
            finding->applied = false;
            finding->not_applied = (str){0};
            str refusal = why_not(check, finding, withdrawn[i]);
            if (refusal.len)
                finding->not_applied = refusal;
            else
                take_finding(planner, i);
        }
}

/* ---- ops to edits ------------------------------------------------------- */

static void rewrite_op(struct rewrite *rewrite, const struct op *op)
{
    struct statement what = {op->name, op->text};
    switch (op->kind) {
    case OP_ARGS:
        rewrite_set_args(rewrite, op->node, op->text, op->finding);
        break;
    case OP_WORD:
        rewrite_set_word(rewrite, op->node, op->word, op->text, op->finding);
        break;
    case OP_REMOVE:
        rewrite_remove(rewrite, op->node, op->finding);
        break;
    case OP_INSERT:
        if (op->anchor == TREE_NONE)
            rewrite_insert_first(rewrite, op->node, what, op->finding);
        else if (op->before)
            rewrite_insert_before(rewrite, op->anchor, what, op->finding);
        else
            rewrite_insert_after(rewrite, op->anchor, what, op->finding);
        break;
    }
}

static int compare_ops(const void *a, const void *b)
{
    const struct op *const *left = a;
    const struct op *const *right = b;
    if ((*left)->file != (*right)->file)
        return (*left)->file < (*right)->file ? -1 : 1;
    if ((*left)->rank != (*right)->rank)
        return (*left)->rank < (*right)->rank ? -1 : 1;
    return *left < *right ? -1 : *left > *right;
}

/* By file; insertions at one place in the order in which they are to stand. */
static const struct op **sorted_ops(const struct planner *planner)
{
    const struct plan *plan = &planner->plan;
    const struct op **order = arena_array(planner->check->arena, plan->count, sizeof(struct op *));
    u32 count = 0;
    for (u32 i = 0; i < plan->count; i++)
        order[count++] = &plan->ops[i];
    if (count > 1)
        qsort(order, count, sizeof *order, compare_ops);
    return order;
}

static void drop_finding(struct planner *planner, u32 index)
{
    struct plan *plan = &planner->plan;
    u32 kept = 0;
    for (u32 i = 0; i < plan->count; i++)
        if (plan->ops[i].finding != index)
            plan->ops[kept++] = plan->ops[i];
    plan->count = kept;
    planner->check->findings[index].applied = false;
    planner->check->findings[index].not_applied = STR("overlaps another change");
}

/* Makes the edits of all files; false when a finding had to go, and all begins anew. */
static bool try_edits(struct planner *planner)
{
    struct plan *plan = &planner->plan;
    const struct op **order = sorted_ops(planner);
    u32 next = 0;
    for (u32 file = 0; file < planner->scope->files->count; file++) {
        struct rewrite rewrite =
            rewrite_begin(planner->check->arena, planner->scope->files->file[file].tree);
        for (; next < plan->count && order[next]->file == file; next++)
            rewrite_op(&rewrite, order[next]);
        struct edit_overlap overlap = edit_sort(&rewrite.edits);
        if (overlap.found) {
            drop_finding(planner, overlap.second);
            return false;
        }
        plan->edits[file] = rewrite.edits;
    }
    return true;
}

static struct planner planner_new(struct check *check)
{
    struct planner planner = {.check = check, .scope = check->scope};
    planner.slot_count = check->change_count * SLOTS_PER_CHANGE + 1;
    planner.slots = arena_array(check->arena, planner.slot_count, sizeof *planner.slots);
    for (u32 i = 0; i < planner.slot_count; i++)
        planner.slots[i] = NO_OP;
    return planner;
}

struct plan plan_make(struct check *check, const str *withdrawn)
{
    struct planner planner = planner_new(check);
    take_findings(&planner, withdrawn);
    const struct files *files = check->scope->files;
    planner.plan.edits = arena_array(check->arena, files->count, sizeof *planner.plan.edits);
    planner.plan.texts = arena_array(check->arena, files->count, sizeof *planner.plan.texts);
    while (!try_edits(&planner))
        continue;
    for (u32 file = 0; file < files->count; file++) {
        const struct edit_set *edits = &planner.plan.edits[file];
        str text = files->file[file].source.text;
        planner.plan.texts[file] = edits->count ? edit_apply(check->arena, text, edits) : text;
    }
    return planner.plan;
}

const bool *plan_named_hops(const struct check *check)
{
    bool *named = arena_array(check->arena, check->hops->count, sizeof *named);
    for (u32 i = 0; i < check->finding_count; i++) {
        const struct finding *finding = &check->findings[i];
        for (u32 k = 0; finding->applied && k < finding->hop_count; k++)
            named[finding->hops[k]] = true;
    }
    return named;
}
