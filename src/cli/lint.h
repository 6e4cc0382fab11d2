/*
 * lint: findings as a list that editors and people read.
 *
 *     FILE:LINE:COLUMN: SEVERITY: MESSAGE [RULE] [*]
 *
 * with the line and a caret beneath; [*] is what `tlsmend fix` would mend.
 */
#ifndef TLSMEND_CLI_LINT_H
#define TLSMEND_CLI_LINT_H

#include "cli/screen.h"
#include "engine/engine.h"

void lint_print(struct arena *arena, struct screen *out, const struct fix *fix);
/* "3 findings: 1 error, 2 warnings; …" */
void lint_summary(struct screen *err, const struct fix *fix);
/* There is a finding of this severity or above. */
bool lint_fails(const struct fix *fix, enum severity fail_on);

#endif
