/*
 * log_fact: what one kind of error.log line, or of `nginx -t` line, says.
 *
 * A fact stands for all lines of a text with the same side, reason, upstream
 * and server (and file, line and names in a configuration message): the fields
 * are the first such line's, `count` and `last_time` speak of all of them.
 * Units: `line` from 1; `at` in bytes of the evidence text as given.
 * Ownership: slices point into the text, or into the arena where the line had
 * to be unescaped or joined. An empty slice or 0 means "the line does not say".
 */
#ifndef TLSMEND_EVIDENCE_LOG_FACT_H
#define TLSMEND_EVIDENCE_LOG_FACT_H

#include "evidence/reason.h"

enum { LOG_URIS = 64 };

/* upstream: "https://198.51.100.20:443/x" */
struct log_upstream {
    str text;   /* as written, without quotes */
    str scheme; /* "https"; empty in stream, whose upstream is "ip:port" */
    str host;   /* "198.51.100.20", "[2001:db8::1]", "unix:/run/x.sock", "backend_pool" */
    u32 port;   /* 0: not written */
    str uri;    /* "/x" */
};

struct log_fact {
    u32 text;       /* index of the evidence text */
    u32 line;       /* where the first such line begins */
    span at;        /* its bytes; several lines where it was wrapped */
    u32 count;      /* how many such lines */
    str first_time; /* "2026/03/04 10:11:12" */
    str last_time;
    str level; /* "error" */

    enum log_side side;
    /* As written. NULL: TLS or upstream trouble, but in words that we do not know. */
    const struct reason *reason;
    /* The one to act on. The same as `reason` unless `impossible`. */
    const struct reason *treated_as;
    /* nginx cannot have written this line ("no shared cipher" towards an upstream). */
    bool impossible;
    const char *note; /* why it is impossible, or whatever else must be said; NULL: nothing */

    u32 alert;         /* number of the TLS alert that the peer sent, 0: none */
    str code;          /* of the first packed OpenSSL error, as written: "0A000410" */
    str message;       /* without time, level, process, " while ..." and the fields below */
    str action;        /* "SSL handshaking to upstream" */
    u32 verify_code;   /* N of "verify error: (N:...)" */
    str mismatch_name; /* X of `does not match "X"` */

    struct log_upstream upstream;
    str client;  /* "192.0.2.7" */
    str server;  /* a server_name, or the listen address before the request was read */
    str host;    /* the Host header */
    str request; /* "GET /api/x HTTP/1.1" */
    str method;
    str uri;
    const str *uris; /* the different paths asked for, without "?...", at most LOG_URIS */
    u32 uri_count;

    str file; /* of "in FILE:LINE" */
    u32 file_line;
    str directive; /* the directive that a configuration message names */
    str value;     /* the other thing it names: a value, file, host, cipher list */
};

#endif
