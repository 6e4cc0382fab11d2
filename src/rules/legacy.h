/*
 * legacy: what weakens a hop for an old backend, and so needs evidence and the
 * answer allow-legacy as well.
 */
#ifndef TLSMEND_RULES_LEGACY_H
#define TLSMEND_RULES_LEGACY_H

#include "rules/rule.h"

/* allow-legacy=yes, for that hop. */
bool legacy_is_allowed(const struct check *check, const struct hop *hop);
/*
 * Evidence that the backend speaks nothing newer than TLS 1.1, or NULL. While TLS 1.2 and 1.3 are
 * not both offered, a modern backend refuses alike: then only the answer makes it evidence.
 */
const struct log_fact *legacy_evidence(const struct check *check, const struct hop *hop);
/* Asks for allow-legacy, and withholds the newest finding. */
void legacy_ask(struct check *check, const struct hop *hop, str what, str why);

#endif
