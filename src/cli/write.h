/*
 * write: the changed files, put in place of what was read.
 *
 * All or nothing as far as a disk lets us: every new text is written beside its
 * file first, and none is moved into place before all are there. A file that
 * has changed since it was read is not overwritten.
 * Errors: false; they were said.
 */
#ifndef TLSMEND_CLI_WRITE_H
#define TLSMEND_CLI_WRITE_H

#include "cli/input.h"

/* Prints "wrote PATH" for each file. */
bool write_fixed(const struct input *input, const struct fix *fix, struct screen *out,
                 struct screen *err);

#endif
