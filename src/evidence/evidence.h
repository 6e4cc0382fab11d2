/*
 * evidence: pasted texts -> facts.
 *
 * What it is: each text is read line by line; its kind is detected, never asked
 * for, and one text may hold several (log lines, `nginx -V`, commands, prose).
 * Each kind has one parser, a row of a table (evidence.c).
 * Errors: none. What no parser took is listed in `unread`, with the reason; no
 * line that holds anything is passed over in silence.
 * Ownership: the texts must outlive the result, which lives in the arena.
 * Cost: linear in the texts.
 */
#ifndef TLSMEND_EVIDENCE_EVIDENCE_H
#define TLSMEND_EVIDENCE_EVIDENCE_H

#include "base/arena.h"
#include "evidence/backend_fact.h"
#include "evidence/build_fact.h"
#include "evidence/log_fact.h"

struct evidence_text {
    str name; /* as the user gave it; for messages only */
    str text;
};

/* Verdict of `nginx -t`. */
struct test_fact {
    u32 text;
    u32 line;
    span at;
    str file; /* the main configuration file that nginx names */
    bool ok;
};

/* Suites that some OpenSSL has: `openssl ciphers -V`. Whose it is, the text does not say. */
struct suites_fact {
    u32 text;
    u32 line;
    span at;
    struct backend_cipher *ciphers;
    u32 count;
    u32 room;
};

/* A PEM block, wherever it stands. */
struct pem_fact {
    u32 text;
    u32 line;
    span at;
    str label;   /* "CERTIFICATE", "RSA PRIVATE KEY" */
    str block;   /* its text, a block a line of its own; empty for a private key */
    bool whole;  /* it has its end */
    u32 backend; /* index of the fact that it belongs to, or EVIDENCE_NONE */
};
#define EVIDENCE_NONE UINT32_MAX

/*
 * Lines that gave no fact. A run of lines, but error.log lines about other
 * things than TLS: those are one entry a text, `at` the first of them.
 */
struct evidence_unread {
    u32 text;
    u32 line; /* the first, from 1 */
    u32 lines;
    span at;
    enum evidence_kind kind;
    const char *why; /* one plain sentence */
};

struct evidence {
    const struct log_fact *logs; /* in the order of their first lines */
    u32 log_count;
    const struct build_fact *builds;
    u32 build_count;
    const struct test_fact *tests;
    u32 test_count;
    const struct backend_fact *backends; /* in the order of the texts */
    u32 backend_count;
    const struct pem_fact *pems;
    u32 pem_count;
    const struct suites_fact *suites;
    u32 suites_count;
    const struct evidence_unread *unread;
    u32 unread_count;
};

struct evidence evidence_read(struct arena *arena, const struct evidence_text *texts, u32 count);

/* "nginx error.log", for messages. */
const char *evidence_kind_name(enum evidence_kind kind);

/* One log line, alone or wrapped, of which nothing else is known: what `explain` is given.
 * False when it is no such line. */
bool evidence_log_line(struct arena *arena, str line, struct log_fact *fact);

#endif
