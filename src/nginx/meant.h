/*
 * meant: what a name or a flag that nginx refuses was meant to be.
 *
 * A misspelt setting of a TLS client is read as the setting it means, so that
 * what is in force is what will be once upstream-directive-unknown and
 * upstream-flag-invalid have mended the word. Nothing else is guessed at.
 * Ownership: static. Errors: none; what resembles nothing is empty.
 * Cost: as catalogue_suggest, for names that nginx does not know.
 */
#ifndef TLSMEND_NGINX_MEANT_H
#define TLSMEND_NGINX_MEANT_H

#include "nginx/catalogue.h"

struct meant {
    const struct directive *row; /* what to write instead */
    bool drop;                   /* it can only be left out */
    bool unsure;                 /* it may be meant otherwise */
    const char *why;             /* NULL: a slip of the keyboard */
};

/* Of a name that no nginx has, in a block of `where`. */
struct meant meant_by_name(str name, enum context where);

/* "on" or "off" for what people write instead: true, yes, 1, enabled; empty: neither. */
str meant_by_flag(str value);

#endif
