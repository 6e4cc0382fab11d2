#include "rules/rule.h"

struct place {
    u32 item;
    u32 block;
    enum context where;
    enum family family;
    enum setting setting;
};

static bool find_place(const struct check *check, u32 item, struct place *place)
{
    const struct item *where = &check->scope->items[item];
    place->item = item;
    place->block = where->block;
    place->where = check->scope->blocks[where->block].context;
    return where->row && catalogue_setting_of(where->row, &place->family, &place->setting) &&
           place->setting != SETTING_PASS && place->setting != SETTING_SET_HEADER &&
           !catalogue_allowed(where->row, place->where) && !rule_is_template(check, item);
}

/* As it stands, with its quotes. */
static str args_of(const struct check *check, u32 item)
{
    return tree_args(scope_tree(check->scope, item), check->scope->items[item].node);
}

/* ---- in `if` and limit_except: the location around it -------------------- */

static bool is_inside(const struct check *check, const struct hop *hop, const struct place *place)
{
    return scope_within(check->scope, hop->block, place->block) && hop->family == place->family;
}

static const struct hop *hop_inside(const struct check *check, const struct place *place)
{
    for (u32 i = 0; i < check->hops->count; i++)
        if (is_inside(check, &check->hops->hop[i], place))
            return &check->hops->hop[i];
    return NULL;
}

static const struct hop *hop_beside(const struct check *check, const struct place *place, u32 home)
{
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *hop = &check->hops->hop[i];
        if (hop->family == place->family && scope_within(check->scope, hop->block, home) &&
            !is_inside(check, hop, place))
            return hop;
    }
    return NULL;
}

static void move_out(struct check *check, const struct place *place)
{
    const struct hop *hop = hop_inside(check, place);
    const struct hop *other = hop ? hop_beside(check, place, hop->home) : NULL;
    if (!hop || hop->home == hop->block) {
        rule_withhold(check, STR("no upstream is reached in that block: whose setting it is meant "
                                 "to be is not to be seen"));
    } else if (other) {
        rule_withhold(check, str_fmt(check->arena,
                                     "in the location it would count for the hop at %.*s as well",
                                     STR_ARG(scope_where(check->scope, other->item))));
    } else {
        rule_add_hop(check, hop);
        rule_remove(check, place->item);
        rule_set(check, hop, place->setting, args_of(check, place->item));
    }
}

/* ---- in upstream: the hops that use it ----------------------------------- */

static bool sets_it(const struct check *check, const struct hop *hop, enum setting setting)
{
    const struct directive *row = catalogue_setting(hop->family, setting);
    return row && scope_find_here(check->scope, hop->home, row).item != SCOPE_NONE;
}

static void move_to_hops(struct check *check, const struct place *place)
{
    if (place->setting == SETTING_SSL_CONF_COMMAND) {
        rule_withhold(check, STR("where it is set, inherited ones of its kind are lost"));
        return;
    }
    rule_remove(check, place->item);
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *hop = &check->hops->hop[i];
        bool mine = hop->family == place->family || hop->family == FAMILY_STREAM;
        if (hop->upstream != place->block || !mine || !rule_is_tls(check, hop))
            continue;
        rule_add_hop(check, hop);
        if (!sets_it(check, hop, place->setting))
            rule_set(check, hop, place->setting, args_of(check, place->item));
    }
}

/* ---- all ----------------------------------------------------------------- */

static void move(struct check *check, const struct place *place)
{
    switch (place->where) {
    case CONTEXT_LOCATION_IF:
    case CONTEXT_LIMIT_EXCEPT:
        move_out(check, place);
        return;
    case CONTEXT_UPSTREAM:
    case CONTEXT_STREAM_UPSTREAM:
        move_to_hops(check, place);
        return;
    default:
        break;
    }
    /* Settings that only stream has, written in http. */
    if (place->family == FAMILY_STREAM)
        rule_remove(check, place->item);
    else
        rule_withhold(check, STR("it belongs in http, server or location; in which is not to be "
                                 "seen"));
}

static void report_setting(struct check *check, const struct place *place)
{
    rule_report(check, place->item, CONFIDENCE_PROVEN,
                str_fmt(check->arena, "\"%.*s\" directive is not allowed here, in %s",
                        STR_ARG(scope_name(check->scope, place->item)),
                        catalogue_context_name(place->where)));
    rule_rests_on_fact(check, rule_refusal(check, place->item, STR("not-allowed-here")));
    move(check, place);
}

/* `server HOST:443 ssl;` in an upstream block. */
static u32 ssl_word(const struct check *check, u32 item)
{
    enum context where = check->scope->blocks[check->scope->items[item].block].context;
    if ((where != CONTEXT_UPSTREAM && where != CONTEXT_STREAM_UPSTREAM) ||
        !str_eq(scope_name(check->scope, item), STR("server")))
        return 0;
    for (u32 i = 2; i <= scope_arg_count(check->scope, item); i++)
        if (str_eq(scope_arg(check->scope, item, i), STR("ssl")))
            return i;
    return 0;
}

static void report_server(struct check *check, u32 item, u32 word)
{
    struct buf rest = buf_new(check->arena);
    for (u32 i = 1; i <= scope_arg_count(check->scope, item); i++)
        if (i != word)
            buf_fmt(&rest, "%s%.*s", rest.len ? " " : "",
                    STR_ARG(lex_quote(check->arena, scope_arg(check->scope, item, i))));
    rule_report(check, item, CONFIDENCE_PROVEN,
                STR("invalid parameter \"ssl\" of a server in an upstream block"));
    rule_set_args(check, item, buf_view(&rest));
}

static void check(struct check *check)
{
    for (u32 i = 0; i < check->scope->item_count; i++) {
        struct place place;
        u32 word = ssl_word(check, i);
        if (word && !rule_is_reported(check, i))
            report_server(check, i, word);
        else if (find_place(check, i, &place) && !rule_is_reported(check, i))
            report_setting(check, &place);
    }
}

const struct rule rule_upstream_directive_misplaced = {
    .id = "upstream-directive-misplaced",
    .title = "A TLS setting where nginx does not take it",
    .severity = SEVERITY_ERROR,
    .what = "A setting for TLS to an upstream stands in if, limit_except or upstream, or a server "
            "of an upstream block has the parameter ssl.",
    .why =
        "These settings go into http, server and location (in stream: stream and server) and "
        "nowhere else. nginx says \"directive is not allowed here\" or \"invalid parameter\" and "
        "does not start. That an upstream is TLS is said by https:// in proxy_pass.",
    .fix = "Moves the setting to the location of the hop, where if and limit_except inherit it "
           "from; the parameter ssl is taken out. Where it would reach another hop, it is reported "
           "only.",
    .bad = "upstream pool {\n"
           "    server api.example.com:443 ssl;\n"
           "    proxy_ssl_name api.example.com;\n"
           "}\n"
           "server {\n"
           "    location / {\n"
           "        proxy_pass https://pool;\n"
           "        proxy_set_header Host api.example.com;\n"
           "        proxy_ssl_server_name on;\n"
           "    }\n"
           "}\n",
    .good = "upstream pool {\n"
            "    server api.example.com:443;\n"
            "}\n"
            "server {\n"
            "    location / {\n"
            "        proxy_pass https://pool;\n"
            "        proxy_ssl_name api.example.com;\n"
            "        proxy_set_header Host api.example.com;\n"
            "        proxy_ssl_server_name on;\n"
            "    }\n"
            "}\n",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ssl_server_name",
             "https://nginx.org/en/docs/http/ngx_http_upstream_module.html#server"},
    .check = check,
};
