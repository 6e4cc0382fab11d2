/*
 * dial: a hop's handshake as options of `openssl s_client`, for a shell.
 *
 * What nginx would do at the hop, as far as the options reach: its name, its
 * versions and ciphers, its CA, depth and client certificate. Paths stay as the
 * configuration has them.
 * Ownership: the arena. Errors: none.
 */
#ifndef TLSMEND_ENGINE_DIAL_H
#define TLSMEND_ENGINE_DIAL_H

#include "base/buf.h"
#include "nginx/hop.h"

/* `word` as one word of a POSIX shell: bare where that is safe, else quoted. */
str dial_word(struct arena *arena, str word);

/* "10.0.4.22:8443", "[::1]:443"; empty for what nobody can dial by hand. */
str dial_address(struct arena *arena, const struct endpoint *endpoint);

/* The address of a hop: its own, or that of its upstream block's first server. */
str dial_hop_address(struct arena *arena, const struct hop *hop);

/* "-connect 10.0.4.22:8443 -servername api.example.com …" */
void dial_put_options(struct buf *out, const struct hops *hops, const struct hop *hop, str address);

#endif
