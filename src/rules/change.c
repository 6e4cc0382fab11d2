#include "rules/rule.h"

static struct finding *newest(struct check *check)
{
    return &check->findings[check->finding_count - 1];
}

static struct change *push_change(struct check *check, enum change_kind kind)
{
    check->changes = arena_grow(check->arena, check->changes, check->change_count,
                                &check->change_room, sizeof *check->changes);
    struct change *change = &check->changes[check->change_count++];
    *change = (struct change){
        .kind = kind, .finding = check->finding_count - 1, .block = SCOPE_NONE, .item = SCOPE_NONE};
    newest(check)->change_count++;
    return change;
}

str rule_directive(const struct hop *hop, enum setting setting)
{
    const struct directive *row = catalogue_setting(hop->family, setting);
    return row ? row->name : (str){0};
}

/* A hop of `family` in `block` or below it. */
static bool has_hop(const struct check *check, u32 block, enum family family)
{
    for (u32 i = 0; i < check->hops->count; i++)
        if (check->hops->hop[i].family == family &&
            scope_within(check->scope, check->hops->hop[i].block, block))
            return true;
    return false;
}

static u32 twin_of(const struct check *check, const struct hop *hop, enum family family,
                   enum setting setting)
{
    const struct directive *row = catalogue_setting(family, setting);
    if (!row || family == hop->family)
        return SCOPE_NONE;
    struct in_force here = scope_find_here(check->scope, hop->home, row);
    bool dead = here.item != SCOPE_NONE && !has_hop(check, hop->home, family);
    return dead ? here.item : SCOPE_NONE;
}

u32 rule_dead_twin(const struct check *check, const struct hop *hop, enum setting setting)
{
    const struct directive *own = catalogue_setting(hop->family, setting);
    u32 twin = SCOPE_NONE;
    if (!own || hop->family == FAMILY_STREAM || setting == SETTING_PASS ||
        setting == SETTING_SET_HEADER ||
        scope_find_here(check->scope, hop->home, own).item != SCOPE_NONE)
        return SCOPE_NONE;
    for (u32 family = 0; family < FAMILY_STREAM && twin == SCOPE_NONE; family++)
        twin = twin_of(check, hop, (enum family)family, setting);
    return twin;
}

/* An nginx of unknown version is at least as new as the pass directive that it reads. */
static struct version least_version(const struct check *check, const struct hop *hop)
{
    struct version least = VERSION(1, 7, 8);
    const struct directive *pass = catalogue_setting(hop->family, SETTING_PASS);
    if (version_known(check->target.nginx))
        return check->target.nginx;
    return version_cmp(pass->since, least) > 0 ? pass->since : least;
}

/* The target does not know the directive: to write it would keep nginx from starting. */
static bool is_too_new(struct check *check, const struct hop *hop, const struct directive *row)
{
    char since[VERSION_TEXT_MAX];
    if (!row || catalogue_in_version(row, least_version(check, hop)))
        return false;
    version_print(row->since, since);
    rule_withhold(check, str_fmt(check->arena, "%.*s needs nginx %s", STR_ARG(row->name), since));
    return true;
}

static void rename_to(struct check *check, u32 item, str name, str args)
{
    rule_set_word(check, item, 0, name);
    const struct tree *tree = scope_tree(check->scope, item);
    if (!str_eq(tree_args(tree, check->scope->items[item].node), args))
        rule_set_args(check, item, args);
}

static void push_at_hop(struct check *check, const struct hop *hop, enum change_kind kind, str name,
                        str text)
{
    struct change *change = push_change(check, kind);
    change->block = hop->home;
    /* In an `if` or limit_except the pass is no neighbour: the block that it opens is. */
    change->item = hop->home == hop->block ? hop->item : check->scope->blocks[hop->block].opener;
    change->name = name;
    change->text = text;
}

void rule_set(struct check *check, const struct hop *hop, enum setting setting, str args)
{
    const struct directive *row = catalogue_setting(hop->family, setting);
    u32 twin = rule_dead_twin(check, hop, setting);
    if (is_too_new(check, hop, row))
        return;
    if (twin != SCOPE_NONE)
        rename_to(check, twin, row->name, args);
    else
        push_at_hop(check, hop, CHANGE_SET, row->name, args);
}

void rule_set_plain(struct check *check, const struct hop *hop, str name, str args)
{
    push_at_hop(check, hop, CHANGE_SET, name, args);
}

void rule_set_args(struct check *check, u32 item, str args)
{
    struct change *change = push_change(check, CHANGE_ARGS);
    change->item = item;
    change->text = args;
}

void rule_set_word(struct check *check, u32 item, u32 word, str text)
{
    struct change *change = push_change(check, CHANGE_WORD);
    change->item = item;
    change->word = word;
    change->text = text;
}

void rule_insert(struct check *check, u32 block, u32 behind, str name, str args)
{
    struct change *change = push_change(check, CHANGE_SET);
    change->block = block;
    change->item = behind;
    change->name = name;
    change->text = args;
}

void rule_remove(struct check *check, u32 item)
{
    push_change(check, CHANGE_REMOVE)->item = item;
}

void rule_set_header(struct check *check, const struct hop *hop, str name, str value)
{
    push_at_hop(check, hop, CHANGE_HEADER, rule_directive(hop, SETTING_SET_HEADER),
                str_fmt(check->arena, "%.*s %.*s", STR_ARG(name), STR_ARG(value)));
}

void rule_set_command(struct check *check, const struct hop *hop, str command, str value)
{
    const struct directive *row = catalogue_setting(hop->family, SETTING_SSL_CONF_COMMAND);
    if (!is_too_new(check, hop, row))
        push_at_hop(check, hop, CHANGE_HEADER, row->name,
                    str_fmt(check->arena, "%.*s %.*s", STR_ARG(command), STR_ARG(value)));
}

static bool is_among(const struct finding *finding, u32 hop)
{
    for (u32 i = 0; i < finding->hop_count; i++)
        if (finding->hops[i] == hop)
            return true;
    return false;
}

bool rule_serves_others(const struct check *check, enum setting setting, u32 item)
{
    const struct finding *finding = &check->findings[check->finding_count - 1];
    u32 block = check->scope->items[item].block;
    const struct directive *row = check->scope->items[item].row;
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *hop = &check->hops->hop[i];
        if (catalogue_setting(hop->family, setting) != row ||
            !scope_within(check->scope, hop->block, block) || is_among(finding, i))
            continue;
        if (hop_value(check->hops, hop, setting).block == block)
            return true;
    }
    return false;
}

void rule_set_where_set(struct check *check, enum setting setting, u32 item, str args,
                        str otherwise)
{
    if (!rule_serves_others(check, setting, item)) {
        if (args.len)
            rule_set_args(check, item, args);
        else
            rule_remove(check, item);
        return;
    }
    for (u32 i = 0; i < newest(check)->hop_count; i++)
        rule_set(check, &check->hops->hop[newest(check)->hops[i]], setting,
                 args.len ? args : otherwise);
}
