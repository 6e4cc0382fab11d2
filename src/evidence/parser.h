/*
 * parser: what reads one kind of evidence.
 *
 * One parser a file, one line in parsers.inc; nothing else changes. A parser is
 * asked at each line that none before it took, so it finds its piece anywhere
 * in a mixed paste.
 * Invariant: `begins` is cheap, and `read` takes one line or more whenever
 * `begins` said yes.
 */
#ifndef TLSMEND_EVIDENCE_PARSER_H
#define TLSMEND_EVIDENCE_PARSER_H

#include "evidence/reader.h"

struct parser {
    enum evidence_kind kind;
    const char *name; /* "nginx error.log" */
    /* Whether a piece of this kind begins on that line. */
    bool (*begins)(const struct reader *reader, u32 line);
    /* Takes the piece: hands its facts to the reader, returns how many lines it had. */
    u32 (*read)(struct reader *reader, u32 line);
};

#define PARSER(name) extern const struct parser parser_##name;
#include "evidence/parsers.inc"
#undef PARSER

/* The first parser whose piece begins on that line; NULL: nobody's. */
const struct parser *parser_of_line(const struct reader *reader, u32 line);

#endif
