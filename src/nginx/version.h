/*
 * version: release numbers of nginx and OpenSSL, as values that compare.
 *
 * Units: a number has three parts of 0..255 and OpenSSL's letters as a fourth
 * ("1.1.1w" is part 23, "1.0.2za" is 27; none is 0). Owns nothing, never fails.
 *
 * Unknown is a value of its own, all zero. It is no release, so both
 * version_at_least and version_before answer false for it: ask the question
 * whose "no" is the careful answer.
 */
#ifndef TLSMEND_NGINX_VERSION_H
#define TLSMEND_NGINX_VERSION_H

#include "base/str.h"

struct version {
    u32 packed; /* major, minor, patch, letters; 8 bits each; 0 is unknown */
};

#define VERSION_PACK(major, minor, patch)                                                          \
    ((u32)(major) << 24 | (u32)(minor) << 16 | (u32)(patch) << 8)
#define VERSION(major, minor, patch) ((struct version){VERSION_PACK(major, minor, patch)})
#define VERSION_UNKNOWN ((struct version){0})

/*
 * Reads "1.26.3", "1.22" (the first of its series), "1.1.1w", "3.0.2-dev",
 * "1.0.2k-fips" or "1.27.1.2" (OpenResty's: the fourth part is not nginx's).
 * A leading "v" and anything after a "-" or "+" are passed over. Any other text
 * gives unknown.
 */
struct version version_parse(str text);

bool version_known(struct version v);
/* Below, equal, above: -1, 0, 1. Unknown sorts below all. */
int version_cmp(struct version a, struct version b);
/* v is known and is `least` or newer. */
bool version_at_least(struct version v, struct version least);
/* v is known and is older than `first`. */
bool version_before(struct version v, struct version first);

enum { VERSION_TEXT_MAX = 16 }; /* holds "255.255.255zz" and its NUL */

/* Writes "1.26.3", or "unknown", NUL-terminated; returns the length. */
u32 version_print(struct version v, char out[VERSION_TEXT_MAX]);

#endif
