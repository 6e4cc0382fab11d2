/*
 * log_record: one record of a log, which may have been wrapped over lines.
 *
 * What it is: takes JSON's wrapping off, and joins a record that a terminal, a
 * mail or an article broke into lines. Lines are joined only when the record is
 * visibly open and the next line visibly carries it on.
 * Ownership: a slice of the text, or the arena's where it was unescaped or joined.
 * Cost: linear in the record; at most LOG_RECORD_LINES lines are joined.
 */
#ifndef TLSMEND_EVIDENCE_LOG_RECORD_H
#define TLSMEND_EVIDENCE_LOG_RECORD_H

#include "evidence/log_head.h"
#include "evidence/reader.h"

enum { LOG_RECORD_LINES = 40 };

struct log_record {
    struct log_head head; /* form is LOG_NOT: no record begins on that line */
    u32 lines;
};

/* Cheap: whether, and in which form, a record begins on that line. */
enum log_form log_record_form(str line);

/* The record that begins on `line`. */
struct log_record log_record_read(const struct reader *reader, u32 line);

/* Whether `next` carries on what `record` left open. */
bool log_record_continues(str record, str next);

#endif
