/*
 * scheme: whether a hop should speak TLS, where the config says otherwise.
 *
 * An answer that names no hop is for those that ask: a TLS hop that evidence
 * shows to reach a plain port, or a plain hop that dials a TLS port.
 */
#ifndef TLSMEND_RULES_SCHEME_H
#define TLSMEND_RULES_SCHEME_H

#include "rules/rule.h"

enum scheme_change { SCHEME_STAYS, SCHEME_TO_PLAIN, SCHEME_TO_TLS };

enum scheme_change scheme_change_of(const struct check *check, const struct hop *hop);

/* The fact that says that there is no TLS on the port, or NULL. */
const struct log_fact *scheme_plain_evidence(const struct check *check, const struct hop *hop);
/* The fact that says that a plain hop reaches a TLS port, or NULL. */
const struct log_fact *scheme_tls_evidence(const struct check *check, const struct hop *hop);
/* It dials 443 or 8443, all of its servers do. */
bool scheme_is_tls_port(const struct hop *hop);
/* The block's server line without a port that explains why the hop reaches port 80, or SCOPE_NONE.
 */
u32 scheme_portless_server(const struct hop *hop);

/* "https", "grpcs", "suwsgi"; or "http", "grpc", "uwsgi". */
str scheme_name(enum family family, bool tls);
/* Changes the scheme of the pass directive; withholds where a variable holds it. */
void scheme_set(struct check *check, const struct hop *hop, bool tls);
/* Asks for upstream-scheme, once a target. */
void scheme_ask(struct check *check, const struct hop *hop, str why);

#endif
