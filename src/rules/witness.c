#include "rules/witness.h"

/* The first that is no authority, or a self-signed one on its own. */
static const struct cert *leaf_of(struct arena *arena, const struct backend_fact *fact)
{
    for (u32 i = 0; i < fact->pems.count; i++) {
        struct cert_list list = cert_read(arena, fact->pems.item[i]);
        bool alone = fact->pems.count == 1 && list.count && list.cert[0].self_signed;
        if (list.count && (!list.cert[0].authority || alone))
            return &list.cert[0];
    }
    return NULL;
}

static void set_names(struct arena *arena, struct witness *witness, str *dns, u32 count,
                      str common_name)
{
    witness->dns = dns;
    witness->dns_count = count;
    if (count || !hop_is_public_name(common_name))
        return;
    witness->dns = arena_alloc(arena, sizeof *witness->dns);
    witness->dns[0] = common_name;
    witness->dns_count = 1;
}

static struct witness witness_in(const struct check *check, const struct backend_fact *fact)
{
    struct witness witness = {.fact = fact, .cert = leaf_of(check->arena, fact)};
    if (witness.cert)
        set_names(check->arena, &witness, witness.cert->dns, witness.cert->dns_count,
                  witness.cert->common_name);
    else
        set_names(check->arena, &witness, fact->dns.item, fact->dns.count, fact->common_name);
    witness.fetched = fact->port && (fact->address.len || fact->host.len);
    return witness;
}

struct witness witness_of(const struct check *check, const struct hop *hop)
{
    struct witness found = {0};
    for (const struct backend_fact *const *fact = check->backends[hop->id]; *fact; fact++) {
        struct witness one = witness_in(check, *fact);
        if (one.dns_count && (!found.fact || (one.fetched && !found.fetched)))
            found = one;
    }
    return found;
}

/* "*.example.com" suits "a.example.com", and no name below that. */
static bool suits(str pattern, str name)
{
    if (!str_starts(pattern, STR("*.")))
        return str_eq_nocase(pattern, name);
    u32 dot = str_find_char(name, '.');
    return dot != STR_NONE && dot > 0 && str_eq_nocase(str_from(name, dot), str_from(pattern, 1));
}

bool witness_matches(const struct witness *witness, str name)
{
    if (witness->cert)
        return cert_matches(witness->cert, name);
    for (u32 i = 0; i < witness->dns_count; i++)
        if (suits(witness->dns[i], name))
            return true;
    return false;
}

str witness_plain_name(const struct witness *witness)
{
    str name = {0};
    for (u32 i = 0; i < witness->dns_count; i++) {
        if (!hop_is_public_name(witness->dns[i]) || str_starts(witness->dns[i], STR("*")))
            continue;
        if (name.len)
            return (str){0};
        name = witness->dns[i];
    }
    return name;
}

str witness_where(const struct check *check, const struct witness *witness)
{
    const struct backend_fact *fact = witness->fact;
    return str_fmt(check->arena, "%.*s:%u", STR_ARG(check->texts[fact->text].name), fact->line);
}
