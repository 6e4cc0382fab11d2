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
    struct source source;
    u32 text; /* index of the text that is read now */

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

    struct evidence_unread *unread;
    u32 unread_count;
    u32 unread_room;
    u32 other; /* index + 1 of this text's entry for log lines about other things */
};

struct reader reader_new(struct arena *arena);
void reader_open(struct reader *reader, u32 text, const struct evidence_text *evidence);

/* Without its newline. */
str reader_line(const struct reader *reader, u32 line);
/* The bytes of `count` lines, without the last newline. */
span reader_span(const struct reader *reader, u32 line, u32 count);

/* Adds a fact of `count` lines from `line` on, or counts it to the group it belongs to. */
void reader_log(struct reader *reader, struct log_fact fact, u32 line, u32 count);
/* A new fact to be filled in, valid until the next one. */
struct build_fact *reader_build(struct reader *reader, u32 line);
void reader_test(struct reader *reader, u32 line, str file, bool ok);

/* Lines that gave no fact; joined to the run before them when nothing but blank lines is between.
 */
void reader_unread(struct reader *reader, u32 line, u32 count, enum evidence_kind kind,
                   const char *why);
/* Log lines about other things than TLS: one entry a text. */
void reader_other(struct reader *reader, u32 line, u32 count);

#endif
