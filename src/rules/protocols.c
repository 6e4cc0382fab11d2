#include "rules/protocols.h"

#include "rules/legacy.h"

static u32 word_count(str text)
{
    u32 count = 0;
    while (str_word(&text).len)
        count++;
    return count;
}

/* A template tag or a misspelt version: what nginx would make of it is not known. */
static bool is_readable(str text)
{
    u32 known = 0;
    u32 words = word_count(text);
    for (str word = str_word(&text); word.len; word = str_word(&text))
        known += hop_protocols_parse(word) != 0;
    return words > 0 && known == words;
}

static bool is_level_zero(const struct check *check, const struct hop *hop)
{
    str ciphers = hop_value(check->hops, hop, SETTING_SSL_CIPHERS).text;
    return str_find_nocase(ciphers, STR("@SECLEVEL=0")) != STR_NONE;
}

struct protocols protocols_at(const struct check *check, const struct hop *hop)
{
    struct value value = hop_value(check->hops, hop, SETTING_SSL_PROTOCOLS);
    u32 enabled = hop_protocols_parse(value.text);
    bool legacy = (enabled & (u32)PROTOCOLS_LEGACY) != 0;
    return (struct protocols){
        .value = value,
        .enabled = enabled,
        .offered = hop_protocols_offered(enabled),
        .known = is_readable(value.text),
        .pinned = value.set && legacy && is_level_zero(check, hop),
    };
}

bool protocols_is_recipe(const struct check *check, const struct hop *hop,
                         const struct protocols *protocols)
{
    bool refused = rule_reason(check, hop, STR("alert-protocol-version")) != NULL;
    return protocols->pinned && (!refused || legacy_is_allowed(check, hop));
}

u32 protocols_modern(const struct check *check)
{
    bool old = version_before(check->target.nginx, VERSION(1, 13, 0));
    return old ? PROTOCOL_TLS1_2 : PROTOCOLS_MODERN;
}

str protocols_modern_text(const struct check *check)
{
    return hop_protocols_text(check->arena, protocols_modern(check));
}

/* Of several lines the one that stays: one that says what is wanted, else the last. */
static u32 line_to_keep(const struct check *check, struct in_force here, u32 wanted)
{
    u32 keep = here.item;
    for (u32 i = here.first; i != SCOPE_NONE; i = scope_next(check->scope, i))
        if (hop_protocols_parse(scope_args(check->scope, i)) == wanted)
            keep = i;
    return keep;
}

void protocols_replace(struct check *check, u32 item, u32 wanted)
{
    const struct item *where = &check->scope->items[item];
    struct in_force here = scope_find_here(check->scope, where->block, where->row);
    u32 keep = line_to_keep(check, here, wanted);
    for (u32 i = here.first; i != SCOPE_NONE; i = scope_next(check->scope, i))
        if (i != keep)
            rule_remove(check, i);
    if (hop_protocols_parse(scope_args(check->scope, keep)) != wanted)
        rule_set_args(check, keep, hop_protocols_text(check->arena, wanted));
}

void protocols_set(struct check *check, const struct group *group, u32 wanted)
{
    struct value value = hop_value(check->hops, group->hop, SETTING_SSL_PROTOCOLS);
    if (value.set && !rule_serves_others(check, SETTING_SSL_PROTOCOLS, value.item)) {
        protocols_replace(check, value.item, wanted);
        return;
    }
    for (u32 i = 0; i < group->count; i++)
        rule_set(check, &check->hops->hop[group->hops[i]], SETTING_SSL_PROTOCOLS,
                 hop_protocols_text(check->arena, wanted));
}
