/*
 * backend_fact: what one scan, handshake, certificate or configuration says
 * about one backend.
 *
 * A fact says no more than its text does: a version or suite that is not
 * listed is unknown, unless the program that wrote the text had tried it and
 * said what came of it. A scan that reached nothing refuses nothing.
 * Units: `line` from 1; `at` in bytes of the evidence text as given; versions
 * are PROTOCOL_* bits (nginx/hop.h).
 * Ownership: slices point into the text, or into the arena. An empty slice, 0
 * or an enum's 0 means "the text does not say".
 */
#ifndef TLSMEND_EVIDENCE_BACKEND_FACT_H
#define TLSMEND_EVIDENCE_BACKEND_FACT_H

#include "evidence/kind.h"
#include "evidence/reason.h"

enum backend_sni { SNI_UNKNOWN, SNI_SENT, SNI_NOT_SENT };

enum backend_handshake { HANDSHAKE_UNKNOWN, HANDSHAKE_OK, HANDSHAKE_FAILED };

enum backend_client_auth {
    CLIENT_AUTH_UNKNOWN,
    CLIENT_AUTH_NONE,
    CLIENT_AUTH_REQUESTED, /* a certificate was asked for; whether one is needed is not known */
    CLIENT_AUTH_OPTIONAL,
    CLIENT_AUTH_REQUIRED,
};

enum backend_key { KEY_UNKNOWN, KEY_RSA, KEY_EC, KEY_OTHER };

enum backend_yes_no { SAID_NOTHING, SAID_YES, SAID_NO };

struct str_list {
    str *item;
    u32 count;
    u32 room;
};

struct backend_cipher {
    str name;      /* as OpenSSL or IANA call it; nmap's "TLS_AKE_WITH_" is "TLS_" */
    str exchange;  /* "x25519", "rsa 2048", "dh 1024": as written; may be empty */
    u32 protocols; /* with which it was accepted */
};

struct backend_fact {
    u32 text; /* index of the evidence text */
    u32 line;
    span at;
    enum evidence_kind kind;

    /* --- who was asked --- */
    str host;    /* a DNS name that was dialled; empty where an address was */
    str address; /* "192.0.2.9", "2001:db8::1" */
    u32 port;
    enum backend_sni sni;
    str sni_name;
    struct str_list names; /* its server_name lines: of a configuration */

    /* --- what came of it --- */
    enum backend_handshake handshake;
    const struct reason *reason; /* why it failed */
    u32 alert;                   /* that the backend sent, 0: none */

    /* --- versions and suites --- */
    u32 offered; /* it takes these */
    u32 refused; /* it does not take these */
    u32 negotiated;
    struct backend_cipher *ciphers; /* those accepted, in the order of the text */
    u32 cipher_count;
    u32 cipher_room;
    u32 complete;           /* versions of which every suite that the program knows was tried */
    str cipher_list;        /* ssl_ciphers, as written: of a configuration */
    struct str_list groups; /* as written: "x25519", "secp256r1" */
    u32 dh_bits;            /* the smallest DHE group seen */
    enum backend_yes_no secure_renegotiation;
    str alpn; /* what was negotiated, or all that is offered */

    /* --- its certificate --- */
    struct str_list pems; /* as sent, the leaf first; each one block */
    u32 sent;             /* certificates in the chain that it sends; 0: not known */
    str subject;          /* as written */
    str issuer;
    str common_name;
    struct str_list dns; /* DNS names of subjectAltName, where the text has them in words */
    enum backend_key key;
    u32 key_bits;
    bool names_without_sni; /* the certificate came without SNI being sent */
    bool has_verify_code;
    u32 verify_code; /* by the trust store of whoever ran the program */
    str verify_text;

    /* --- the client's certificate --- */
    enum backend_client_auth client_auth;
    struct str_list client_issuers; /* names of the CAs that it accepts */

    bool rejects_unknown_names; /* ssl_reject_handshake */
    const char *note;           /* what must be said about the text; NULL: nothing */
};

#endif
