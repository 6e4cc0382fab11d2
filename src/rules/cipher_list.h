/*
 * cipher_list: what should become of a *_ssl_ciphers, agreed between the rules
 * about it, so that only one of them changes a list at a hop.
 */
#ifndef TLSMEND_RULES_CIPHER_LIST_H
#define TLSMEND_RULES_CIPHER_LIST_H

#include "rules/group.h"
#include "tls/ciphers.h"

/* Whose it is, the strongest first. */
enum cipher_list_fate {
    CIPHER_LIST_DH_SMALL, /* the backend's DHE group is refused: without DHE */
    CIPHER_LIST_REFUSED,  /* evidence says that the backend does not take it: dropped */
    CIPHER_LIST_WEAK,     /* dropped, in a profile that applies that */
    CIPHER_LIST_MENDED,   /* its names are put right */
};

enum cipher_list_fate cipher_list_fate(const struct check *check, const struct hop *hop);

/* The fact for the first two of these; NULL: none. */
const struct log_fact *cipher_list_evidence(const struct check *check, const struct hop *hop);

/* A suite of the list that should not be there; its name is empty when there is none. */
struct cipher cipher_list_weakest(const struct check *check, str list);

/* Without TLS 1.3 names, which do nothing there, and with OpenSSL's names for IANA's. */
str cipher_list_mended(const struct check *check, str list);
bool cipher_list_has_tls13(const struct check *check, str list);
bool cipher_list_has_iana(const struct check *check, str list);

/* Security level 0 stands in it: a recipe for an old backend. */
bool cipher_list_is_recipe(str list);

/* Sets the list at the newest finding's hops; an empty one is dropped, or becomes DEFAULT. */
void cipher_list_set(struct check *check, const struct group *group, str list);

#endif
