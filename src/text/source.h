/*
 * source: one text and where its lines begin.
 *
 * Units: offsets in bytes from 0; lines and columns from 1, columns in bytes.
 * Ownership: path and text are borrowed and must outlive the source.
 * Invariant: the bytes are never changed; a fix is made of edits (edit.h).
 * Cost: one pass over the text; a position is a binary search.
 */
#ifndef TLSMEND_TEXT_SOURCE_H
#define TLSMEND_TEXT_SOURCE_H

#include "base/arena.h"

struct source {
    str path;
    str text;
    const u32 *line_start; /* offsets; line_start[0] is 0 */
    u32 line_count;        /* a text that ends in LF has no empty last line */
    bool crlf;             /* the first line ends in CR LF: new lines do too */
};

struct position {
    u32 line;
    u32 column;
};

struct source source_open(struct arena *arena, str path, str text);
struct position source_position(const struct source *source, u32 offset);

/* Line `line` (1-based) with its newline; empty beyond the end. */
span source_line(const struct source *source, u32 line);
/* The offset where the line that holds `offset` begins. */
u32 source_line_begin(const struct source *source, u32 offset);
str source_newline(const struct source *source); /* "\n" or "\r\n" */
str source_slice(const struct source *source, span where);

#endif
