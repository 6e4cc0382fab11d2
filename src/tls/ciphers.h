/*
 * ciphers: what OpenSSL makes of cipher lists and names, asked of OpenSSL.
 *
 * Ownership: lives in the arena; its SSL_CTX is made at the first question and
 * freed when the arena ends. Errors: a list that OpenSSL refuses matches
 * nothing. Answers are those of the OpenSSL that is linked, whose build knows
 * every suite of TLS 1.2 and below that a distribution's does.
 * Cost: a question parses the list; the first makes an SSL_CTX.
 */
#ifndef TLSMEND_TLS_CIPHERS_H
#define TLSMEND_TLS_CIPHERS_H

#include "base/arena.h"

struct ciphers;

struct cipher {
    str name;     /* "ECDHE-RSA-AES128-GCM-SHA256" */
    bool weak;    /* no encryption, no authentication, or below 112 bits, or RC4, 3DES, MD5 */
    str weakness; /* "no encryption": of a weak one */
    bool modern;  /* forward secrecy and authenticated encryption */
};

struct cipher_list {
    struct cipher *cipher;
    u32 count;
};

struct ciphers *ciphers_new(struct arena *arena);

/* The list matches a suite of TLS 1.2 or below: SSL_CTX_set_cipher_list takes it. */
bool ciphers_matches(struct ciphers *ciphers, str list);
/* The suites of TLS 1.2 and below that it matches, in its order; none when it matches nothing. */
struct cipher_list ciphers_expand(struct ciphers *ciphers, str list);

/* "TLS_AES_128_GCM_SHA256": a suite of TLS 1.3, and no other. */
bool ciphers_is_tls13(struct ciphers *ciphers, str name);
/* OpenSSL's name for "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"; empty for any other text. */
str ciphers_openssl_name(struct ciphers *ciphers, str iana);

/* The next element of a list, without the ":" "," or blank behind it; empty at the end. */
str ciphers_element(str *rest);
/* The name in an element, without "!", "+" or "-". */
str ciphers_element_name(str element);

#endif
