/*
 * ca: the file of CAs that a hop should trust, as far as it is known.
 *
 * Never invented: an answer, a file that the config names already, or the
 * bundle of a platform that the user named.
 */
#ifndef TLSMEND_RULES_CA_H
#define TLSMEND_RULES_CA_H

#include "rules/rule.h"

struct ca {
    str path; /* empty: not known, ask */
    /* CERTAIN when answered; PRESUMED for what nobody confirmed. */
    enum confidence confidence;
    str from; /* what it rests on, for people */
};

struct ca ca_wanted(const struct check *check, const struct hop *hop);

/* Asks for ca-file, and says in the newest finding that it waits for that. */
void ca_ask(struct check *check, const struct hop *hop);

#endif
