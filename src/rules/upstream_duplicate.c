#include "rules/rule.h"

/* A setting of a TLS client or server that stands once in a block. */
static bool is_scalar(const struct check *check, u32 item)
{
    const struct directive *row = check->scope->items[item].row;
    enum family family;
    enum setting setting;
    if (!row || row->repeats || !(row->flavours & FLAVOUR_OPEN))
        return false;
    bool client = catalogue_setting_of(row, &family, &setting) && setting != SETTING_PASS;
    return client || str_starts(row->name, STR("ssl_"));
}

/* Angie takes several certificates, one a key type. */
static bool is_angie(const struct check *check)
{
    for (u32 i = 0; i < check->evidence->build_count; i++)
        if (check->evidence->builds[i].flavour == BUILD_ANGIE)
            return true;
    return false;
}

static bool may_repeat(const struct check *check, u32 item)
{
    return is_angie(check) && str_has(check->scope->items[item].row->name, STR("_certificate"));
}

static void add_hops(struct check *check, u32 item)
{
    enum family family;
    enum setting setting;
    const struct item *where = &check->scope->items[item];
    if (catalogue_setting_of(where->row, &family, &setting))
        rule_add_hops_in(check, where->block, family);
}

static void report(struct check *check, u32 item, u32 last)
{
    rule_report(check, item, CONFIDENCE_PROVEN,
                str_fmt(check->arena, "%.*s is set twice in one block: here and at %.*s",
                        STR_ARG(scope_name(check->scope, item)),
                        STR_ARG(scope_where(check->scope, last))));
    rule_rests_on_fact(check, rule_refusal(check, last, STR("duplicate")));
    add_hops(check, item);
    rule_remove(check, item);
}

static void check_item(struct check *check, u32 item)
{
    const struct item *where = &check->scope->items[item];
    struct in_force here = scope_find_here(check->scope, where->block, where->row);
    /* One line of a file that is included twice there: the include is at fault. */
    const struct item *last = &check->scope->items[here.item];
    bool itself = last->file == where->file && last->node == where->node;
    if (here.item != item && !itself && !may_repeat(check, item) &&
        !rule_is_template(check, item) && !rule_is_reported(check, item))
        report(check, item, here.item);
}

static void check(struct check *check)
{
    for (u32 block = 0; block < check->scope->block_count; block++)
        for (u32 i = check->scope->blocks[block].first_inheritable; i != SCOPE_NONE;
             i = check->scope->items[i].next)
            if (is_scalar(check, i))
                check_item(check, i);
}

const struct rule rule_upstream_duplicate = {
    .id = "upstream-duplicate",
    .title = "A setting that stands twice in one block",
    .severity = SEVERITY_ERROR,
    .what = "A TLS setting that takes one value is written twice in the same block, by hand or by "
            "an include.",
    .why = "nginx refuses it: \"directive is duplicate\". It happens when a line is pasted in "
           "where another with that name stood already, with another value.",
    .fix = "Keeps the last, which was most likely added on purpose, and takes the others out.",
    .bad = "location / {\n"
           "    proxy_pass https://api.example.com;\n"
           "    proxy_ssl_server_name off;\n"
           "    proxy_ssl_server_name on;\n"
           "}\n",
    .good = "location / {\n"
            "    proxy_pass https://api.example.com;\n"
            "    proxy_ssl_server_name on;\n"
            "}\n",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html"},
    .check = check,
};
