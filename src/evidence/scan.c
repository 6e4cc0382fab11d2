#include "evidence/scan.h"

#include "evidence/parser.h"

/* --- Versions ------------------------------------------------------------- */

static const struct version_word {
    const char *word;
    u32 protocol;
} version_words[] = {
    /* What another begins with stands behind it. */
    {"TLSv1.0", PROTOCOL_TLS1},   {"TLSv1.1", PROTOCOL_TLS1_1}, {"TLSv1.2", PROTOCOL_TLS1_2},
    {"TLSv1.3", PROTOCOL_TLS1_3}, {"TLSv1", PROTOCOL_TLS1},     {"TLS 1.0", PROTOCOL_TLS1},
    {"TLS 1.1", PROTOCOL_TLS1_1}, {"TLS 1.2", PROTOCOL_TLS1_2}, {"TLS 1.3", PROTOCOL_TLS1_3},
    {"TLS 1", PROTOCOL_TLS1},     {"TLS1_0", PROTOCOL_TLS1},    {"TLS1_1", PROTOCOL_TLS1_1},
    {"TLS1_2", PROTOCOL_TLS1_2},  {"TLS1_3", PROTOCOL_TLS1_3},  {"TLS1.1", PROTOCOL_TLS1_1},
    {"TLS1.2", PROTOCOL_TLS1_2},  {"TLS1.3", PROTOCOL_TLS1_3},  {"TLS1", PROTOCOL_TLS1},
    {"TLS_1_0", PROTOCOL_TLS1},   {"TLS_1_1", PROTOCOL_TLS1_1}, {"TLS_1_2", PROTOCOL_TLS1_2},
    {"TLS_1_3", PROTOCOL_TLS1_3}, {"SSLv2", PROTOCOL_SSL2},     {"SSLv3", PROTOCOL_SSL3},
    {"SSL_2_0", PROTOCOL_SSL2},   {"SSL_3_0", PROTOCOL_SSL3},
};

u32 scan_protocol_start(str line, str *rest)
{
    *rest = line;
    for (size_t i = 0; i < sizeof version_words / sizeof *version_words; i++) {
        str word = str_of(version_words[i].word);
        if (!str_starts_nocase(line, word))
            continue;
        *rest = str_from(line, word.len);
        bool ends = !rest->len || !(char_is_alnum(rest->p[0]) || rest->p[0] == '.');
        if (ends)
            return version_words[i].protocol;
        *rest = line;
    }
    return 0;
}

u32 scan_protocol(str text)
{
    str rest;
    u32 protocol = scan_protocol_start(str_trim(text), &rest);
    return protocol && !str_trim(rest).len ? protocol : 0;
}

/* --- Words ---------------------------------------------------------------- */

bool scan_labelled(str line, str label, str *value)
{
    str text = str_trim(line);
    if (!str_starts(text, label))
        return false;
    str rest = str_trim(str_from(text, label.len));
    if (str_starts(rest, STR(":")))
        rest = str_trim(str_from(rest, 1));
    *value = rest;
    return true;
}

u32 scan_number(str text)
{
    u32 start = 0;
    while (start < text.len && !char_is_digit(text.p[start]))
        start++;
    u32 end = start;
    while (end < text.len && char_is_digit(text.p[end]))
        end++;
    u32 number = 0;
    return str_to_u32(str_sub(text, start, end), &number) ? number : 0;
}

void scan_push(struct reader *reader, struct str_list *list, str item)
{
    if (!item.len)
        return;
    list->item =
        arena_grow(reader->arena, list->item, list->count, &list->room, sizeof *list->item);
    list->item[list->count++] = item;
}

enum { LIST_LOOK = 64 }; /* repeats are looked for among so many: lists may be hostile */

void scan_push_once(struct reader *reader, struct str_list *list, str item)
{
    u32 first = list->count > LIST_LOOK ? list->count - LIST_LOOK : 0;
    for (u32 i = first; i < list->count; i++)
        if (str_eq_nocase(list->item[i], item))
            return;
    scan_push(reader, list, item);
}

void scan_push_names(struct reader *reader, struct str_list *list, str names, bool bare)
{
    while (names.len) {
        u32 end = 0;
        while (end < names.len && names.p[end] != ',' && !char_is_space(names.p[end]))
            end++;
        str name = str_sub(names, 0, end);
        names = str_from(names, end + 1);
        if (str_starts(name, STR("DNS:")))
            scan_push_once(reader, list, str_from(name, 4));
        else if (bare && str_find_char(name, ':') == STR_NONE && hop_is_public_name(name))
            scan_push_once(reader, list, name);
    }
}

/* --- Facts ---------------------------------------------------------------- */

struct backend_cipher *scan_cipher(struct reader *reader, struct backend_fact *fact, str name,
                                   u32 protocols)
{
    u32 first = fact->cipher_count > 4 * LIST_LOOK ? fact->cipher_count - 4 * LIST_LOOK : 0;
    for (u32 i = first; i < fact->cipher_count; i++)
        if (str_eq(fact->ciphers[i].name, name)) {
            fact->ciphers[i].protocols |= protocols;
            return &fact->ciphers[i];
        }
    fact->ciphers = arena_grow(reader->arena, fact->ciphers, fact->cipher_count, &fact->cipher_room,
                               sizeof *fact->ciphers);
    struct backend_cipher *cipher = &fact->ciphers[fact->cipher_count++];
    *cipher = (struct backend_cipher){.name = name, .protocols = protocols};
    return cipher;
}

u32 scan_listed(const struct backend_fact *fact)
{
    u32 listed = 0;
    for (u32 i = 0; i < fact->cipher_count; i++)
        listed |= fact->ciphers[i].protocols;
    return listed;
}

/* "x25519" of "ecdh_x25519", "25519" of "Curve 25519". */
static str group_of(str exchange)
{
    str name = str_trim(str_cut(&exchange, ','));
    if (str_starts_nocase(name, STR("ecdh_")))
        name = str_from(name, 5);
    if (str_starts_nocase(name, STR("ECDH ")) || str_starts_nocase(name, STR("ECDH,")))
        name = str_from(name, 5);
    return str_trim(name);
}

void scan_exchange(struct reader *reader, struct backend_fact *fact, str exchange)
{
    str text = str_trim(exchange);
    if (!text.len || str_starts_nocase(text, STR("rsa")))
        return;
    bool ephemeral = str_starts_nocase(text, STR("dh")) && !str_starts_nocase(text, STR("dh_"));
    if (!ephemeral) {
        /* "ECDH, prime256v1, 256 bits" of OpenSSL 1.x has the group behind. */
        if (str_starts_nocase(text, STR("ECDH,")))
            text = str_trim(str_from(text, 5));
        scan_push_once(reader, &fact->groups, group_of(text));
        return;
    }
    u32 bits = scan_number(text);
    if (bits && (!fact->dh_bits || bits < fact->dh_bits))
        fact->dh_bits = bits;
}

void scan_key(struct backend_fact *fact, str text)
{
    text = str_trim(str_cut(&text, ';')); /* "; sigalg: RSA-SHA256" is the issuer's */
    if (str_find_nocase(text, STR("rsa")) != STR_NONE)
        fact->key = KEY_RSA;
    else if (str_starts_nocase(text, STR("EC")) || str_has(text, STR("id-ecPublicKey")))
        fact->key = KEY_EC;
    else if (text.len)
        fact->key = KEY_OTHER;
    u32 bits = scan_number(text);
    if (bits >= 64)
        fact->key_bits = bits;
}

void scan_host(struct backend_fact *fact, str host)
{
    if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
        host = str_sub(host, 1, host.len - 1);
    enum host_kind kind = hop_host_kind(host);
    if (kind == HOST_IPV4 || kind == HOST_IPV6)
        fact->address = host;
    else if (kind == HOST_DNS)
        fact->host = host;
}

void scan_host_port(struct backend_fact *fact, str text)
{
    u32 at = text.len;
    while (at && text.p[at - 1] != ':')
        at--;
    u32 port = 0;
    bool bare_v6 = at && str_find_char(str_sub(text, 0, at - 1), ':') != STR_NONE &&
                   !str_starts(text, STR("["));
    if (at && !bare_v6 && str_to_u32(str_from(text, at), &port) && port < 65536) {
        fact->port = port;
        text = str_sub(text, 0, at - 1);
    }
    scan_host(fact, text);
}

static const char *const note_nothing =
    "this scan found no TLS version at all: it reached no TLS server, or one that wants the right "
    "name (SNI), so what it did not find proves nothing";

void scan_settle(struct backend_fact *fact)
{
    if (fact->offered) {
        fact->handshake = HANDSHAKE_OK;
        fact->refused &= ~fact->offered;
        return;
    }
    if (fact->refused & (PROTOCOL_TLS1_2 | PROTOCOL_TLS1_3)) {
        fact->handshake = HANDSHAKE_FAILED;
        fact->note = note_nothing;
    }
    fact->refused = 0;
    fact->complete = 0;
}

/* --- Extents -------------------------------------------------------------- */

static bool may_hold(enum evidence_kind self, const struct parser *other)
{
    return !other || other->kind == self || other->kind == EVIDENCE_PEM ||
           other->kind == EVIDENCE_X509_TEXT || other->kind == EVIDENCE_HTTP_ANSWER;
}

u32 scan_extent(const struct reader *reader, u32 line, enum evidence_kind self,
                scan_is_next *is_next)
{
    u32 count = 1;
    for (u32 next = line + 1; next <= reader->plain.line_count; next++, count++)
        if (is_next(reader, next) || !may_hold(self, parser_of_line(reader, next)))
            break;
    return count;
}
