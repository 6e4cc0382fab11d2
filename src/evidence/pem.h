/*
 * pem: PEM blocks in a text, as they stand or indented.
 *
 * Ownership: the reader's arena. Errors: a block without an end has what there
 * is of it and is marked so.
 */
#ifndef TLSMEND_EVIDENCE_PEM_H
#define TLSMEND_EVIDENCE_PEM_H

#include "evidence/reader.h"

/* A block begins on that line. */
bool pem_begins(const struct reader *reader, u32 line);
/* Takes the block that begins there, for the fact given (NULL: nobody's); returns its lines. A
 * certificate joins the fact's. */
u32 pem_take(struct reader *reader, u32 line, struct backend_fact *fact);

#endif
