#include "api/wipe.h"

#include "base/arena.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* In front of each block: how much there is to zero. */
struct block {
    _Alignas(max_align_t) size_t size;
};

static void *get(size_t size)
{
    if (size > SIZE_MAX - sizeof(struct block))
        base_out_of_memory();
    struct block *block = malloc(sizeof *block + size);
    if (!block)
        base_out_of_memory();
    block->size = size;
    return block + 1;
}

static void wipe_free(void *p)
{
    if (!p)
        return;
    struct block *block = (struct block *)p - 1;
    /* A volatile function cannot be left out because the memory is freed next. */
    void *(*volatile zero)(void *, int, size_t) = memset;
    zero(block + 1, 0, block->size);
    free(block);
}

struct wipe wipe_begin(void)
{
    struct wipe wipe;
    json_get_alloc_funcs(&wipe.before_get, &wipe.before_free);
    json_set_alloc_funcs(get, wipe_free);
    return wipe;
}

void wipe_end(struct wipe wipe)
{
    json_set_alloc_funcs(wipe.before_get, wipe.before_free);
}
