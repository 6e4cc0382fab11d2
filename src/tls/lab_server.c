/* The methods of one version are how servers were written that know no list of versions. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "tls/lab_parts.h"

#include <openssl/core_names.h>
#include <openssl/dh.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

/* ---- what the backend is like ------------------------------------------- */

static u32 protocols_of(const struct lab_backend *backend)
{
    u32 protocols =
        backend->protocols != 0 ? backend->protocols : (u32)(PROTOCOL_TLS1_2 | PROTOCOL_TLS1_3);
    return backend->no_rfc5746 || backend->old ? protocols & ~(u32)PROTOCOL_TLS1_3 : protocols;
}

/* Keys of the pasted leaf's kind. */
static u32 keys_of(const struct lab_pair *pair)
{
    const struct cert *leaf = pair->pasted ? &pair->pasted->cert[0] : NULL;
    if (!leaf)
        return pair->backend->keys != 0 ? pair->backend->keys
                                        : (u32)(LAB_KEY_P256 | LAB_KEY_RSA_2048);
    switch (leaf->key) {
    case CERT_KEY_RSA:
        return leaf->bits < 2048 ? LAB_KEY_RSA_1024 : LAB_KEY_RSA_2048;
    case CERT_KEY_EC:
        return leaf->bits > 256 ? LAB_KEY_P384 : LAB_KEY_P256;
    case CERT_KEY_ED25519:
        return LAB_KEY_ED25519;
    case CERT_KEY_OTHER:
        break;
    }
    return LAB_KEY_RSA_2048;
}

/* A cipher list comes from evidence, which has seen each of them work. */
static int level_of(const struct lab_pair *pair)
{
    const struct lab_backend *backend = pair->backend;
    bool weak = (protocols_of(backend) & (PROTOCOL_TLS1 | PROTOCOL_TLS1_1)) != 0 ||
                (keys_of(pair) & LAB_KEY_RSA_1024) != 0 || backend->dh_bits != 0 ||
                backend->weak_digest || backend->ciphers.len > 0;
    if (backend->level != LAB_LEVEL_DEFAULT)
        return backend->level;
    return weak ? 0 : 2;
}

/* ---- the context -------------------------------------------------------- */

/* The highest version that the client's first version allows, as before TLS 1.3. */
static const SSL_METHOD *old_method(const struct lab_pair *pair)
{
    u32 both = protocols_of(pair->backend);
    u32 offered = hop_protocols_offered(pair->client->protocols != 0
                                            ? pair->client->protocols
                                            : lab_default_protocols(pair->client->nginx));
    if (!(offered & (PROTOCOL_TLS1_2 | PROTOCOL_TLS1_3)))
        both &= ~(u32)PROTOCOL_TLS1_2;
    if (!(offered & ~(u32)PROTOCOL_TLS1 & PROTOCOL_ALL))
        both &= ~(u32)PROTOCOL_TLS1_1;
    if (both & PROTOCOL_TLS1_2)
        return TLSv1_2_server_method();
    return both & PROTOCOL_TLS1_1 ? TLSv1_1_server_method() : TLSv1_server_method();
}

static void set_protocols(SSL_CTX *context, u32 protocols)
{
    SSL_CTX_set_min_proto_version(context, 0);
    if (!(protocols & PROTOCOL_TLS1))
        SSL_CTX_set_options(context, SSL_OP_NO_TLSv1);
    if (!(protocols & PROTOCOL_TLS1_1))
        SSL_CTX_set_options(context, SSL_OP_NO_TLSv1_1);
    if (!(protocols & PROTOCOL_TLS1_2))
        SSL_CTX_set_options(context, SSL_OP_NO_TLSv1_2);
    if (!(protocols & PROTOCOL_TLS1_3))
        SSL_CTX_set_options(context, SSL_OP_NO_TLSv1_3);
}

static SSL_CTX *create(const struct lab_pair *pair)
{
    const struct lab_backend *backend = pair->backend;
    const SSL_METHOD *method = backend->old ? old_method(pair) : TLS_server_method();
    SSL_CTX *context = SSL_CTX_new_ex(pair->lab->library, NULL, method);
    if (!context)
        base_out_of_memory();
    SSL_CTX_set_security_level(context, level_of(pair));
    if (!backend->old)
        set_protocols(context, protocols_of(backend));
    /* Tickets would hold the time of day, and no replay resumes. */
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return context;
}

static void must_know(struct lab_pair *pair, int known, const char *what, str list)
{
    if (known != 1 && list.len > 0)
        lab_note(pair, str_fmt(pair->lab->arena,
                               "The stand-in knows none of the backend's %s \"%.*s\" and keeps "
                               "its own.",
                               what, STR_ARG(list)));
    ERR_clear_error();
}

static void set_lists(struct lab_pair *pair, SSL_CTX *context)
{
    struct arena *arena = pair->lab->arena;
    const struct lab_backend *b = pair->backend;
    if (b->ciphers.len > 0)
        must_know(pair, SSL_CTX_set_cipher_list(context, arena_c_string(arena, b->ciphers)),
                  "ciphers", b->ciphers);
    if (b->suites.len > 0)
        must_know(pair, SSL_CTX_set_ciphersuites(context, arena_c_string(arena, b->suites)),
                  "TLS 1.3 suites", b->suites);
    if (b->groups.len > 0)
        must_know(pair, SSL_CTX_set1_groups_list(context, arena_c_string(arena, b->groups)) == 1,
                  "groups", b->groups);
    if (b->sigalgs.len > 0)
        must_know(pair, SSL_CTX_set1_sigalgs_list(context, arena_c_string(arena, b->sigalgs)) == 1,
                  "signature algorithms", b->sigalgs);
}

/* RFC 2409's group of 1024 bits, which servers shipped with for years. */
static EVP_PKEY *small_group(struct lab *lab)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    BIGNUM *p = BN_get_rfc2409_prime_1024(NULL);
    BIGNUM *g = BN_new();
    EVP_PKEY_CTX *make = EVP_PKEY_CTX_new_from_name(lab->library, "DH", NULL);
    EVP_PKEY *key = NULL;
    BN_set_word(g, 2);
    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_FFC_P, p);
    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_FFC_G, g);
    OSSL_PARAM_BLD_push_int(build, OSSL_PKEY_PARAM_DH_PRIV_LEN, 160);
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_fromdata_init(make);
    EVP_PKEY_fromdata(make, &key, EVP_PKEY_KEY_PARAMETERS, params);
    OSSL_PARAM_free(params);
    EVP_PKEY_CTX_free(make);
    BN_free(g);
    BN_free(p);
    OSSL_PARAM_BLD_free(build);
    return key;
}

static void set_dh(struct lab_pair *pair, SSL_CTX *context)
{
    EVP_PKEY *group = pair->backend->dh_bits != 0 ? small_group(pair->lab) : NULL;
    if (!group || SSL_CTX_set0_tmp_dh_pkey(context, group) != 1) {
        EVP_PKEY_free(group);
        SSL_CTX_set_dh_auto(context, 1);
    }
}

static void set_certificates(struct lab_pair *pair, SSL_CTX *context)
{
    u32 keys = keys_of(pair);
    for (u32 i = 0; i <= FIXTURE_ED25519; i++) {
        if (!(keys & (u32)1 << i))
            continue;
        struct lab_issued issued = lab_make_backend(pair->lab, pair->backend, (enum lab_fixture)i);
        SSL_CTX_use_cert_and_key(context, issued.leaf, issued.key, issued.others, 1);
        X509_free(issued.leaf);
        sk_X509_pop_free(issued.others, X509_free);
    }
    ERR_clear_error();
}

/* ---- callbacks ---------------------------------------------------------- */

static bool is_served(const struct lab_backend *backend, str name)
{
    for (u32 i = 0; i < backend->served_count; i++) {
        str served = backend->served[i];
        str under = str_from(name, str_find_char(name, '.') == STR_NONE ? name.len
                                                                        : str_find_char(name, '.'));
        if (str_eq_nocase(served, name))
            return true;
        if (str_starts(served, STR("*.")) && str_eq_nocase(str_from(served, 1), under))
            return true;
    }
    return backend->served_count == 0;
}

static int check_sni(SSL *ssl, int *alert, void *unused)
{
    struct lab_pair *pair = SSL_get_app_data(ssl);
    const struct lab_backend *backend = pair->backend;
    str name = str_of(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name));
    bool strict = backend->needs_sni || backend->served_count > 0;
    (void)unused;
    if (!strict || (name.len > 0 && is_served(backend, name)))
        return SSL_TLSEXT_ERR_OK;
    pair->hangs_up = backend->refusal != LAB_REFUSES_BY_ALERT;
    pair->reset = backend->refusal == LAB_REFUSES_BY_RESET;
    *alert = backend->refusal_alert != 0 ? (int)backend->refusal_alert : SSL_AD_UNRECOGNIZED_NAME;
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static int choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_len,
                       const unsigned char *in, unsigned int in_len, void *unused)
{
    static const unsigned char HTTP1[] = "\x08http/1.1";
    static const unsigned char ALL[] = "\x02h2\x08http/1.1";
    const struct lab_pair *pair = SSL_get_app_data(ssl);
    bool only_http1 = pair->backend->alpn_http1;
    unsigned char *chosen = NULL;
    (void)unused;
    int found = SSL_select_next_proto(&chosen, out_len, only_http1 ? HTTP1 : ALL,
                                      only_http1 ? sizeof HTTP1 - 1 : sizeof ALL - 1, in, in_len);
    *out = chosen;
    if (found == OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_OK;
    return only_http1 ? SSL_TLSEXT_ERR_ALERT_FATAL : SSL_TLSEXT_ERR_NOACK;
}

/* A pasted certificate's issuer is not known here: what nginx was given is taken for good. */
static int take_any(int ok, X509_STORE_CTX *context)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx());
    const struct lab_pair *pair = SSL_get_app_data(ssl);
    bool pasted = pair->client->identity == LAB_IDENTITY_PEM;
    return ok || pasted || pair->backend->asking != LAB_NEEDS_CERTIFICATE;
}

static void set_asking(struct lab_pair *pair, SSL_CTX *context)
{
    X509 *root = lab_make_root(pair->lab);
    int mode = SSL_VERIFY_PEER;
    if (pair->backend->asking == LAB_ASKS_NO_CERTIFICATE)
        return;
    if (pair->backend->asking == LAB_NEEDS_CERTIFICATE)
        mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), root);
    SSL_CTX_set_verify(context, mode, take_any);
}

/* ---- all of it ---------------------------------------------------------- */

static void add_names(struct buf *buf, const str *names, u32 count)
{
    for (u32 i = 0; i < count; i++)
        buf_fmt(buf, "%.*s,", STR_ARG(names[i]));
    buf_char(buf, '\n');
}

static str settings_of(const struct lab_pair *pair)
{
    const struct lab_backend *b = pair->backend;
    struct buf buf = buf_new(pair->lab->arena);
    buf_fmt(&buf, "server %u %u %d %d %u\n", protocols_of(b), keys_of(pair), level_of(pair), b->old,
            b->dh_bits);
    buf_fmt(&buf, "%.*s\n%.*s\n%.*s\n%.*s\n", STR_ARG(b->ciphers), STR_ARG(b->suites),
            STR_ARG(b->groups), STR_ARG(b->sigalgs));
    buf_fmt(&buf, "%.*s:", STR_ARG(b->common_name));
    add_names(&buf, b->names, b->name_count);
    buf_fmt(&buf, "%d %d %u %d %d %d %u ", b->no_alternatives, b->self_signed, b->intermediates,
            b->sends_no_chain, b->sends_root, b->weak_digest, (u32)b->asking);
    buf_fmt(&buf, "%lld %lld", (long long)b->not_before, (long long)b->not_after);
    if (b->old)
        buf_fmt(&buf, " for %u %u", pair->client->protocols, pair->client->nginx.packed);
    return buf_view(&buf);
}

static SSL_CTX *context_of(struct lab_pair *pair)
{
    str settings = settings_of(pair);
    SSL_CTX *context = lab_find_context(pair, settings);
    u32 first_note = pair->outcome->note_count;
    if (context)
        return context;
    context = create(pair);
    set_lists(pair, context);
    set_dh(pair, context);
    set_certificates(pair, context);
    set_asking(pair, context);
    SSL_CTX_set_tlsext_servername_callback(context, check_sni);
    SSL_CTX_set_alpn_select_cb(context, choose_alpn, NULL);
    lab_keep_context(pair, settings, context, first_note);
    return context;
}

/* With expired client certificates about, some time must be it. */
enum { LAST_RESORT = 1767225600 /* 2026-01-01 */ };

SSL *lab_server_new(struct lab_pair *pair)
{
    SSL *ssl = SSL_new(context_of(pair));
    int64_t now = pair->lab->now != 0 ? pair->lab->now : LAST_RESORT;
    SSL_set_accept_state(ssl);
    X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl), (time_t)now);
    return ssl;
}
