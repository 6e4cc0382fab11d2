/*
 * lab: a handshake between nginx and a backend, replayed in memory.
 *
 * A client that is set up as nginx sets one up at a hop (same calls, same order,
 * same options) meets a stand-in for the backend. Both are real OpenSSL; two
 * memory BIOs lie between them. No I/O, clock or randomness has a part in it: the
 * stand-ins' keys are fixed (fixtures.inc) and the generator is OpenSSL's own
 * for tests, begun anew for each replay, so that every build gives the same
 * outcome to the byte. Nothing secret is made here, and no message leaves: of
 * each, an outcome holds what it says and its size.
 *
 * What it cannot show, `notes` say: other versions of OpenSSL than the linked
 * one are imitated where its settings reach that far (lab_imitate.c).
 *
 * Units: sizes in bytes, times in seconds since 1970. Ownership: a lab joins its
 * arena and ends with it; so do outcomes. Slices of the models must live as long
 * as the lab.
 * Errors: none. Settings that nginx would not start with give an outcome of
 * LAB_STAGE_START.
 * Cost: the first replay takes about 5 ms natively and 50 in WebAssembly, later
 * ones 0.5 and 5 on average, 3 and 20 at most: contexts, certificates and keys
 * are kept for a lab's life. A process may have some 60 labs at once.
 */
#ifndef TLSMEND_TLS_LAB_H
#define TLSMEND_TLS_LAB_H

#include "nginx/hop.h"
#include "nginx/version.h"
#include "tls/cert.h"

struct lab;

/* `now`: when certificates are looked at; 0: their dates are not. */
struct lab *lab_new(struct arena *arena, int64_t now);

/* ---- the client: nginx at a hop ----------------------------------------- */

struct lab_command {
    str name;  /* "Groups" */
    str value; /* "X25519:P-256" */
};

enum lab_trust {
    LAB_TRUST_BACKEND,  /* a CA file that vouches for the backend, whatever it is */
    LAB_TRUST_STRANGER, /* one that does not */
    LAB_TRUST_PEM,      /* `trusted` */
};

enum lab_identity {
    LAB_IDENTITY_NONE,
    LAB_IDENTITY_GOOD,     /* a client certificate that the backend trusts */
    LAB_IDENTITY_STRANGER, /* of a CA that the backend does not know */
    LAB_IDENTITY_EXPIRED,
    LAB_IDENTITY_SERVER, /* not meant for clients */
    LAB_IDENTITY_PEM,    /* `certificate` and `certificate_key`; the backend trusts it */
};

enum { LAB_LEVEL_DEFAULT = -1 };

/* All zero but `level` (LAB_LEVEL_DEFAULT): nginx with its defaults. */
struct lab_client {
    struct version nginx;   /* unknown: 1.26.3's behaviour */
    struct version openssl; /* unknown: the linked one's */
    int level;              /* security level where the cipher list says none; default: 2 */
    enum family family;     /* for its words and, of grpc, for ALPN */
    u32 protocols; /* PROTOCOL bits of *_ssl_protocols as OR-ed, holes and all; 0: default */
    str ciphers;   /* *_ssl_ciphers; empty: DEFAULT */
    const struct lab_command *commands; /* *_ssl_conf_command */
    u32 command_count;
    bool server_name; /* *_ssl_server_name on */
    str name;         /* *_ssl_name, else the host of the target; a port is cut here */
    bool verify;
    u32 depth; /* *_ssl_verify_depth; 0 is 0, nginx's default is 1 */
    enum lab_trust trust;
    str trusted;
    enum lab_identity identity;
    str certificate;
    str certificate_key;
    bool http2; /* proxy_http_version 2; grpc needs no saying */
    str alpn;   /* stream's proxy_ssl_alpn: "h2 http/1.1" */
};

/* ---- the backend -------------------------------------------------------- */

enum lab_kind {
    LAB_TLS,
    LAB_PLAIN_HTTP, /* answers 400 in plain text */
    LAB_CLOSES,     /* ends the connection without a word */
    LAB_RESETS,     /* the same, by RST */
    LAB_SILENT,     /* never answers */
    LAB_BYTES,      /* answers `bytes`, whatever it is asked, and says no more */
};

enum {
    LAB_KEY_RSA_2048 = 1,
    LAB_KEY_RSA_1024 = 2,
    LAB_KEY_P256 = 4,
    LAB_KEY_P384 = 8,
    LAB_KEY_ED25519 = 16,
};

enum lab_refusal {
    LAB_REFUSES_BY_ALERT, /* `refusal_alert` */
    LAB_REFUSES_BY_CLOSING,
    LAB_REFUSES_BY_RESET,
};

enum lab_asking {
    LAB_ASKS_NO_CERTIFICATE,
    LAB_ASKS_FOR_CERTIFICATE, /* and looks at it only after the handshake, as nginx does */
    LAB_NEEDS_CERTIFICATE,    /* and ends the handshake without one that it trusts */
};

enum lab_damage {
    LAB_DAMAGE_NONE,
    LAB_DAMAGE_RECORD, /* a bit of the backend's first encrypted record turns on the way */
};

/* All zero but `level`: a modern server that everything suits, with one name "backend.test". */
struct lab_backend {
    enum lab_kind kind;
    int level;     /* security level; default: what its own settings need, at most 2 */
    str bytes;     /* of LAB_BYTES */
    str ciphers;   /* of TLS 1.2 and below; empty: DEFAULT */
    str suites;    /* of TLS 1.3; empty: default */
    str groups;    /* empty: default */
    str sigalgs;   /* empty: default */
    u32 protocols; /* PROTOCOL bits; 0: TLSv1.2 TLSv1.3 */
    u32 dh_bits;   /* 1024: that is its DHE group; 0: it has a good one */
    bool old;      /* does not know the list of versions of a TLS 1.3 ClientHello, as before 2018 */
    bool no_rfc5746; /* no secure renegotiation; TLS 1.2 and below only */
    bool alpn_http1; /* knows of ALPN, and has "http/1.1" only */

    /* Its certificate. */
    bool no_alternatives; /* the CN is its only name */
    bool self_signed;
    bool sends_no_chain; /* the leaf alone, whatever issued it */
    bool sends_root;
    bool weak_digest; /* SHA-1, of a self-signed leaf */
    u32 keys;         /* LAB_KEY bits, one certificate for each; 0: P-256 and RSA 2048 */
    u32 name_count;
    const str *names;   /* addresses become IP names; none: "backend.test" */
    str common_name;    /* empty: the first name */
    int64_t not_before; /* of the leaf; both 0: 1970 to 9999 */
    int64_t not_after;
    /*
     * A pasted chain, leaf first. Its private key is not ours: the stand-in shakes
     * hands with a key of the same kind, and the client is shown this chain when it
     * verifies. Then all else that is said of the certificate does not count.
     */
    str chain;
    u32 intermediates; /* between leaf and root */

    /* What it wants. */
    u32 served_count;
    const str *served;        /* the names that it knows by SNI, "*.example.com" too; none: any */
    enum lab_refusal refusal; /* of no SNI or an unknown one */
    u32 refusal_alert;        /* 0: 112 */
    enum lab_asking asking;
    enum lab_damage damage;
    bool needs_sni; /* even without `served` */
};

/* ---- what happened ------------------------------------------------------ */

enum lab_stage {
    LAB_STAGE_START,     /* nginx does not start: `nginx -t` says so */
    LAB_STAGE_HANDSHAKE, /* while SSL handshaking to upstream */
    LAB_STAGE_VERIFY,    /* the handshake was fine, nginx's own check was not */
    LAB_STAGE_READ,      /* while reading response header from upstream */
    LAB_STAGE_DONE,
};

enum lab_by {
    LAB_BY_NOBODY,
    LAB_BY_CLIENT,  /* nginx or its OpenSSL */
    LAB_BY_BACKEND, /* it sent an alert */
    LAB_BY_NETWORK, /* closed, reset, silent */
};

enum lab_match { LAB_MATCH_UNCHECKED, LAB_MATCH_YES, LAB_MATCH_NO };

struct lab_message {
    bool from_client;
    str name; /* "ClientHello", "alert", "plain text", "close" */
    u32 size; /* of the message, with its own header, without the record's; ECDSA at its longest */
    str summary; /* "TLS 1.2 and 1.3; 31 suites; SNI api.example.com; …" */
    u32 alert;   /* its number; 0: no alert */
};

struct lab_outcome {
    bool ok; /* nginx goes on to read the answer */
    enum lab_stage stage;
    enum lab_by by;

    /* The line of error.log, in parts; empty when ok. */
    str level;        /* "error", "crit", "emerg": by nginx's version */
    str message;      /* `SSL_do_handshake() failed (SSL: error:0A000410:…)` */
    str action;       /* " while SSL handshaking to upstream"; empty at start */
    str code;         /* of the first packed error, "0A000410"; empty: none */
    u32 reason;       /* OpenSSL's, 1040; 0: none */
    u32 alert;        /* that the backend sent; 0: none */
    u32 alert_sent;   /* by nginx to the backend; 0: none */
    str backend_says; /* what an OpenSSL there would log: "error:0A0000C1:…:no shared cipher" */

    str protocol;                   /* "TLSv1.3"; empty: not agreed */
    str suite;                      /* OpenSSL's name */
    str group;                      /* "X25519MLKEM768"; empty: none, or key exchange by RSA */
    str sni;                        /* that nginx sent; empty: none */
    str verify_name;                /* what the certificate is compared with */
    const struct cert *certificate; /* the backend's, or the pasted one's leaf; NULL: not seen */
    bool verified;                  /* `verify_code` holds: nginx verifies, and it came so far */
    u32 verify_code;
    str verify_text;
    enum lab_match match;
    bool asked_for_certificate; /* the backend asked nginx for one */

    const struct lab_message *transcript; /* as nginx sees it, in its order */
    u32 message_count;
    const str *notes; /* what the replay could not show, or showed in other words */
    u32 note_count;
};

/* Never NULL. The models are only read. */
const struct lab_outcome *lab_run(struct lab *lab, const struct lab_client *client,
                                  const struct lab_backend *backend);

/*
 * An outcome as text, one fact a line, for people and for tests that compare
 * builds: "failed: SSL_do_handshake() failed (…) while …", then the transcript.
 */
str lab_text(struct arena *arena, const struct lab_outcome *outcome);

/* nginx's default for *_ssl_protocols, as PROTOCOL bits; an unknown version has 1.26's. */
u32 lab_default_protocols(struct version nginx);

#endif
