#include "rules/cipher_list.h"

static str list_at(const struct check *check, const struct hop *hop)
{
    return hop_value(check->hops, hop, SETTING_SSL_CIPHERS).text;
}

static const struct log_fact *first_reason(const struct check *check, const struct hop *hop,
                                           const str *reasons, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct log_fact *fact = rule_reason(check, hop, reasons[i]);
        if (fact)
            return fact;
    }
    return NULL;
}

static const struct log_fact *small_dh(const struct check *check, const struct hop *hop)
{
    return rule_reason(check, hop, STR("dh-key-too-small"));
}

static const struct log_fact *refusal(const struct check *check, const struct hop *hop)
{
    static const str reasons[] = {STR_INIT("alert-handshake-failure"),
                                  STR_INIT("no-ciphers-available"),
                                  STR_INIT("alert-insufficient-security")};
    if (!hop_value(check->hops, hop, SETTING_SSL_CIPHERS).set)
        return NULL;
    return first_reason(check, hop, reasons, sizeof reasons / sizeof *reasons);
}

bool cipher_list_is_recipe(str list)
{
    return str_find_nocase(list, STR("@SECLEVEL=0")) != STR_NONE;
}

struct cipher cipher_list_weakest(const struct check *check, str list)
{
    struct cipher_list all = ciphers_expand(check->ciphers, list);
    for (u32 i = 0; i < all.count; i++)
        if (all.cipher[i].weak)
            return all.cipher[i];
    return (struct cipher){0};
}

const struct log_fact *cipher_list_evidence(const struct check *check, const struct hop *hop)
{
    const struct log_fact *fact = small_dh(check, hop);
    return fact ? fact : refusal(check, hop);
}

enum cipher_list_fate cipher_list_fate(const struct check *check, const struct hop *hop)
{
    str list = list_at(check, hop);
    if (small_dh(check, hop))
        return CIPHER_LIST_DH_SMALL;
    if (refusal(check, hop) && !cipher_list_is_recipe(list))
        return CIPHER_LIST_REFUSED;
    bool drops = rule_applies(check, CONFIDENCE_PRESUMED) && !cipher_list_is_recipe(list);
    return drops && cipher_list_weakest(check, list).name.len ? CIPHER_LIST_WEAK
                                                              : CIPHER_LIST_MENDED;
}

/* ---- names --------------------------------------------------------------- */

static bool is_iana(const struct check *check, str element)
{
    return ciphers_openssl_name(check->ciphers, ciphers_element_name(element)).len > 0;
}

static bool is_tls13(const struct check *check, str element)
{
    return ciphers_is_tls13(check->ciphers, ciphers_element_name(element));
}

static bool has(const struct check *check, str list,
                bool (*is)(const struct check *check, str element))
{
    for (str one = ciphers_element(&list); one.len; one = ciphers_element(&list))
        if (is(check, one))
            return true;
    return false;
}

bool cipher_list_has_tls13(const struct check *check, str list)
{
    return has(check, list, is_tls13);
}

bool cipher_list_has_iana(const struct check *check, str list)
{
    return has(check, list, is_iana);
}

static void put_element(struct buf *out, const struct check *check, str element)
{
    str name = ciphers_element_name(element);
    str known = ciphers_openssl_name(check->ciphers, name);
    if (out->len)
        buf_char(out, ':');
    buf_str(out, str_sub(element, 0, element.len - name.len));
    buf_str(out, known.len ? known : name);
}

str cipher_list_mended(const struct check *check, str list)
{
    struct buf out = buf_new(check->arena);
    for (str one = ciphers_element(&list); one.len; one = ciphers_element(&list))
        if (!is_tls13(check, one))
            put_element(&out, check, one);
    str mended = buf_view(&out);
    /* What only takes away ("!aNULL") leaves nothing to take from. */
    return ciphers_matches(check->ciphers, mended) ? mended : (str){0};
}

void cipher_list_set(struct check *check, const struct group *group, str list)
{
    struct value set = hop_value(check->hops, group->hop, SETTING_SSL_CIPHERS);
    str args = list.len ? lex_quote(check->arena, list) : list;
    if (set.set) {
        rule_set_where_set(check, SETTING_SSL_CIPHERS, set.item, args, STR("DEFAULT"));
        return;
    }
    for (u32 i = 0; i < group->count && args.len; i++)
        rule_set(check, &check->hops->hop[group->hops[i]], SETTING_SSL_CIPHERS, args);
}
