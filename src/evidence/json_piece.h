/*
 * json_piece: where a JSON value lies in a paste.
 *
 * It begins a line, and ends where its brackets close, or with the text.
 */
#ifndef TLSMEND_EVIDENCE_JSON_PIECE_H
#define TLSMEND_EVIDENCE_JSON_PIECE_H

#include "evidence/reader.h"

struct json_piece {
    str text; /* from its bracket on */
    u32 lines;
    bool whole;
};

/* The start of the value that begins on that line; empty where none does. */
str json_piece_glance(const struct reader *reader, u32 line);
struct json_piece json_piece_at(const struct reader *reader, u32 line);
/* Not one object of a stream of them. */
bool json_piece_is_list(const struct json_piece *piece);

extern const char *const json_piece_why; /* it gave no fact */

#endif
