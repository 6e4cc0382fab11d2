/*
 * conflict: facts that say the opposite of each other about one backend.
 *
 * Both stay facts; that they disagree is said beside what was not read.
 * Cost: each fact against the first few that share its address.
 */
#ifndef TLSMEND_EVIDENCE_CONFLICT_H
#define TLSMEND_EVIDENCE_CONFLICT_H

#include "evidence/reader.h"

/* Adds a remark for each pair that disagrees. */
void conflict_remark_all(struct reader *reader, const struct evidence_text *texts);

#endif
