#include "rules/rule.h"

/* ---- what the parser could not follow ------------------------------------ */

static bool has_tags(const struct tree *tree)
{
    for (u32 i = 0; i < tree->diagnostic_count; i++)
        if (tree->diagnostics[i].is_tag)
            return true;
    return false;
}

static void check_diagnostics(struct check *check, u32 file)
{
    const struct tree *tree = check->scope->files->file[file].tree;
    bool template = has_tags(tree);
    for (u32 i = 0; i < tree->diagnostic_count; i++) {
        const struct diagnostic *diagnostic = &tree->diagnostics[i];
        if (diagnostic->is_tag)
            continue;
        struct finding *finding = rule_report_at(check, file, diagnostic->at, diagnostic->message);
        /* Of two branches of a template only one is ever written. */
        if (template)
            finding->severity = SEVERITY_INFO;
    }
}

/* ---- what nginx asks of a directive, in its order ------------------------- */

struct sight {
    const struct check *check;
    u32 item;
    const struct tree *tree;
    const struct node *node;
    u32 node_index;
    enum context where;
    str name;
    u32 args;
    bool block;
};

static struct sight look(const struct check *check, u32 item)
{
    const struct item *it = &check->scope->items[item];
    const struct tree *tree = scope_tree(check->scope, item);
    const struct node *node = &tree->nodes[it->node];
    return (struct sight){
        .check = check,
        .item = item,
        .tree = tree,
        .node = node,
        .node_index = it->node,
        .where = check->scope->blocks[it->block].context,
        .name = scope_name(check->scope, item),
        .args = scope_arg_count(check->scope, item),
        .block = (node->flags & NODE_IS_BLOCK) != 0,
    };
}

/* A snippet's own context is a guess, and a module's block is the module's. */
static bool is_sure_of_context(const struct sight *sight)
{
    const struct block *block =
        &sight->check->scope->blocks[sight->check->scope->items[sight->item].block];
    bool guessed = block->opener == SCOPE_NONE && block->context != CONTEXT_MAIN;
    return !guessed && sight->where != CONTEXT_UNKNOWN && sight->where != CONTEXT_MODULE &&
           sight->where != CONTEXT_TABLE && sight->where != CONTEXT_LUA;
}

struct verdict {
    bool open; /* all rows of the name are nginx's own: their shape is known */
    bool allowed;
    bool shaped;
    bool counted;
    const struct directive *row; /* the best of them */
};

static struct verdict judge(const struct sight *sight)
{
    struct verdict verdict = {.open = true};
    const struct directive *row = catalogue_find(sight->name, CONTEXT_UNKNOWN);
    for (; row; row = catalogue_next(row)) {
        bool allowed = catalogue_allowed(row, sight->where);
        bool shaped = allowed && (row->opens != CONTEXT_NONE) == sight->block;
        bool counted = shaped && catalogue_arity_fits(row, sight->args);
        if (!(row->flavours & FLAVOUR_OPEN))
            verdict.open = false;
        if (allowed || !verdict.row)
            verdict.row = row;
        verdict.allowed |= allowed;
        verdict.shaped |= shaped;
        verdict.counted |= counted;
    }
    return verdict;
}

/* upstream-directive-misplaced looks after these. */
static bool is_client_setting(const struct directive *row)
{
    enum family family;
    enum setting setting;
    return catalogue_setting_of(row, &family, &setting) && setting != SETTING_PASS &&
           setting != SETTING_SET_HEADER;
}

/* Angie, Tengine and others take a second certificate, of another kind. */
static bool is_pair(const struct sight *sight)
{
    return sight->args == 2 && (str_ends(sight->name, STR("ssl_certificate")) ||
                                str_ends(sight->name, STR("ssl_certificate_key")));
}

/* ---- the missing semicolon ------------------------------------------------ */

static u32 line_of(const struct sight *sight, u32 word)
{
    span at = tree_token_span(sight->tree, tree_word(sight->tree, sight->node_index, word));
    return source_position(sight->tree->source, at.start).line;
}

/* The line that should have ended: a later one begins with a directive's name. 0: none. */
static u32 unended_line(const struct sight *sight)
{
    u32 last = line_of(sight, 0);
    for (u32 word = 1; word <= sight->args; word++) {
        u32 line = line_of(sight, word);
        str text = tree_value(sight->tree, sight->node_index, word);
        const struct directive *row = line > last ? catalogue_find(text, sight->where) : NULL;
        if (row && catalogue_allowed(row, sight->where))
            return last;
        last = line;
    }
    return 0;
}

static str hint(const struct sight *sight)
{
    u32 line = unended_line(sight);
    if (!line)
        return (str){0};
    return str_fmt(sight->check->arena, ": missing ; at the end of line %u", line);
}

/* A list that takes any number of words swallows the next line, and nginx trips over its name. */
static bool swallows(const struct sight *sight, const struct directive *row)
{
    bool protocols = row && str_ends(row->name, STR("ssl_protocols"));
    return protocols && unended_line(sight);
}

/* ---- reports -------------------------------------------------------------- */

static str message_of(const struct sight *sight, const struct verdict *verdict)
{
    struct arena *arena = sight->check->arena;
    if (is_sure_of_context(sight) && !verdict->allowed)
        return is_client_setting(verdict->row)
                   ? (str){0}
                   : str_fmt(arena, "\"%.*s\" directive is not allowed here, in %s",
                             STR_ARG(sight->name), catalogue_context_name(sight->where));
    if (!verdict->allowed)
        return (str){0};
    if (!verdict->shaped && sight->block)
        return str_fmt(arena, "directive \"%.*s\" is not terminated by \";\"%.*s",
                       STR_ARG(sight->name), STR_ARG(hint(sight)));
    if (!verdict->shaped)
        return str_fmt(arena, "directive \"%.*s\" has no opening \"{\"%.*s", STR_ARG(sight->name),
                       STR_ARG(hint(sight)));
    if (!verdict->counted || swallows(sight, verdict->row))
        return str_fmt(arena, "%s \"%.*s\" directive%.*s",
                       verdict->counted ? "invalid value in" : "invalid number of arguments in",
                       STR_ARG(sight->name), STR_ARG(hint(sight)));
    return (str){0};
}

static void check_item(struct check *check, u32 item)
{
    struct sight sight = look(check, item);
    bool broken = !sight.block && sight.node->flags & NODE_IS_BROKEN;
    if (broken || sight.node->flags & NODE_HAS_TAG || sight.where == CONTEXT_MODULE ||
        sight.where == CONTEXT_TABLE || sight.where == CONTEXT_LUA)
        return;
    struct verdict verdict = judge(&sight);
    if (!verdict.row || !verdict.open || is_pair(&sight))
        return;
    /* The branches of a template open blocks twice: only the count of words is left to judge. */
    if (has_tags(sight.tree) && (!verdict.allowed || !verdict.shaped))
        return;
    str message = message_of(&sight, &verdict);
    if (message.len && !rule_is_reported(check, item))
        rule_report(check, item, CONFIDENCE_PRESUMED, message);
}

/* One target a block, and no rule knows which of two is meant. */
static void check_pass(struct check *check, const struct hop *hop)
{
    const struct directive *row = catalogue_setting(hop->family, SETTING_PASS);
    for (u32 i = hop->id + 1; i < check->hops->count; i++) {
        const struct hop *other = &check->hops->hop[i];
        if (other->block != hop->block || catalogue_setting(other->family, SETTING_PASS) != row)
            continue;
        if (rule_is_template(check, other->item) || rule_is_reported(check, other->item))
            continue;
        rule_report(check, other->item, CONFIDENCE_PRESUMED,
                    str_fmt(check->arena, "\"%.*s\" directive is duplicate", STR_ARG(row->name)));
    }
}

static void check(struct check *check)
{
    for (u32 file = 0; file < check->scope->files->count; file++)
        check_diagnostics(check, file);
    for (u32 i = 0; i < check->scope->item_count; i++)
        check_item(check, i);
    for (u32 i = 0; i < check->hops->count; i++)
        check_pass(check, &check->hops->hop[i]);
}

const struct rule rule_config_syntax = {
    .id = "config-syntax",
    .title = "nginx cannot read the configuration",
    .severity = SEVERITY_ERROR,
    .what = "A semicolon, brace or quote is missing, a directive has too few or too many words, or "
            "it stands where nginx does not take it.",
    .why = "nginx refuses the whole configuration and reports the place where it could not go on, "
           "which is often the line after the one that is at fault. Until it is mended no change "
           "to TLS takes effect.",
    .fix = "What was meant is not to be seen from the outside, so nothing is changed; the message "
           "names the line that should have ended.",
    .no_fix = true,
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com\n"
           "    proxy_ssl_server_name on;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_server_name on;\n"
            "}\n",
    .refs = {"https://nginx.org/en/docs/beginners_guide.html#conf_structure"},
    .check = check,
};
