#include "evidence/conflict.h"

#include "base/buf.h"
#include "nginx/hop.h"

enum { PAIRS = 100 }; /* a network scan is not compared with itself for ever */

/* An address, or else a name, and the port: known of both and the same. */
static bool same_backend(const struct backend_fact *a, const struct backend_fact *b)
{
    bool address = a->address.len && str_eq(a->address, b->address);
    bool host = a->host.len && str_eq_nocase(a->host, b->host);
    bool other_address = a->address.len && b->address.len && !address;
    return a->port && a->port == b->port && (address || host) && !other_address;
}

/* Another name may well have another server behind it. */
static bool same_name(const struct backend_fact *a, const struct backend_fact *b)
{
    if (a->sni == SNI_UNKNOWN || b->sni == SNI_UNKNOWN)
        return true;
    return a->sni == b->sni && str_eq_nocase(a->sni_name, b->sni_name);
}

static bool auth_is_sure(enum backend_client_auth auth)
{
    return auth == CLIENT_AUTH_NONE || auth == CLIENT_AUTH_REQUIRED;
}

static str disagreement(struct arena *arena, const struct backend_fact *a,
                        const struct backend_fact *b)
{
    u32 versions = (a->offered & b->refused) | (a->refused & b->offered);
    if (versions)
        return str_fmt(arena, "%.*s is offered by one and refused by the other",
                       STR_ARG(hop_protocols_text(arena, versions)));
    bool auth = a->client_auth != b->client_auth && auth_is_sure(a->client_auth) &&
                auth_is_sure(b->client_auth);
    return auth ? STR("one wants a client certificate, the other asks for none") : (str){0};
}

static void compare(struct reader *reader, const struct evidence_text *texts,
                    const struct backend_fact *a, const struct backend_fact *b)
{
    str what = disagreement(reader->arena, a, b);
    if (!what.len)
        return;
    str first = texts[a->text].name;
    str why =
        str_fmt(reader->arena,
                "contradicts what %.*s:%u says of the same backend: %.*s; one of them is old, "
                "or went to another server",
                STR_ARG(first), a->line, STR_ARG(what));
    reader_remark(reader, b, arena_c_string(reader->arena, why));
}

void conflict_remark_all(struct reader *reader, const struct evidence_text *texts)
{
    u32 count = reader->backend_count;
    for (u32 b = 1; b < count; b++)
        for (u32 a = b > PAIRS ? b - PAIRS : 0; a < b; a++) {
            const struct backend_fact *first = &reader->backends[a];
            const struct backend_fact *second = &reader->backends[b];
            if (same_backend(first, second) && same_name(first, second))
                compare(reader, texts, first, second);
        }
}
