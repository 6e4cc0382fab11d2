#include "nginx/meant.h"
#include "rules/name.h"

/* ---- of another module: the prefix is wrong ------------------------------ */

/* What a hop that works cannot miss: nothing it did not have may keep it from working. */
static bool is_harmless(const struct check *check, const struct hop *hop, enum setting setting,
                        u32 item)
{
    if (setting == SETTING_SSL_SESSION_REUSE)
        return true;
    bool off = str_eq(meant_by_flag(scope_arg(check->scope, item, 1)), STR("off"));
    return setting == SETTING_SSL_SERVER_NAME &&
           (off || name_confidence(check, hop) == CONFIDENCE_SAFE);
}

static void report_twin(struct check *check, const struct hop *hop, enum setting setting, u32 item)
{
    bool harmless = is_harmless(check, hop, setting, item);
    str name = rule_directive(hop, setting);
    rule_report_hop(check, hop, item,
                    rule_confidence(check, hop, harmless ? CONFIDENCE_SAFE : CONFIDENCE_PRESUMED),
                    str_fmt(check->arena, "%.*s does nothing for %.*s_pass: it takes %.*s",
                            STR_ARG(scope_name(check->scope, item)), (int)str_find_char(name, '_'),
                            name.p, STR_ARG(name)));
    rule_rests_on_fact(check, rule_evidence(check, hop));
    rule_set_word(check, item, 0, name);
}

static void check_twins(struct check *check, const struct hop *hop)
{
    for (u32 setting = 0; setting < SETTING_COUNT; setting++) {
        u32 item = rule_dead_twin(check, hop, (enum setting)setting);
        if (item != SCOPE_NONE && !rule_is_reported(check, item))
            report_twin(check, hop, (enum setting)setting, item);
    }
}

/* ---- towards plain hops: the intent is not known ------------------------- */

struct dead {
    u32 first; /* of the settings in one block */
    u32 count;
    struct buf names;
};

/* A hop below that uses the settings of this family, or may: its scheme is a variable's. */
static bool is_used(const struct check *check, u32 block, enum family family)
{
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *hop = &check->hops->hop[i];
        if (hop->family == family && scope_within(check->scope, hop->block, block) &&
            (hop->transport != TRANSPORT_PLAIN || rule_is_tls(check, hop)))
            return true;
    }
    return false;
}

static bool has_plain_hop(const struct check *check, u32 block, enum family family)
{
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *hop = &check->hops->hop[i];
        if (hop->family == family && scope_within(check->scope, hop->block, block))
            return true;
    }
    return false;
}

static bool is_tls_setting(const struct check *check, u32 item, enum family *family)
{
    enum setting setting;
    const struct directive *row = check->scope->items[item].row;
    return row && catalogue_setting_of(row, family, &setting) && setting != SETTING_PASS &&
           setting != SETTING_SET_HEADER && setting != SETTING_SSL;
}

static void note(struct dead *dead, const struct check *check, u32 item)
{
    if (!dead->count++)
        dead->first = item;
    else
        buf_str(&dead->names, STR(", "));
    buf_str(&dead->names, scope_name(check->scope, item));
}

static void report_dead(struct check *check, const struct dead *dead, enum family family)
{
    struct finding *finding =
        rule_report(check, dead->first, CONFIDENCE_PRESUMED,
                    str_fmt(check->arena, "%.*s: without effect, no upstream below is TLS",
                            STR_ARG(buf_view(&dead->names))));
    finding->severity = SEVERITY_INFO;
    rule_add_hops_in(check, check->scope->items[dead->first].block, family);
    rule_withhold(check, family == FAMILY_STREAM
                             ? STR("nobody knows whether TLS is meant: proxy_ssl on turns it on")
                             : STR("nobody knows whether TLS is meant: https:// turns it on"));
}

/* Includes that were not given may hold the hops that use them. */
static bool is_whole(const struct check *check, u32 block)
{
    return !check->scope->gap_count && check->scope->blocks[block].hidden == HIDES_NOTHING;
}

static void check_block(struct check *check, u32 block, enum family wanted)
{
    struct dead dead = {.names = buf_new(check->arena)};
    for (u32 i = check->scope->blocks[block].first_inheritable; i != SCOPE_NONE;
         i = check->scope->items[i].next) {
        enum family family;
        if (is_tls_setting(check, i, &family) && family == wanted)
            note(&dead, check, i);
    }
    if (!dead.count || is_used(check, block, wanted) || !has_plain_hop(check, block, wanted) ||
        rule_is_reported(check, dead.first))
        return;
    report_dead(check, &dead, wanted);
}

static void check(struct check *check)
{
    for (u32 i = 0; i < check->hops->count; i++)
        if (rule_is_tls(check, &check->hops->hop[i]))
            check_twins(check, &check->hops->hop[i]);
    for (u32 block = 0; block < check->scope->block_count; block++)
        for (u32 family = 0; family < FAMILY_COUNT && is_whole(check, block); family++)
            check_block(check, block, (enum family)family);
}

const struct rule rule_upstream_settings_dead = {
    .id = "upstream-settings-dead",
    .title = "TLS settings that no upstream uses",
    .severity = SEVERITY_WARNING,
    .what = "proxy_ssl_* settings stand before grpc_pass or uwsgi_pass, the other way round, or "
            "where all upstreams are plain.",
    .why = "Each module reads its own prefix only: proxy_ssl_* never reaches grpc_pass. Towards "
           "http:// and in a stream without proxy_ssl on, TLS settings are not even checked. The "
           "lines look like protection and are none.",
    .fix = "Gives settings of the wrong module the right prefix. Where the upstreams are plain "
           "nothing is changed: whether they should be TLS is not to be seen.",
    .bad = "location / {\n"
           "    grpc_pass grpcs://api.example.com;\n"
           "    proxy_ssl_server_name on;\n"
           "}\n",
    .good = "location / {\n"
            "    grpc_pass grpcs://api.example.com;\n"
            "    grpc_ssl_server_name on;\n"
            "}\n",
    .refs = {"https://nginx.org/en/docs/http/ngx_http_grpc_module.html#grpc_ssl_server_name",
             "https://nginx.org/en/docs/stream/ngx_stream_proxy_module.html#proxy_ssl"},
    .check = check,
};
