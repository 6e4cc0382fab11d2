/*
 * witness: the certificates that the evidence holds for a hop's backend, and
 * their names.
 *
 * Ownership: the arena. Errors: a certificate that cannot be read has no names.
 * Cost: reads the certificates of the hop's facts anew at each question.
 */
#ifndef TLSMEND_RULES_WITNESS_H
#define TLSMEND_RULES_WITNESS_H

#include "rules/rule.h"
#include "tls/cert.h"

struct witness {
    const struct backend_fact *fact; /* NULL: the evidence holds no certificate for the hop */
    const struct cert *cert;         /* the leaf; NULL: its names are known in words only */
    str *dns;                        /* its DNS names, else its common name */
    u32 dns_count;
    bool fetched; /* from that very backend: the text says whom it dialled */
};

/* The first that there is, one fetched from the very backend before others. */
struct witness witness_of(const struct check *check, const struct hop *hop);
/* The name suits it, as nginx compares. */
bool witness_matches(const struct witness *witness, str name);
/* Its one name that is no wildcard; empty where it has several or none. */
str witness_plain_name(const struct witness *witness);
/* "scan.txt:12" */
str witness_where(const struct check *check, const struct witness *witness);

#endif
