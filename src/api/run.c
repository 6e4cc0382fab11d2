#include "api/request.h"
#include "api/response.h"
#include "api/wipe.h"
#include "tls/library.h"
#include "tlsmend.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TLSMEND_VERSION "0.1.0"

static struct mend_response explain(struct arena *arena, const struct engine_request *request)
{
    u32 count = request->evidence_count;
    struct explanation *explanations = arena_array(arena, count, sizeof *explanations);
    for (u32 i = 0; i < count; i++)
        explanations[i] = engine_explain(arena, str_trim(request->evidence[i].text));
    return response_explain(arena, explanations, count, RESPONSE_COMPACT);
}

static struct mend_response answer(struct arena *arena, const struct request *request)
{
    const struct engine_request *engine = &request->engine;
    switch (request->op) {
    case OP_FIX:
        return response_fix(arena, engine_fix(arena, engine), RESPONSE_COMPACT);
    case OP_EFFECTIVE:
        return response_effective(arena, engine_effective(arena, engine), RESPONSE_COMPACT);
    case OP_EXPLAIN:
        return explain(arena, engine);
    case OP_RULES:
        return response_rules(RESPONSE_COMPACT);
    case OP_VERSION:
    case OP_PROVE:
    case OP_REDACT:
    case OP_RESTORE: /* request_read refuses what is not available */
        break;
    }
    return response_version();
}

struct mend_response mend_run(const char *request, size_t len)
{
    struct arena arena = {0};
    struct request read;
    struct request_fault fault;
    struct wipe wipe = wipe_begin();
    /* jansson would seed its tables from the clock and /dev/urandom; the order of keys is theirs
     * of insertion, so that the seed shows nowhere. */
    json_object_seed(1);
    struct mend_response response = request_read(&arena, request, len, &read, &fault)
                                        ? answer(&arena, &read)
                                        : response_error(&arena, &fault);
    arena_end(&arena);
    wipe_end(wipe);
    return response;
}

void mend_free(struct mend_response response)
{
    if (!response.data)
        return;
    /* A volatile function cannot be left out because the memory is freed next. */
    void *(*volatile zero)(void *, int, size_t) = memset;
    zero(response.data, 0, response.len);
    free(response.data);
}

const char *mend_version(void)
{
    static char text[96];
    snprintf(text, sizeof text, "tlsmend " TLSMEND_VERSION " (OpenSSL %.*s, jansson %s)",
             STR_ARG(tls_library_version()), jansson_version_str());
    return text;
}
