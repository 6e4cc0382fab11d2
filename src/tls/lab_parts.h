/*
 * lab_parts: what the files of the lab share. Nobody else includes this.
 *
 * Ownership: OpenSSL's objects in here end with the arena, by hooks.
 */
#ifndef TLSMEND_TLS_LAB_PARTS_H
#define TLSMEND_TLS_LAB_PARTS_H

#include "base/buf.h"
#include "tls/lab.h"

#include <openssl/provider.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

enum lab_fixture {
    FIXTURE_RSA_2048,
    FIXTURE_RSA_1024,
    FIXTURE_P256,
    FIXTURE_P384,
    FIXTURE_ED25519,
    FIXTURE_ROOT,
    FIXTURE_INTERMEDIATE,
    FIXTURE_STRANGER,
    FIXTURE_CLIENT,
    FIXTURE_COUNT
};

/* A context that was made before, of what, and what was said then. */
struct lab_context {
    str settings;
    SSL_CTX *context;
    str *notes;
    u32 note_count;
    struct lab_context *next;
};

struct lab {
    struct arena *arena;
    int64_t now;
    OSSL_LIB_CTX *library; /* apart from everybody's, for its own generator */
    OSSL_PROVIDER *provider;
    EVP_RAND_CTX *random[2]; /* public, private */
    EVP_PKEY *keys[FIXTURE_COUNT];
    X509 *root;
    X509 *stranger;
    struct lab_context *contexts;
};

/* One replay. */
struct lab_pair {
    struct lab *lab;
    const struct lab_client *client;
    const struct lab_backend *backend;
    const struct cert_list *pasted; /* the backend's chain; NULL: the stand-in's own */
    SSL *nginx;
    SSL *peer; /* NULL: it does not speak TLS */
    BIO *up;   /* to the backend */
    BIO *down;
    bool nginx_done;
    bool peer_done;
    bool peer_gone; /* what is in `down` is its last word */
    bool reset;     /* it went by RST */
    bool hangs_up;  /* refuses without an alert */
    struct lab_outcome *outcome;
    struct lab_message *messages;
    u32 message_room;
    str *notes;
    u32 note_room;
};

/* lab_make.c: keys and certificates */
EVP_PKEY *lab_make_key(struct lab *lab, enum lab_fixture which);
X509 *lab_make_root(struct lab *lab);
X509 *lab_make_stranger(struct lab *lab);
struct lab_issued {
    X509 *leaf; /* the caller frees both */
    STACK_OF(X509) * others;
    EVP_PKEY *key; /* the lab's */
};
struct lab_issued lab_make_backend(struct lab *lab, const struct lab_backend *backend,
                                   enum lab_fixture key);
struct lab_issued lab_make_client(struct lab *lab, enum lab_identity identity);

/* lab_client.c: nginx. NULL: it would not start; then the outcome says so. */
SSL *lab_client_new(struct lab_pair *pair);
str lab_client_verify_name(const struct lab_client *client);

/* lab_imitate.c: other versions of OpenSSL */
void lab_imitate_defaults(struct lab *lab, SSL_CTX *context, struct version openssl);
str lab_imitate_ciphers(struct arena *arena, struct version openssl, str list);
str lab_imitate_refusal(struct arena *arena, struct version openssl,
                        const struct lab_command *command);
void lab_imitate_say(struct lab_pair *pair);

/* lab_server.c: the stand-in */
SSL *lab_server_new(struct lab_pair *pair);

/* lab_record.c: the transcript */
void lab_record_watch(struct lab_pair *pair);
void lab_record_event(struct lab_pair *pair, bool from_client, str name, u32 size, str summary);

/* lab_words.c: what nginx writes */
str lab_words_errors(struct arena *arena, str head); /* takes OpenSSL's errors, as nginx does */
void lab_words_failed(struct lab_pair *pair, enum lab_stage stage, int ssl_error, str head);
void lab_words_say(struct lab_pair *pair, enum lab_stage stage, enum lab_by by, str message);

/* lab.c */
void lab_begin_random(struct lab *lab); /* the generator starts over */
void lab_note(struct lab_pair *pair, str note);
SSL_CTX *lab_find_context(struct lab_pair *pair, str settings);
/* With what has been noted since `first_note`. */
void lab_keep_context(struct lab_pair *pair, str settings, SSL_CTX *context, u32 first_note);

#endif
