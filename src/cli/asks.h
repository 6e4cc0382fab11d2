/*
 * asks: open questions, with the words that answer them.
 */
#ifndef TLSMEND_CLI_ASKS_H
#define TLSMEND_CLI_ASKS_H

#include "cli/report.h"

void asks_print(const struct report *report);
/* Answers for a target that no hop has: said, since they would be lost in silence. */
void asks_check_targets(const struct report *report);

#endif
