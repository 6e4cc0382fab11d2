#include "tls/lab_parts.h"

#include <openssl/core_names.h>
#include <openssl/err.h>

#include <string.h>

u32 lab_default_protocols(struct version nginx)
{
    if (version_at_least(nginx, VERSION(1, 27, 3)))
        return PROTOCOL_TLS1_2 | PROTOCOL_TLS1_3;
    if (version_before(nginx, VERSION(1, 23, 4)))
        return PROTOCOL_TLS1 | PROTOCOL_TLS1_1 | PROTOCOL_TLS1_2;
    return PROTOCOL_TLS1 | PROTOCOL_TLS1_1 | PROTOCOL_TLS1_2 | PROTOCOL_TLS1_3;
}

/* ---- the lab ------------------------------------------------------------ */

static void free_lab(void *thing)
{
    struct lab *lab = thing;
    RAND_set0_public(lab->library, NULL); /* frees what was set */
    RAND_set0_private(lab->library, NULL);
    OSSL_PROVIDER_unload(lab->provider);
    OSSL_LIB_CTX_free(lab->library);
}

/*
 * OpenSSL's generator for tests, the same bytes each time: outcomes tell sizes,
 * and a signature's size depends on them.
 */
static void begin_random(EVP_RAND_CTX *random)
{
    unsigned int generate = 1;
    unsigned int strength = 256;
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_uint(OSSL_RAND_PARAM_GENERATE, &generate),
        OSSL_PARAM_construct_uint(OSSL_RAND_PARAM_STRENGTH, &strength),
        OSSL_PARAM_construct_end(),
    };
    EVP_RAND_uninstantiate(random);
    if (EVP_RAND_instantiate(random, strength, 0, NULL, 0, params) != 1)
        base_out_of_memory();
}

void lab_begin_random(struct lab *lab)
{
    for (int i = 0; i < 2; i++)
        begin_random(lab->random[i]);
}

static void make_random(struct lab *lab)
{
    EVP_RAND *kind = EVP_RAND_fetch(lab->library, "TEST-RAND", NULL);
    for (int i = 0; i < 2; i++) {
        lab->random[i] = kind ? EVP_RAND_CTX_new(kind, NULL) : NULL;
        if (!lab->random[i])
            base_out_of_memory();
    }
    EVP_RAND_free(kind);
    lab_begin_random(lab);
    RAND_set0_public(lab->library, lab->random[0]);
    RAND_set0_private(lab->library, lab->random[1]);
}

struct lab *lab_new(struct arena *arena, int64_t now)
{
    struct lab *lab = arena_alloc(arena, sizeof *lab);
    OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
    lab->arena = arena;
    lab->now = now;
    lab->library = OSSL_LIB_CTX_new();
    lab->provider = lab->library ? OSSL_PROVIDER_load(lab->library, "default") : NULL;
    if (!lab->provider)
        base_out_of_memory();
    arena_hook(arena, free_lab, lab);
    make_random(lab);
    return lab;
}

static void free_context(void *thing)
{
    SSL_CTX_free(thing);
}

void lab_note(struct lab_pair *pair, str note)
{
    struct lab_outcome *outcome = pair->outcome;
    pair->notes = arena_grow(pair->lab->arena, pair->notes, outcome->note_count, &pair->note_room,
                             sizeof *pair->notes);
    pair->notes[outcome->note_count++] = note;
    outcome->notes = pair->notes;
}

SSL_CTX *lab_find_context(struct lab_pair *pair, str settings)
{
    struct lab_context *kept = pair->lab->contexts;
    while (kept && !str_eq(kept->settings, settings))
        kept = kept->next;
    for (u32 i = 0; kept && i < kept->note_count; i++)
        lab_note(pair, kept->notes[i]);
    return kept ? kept->context : NULL;
}

void lab_keep_context(struct lab_pair *pair, str settings, SSL_CTX *context, u32 first_note)
{
    struct lab *lab = pair->lab;
    struct lab_context *kept = arena_alloc(lab->arena, sizeof *kept);
    kept->settings = settings;
    kept->context = context;
    kept->notes = pair->notes ? pair->notes + first_note : NULL;
    kept->note_count = pair->outcome->note_count - first_note;
    kept->next = lab->contexts;
    lab->contexts = kept;
    arena_hook(lab->arena, free_context, context);
}

/* ---- the backend's steps ------------------------------------------------ */

static const char PLAIN_ANSWER[] = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n"
                                   "Connection: close\r\n\r\n<h1>400 Bad Request</h1>\r\n";

static void leave(struct lab_pair *pair)
{
    pair->peer_gone = true;
    BIO_set_mem_eof_return(pair->down, 0);
}

static void answer(struct lab_pair *pair, str bytes, str name)
{
    BIO_write(pair->down, bytes.p, (int)bytes.len);
    if (name.len > 0)
        lab_record_event(pair, false, name, bytes.len, (str){0});
}

/* A backend that is no TLS server, once the ClientHello is there. */
static void step_other(struct lab_pair *pair)
{
    if (pair->peer_gone || BIO_ctrl_pending(pair->up) == 0)
        return;
    BIO_reset(pair->up);
    switch (pair->backend->kind) {
    case LAB_PLAIN_HTTP:
        answer(pair, STR(PLAIN_ANSWER), STR("plain text"));
        leave(pair);
        break;
    case LAB_BYTES:
        answer(pair, pair->backend->bytes, (str){0});
        break;
    case LAB_RESETS:
        pair->reset = true;
        leave(pair);
        break;
    case LAB_CLOSES:
        leave(pair);
        break;
    case LAB_TLS:
    case LAB_SILENT:
        break;
    }
}

/* What it says after nginx has given up is about nginx's alert. */
static void peer_failed(struct lab_pair *pair)
{
    str said = lab_words_errors(pair->lab->arena, (str){0});
    u32 at = str_find(said, STR("error:"));
    if (at != STR_NONE && pair->outcome->message.len == 0)
        pair->outcome->backend_says = str_sub(said, at, said.len - 1);
    if (pair->hangs_up) {
        BIO_reset(pair->down);
        pair->outcome->backend_says = (str){0};
    }
    leave(pair);
}

/* ---- what happens on the way -------------------------------------------- */

static u32 be16(const u8 *p)
{
    return (u32)p[0] << 8 | p[1];
}

/* Turns the last bit of the first record that is encrypted. */
static void damage_record(u8 *bytes, size_t len)
{
    bool encrypted = false;
    for (size_t at = 0; at + 5 <= len;) {
        size_t next = at + 5 + be16(bytes + at + 3);
        if (next > len)
            return;
        if (bytes[at] == SSL3_RT_APPLICATION_DATA || encrypted) {
            bytes[next - 1] ^= 1;
            return;
        }
        encrypted = bytes[at] == SSL3_RT_CHANGE_CIPHER_SPEC && bytes[next] == SSL3_RT_HANDSHAKE;
        at = next;
    }
}

/* Hides the extension renegotiation_info, ff01 0001 00, under a number that nobody knows. */
static void hide_renegotiation(u8 *bytes, size_t len)
{
    static const u8 INFO[] = {0xff, 0x01, 0x00, 0x01, 0x00};
    for (size_t at = 0; at + sizeof INFO <= len; at++) {
        if (memcmp(bytes + at, INFO, sizeof INFO) == 0) {
            bytes[at + 1] = 0x7f;
            return;
        }
    }
}

static void meddle(struct lab_pair *pair)
{
    char *bytes = NULL;
    long len = BIO_get_mem_data(pair->down, &bytes);
    if (len <= 0)
        return;
    if (pair->backend->damage == LAB_DAMAGE_RECORD)
        damage_record((u8 *)bytes, (size_t)len);
    if (pair->backend->no_rfc5746)
        hide_renegotiation((u8 *)bytes, (size_t)len);
}

static void step_peer(struct lab_pair *pair)
{
    if (!pair->peer) {
        step_other(pair);
        return;
    }
    if (pair->peer_done || pair->peer_gone)
        return;
    ERR_clear_error();
    int n = SSL_do_handshake(pair->peer);
    if (n == 1)
        pair->peer_done = true;
    else if (SSL_get_error(pair->peer, n) != SSL_ERROR_WANT_READ)
        peer_failed(pair);
    ERR_clear_error();
    meddle(pair);
}

/* ---- nginx's steps ------------------------------------------------------ */

/* False: the handshake is over, one way or the other. */
static bool step_nginx(struct lab_pair *pair)
{
    ERR_clear_error();
    int n = SSL_do_handshake(pair->nginx);
    if (n == 1) {
        pair->nginx_done = true;
        return false;
    }
    int error = SSL_get_error(pair->nginx, n);
    if (error == SSL_ERROR_WANT_READ)
        return true;
    lab_words_failed(pair, LAB_STAGE_HANDSHAKE, error, STR("SSL_do_handshake() failed"));
    return false;
}

enum { MAX_STEPS = 16 }; /* a handshake with a second ClientHello has 5 */

static void shake(struct lab_pair *pair)
{
    for (int i = 0; i < MAX_STEPS && step_nginx(pair); i++) {
        step_peer(pair);
        if (BIO_ctrl_pending(pair->down) == 0 && !pair->peer_gone) {
            lab_words_say(pair, LAB_STAGE_HANDSHAKE, LAB_BY_NETWORK,
                          STR("upstream timed out (110: Connection timed out)"));
            return;
        }
    }
    step_peer(pair); /* nginx's last flight, or its alert */
}

static bool verify(struct lab_pair *pair)
{
    struct lab_outcome *outcome = pair->outcome;
    struct arena *arena = pair->lab->arena;
    if (!pair->client->verify)
        return true;
    long code = SSL_get_verify_result(pair->nginx);
    outcome->verified = true;
    outcome->verify_code = (u32)code;
    outcome->verify_text = str_of(X509_verify_cert_error_string(code));
    if (code != X509_V_OK) {
        lab_words_say(pair, LAB_STAGE_VERIFY, LAB_BY_CLIENT,
                      str_fmt(arena, "upstream SSL certificate verify error: (%ld:%.*s)", code,
                              STR_ARG(outcome->verify_text)));
        return false;
    }
    bool matches = outcome->certificate && cert_matches(outcome->certificate, outcome->verify_name);
    outcome->match = matches ? LAB_MATCH_YES : LAB_MATCH_NO;
    if (!matches)
        lab_words_say(pair, LAB_STAGE_VERIFY, LAB_BY_CLIENT,
                      str_fmt(arena, "upstream SSL certificate does not match \"%.*s\"",
                              STR_ARG(outcome->verify_name)));
    return matches;
}

/* The request, and the first bytes of its answer. */
static void exchange(struct lab_pair *pair)
{
    char bytes[64];
    ERR_clear_error();
    SSL_write(pair->nginx, "GET / HTTP/1.0\r\n\r\n", 18);
    if (pair->peer_done && SSL_read(pair->peer, bytes, sizeof bytes) > 0)
        SSL_write(pair->peer, "HTTP/1.1 200 OK\r\n\r\n", 19);
    ERR_clear_error();
    int n = SSL_read(pair->nginx, bytes, sizeof bytes);
    if (n > 0) {
        pair->outcome->ok = true;
        pair->outcome->stage = LAB_STAGE_DONE;
        return;
    }
    lab_words_failed(pair, LAB_STAGE_READ, SSL_get_error(pair->nginx, n), STR("SSL_read() failed"));
}

/* ---- the outcome -------------------------------------------------------- */

static const struct cert *seen(struct lab_pair *pair)
{
    X509 *x509 = SSL_get0_peer_certificate(pair->nginx);
    if (!x509)
        return NULL;
    if (pair->pasted)
        return &pair->pasted->cert[0];
    struct cert *cert = arena_alloc(pair->lab->arena, sizeof *cert);
    *cert = cert_of(pair->lab->arena, x509);
    return cert;
}

static void describe(struct lab_pair *pair)
{
    struct lab_outcome *outcome = pair->outcome;
    const SSL_CIPHER *cipher = SSL_get_current_cipher(pair->nginx);
    outcome->certificate = seen(pair);
    if (!pair->nginx_done)
        return;
    outcome->protocol = str_of(SSL_get_version(pair->nginx));
    if (cipher)
        outcome->suite = str_of(SSL_CIPHER_get_name(cipher));
    if (SSL_get_negotiated_group(pair->nginx) != 0)
        outcome->group = str_of(SSL_get0_group_name(pair->nginx));
}

static void join(struct lab_pair *pair)
{
    pair->up = BIO_new(BIO_s_mem());
    pair->down = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(pair->up, -1);
    BIO_set_mem_eof_return(pair->down, -1);
    SSL_set_app_data(pair->nginx, pair);
    BIO_up_ref(pair->up);
    BIO_up_ref(pair->down);
    SSL_set_bio(pair->nginx, pair->down, pair->up);
    if (!pair->peer)
        return;
    SSL_set_app_data(pair->peer, pair);
    BIO_up_ref(pair->up);
    BIO_up_ref(pair->down);
    SSL_set_bio(pair->peer, pair->up, pair->down);
}

static void part(struct lab_pair *pair)
{
    SSL_free(pair->nginx);
    SSL_free(pair->peer);
    BIO_free(pair->up);
    BIO_free(pair->down);
    ERR_clear_error();
}

static const struct cert_list *read_chain(struct lab_pair *pair)
{
    struct cert_list *list = arena_alloc(pair->lab->arena, sizeof *list);
    if (pair->backend->chain.len > 0)
        *list = cert_read(pair->lab->arena, pair->backend->chain);
    return list->count > 0 ? list : NULL;
}

static void play(struct lab_pair *pair)
{
    join(pair);
    lab_record_watch(pair);
    lab_begin_random(pair->lab);
    shake(pair);
    describe(pair);
    if (pair->nginx_done && verify(pair))
        exchange(pair);
    pair->outcome->transcript = pair->messages;
}

static struct lab_outcome *run(struct lab *lab, const struct lab_client *client,
                               const struct lab_backend *backend)
{
    struct lab_outcome *outcome = arena_alloc(lab->arena, sizeof *outcome);
    struct lab_pair pair = {.lab = lab, .client = client, .backend = backend, .outcome = outcome};
    pair.pasted = read_chain(&pair);
    outcome->verify_name = lab_client_verify_name(client);
    pair.nginx = lab_client_new(&pair);
    if (!pair.nginx)
        return outcome;
    if (backend->kind == LAB_TLS)
        pair.peer = lab_server_new(&pair);
    play(&pair);
    part(&pair);
    return outcome;
}

/*
 * A server without secure renegotiation differs in one extension. A client that
 * does not mind goes on as with any other server.
 */
const struct lab_outcome *lab_run(struct lab *lab, const struct lab_client *client,
                                  const struct lab_backend *backend)
{
    struct lab_outcome *outcome = run(lab, client, backend);
    bool minds = outcome->reason == SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED;
    if (!backend->no_rfc5746 || minds || outcome->stage == LAB_STAGE_START)
        return outcome;
    struct lab_backend tolerated = *backend;
    tolerated.no_rfc5746 = false;
    if (tolerated.protocols == 0 || tolerated.protocols & PROTOCOL_TLS1_3)
        tolerated.protocols =
            backend->protocols ? backend->protocols & ~(u32)PROTOCOL_TLS1_3 : (u32)PROTOCOL_TLS1_2;
    return run(lab, client, &tolerated);
}
