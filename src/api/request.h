/*
 * request: one request, read from its JSON and checked in full.
 *
 * Strict: what schema.json does not allow is refused, and the fault says where
 * (a JSON pointer, or LINE:COLUMN where the text is no JSON), what, and what
 * to do. Beyond the schema it refuses a `fix` or `effective` without files, an
 * `explain` without evidence, two files of one path, unknown rule ids, and
 * answers that cannot be meant (answer.h).
 * Codes: too-large, bad-encoding, bad-json, wrong-type, missing-key,
 * unknown-key, bad-value, duplicate-path, unknown-rule, unknown-op,
 * unsupported-api, not-available.
 *
 * Ownership: texts are borrowed from jansson's values, which live as long as
 * the arena; when a request of its own memory functions is wanted (wipe.h) they
 * must be set for all that time. Cost: linear.
 */
#ifndef TLSMEND_API_REQUEST_H
#define TLSMEND_API_REQUEST_H

#include "engine/engine.h"

enum op {
    OP_FIX,
    OP_PROVE,
    OP_EFFECTIVE,
    OP_EXPLAIN,
    OP_RULES,
    OP_REDACT,
    OP_RESTORE,
    OP_VERSION,
};

struct request {
    enum op op;
    struct engine_request engine; /* of `explain`: the evidence is what to explain */
    u64 now;                      /* Unix seconds; 0: not given */
};

struct request_fault {
    const char *code;
    str message;
    str at;
};

/* False: the request is refused, and `fault` says why. */
bool request_read(struct arena *arena, const char *json, size_t len, struct request *request,
                  struct request_fault *fault);

#endif
