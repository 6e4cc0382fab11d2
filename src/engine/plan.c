#include "engine/plan.h"

#include <stdlib.h>

/* ---- findings ----------------------------------------------------------- */

static str profile_refusal(const struct finding *finding)
{
    if (finding->confidence == CONFIDENCE_PRESUMED)
        return STR("right for most, but a hop that works might fail: profile hardened applies it");
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
        return profile_refusal(finding);
    return (str){0};
}

/* A change is never made inside text that nginx would read otherwise than we do. */
static bool touches_broken(const struct ops *ops, u32 first)
{
    for (u32 i = first; i < ops->count; i++) {
        const struct op *op = &ops->op[i];
        const struct tree *tree = ops->scope->files->file[op->file].tree;
        u32 node = op->kind == OP_INSERT && op->anchor != TREE_NONE ? op->anchor : op->node;
        const struct node *n = &tree->nodes[node];
        if (n->flags & NODE_IS_BROKEN && !(n->flags & NODE_IS_BLOCK))
            return true;
    }
    return false;
}

static void take_finding(struct ops *ops, u32 index)
{
    struct finding *finding = &ops->check->findings[index];
    u32 first = ops->count;
    ops->finding = index;
    ops->refused = (str){0};
    ops->repeated = false;
    for (u32 i = 0; i < finding->change_count && !ops->refused.len; i++)
        op_resolve(ops, &ops->check->changes[finding->first_change + i]);
    if (!ops->refused.len && touches_broken(ops, first))
        ops->refused = STR("the directive here is not terminated: nginx would not read it");
    if (!ops->refused.len && ops->count == first && !ops->repeated)
        ops->refused = STR("it says so already");
    finding->applied = !ops->refused.len;
    finding->not_applied = ops->refused;
    if (!finding->applied)
        op_take_back(ops, first);
}

static void take_findings(struct ops *ops, const str *withdrawn)
{
    struct check *check = ops->check;
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
                take_finding(ops, i);
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
static const struct op **sorted_ops(const struct ops *ops)
{
    const struct op **order = arena_array(ops->check->arena, ops->count, sizeof(struct op *));
    for (u32 i = 0; i < ops->count; i++)
        order[i] = &ops->op[i];
    if (ops->count > 1)
        qsort(order, ops->count, sizeof *order, compare_ops);
    return order;
}

static void drop_finding(struct ops *ops, u32 index)
{
    u32 kept = 0;
    for (u32 i = 0; i < ops->count; i++)
        if (ops->op[i].finding != index)
            ops->op[kept++] = ops->op[i];
    ops->count = kept;
    ops->check->findings[index].applied = false;
    ops->check->findings[index].not_applied = STR("overlaps another change");
}

/* Makes the edits of all files; false when a finding had to go, and all begins anew. */
static bool try_edits(struct ops *ops, struct edit_set *edits)
{
    const struct op **order = sorted_ops(ops);
    const struct files *files = ops->scope->files;
    u32 next = 0;
    for (u32 file = 0; file < files->count; file++) {
        struct rewrite rewrite = rewrite_begin(ops->check->arena, files->file[file].tree);
        for (; next < ops->count && order[next]->file == file; next++)
            rewrite_op(&rewrite, order[next]);
        struct edit_overlap overlap = edit_sort(&rewrite.edits);
        if (overlap.found) {
            drop_finding(ops, overlap.second);
            return false;
        }
        edits[file] = rewrite.edits;
    }
    return true;
}

static str *edited_texts(struct arena *arena, const struct files *files,
                         const struct edit_set *edits)
{
    str *texts = arena_array(arena, files->count, sizeof *texts);
    for (u32 i = 0; i < files->count; i++) {
        str text = files->file[i].source.text;
        texts[i] = edits[i].count ? edit_apply(arena, text, &edits[i]) : text;
    }
    return texts;
}

struct plan plan_make(struct check *check, const str *withdrawn)
{
    const struct files *files = check->scope->files;
    struct edit_set *edits = arena_array(check->arena, files->count, sizeof *edits);
    struct ops ops = op_list(check);
    take_findings(&ops, withdrawn);
    while (!try_edits(&ops, edits))
        continue;
    return (struct plan){ops.op, ops.count, edits, edited_texts(check->arena, files, edits)};
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
