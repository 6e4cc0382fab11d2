#include "api/settings.h"

#include "api/emit.h"

/* In the order of the response: where to, whether it is TLS, then how. */
static const enum setting order[] = {
    SETTING_PASS,
    SETTING_SSL,
    SETTING_SSL_SERVER_NAME,
    SETTING_SSL_NAME,
    SETTING_SSL_VERIFY,
    SETTING_SSL_VERIFY_DEPTH,
    SETTING_SSL_TRUSTED_CERTIFICATE,
    SETTING_SSL_CRL,
    SETTING_SSL_CERTIFICATE,
    SETTING_SSL_CERTIFICATE_KEY,
    SETTING_SSL_PASSWORD_FILE,
    SETTING_SSL_CERTIFICATE_CACHE,
    SETTING_SSL_PROTOCOLS,
    SETTING_SSL_CIPHERS,
    SETTING_SSL_CONF_COMMAND,
    SETTING_SSL_ALPN,
    SETTING_SSL_SESSION_REUSE,
    SETTING_SET_HEADER,
};
_Static_assert(sizeof order / sizeof *order == SETTING_COUNT, "every setting has its place");

static json_t *entry(struct arena *arena, json_t *value, str from)
{
    json_t *object = emit_object();
    emit_put(object, "value", value);
    emit_put(object, "from", emit_text(arena, from));
    return object;
}

/* An include that was not given, or a template tag, may set it nearer to the hop. */
static bool may_be_hidden(const struct value *value, enum setting setting)
{
    if (setting == SETTING_SET_HEADER)
        return value->hidden & HIDES_HEADERS;
    return value->hidden == HIDES_ALL;
}

static json_t *repeats(struct arena *arena, const struct scope *scope, u32 first)
{
    json_t *array = emit_array();
    for (u32 item = first; item != SCOPE_NONE; item = scope_next(scope, item))
        emit_append(array, emit_text(arena, scope_args(scope, item)));
    return array;
}

static json_t *set_entry(struct arena *arena, const struct hops *hops, const struct directive *row,
                         const struct value *value)
{
    const struct scope *scope = hops->scope;
    u32 first = scope_find_here(scope, value->block, row).first;
    if (first == SCOPE_NONE)
        first = value->item;
    bool array = row->inherit == INHERIT_ARRAY;
    return entry(arena, array ? repeats(arena, scope, first) : emit_text(arena, value->text),
                 scope_where(scope, first));
}

static json_t *setting_entry(struct arena *arena, const struct hops *hops, const struct hop *hop,
                             enum setting setting, const struct directive *row)
{
    struct value value = hop_value(hops, hop, setting);
    if (setting == SETTING_PASS)
        return entry(arena, emit_text(arena, hop->target), scope_where(hops->scope, hop->item));
    if (may_be_hidden(&value, setting))
        return entry(arena, json_null(), STR("unknown"));
    if (value.set)
        return set_entry(arena, hops, row, &value);
    str text = catalogue_default(setting, hops->nginx);
    return entry(arena, emit_text_or_null(arena, text), STR("default"));
}

json_t *settings_of(struct arena *arena, const struct hops *hops, const struct hop *hop)
{
    json_t *object = emit_object();
    for (u32 i = 0; i < SETTING_COUNT; i++) {
        const struct directive *row = catalogue_setting(hop->family, order[i]);
        if (!row)
            continue;
        char key[64]; /* longer than any directive's name */
        u32 len = row->name.len < sizeof key ? row->name.len : (u32)sizeof key - 1;
        for (u32 at = 0; at < len; at++)
            key[at] = row->name.p[at];
        key[len] = '\0';
        emit_put(object, key, setting_entry(arena, hops, hop, order[i], row));
    }
    return object;
}
