/*
 * listing: the rule catalogue as Markdown, and explanations as text.
 */
#ifndef TLSMEND_CLI_LISTING_H
#define TLSMEND_CLI_LISTING_H

#include "cli/screen.h"
#include "engine/engine.h"

void listing_rules(struct screen *out);
void listing_explanation(struct screen *out, const struct explanation *explanation);

#endif
