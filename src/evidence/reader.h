/*
 * reader: one evidence text as its parsers see it, and where they put facts.
 *
 * A parser asks for lines and hands over facts; the reader groups log facts
 * and keeps the list of what nobody read.
 * Units: lines from 1; beyond the last, a line is empty.
 * Ownership: all in the arena. Errors: none.
 * Cost: a line is O(1); a log fact is one look into a hash table.
 */
#ifndef TLSMEND_EVIDENCE_READER_H
#define TLSMEND_EVIDENCE_READER_H

#include "evidence/evidence.h"
#include "text/source.h"

struct log_table {
    u32 *slots;     /* index of a fact + 1; 0: empty */
    u64 *hashes;    /* of the facts, by index */
    u32 slot_count; /* a power of two */
    u32 hash_room;
};

struct reader {
    struct arena *arena;
    struct source source; /* as given: spans are of this one */
    struct source plain;  /* the same lines without colours: parsers read this one */
    u32 text;             /* index of the text that is read now */

    struct log_fact *logs;
    u32 log_count;
    u32 log_room;
    struct log_table groups;

    struct build_fact *builds;
    u32 build_count;
    u32 build_room;

    struct test_fact *tests;
    u32 test_count;
    u32 test_room;

    struct backend_fact *backends;
    u32 backend_count;
    u32 backend_room;

    struct pem_fact *pems;
    u32 pem_count;
    u32 pem_room;

    struct suites_fact *suites;
    u32 suites_count;
    u32 suites_room;

    str command;      /* the last of this text, empty: none; what follows may be its output */
    u32 command_line; /* behind it */

    struct evidence_unread *unread;
    u32 unread_count;
    u32 unread_room;
    u32 other; /* index + 1 of this text's entry for log lines about other things */
};

struct reader reader_new(struct arena *arena);
void reader_open(struct reader *reader, u32 text, const struct evidence_text *evidence);

/* Without its newline and colours. */
str reader_line(const struct reader *reader, u32 line);
/* The bytes of `count` lines, without the last newline. */
span reader_span(const struct reader *reader, u32 line, u32 count);

/* Adds a fact of `count` lines from `line` on, or counts it to the group it belongs to. */
void reader_log(struct reader *reader, struct log_fact fact, u32 line, u32 count);
/* A new fact to be filled in, valid until the next one. */
struct build_fact *reader_build(struct reader *reader, u32 line);
void reader_test(struct reader *reader, u32 line, str file, bool ok);

/* The same; `at` is one line until reader_extent says otherwise. */
struct backend_fact *reader_backend(struct reader *reader, u32 line, enum evidence_kind kind);
struct pem_fact *reader_pem(struct reader *reader, u32 line, u32 count);
struct suites_fact *reader_suites(struct reader *reader, u32 line, u32 count);
/* What a remark is about, when it is not that lines were unread. */
void reader_remark(struct reader *reader, const struct backend_fact *fact, const char *why);

/* Lines that gave no fact; joined to the run before them when nothing but blank lines is between.
 */
void reader_unread(struct reader *reader, u32 line, u32 count, enum evidence_kind kind,
                   const char *why);
/* Log lines about other things than TLS: one entry a text. */
void reader_other(struct reader *reader, u32 line, u32 count);

#endif
