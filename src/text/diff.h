/*
 * diff: the unified diff of a text and its edits.
 *
 * Hunks are made from the edits, not by comparing texts: what no edit touches
 * is never shown as changed. Three lines of context; hunks whose context
 * meets are one. `\ No newline at end of file` and CR LF as patch and git
 * expect them. Nothing is written when the edits change nothing.
 * The headers are `--- a/PATH` and `+++ b/PATH`, PATH without leading slashes,
 * quoted as git does where it must be.
 * The edits are sorted and free of overlaps (edit.h).
 */
#ifndef TLSMEND_TEXT_DIFF_H
#define TLSMEND_TEXT_DIFF_H

#include "base/buf.h"
#include "text/edit.h"

void diff_unified(struct buf *out, const struct source *source, const struct edit_set *edits);

#endif
