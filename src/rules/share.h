/*
 * share: hops that use the same peers, and so each other's TLS sessions and
 * kept-alive connections (facts: sections 2.9 and 2.10).
 */
#ifndef TLSMEND_RULES_SHARE_H
#define TLSMEND_RULES_SHARE_H

#include "rules/rule.h"

/* Both go through one `upstream` block, or dial the same host and port; false for a hop and itself.
 */
bool share_peers(const struct hop *a, const struct hop *b);

#endif
