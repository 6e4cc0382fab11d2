#include "nginx/meant.h"
#include "rules/rule.h"

static bool holds_directives(enum context where)
{
    return where != CONTEXT_MODULE && where != CONTEXT_TABLE && where != CONTEXT_LUA;
}

/* Neither known as it is written, nor read as something else. */
static bool is_unknown(const struct check *check, u32 item)
{
    const struct item *where = &check->scope->items[item];
    const struct node *node = &scope_tree(check->scope, item)->nodes[where->node];
    if (!holds_directives(check->scope->blocks[where->block].context) || node->flags & NODE_HAS_TAG)
        return false;
    return !where->row || !str_eq(where->row->name, scope_name(check->scope, item));
}

static bool is_block(const struct check *check, u32 item)
{
    return check->scope->items[item].opens != SCOPE_NONE;
}

/* The block says it in the right word as well, further down: that one counts. */
static bool stands_below(const struct check *check, u32 item, const struct directive *row)
{
    const struct block *block = &check->scope->blocks[check->scope->items[item].block];
    if (row->repeats)
        return false;
    for (u32 i = item + 1; i < block->first_item + block->item_count; i++)
        if (check->scope->items[i].row == row)
            return true;
    return false;
}

static bool fits(const struct check *check, u32 item, const struct directive *row)
{
    return catalogue_arity_fits(row, scope_arg_count(check->scope, item)) &&
           (row->opens != CONTEXT_NONE) == is_block(check, item) &&
           catalogue_in_version(row, check->target.nginx);
}

static void add_hops(struct check *check, u32 item, const struct directive *row)
{
    enum family family;
    enum setting setting;
    if (catalogue_setting_of(row, &family, &setting))
        rule_add_hops_in(check, check->scope->items[item].block, family);
}

static void rename_it(struct check *check, u32 item, const struct directive *row)
{
    add_hops(check, item, row);
    if (stands_below(check, item, row))
        rule_remove(check, item);
    else if (fits(check, item, row))
        rule_set_word(check, item, 0, row->name);
    else
        rule_withhold(check, str_fmt(check->arena, "as %.*s it would not be right either",
                                     STR_ARG(row->name)));
}

static void mend(struct check *check, u32 item, const struct meant *meant)
{
    if (meant->unsure)
        rule_withhold(check, STR("it may be meant in more than one way"));
    else if (meant->row)
        rename_it(check, item, meant->row);
    else if (meant->drop && !is_block(check, item))
        rule_remove(check, item);
    else
        rule_withhold(check, STR("it resembles nothing that nginx knows: the module that it is of "
                                 "is not built in or not loaded, or the line must go"));
}

static str message_of(const struct check *check, u32 item, const struct meant *meant)
{
    str name = scope_name(check->scope, item);
    if (meant->row)
        return str_fmt(check->arena, "unknown directive \"%.*s\": %.*s %s meant", STR_ARG(name),
                       STR_ARG(meant->row->name), meant->unsure ? "may be" : "is");
    return str_fmt(check->arena, "unknown directive \"%.*s\"", STR_ARG(name));
}

/* The nearest name of all, once nginx itself has said that it does not know this one. */
static struct meant nearest(const struct check *check, u32 item)
{
    enum context where = check->scope->blocks[check->scope->items[item].block].context;
    u32 distance = 0;
    const struct directive *row =
        catalogue_suggest(scope_name(check->scope, item), where, &distance);
    bool allowed = row && catalogue_allowed(row, where);
    return (struct meant){.row = allowed ? row : NULL, .unsure = distance > 1};
}

static void check_item(struct check *check, u32 item)
{
    enum context where = check->scope->blocks[check->scope->items[item].block].context;
    struct meant meant = meant_by_name(scope_name(check->scope, item), where);
    const struct log_fact *fact = rule_refusal(check, item, STR("unknown-directive"));
    if (!meant.row && !meant.drop && fact)
        meant = nearest(check, item);
    if ((!meant.row && !meant.drop && !fact) || rule_is_reported(check, item))
        return;
    struct finding *finding =
        rule_report(check, item, CONFIDENCE_PROVEN, message_of(check, item, &meant));
    if (meant.why)
        finding->why = str_of(meant.why);
    rule_rests_on_fact(check, fact);
    mend(check, item, &meant);
}

static void check(struct check *check)
{
    for (u32 i = 0; i < check->scope->item_count; i++)
        if (is_unknown(check, i))
            check_item(check, i);
}

const struct rule rule_upstream_directive_unknown = {
    .id = "upstream-directive-unknown",
    .title = "A directive that no nginx has",
    .severity = SEVERITY_ERROR,
    .what = "A proxy_, grpc_, uwsgi_ or ssl_ directive has a name that nginx does not know, such "
            "as proxy_ssl_prefer_server_ciphers, or one that is a slip of the keyboard.",
    .why = "nginx refuses the whole configuration: \"unknown directive\". It does not start, and a "
           "reload is ignored, so that changes made later do not take effect either.",
    .fix = "Writes the name that is meant. What has no counterpart at a TLS client is taken out. "
           "Names that resemble nothing are left alone: a module may have them.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_sni on;\n"
           "    proxy_ssl_prefer_server_ciphers on;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_server_name on;\n"
            "}\n",
    .refs = {"https://nginx.org/en/docs/dirindex.html"},
    .check = check,
};
