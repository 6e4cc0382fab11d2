#include "engine/engine.h"

#include "engine/compare.h"
#include "engine/diagnose.h"
#include "engine/join.h"
#include "engine/match.h"
#include "rules/name.h"
#include "text/diff.h"
#include "tls/ciphers.h"

#include <stdlib.h>

/* Withdrawals each take a round; more than this are withdrawn together. */
enum { ROUNDS = 16 };

/* ---- what a request holds ----------------------------------------------- */

struct reading {
    const struct files *files;
    const struct scope *scope;
    const struct hops *hops;
};

static struct reading read_texts(struct arena *arena, const struct file_text *texts, u32 count,
                                 struct version nginx)
{
    struct reading reading;
    reading.files = files_open(arena, texts, count);
    reading.scope = scope_build(arena, reading.files);
    reading.hops = hops_find(arena, reading.scope, nginx);
    return reading;
}

static enum platform platform_named(str name)
{
    static const str names[] = {[PLATFORM_DEBIAN] = STR_INIT("debian"),
                                [PLATFORM_RHEL] = STR_INIT("rhel"),
                                [PLATFORM_ALPINE] = STR_INIT("alpine"),
                                [PLATFORM_SUSE] = STR_INIT("suse"),
                                [PLATFORM_FREEBSD] = STR_INIT("freebsd")};
    for (u32 i = PLATFORM_DEBIAN; i <= PLATFORM_FREEBSD; i++)
        if (str_eq(name, names[i]))
            return (enum platform)i;
    return PLATFORM_UNKNOWN;
}

/* What the request leaves open, `nginx -V` may tell. */
static struct target complete_target(struct target target, const struct evidence *evidence)
{
    for (u32 i = 0; i < evidence->build_count; i++) {
        const struct build_fact *build = &evidence->builds[i];
        if (!version_known(target.nginx))
            target.nginx = version_parse(build->nginx);
        if (!version_known(target.openssl) && str_eq(build->library, STR("OpenSSL")))
            target.openssl = version_parse(build->openssl);
        if (target.platform == PLATFORM_UNKNOWN)
            target.platform = platform_named(build->platform);
    }
    return target;
}

/* ---- what was not understood -------------------------------------------- */

struct gaps {
    struct arena *arena;
    struct not_handled *items;
    u32 count;
    u32 room;
};

static void push_gap(struct gaps *gaps, str file, u32 line, str why)
{
    gaps->items =
        arena_grow(gaps->arena, gaps->items, gaps->count, &gaps->room, sizeof *gaps->items);
    gaps->items[gaps->count++] = (struct not_handled){file, line, why};
}

static void list_tags(struct gaps *gaps, const struct file *file)
{
    u32 seen = 0;
    for (u32 i = 0; i < file->tree->diagnostic_count; i++) {
        const struct diagnostic *diagnostic = &file->tree->diagnostics[i];
        u32 line = source_position(&file->source, diagnostic->at.start).line;
        if (diagnostic->is_tag && line != seen)
            push_gap(gaps, file->source.path, line, diagnostic->message);
        seen = diagnostic->is_tag ? line : seen;
    }
}

static void list_includes(struct gaps *gaps, const struct scope *scope)
{
    for (u32 i = 0; i < scope->gap_count; i++) {
        const struct gap *gap = &scope->gaps[i];
        const struct file *file = &scope->files->file[gap->file];
        u32 at = tree_head_span(file->tree, gap->node).start;
        str text = source_slice(&file->source, tree_head_span(file->tree, gap->node));
        push_gap(gaps, file->source.path, source_position(&file->source, at).line,
                 str_fmt(gaps->arena, "%.*s %s", STR_ARG(text), gap->why));
    }
}

static void list_unread(struct gaps *gaps, const struct evidence *evidence,
                        const struct evidence_text *texts)
{
    for (u32 i = 0; i < evidence->unread_count; i++) {
        const struct evidence_unread *unread = &evidence->unread[i];
        push_gap(gaps, texts[unread->text].name, unread->line, str_of(unread->why));
    }
}

static struct gaps list_gaps(struct arena *arena, const struct reading *reading,
                             const struct evidence *evidence, const struct evidence_text *texts)
{
    struct gaps gaps = {.arena = arena};
    for (u32 i = 0; i < reading->files->stray_count; i++)
        push_gap(&gaps, reading->files->stray[i].path, 1,
                 str_of(reading->files->stray[i].why));
    for (u32 i = 0; i < reading->files->count; i++)
        list_tags(&gaps, &reading->files->file[i]);
    list_includes(&gaps, reading->scope);
    list_unread(&gaps, evidence, texts);
    return gaps;
}

/* ---- rules -------------------------------------------------------------- */

static bool is_listed(const str *ids, u32 count, const char *id)
{
    for (u32 i = 0; i < count; i++)
        if (str_eq(ids[i], str_of(id)))
            return true;
    return false;
}

static void run_rules(struct check *check, const struct engine_request *request)
{
    for (const struct rule *const *rule = rule_registry; *rule; rule++) {
        check->rule = *rule;
        if (is_listed(request->skip, request->skip_count, (*rule)->id))
            continue;
        if (!request->only_count || is_listed(request->only, request->only_count, (*rule)->id))
            (*rule)->check(check);
    }
}

static int compare_findings(const void *a, const void *b)
{
    const struct finding *const *left = a;
    const struct finding *const *right = b;
    if ((*left)->severity != (*right)->severity)
        return (*left)->severity < (*right)->severity ? -1 : 1;
    if ((*left)->file != (*right)->file)
        return (*left)->file < (*right)->file ? -1 : 1;
    if ((*left)->at.start != (*right)->at.start)
        return (*left)->at.start < (*right)->at.start ? -1 : 1;
    return *left < *right ? -1 : *left > *right;
}

/* Most severe first, then by place, then as the rules said them. */
static struct finding *sorted_findings(const struct check *check)
{
    const struct finding **order =
        arena_array(check->arena, check->finding_count, sizeof(struct finding *));
    struct finding *sorted = arena_array(check->arena, check->finding_count, sizeof *sorted);
    for (u32 i = 0; i < check->finding_count; i++)
        order[i] = &check->findings[i];
    if (check->finding_count > 1)
        qsort(order, check->finding_count, sizeof *order, compare_findings);
    for (u32 i = 0; i < check->finding_count; i++)
        sorted[i] = *order[i];
    return sorted;
}

/* ---- the fix ------------------------------------------------------------ */

static struct reading read_fixed(const struct check *check, const struct plan *plan)
{
    const struct files *files = check->scope->files;
    struct file_text *texts = arena_array(check->arena, files->count, sizeof *texts);
    for (u32 i = 0; i < files->count; i++)
        texts[i] = (struct file_text){files->file[i].source.path, plan->texts[i]};
    return read_texts(check->arena, texts, files->count, check->target.nginx);
}

/* Plans, re-reads and compares until no hop changes that should not. */
static struct plan settle(struct check *check, struct reading *after)
{
    str *withdrawn = arena_array(check->arena, check->finding_count, sizeof *withdrawn);
    for (u32 round = 0;; round++) {
        struct plan plan = plan_make(check, withdrawn);
        *after = read_fixed(check, &plan);
        if (compare_hops(check, &plan, after->hops, withdrawn))
            return plan;
        if (round < ROUNDS)
            continue;
        for (u32 i = 0; i < check->finding_count; i++)
            withdrawn[i] = STR("its effect could not be confined to the hops that are meant");
    }
}

static void write_files(const struct check *check, const struct plan *plan, struct fix *fix)
{
    const struct files *files = check->scope->files;
    struct buf diff = buf_new(check->arena);
    fix->files = arena_array(check->arena, files->count, sizeof *fix->files);
    fix->file_count = files->count;
    for (u32 i = 0; i < files->count; i++) {
        const struct source *source = &files->file[i].source;
        bool changed = !str_eq(source->text, plan->texts[i]);
        fix->files[i] = (struct fixed_file){source->path, plan->texts[i], changed};
        if (changed)
            diff_unified(&diff, source, &plan->edits[i]);
    }
    fix->diff = buf_view(&diff);
}

struct fix *engine_fix(struct arena *arena, const struct engine_request *request)
{
    struct fix *fix = arena_alloc(arena, sizeof *fix);
    struct evidence *evidence = arena_alloc(arena, sizeof *evidence);
    *evidence = evidence_read(arena, request->evidence, request->evidence_count);
    fix->target = complete_target(request->target, evidence);
    fix->profile = request->profile;
    struct reading before =
        read_texts(arena, request->files, request->file_count, fix->target.nginx);
    struct check check = {
        .arena = arena,
        .scope = before.scope,
        .hops = before.hops,
        .evidence = evidence,
        .texts = request->evidence,
        .target = fix->target,
        .profile = request->profile,
        .answers = request->answers,
        .answer_count = request->answer_count,
        .facts = match_all(arena, before.hops, evidence),
        .ciphers = ciphers_new(arena),
    };
    check.backends = join_all(arena, before.hops, evidence, check.facts);
    check.names = name_wanted_all(&check);
    run_rules(&check, request);
    struct reading after;
    struct plan plan = settle(&check, &after);
    fix->before = before.hops;
    fix->after = after.hops;
    write_files(&check, &plan, fix);
    diagnose_facts(&check, fix);
    fix->findings = sorted_findings(&check);
    fix->finding_count = check.finding_count;
    fix->asks = check.asks;
    fix->ask_count = check.ask_count;
    diagnose_commands(&check, fix);
    struct gaps gaps = list_gaps(arena, &before, evidence, request->evidence);
    fix->not_handled = gaps.items;
    fix->not_handled_count = gaps.count;
    return fix;
}

struct effective *engine_effective(struct arena *arena, const struct engine_request *request)
{
    struct effective *effective = arena_alloc(arena, sizeof *effective);
    struct evidence evidence = evidence_read(arena, request->evidence, request->evidence_count);
    effective->target = complete_target(request->target, &evidence);
    struct reading reading =
        read_texts(arena, request->files, request->file_count, effective->target.nginx);
    effective->hops = reading.hops;
    struct gaps gaps = list_gaps(arena, &reading, &evidence, request->evidence);
    effective->not_handled = gaps.items;
    effective->not_handled_count = gaps.count;
    return effective;
}
