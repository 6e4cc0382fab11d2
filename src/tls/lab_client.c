#include "tls/lab_parts.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

/* ---- the context, in nginx's order -------------------------------------- */

static u32 protocols_of(const struct lab_client *client)
{
    return client->protocols != 0 ? client->protocols : lab_default_protocols(client->nginx);
}

static void set_protocols(SSL_CTX *context, u32 protocols)
{
    static const struct {
        u32 bit;
        uint64_t option;
    } TABLE[] = {
        {PROTOCOL_SSL3, SSL_OP_NO_SSLv3},     {PROTOCOL_TLS1, SSL_OP_NO_TLSv1},
        {PROTOCOL_TLS1_1, SSL_OP_NO_TLSv1_1}, {PROTOCOL_TLS1_2, SSL_OP_NO_TLSv1_2},
        {PROTOCOL_TLS1_3, SSL_OP_NO_TLSv1_3},
    };
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        if (!(protocols & TABLE[i].bit))
            SSL_CTX_set_options(context, TABLE[i].option);
    }
    SSL_CTX_set_min_proto_version(context, 0);
    SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION);
}

static SSL_CTX *create(struct lab_pair *pair)
{
    const struct lab_client *client = pair->client;
    SSL_CTX *context = SSL_CTX_new_ex(pair->lab->library, NULL, TLS_method());
    if (!context)
        base_out_of_memory();
    SSL_CTX_set_security_level(context, client->level == LAB_LEVEL_DEFAULT ? 2 : client->level);
    lab_imitate_defaults(pair->lab, context, client->openssl);
    set_protocols(context, protocols_of(client));
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_ANTI_REPLAY |
                                     SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
    SSL_CTX_set_read_ahead(context, 1);
    return context;
}

static bool refuse(struct lab_pair *pair, str head)
{
    str message = lab_words_errors(pair->lab->arena, head);
    lab_words_say(pair, LAB_STAGE_START, LAB_BY_CLIENT, message);
    return false;
}

static bool set_ciphers(struct lab_pair *pair, SSL_CTX *context)
{
    struct arena *arena = pair->lab->arena;
    str list = pair->client->ciphers.len > 0 ? pair->client->ciphers : STR("DEFAULT");
    str known = lab_imitate_ciphers(arena, pair->client->openssl, list);
    if (SSL_CTX_set_cipher_list(context, arena_c_string(arena, known)) == 1)
        return true;
    return refuse(pair, str_fmt(arena, "SSL_CTX_set_cipher_list(\"%.*s\") failed", STR_ARG(list)));
}

/* ---- the client certificate --------------------------------------------- */

static int no_password(char *buf, int size, int rwflag, void *unused)
{
    (void)buf;
    (void)size;
    (void)rwflag;
    (void)unused;
    return -1;
}

static EVP_PKEY *read_key(struct lab *lab, str text)
{
    BIO *bio = BIO_new_mem_buf(text.p, (int)text.len);
    EVP_PKEY *key = PEM_read_bio_PrivateKey_ex(bio, NULL, no_password, NULL, lab->library, NULL);
    BIO_free(bio);
    return key;
}

static bool use_certificate(struct lab_pair *pair, SSL_CTX *context,
                            const struct lab_issued *issued)
{
    if (SSL_CTX_use_certificate(context, issued->leaf) != 1)
        return refuse(pair, STR("SSL_CTX_use_certificate() failed"));
    SSL_CTX_set1_chain(context, issued->others);
    if (SSL_CTX_use_PrivateKey(context, issued->key) != 1)
        return refuse(pair, STR("SSL_CTX_use_PrivateKey() failed"));
    return true;
}

static bool use_pasted(struct lab_pair *pair, SSL_CTX *context)
{
    struct cert_list list = cert_read(pair->lab->arena, pair->client->certificate);
    struct lab_issued issued = {.others = sk_X509_new_null()};
    bool used = false;
    for (u32 i = 1; i < list.count; i++)
        sk_X509_push(issued.others, list.cert[i].x509);
    ERR_clear_error();
    issued.key = read_key(pair->lab, pair->client->certificate_key);
    if (list.count == 0) {
        refuse(pair, STR("cannot load certificate"));
    } else if (!issued.key) {
        refuse(pair, STR("cannot load certificate key: PEM_read_bio_PrivateKey() failed"));
    } else {
        issued.leaf = list.cert[0].x509;
        used = use_certificate(pair, context, &issued);
    }
    EVP_PKEY_free(issued.key);
    sk_X509_free(issued.others);
    return used;
}

static bool set_identity(struct lab_pair *pair, SSL_CTX *context)
{
    if (pair->client->identity == LAB_IDENTITY_NONE)
        return true;
    if (pair->client->identity == LAB_IDENTITY_PEM)
        return use_pasted(pair, context);
    struct lab_issued issued = lab_make_client(pair->lab, pair->client->identity);
    bool used = use_certificate(pair, context, &issued);
    X509_free(issued.leaf);
    sk_X509_pop_free(issued.others, X509_free);
    return used;
}

/* ---- verification ------------------------------------------------------- */

static int pass_all(int ok, X509_STORE_CTX *context)
{
    (void)ok;
    (void)context;
    return 1;
}

static void set_trust(struct lab_pair *pair, SSL_CTX *context)
{
    X509_STORE *store = SSL_CTX_get_cert_store(context);
    if (!pair->client->verify)
        return;
    SSL_CTX_set_verify(context, SSL_CTX_get_verify_mode(context), pass_all);
    SSL_CTX_set_verify_depth(context, (int)pair->client->depth);
    if (pair->client->trust == LAB_TRUST_STRANGER) {
        X509_STORE_add_cert(store, lab_make_stranger(pair->lab));
    } else if (pair->client->trust == LAB_TRUST_BACKEND) {
        X509_STORE_add_cert(store, lab_make_root(pair->lab));
    } else {
        struct cert_list list = cert_read(pair->lab->arena, pair->client->trusted);
        for (u32 i = 0; i < list.count; i++)
            X509_STORE_add_cert(store, list.cert[i].x509);
    }
    ERR_clear_error();
}

/* Trusts the top of what the backend sends; its issuer, not sent, would be the anchor. */
static void trust_pasted(X509_STORE_CTX *context, const struct lab_pair *pair)
{
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);
    const struct cert *top = &pair->pasted->cert[pair->pasted->count - 1];
    X509_STORE_add_cert(X509_STORE_CTX_get0_store(context), top->x509);
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
    if (!top->self_signed && pair->client->depth > 0)
        X509_VERIFY_PARAM_set_depth(param, (int)pair->client->depth - 1);
}

/* The pasted chain in place of the stand-in's; all that libssl had prepared stays. */
static int verify_pasted(X509_STORE_CTX *context, const struct lab_pair *pair)
{
    STACK_OF(X509) *others = sk_X509_new_null();
    for (u32 i = 0; i < pair->pasted->count; i++)
        sk_X509_push(others, pair->pasted->cert[i].x509);
    X509_STORE_CTX_set_cert(context, pair->pasted->cert[0].x509);
    X509_STORE_CTX_set0_untrusted(context, others);
    if (pair->client->trust == LAB_TRUST_BACKEND)
        trust_pasted(context, pair);
    X509_verify_cert(context);
    X509_STORE_CTX_set0_untrusted(context, NULL);
    sk_X509_free(others);
    return 1;
}

static int verify(X509_STORE_CTX *context, void *unused)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx());
    const struct lab_pair *pair = SSL_get_app_data(ssl);
    (void)unused;
    if (SSL_get_verify_mode(ssl) == SSL_VERIFY_NONE && !pair->client->verify)
        return 1; /* OpenSSL would look, and nobody would ask what it found */
    if (pair->pasted)
        return verify_pasted(context, pair);
    return X509_verify_cert(context);
}

/* ---- conf commands ------------------------------------------------------ */

static SSL_CONF_CTX *conf_new(void)
{
    SSL_CONF_CTX *conf = SSL_CONF_CTX_new();
    if (!conf)
        base_out_of_memory();
    SSL_CONF_CTX_set_flags(conf, SSL_CONF_FLAG_FILE | SSL_CONF_FLAG_SERVER | SSL_CONF_FLAG_CLIENT |
                                     SSL_CONF_FLAG_CERTIFICATE | SSL_CONF_FLAG_SHOW_ERRORS);
    return conf;
}

static bool names_a_file(SSL_CONF_CTX *conf, const char *name)
{
    int type = SSL_CONF_cmd_value_type(conf, name);
    return type == SSL_CONF_TYPE_FILE || type == SSL_CONF_TYPE_DIR;
}

static bool set_command(struct lab_pair *pair, SSL_CONF_CTX *conf,
                        const struct lab_command *command)
{
    struct arena *arena = pair->lab->arena;
    const char *name = arena_c_string(arena, command->name);
    const char *value = arena_c_string(arena, command->value);
    str refused = lab_imitate_refusal(arena, pair->client->openssl, command);
    if (refused.len > 0) {
        lab_words_say(pair, LAB_STAGE_START, LAB_BY_CLIENT, refused);
        return false;
    }
    if (names_a_file(conf, name) || SSL_CONF_cmd(conf, name, value) > 0)
        return true;
    return refuse(pair, str_fmt(arena, "SSL_CONF_cmd(\"%s\", \"%s\") failed", name, value));
}

static bool set_commands(struct lab_pair *pair, SSL_CTX *context)
{
    const struct lab_client *client = pair->client;
    SSL_CONF_CTX *conf = conf_new();
    bool ok = true;
    SSL_CONF_CTX_set_ssl_ctx(conf, context);
    for (u32 i = 0; ok && i < client->command_count; i++)
        ok = set_command(pair, conf, &client->commands[i]);
    if (ok)
        SSL_CONF_CTX_finish(conf);
    SSL_CONF_CTX_free(conf);
    return ok;
}

/* ---- ALPN --------------------------------------------------------------- */

static void set_alpn(struct lab_pair *pair, SSL_CTX *context)
{
    const struct lab_client *client = pair->client;
    str list = client->family == FAMILY_GRPC || client->http2 ? STR("h2") : client->alpn;
    struct buf wire = buf_new(pair->lab->arena);
    for (str word = str_word(&list); word.len > 0; word = str_word(&list)) {
        buf_char(&wire, (char)word.len);
        buf_str(&wire, word);
    }
    if (wire.len > 0)
        SSL_CTX_set_alpn_protos(context, (const unsigned char *)wire.p, wire.len);
}

/* ---- all of it ---------------------------------------------------------- */

static str settings_of(struct lab_pair *pair)
{
    const struct lab_client *c = pair->client;
    struct buf buf = buf_new(pair->lab->arena);
    buf_fmt(&buf, "client %u %u %d %u %u %.*s\n", c->nginx.packed, c->openssl.packed, c->level,
            (u32)c->family, c->protocols, STR_ARG(c->ciphers));
    for (u32 i = 0; i < c->command_count; i++)
        buf_fmt(&buf, "%.*s=%.*s\n", STR_ARG(c->commands[i].name), STR_ARG(c->commands[i].value));
    buf_fmt(&buf, "%d %u %u %.*s\n", c->verify, c->depth, (u32)c->trust, STR_ARG(c->trusted));
    buf_fmt(&buf, "%u %.*s %.*s %d %.*s", (u32)c->identity, STR_ARG(c->certificate),
            STR_ARG(c->certificate_key), c->http2, STR_ARG(c->alpn));
    return buf_view(&buf);
}

static bool set_up(struct lab_pair *pair, SSL_CTX *context)
{
    if (!set_ciphers(pair, context) || !set_identity(pair, context))
        return false;
    set_trust(pair, context);
    SSL_CTX_set_cert_verify_callback(context, verify, NULL);
    set_alpn(pair, context);
    return set_commands(pair, context);
}

/* trust_pasted adds to a context's store: such a context serves one chain only. */
static bool is_shared(const struct lab_pair *pair)
{
    return !(pair->pasted && pair->client->verify && pair->client->trust == LAB_TRUST_BACKEND);
}

static void free_context(void *thing)
{
    SSL_CTX_free(thing);
}

static SSL_CTX *context_of(struct lab_pair *pair)
{
    str settings = settings_of(pair);
    SSL_CTX *context = is_shared(pair) ? lab_find_context(pair, settings) : NULL;
    if (context)
        return context;
    context = create(pair);
    if (!set_up(pair, context)) {
        SSL_CTX_free(context);
        return NULL;
    }
    if (is_shared(pair))
        lab_keep_context(pair, settings, context, pair->outcome->note_count);
    else
        arena_hook(pair->lab->arena, free_context, context);
    return context;
}

/* ---- the name ----------------------------------------------------------- */

/* A port is cut; the brackets of an IPv6 address stay. */
str lab_client_verify_name(const struct lab_client *client)
{
    str name = client->name;
    u32 from = 0;
    if (name.len > 0 && name.p[0] == '[') {
        u32 bracket = str_find_char(name, ']');
        from = bracket == STR_NONE ? 0 : bracket;
    }
    u32 colon = str_find_char(str_from(name, from), ':');
    return colon == STR_NONE ? name : str_sub(name, 0, from + colon);
}

static void set_name(struct lab_pair *pair, SSL *ssl)
{
    str name = lab_client_verify_name(pair->client);
    if (!pair->client->server_name || name.len == 0 || name.p[0] == '[')
        return;
    if (hop_host_kind(name) == HOST_IPV4)
        return;
    if (SSL_set_tlsext_host_name(ssl, arena_c_string(pair->lab->arena, name)) == 1)
        pair->outcome->sni = name;
}

static void set_time(struct lab_pair *pair, SSL *ssl)
{
    X509_VERIFY_PARAM *param = SSL_get0_param(ssl);
    if (pair->lab->now != 0)
        X509_VERIFY_PARAM_set_time(param, (time_t)pair->lab->now);
    else
        X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_NO_CHECK_TIME);
}

static void say_what_is_not_read(struct lab_pair *pair)
{
    struct arena *arena = pair->lab->arena;
    SSL_CONF_CTX *conf = conf_new();
    for (u32 i = 0; i < pair->client->command_count; i++) {
        const char *name = arena_c_string(arena, pair->client->commands[i].name);
        if (names_a_file(conf, name))
            lab_note(pair,
                     str_fmt(arena, "%s names a file, which the replay does not read.", name));
    }
    SSL_CONF_CTX_free(conf);
}

SSL *lab_client_new(struct lab_pair *pair)
{
    lab_imitate_say(pair);
    say_what_is_not_read(pair);
    SSL_CTX *context = context_of(pair);
    if (!context)
        return NULL;
    SSL *ssl = SSL_new(context);
    SSL_set_connect_state(ssl);
    set_name(pair, ssl);
    set_time(pair, ssl);
    return ssl;
}
