#include "tls/ciphers.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

struct ciphers {
    struct arena *arena;
    SSL_CTX *context;
};

static void free_context(void *thing)
{
    SSL_CTX_free(thing);
}

struct ciphers *ciphers_new(struct arena *arena)
{
    struct ciphers *ciphers = arena_alloc(arena, sizeof *ciphers);
    ciphers->arena = arena;
    return ciphers;
}

/* The machine's openssl.cnf must not change an answer. */
static SSL_CTX *context_of(struct ciphers *ciphers)
{
    if (ciphers->context)
        return ciphers->context;
    OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
    ciphers->context = SSL_CTX_new(TLS_client_method());
    if (!ciphers->context)
        base_out_of_memory();
    arena_hook(ciphers->arena, free_context, ciphers->context);
    return ciphers->context;
}

bool ciphers_matches(struct ciphers *ciphers, str list)
{
    int found = SSL_CTX_set_cipher_list(context_of(ciphers), arena_c_string(ciphers->arena, list));
    ERR_clear_error();
    return found == 1;
}

/* ---- weakness ----------------------------------------------------------- */

static str weakness_of(const SSL_CIPHER *cipher)
{
    int bits = 0;
    SSL_CIPHER_get_bits(cipher, &bits);
    if (SSL_CIPHER_get_auth_nid(cipher) == NID_auth_null)
        return STR("no authentication");
    switch (SSL_CIPHER_get_cipher_nid(cipher)) {
    case NID_undef:
        return STR("no encryption");
    case NID_rc4:
    case NID_rc4_40:
        return STR("RC4");
    case NID_des_ede3_cbc:
        return STR("3DES");
    default:
        break;
    }
    if (SSL_CIPHER_get_digest_nid(cipher) == NID_md5)
        return STR("MD5");
    return bits < 112 ? STR("a key that is too short") : (str){0};
}

static bool is_tls13(const SSL_CIPHER *cipher)
{
    return str_eq(str_of(SSL_CIPHER_get_version(cipher)), STR("TLSv1.3"));
}

static bool is_modern(const SSL_CIPHER *cipher)
{
    int exchange = SSL_CIPHER_get_kx_nid(cipher);
    return SSL_CIPHER_is_aead(cipher) && (exchange == NID_kx_ecdhe || exchange == NID_kx_dhe);
}

struct cipher_list ciphers_expand(struct ciphers *ciphers, str list)
{
    struct cipher_list result = {0};
    if (!ciphers_matches(ciphers, list))
        return result;
    STACK_OF(SSL_CIPHER) *all = SSL_CTX_get_ciphers(ciphers->context);
    int count = sk_SSL_CIPHER_num(all);
    result.cipher = arena_array(ciphers->arena, (size_t)count, sizeof *result.cipher);
    for (int i = 0; i < count; i++) {
        const SSL_CIPHER *cipher = sk_SSL_CIPHER_value(all, i);
        if (is_tls13(cipher))
            continue;
        str weakness = weakness_of(cipher);
        result.cipher[result.count++] = (struct cipher){.name = str_of(SSL_CIPHER_get_name(cipher)),
                                                        .weak = weakness.len > 0,
                                                        .weakness = weakness,
                                                        .modern = is_modern(cipher)};
    }
    return result;
}

/* ---- names -------------------------------------------------------------- */

bool ciphers_is_tls13(struct ciphers *ciphers, str name)
{
    SSL_CTX *context = context_of(ciphers);
    int taken = SSL_CTX_set_ciphersuites(context, arena_c_string(ciphers->arena, name));
    ERR_clear_error();
    if (taken != 1)
        return false;
    STACK_OF(SSL_CIPHER) *all = SSL_CTX_get_ciphers(context);
    for (int i = 0; i < sk_SSL_CIPHER_num(all); i++) {
        const SSL_CIPHER *cipher = sk_SSL_CIPHER_value(all, i);
        if (is_tls13(cipher) && str_eq(str_of(SSL_CIPHER_get_name(cipher)), name))
            return true;
    }
    return false;
}

str ciphers_openssl_name(struct ciphers *ciphers, str iana)
{
    if (!str_starts(iana, STR("TLS_")) || !str_has(iana, STR("_WITH_")))
        return (str){0};
    str name = str_of(OPENSSL_cipher_name(arena_c_string(ciphers->arena, iana)));
    return str_eq(name, STR("(NONE)")) ? (str){0} : name;
}

static bool is_separator(char c)
{
    return c == ':' || c == ',' || c == ';' || char_is_space(c);
}

str ciphers_element(str *rest)
{
    u32 start = 0;
    while (start < rest->len && is_separator(rest->p[start]))
        start++;
    u32 end = start;
    while (end < rest->len && !is_separator(rest->p[end]))
        end++;
    str element = str_sub(*rest, start, end);
    *rest = str_from(*rest, end);
    return element;
}

str ciphers_element_name(str element)
{
    u32 start = 0;
    while (start < element.len && str_find_char(STR("!+-"), element.p[start]) != STR_NONE)
        start++;
    return str_from(element, start);
}
