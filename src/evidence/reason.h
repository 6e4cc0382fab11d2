/*
 * reason: the catalogue of what nginx and OpenSSL say when TLS fails.
 *
 * What it is: one static row a reason, whatever its spelling was in OpenSSL
 * 1.0.2, 1.1.1, 3.0 or 3.5 (reasons_*.inc). Rows carry the prose that a user
 * sees: what it means, the ranked causes with the rules that mend them, and
 * what does not help. It differs by side: towards an upstream nginx is the TLS
 * client, towards a client it is the server.
 * Ownership: everything is static; pointers to rows may be compared.
 * Errors: a lookup that finds nothing returns NULL.
 * Cost: a walk over some 160 rows.
 */
#ifndef TLSMEND_EVIDENCE_REASON_H
#define TLSMEND_EVIDENCE_REASON_H

#include "base/str.h"

/* Where a message belongs: what nginx was doing when it wrote it. */
enum log_side {
    SIDE_UNKNOWN,
    SIDE_UPSTREAM, /* nginx is the TLS client: proxy_ssl_*, grpc_ssl_*, uwsgi_ssl_* */
    SIDE_CLIENT,   /* nginx is the TLS server: ssl_* */
    SIDE_CONFIG,   /* nginx reads its configuration: start, reload, nginx -t */
};
enum { SIDE_COUNT = SIDE_CONFIG + 1 };

/* Who refused. */
enum reason_by {
    REASON_BY_PEER,    /* the other side: it sent an alert, or answered with an error */
    REASON_BY_LOCAL,   /* nginx, or its own OpenSSL */
    REASON_BY_NETWORK, /* nobody said anything: closed, reset, timed out, refused */
    REASON_BY_CONFIG,  /* nginx refused its configuration */
};

struct reason_cause {
    u32 weight;        /* 1 to 100, the likeliest first */
    const char *rules; /* ids of rules that look after it, space-separated; may be "" */
    const char *text;  /* one plain sentence */
};

/* What to say about a reason on one side. */
struct reason_advice {
    const char *meaning;               /* one plain sentence */
    const struct reason_cause *causes; /* ranked; ends with a row without text */
    const char *not_help;              /* what does not help, and why; NULL: nothing to warn of */
};

enum { REASON_CODES = 12, REASON_TEXTS = 5 };

struct reason {
    const char *id;    /* "alert-handshake-failure" */
    const char *title; /* "TLS alert 40, handshake_failure" */
    enum reason_by by;
    u32 alert;               /* TLS alert number, 0: none */
    u32 verify;              /* X509_V_ERR_* number, 0: none */
    u32 library;             /* OpenSSL library of `codes`: 20 is SSL, 11 is X509; 0: none */
    u16 codes[REASON_CODES]; /* OpenSSL reason numbers, 0 ends the list; alerts have 1000 + alert */
    /* What the message says: behind "^" as nginx begins it; else anywhere in it, and here in
     * small letters without "_" and "-". */
    const char *texts[REASON_TEXTS];
    const char
        *with; /* what must follow somewhere behind a "^" text: "this|or that"; NULL: anything */
    const struct reason_advice *advice[SIDE_COUNT]; /* NULL where it cannot occur */
};

/* The whole table, for listings and tests. */
const struct reason *reason_table(u32 *count);

const struct reason *reason_by_id(str id);
/* A packed code as logged: 0x0A000410 (3.x), 0x14094410, 0x1407742E (1.x). */
const struct reason *reason_by_code(u64 code);
/* The alert that such a code reports, 0: none. */
u32 reason_code_alert(u64 code);
const struct reason *reason_by_alert(u32 alert);
/* The N of "verify error: (N:...)". */
const struct reason *reason_by_verify(u32 verify);
/* OpenSSL's words, anywhere in `text`, in any case: "no shared cipher", "NO_SHARED_CIPHER". */
const struct reason *reason_by_text(str text);
/*
 * nginx's own words at the start of a message, as "upstream timed out"; `rest` is
 * what follows them (" while SSL handshaking to upstream", ...).
 */
const struct reason *reason_by_start(str message, str rest);
/*
 * What a person may type: an id, "40", "alert 112", "0A000410",
 * "error:14094410:...", "verify error 20", or words. A whole log line is
 * evidence_log_line's (evidence.h).
 */
const struct reason *reason_by_anything(str text);

/* The advice for `side`, or where that side has none, the one that there is; never NULL. */
const struct reason_advice *reason_advice(const struct reason *reason, enum log_side side);

#endif
