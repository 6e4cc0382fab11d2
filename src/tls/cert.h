/*
 * cert: certificates as pasted, and what nginx would make of them.
 *
 * Reads every certificate of a text (PEM blocks; whatever stands between them
 * is passed over), matches names and builds chains as nginx does, which asks
 * OpenSSL: X509_check_host looks at DNS names and, only where there is none, at
 * the common name; never at addresses.
 *
 * Units: times are seconds since 1970, may be negative; `at` is bytes of the
 * text. Ownership: everything is the arena's; OpenSSL's objects join it by a
 * hook. Errors: a block that is no certificate is counted in `bad`.
 * Cost: about 20 microseconds a certificate; a chain, a signature check a link.
 */
#ifndef TLSMEND_TLS_CERT_H
#define TLSMEND_TLS_CERT_H

#include "base/arena.h"

struct x509_st; /* OpenSSL's X509 */

enum cert_key {
    CERT_KEY_OTHER,
    CERT_KEY_RSA,
    CERT_KEY_EC,
    CERT_KEY_ED25519,
};

struct cert {
    str subject; /* "CN=api.example.com,O=Example", most specific first */
    str issuer;
    str common_name; /* the first; empty: none */
    str *dns;        /* subjectAltName, as written */
    u32 dns_count;
    str *ip; /* "192.0.2.7", "2001:db8::1" */
    u32 ip_count;
    enum cert_key key;
    u32 bits;
    str curve; /* "P-256" of an EC key */
    int64_t not_before;
    int64_t not_after;
    str digest; /* of the signature: "SHA256"; empty for Ed25519 */
    bool self_signed;
    bool authority;  /* may issue certificates */
    bool for_server; /* its uses, where it lists any, include serverAuth */
    bool for_client;
    str fingerprint; /* SHA-256, hexadecimal, capitals, with colons */
    span at;         /* its block in the text; empty in what the lab made */
    struct x509_st *x509;
};

struct cert_list {
    struct cert *cert; /* in the order of the text */
    u32 count;
    u32 bad; /* blocks that could not be read */
};

/* BEGIN CERTIFICATE, X509 CERTIFICATE and TRUSTED CERTIFICATE, as nginx reads a CA file. */
struct cert_list cert_read(struct arena *arena, str text);
/* What one of OpenSSL's own says; keeps a reference to it. */
struct cert cert_of(struct arena *arena, struct x509_st *x509);

/*
 * `name` suits the certificate, by nginx's rule. `name` is as
 * ngx_http_upstream_ssl_name leaves it: no port, an IPv6 address in brackets.
 */
bool cert_matches(const struct cert *cert, str name);

/* A name that suits whatever nginx dials: the first DNS name without a wildcard,
 * else the common name where there is no DNS name; empty: there is none. */
str cert_plain_name(const struct cert *cert);

/* `issuer` signed `cert`: names, key identifiers and the signature agree. */
bool cert_is_issued_by(const struct cert *cert, const struct cert *issuer);

enum cert_private {
    CERT_PRIVATE_NONE,      /* the text holds no private key */
    CERT_PRIVATE_ENCRYPTED, /* it needs a password */
    CERT_PRIVATE_BROKEN,
    CERT_PRIVATE_FITS,  /* it is the certificate's */
    CERT_PRIVATE_OTHER, /* it is another's: "key values mismatch" */
};
/* Whether the first private key of a text belongs to the certificate. */
enum cert_private cert_private_fits(const struct cert *cert, str text);

struct cert_trust {
    const struct cert_list *roots; /* the CA file */
    u32 depth;                     /* *_ssl_verify_depth */
    int level;                     /* OpenSSL's security level, 0 to 5 */
    int64_t now;                   /* 0: dates are not looked at */
};

struct cert_verdict {
    u32 code;   /* X509_V_OK is 0 */
    str text;   /* OpenSSL's words */
    u32 at;     /* of code: which certificate of the chain, 0 the leaf */
    u32 length; /* of the chain that was built, with leaf and root */
};

/*
 * Verifies sent[0], the others of `sent` at hand, as an OpenSSL client does
 * whose callback lets everything pass: the code is that of the last error.
 */
struct cert_verdict cert_verify(struct arena *arena, const struct cert_list *sent,
                                const struct cert_trust *trust);

#endif
