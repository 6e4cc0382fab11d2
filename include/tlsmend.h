/*
 * tlsmend: mends TLS between nginx and its upstreams.
 *
 * One function takes a request and gives a response, both JSON texts as
 * src/api/schema.json describes them. It does no I/O, reads no clock and keeps
 * no state between calls: the same request gives the same bytes, natively and
 * in WebAssembly.
 */
#ifndef TLSMEND_H
#define TLSMEND_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A response; the bytes are malloc'd, not NUL-terminated, and the caller's. */
struct mend_response {
    char *data;
    size_t len; /* bytes */
};

/*
 * Answers one request of `len` bytes of UTF-8 JSON.
 *
 * Never fails: a bad request answers {"error":{"code","message","at"}}. Out of
 * memory ends the process (native) or traps (WebAssembly). The response is
 * given to mend_free. Not thread-safe against itself: one call at a time.
 * Cost: linear in the request, plus OpenSSL's where certificates, cipher lists
 * or handshakes are asked for.
 */
struct mend_response mend_run(const char *request, size_t len);

/* Zeroes and frees a response. Freeing an empty one does nothing. */
void mend_free(struct mend_response response);

/* "tlsmend X.Y.Z (OpenSSL A.B.C, jansson D.E)", static. */
const char *mend_version(void);

#ifdef __cplusplus
}
#endif

#endif
