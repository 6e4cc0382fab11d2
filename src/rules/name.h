/*
 * name: which name a hop should send (SNI) and verify, as far as it can be
 * known: an answer; the certificate in evidence; a good *_ssl_name; the DNS
 * host that is dialled; a literal Host header; the one DNS name of the upstream
 * block's servers; the block's own name where it looks like one. Else nobody
 * knows, and the user is asked.
 */
#ifndef TLSMEND_RULES_NAME_H
#define TLSMEND_RULES_NAME_H

#include "rules/rule.h"

/* One for each hop, by id. check->names itself is not read. */
const struct wanted_name *name_wanted_all(const struct check *check);

/*
 * How sure it is that the hop works with the wanted name: PROVEN where the
 * running rule's evidence says that it fails, CERTAIN when answered, SAFE when it
 * is the host that is dialled, else PRESUMED.
 */
enum confidence name_confidence(const struct check *check, const struct hop *hop);

/* The name in force is the wanted one, or stands for it. */
bool name_is_wanted(const struct check *check, const struct hop *hop);
/* The name in force can be no certificate's: an address, a path, an upstream block's name. */
bool name_is_hopeless(const struct check *check, const struct hop *hop);

/* Asks for the name, with the candidates; withholds the newest finding if none is known. */
void name_ask(struct check *check, const struct hop *hop);
/* What the name rests on, for the newest finding. */
void name_rests_on(struct check *check, const struct hop *hop);

/* Sets *_ssl_name at the hop unless the name in force is the wanted one already. */
void name_set(struct check *check, const struct hop *hop);
/* The same, and asks where the name is likely but the profile does not take it. */
void name_set_or_ask(struct check *check, const struct hop *hop, enum confidence confidence);

#endif
