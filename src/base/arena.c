#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_FIRST = 64 * 1024,
    CHUNK_LARGEST = 8 * 1024 * 1024,
    ALIGNMENT = 16,
};

struct arena_chunk {
    struct arena_chunk *older;
    size_t size; /* of `bytes` */
    size_t used;
    _Alignas(ALIGNMENT) char bytes[];
};

struct arena_hook {
    struct arena_hook *older;
    void (*end)(void *thing);
    void *thing;
};

static struct arena_chunk *chunk_new(struct arena_chunk *older, size_t least)
{
    size_t size = older ? older->size * 2 : CHUNK_FIRST;
    if (size > CHUNK_LARGEST)
        size = CHUNK_LARGEST;
    if (size < least)
        size = least;
    if (size > SIZE_MAX - sizeof(struct arena_chunk))
        base_out_of_memory();
    /* calloc: the system's fresh pages are zero already, and are not touched. */
    struct arena_chunk *chunk = calloc(1, sizeof *chunk + size);
    if (!chunk)
        base_out_of_memory();
    chunk->older = older;
    chunk->size = size;
    return chunk;
}

static size_t aligned(size_t size)
{
    if (size > SIZE_MAX - ALIGNMENT)
        base_out_of_memory();
    return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size = aligned(size);
    struct arena_chunk *chunk = arena->chunk;
    if (!chunk || chunk->size - chunk->used < size) {
        chunk = chunk_new(chunk, size);
        arena->chunk = chunk;
    }
    void *p = chunk->bytes + chunk->used;
    chunk->used += size;
    return p;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        base_out_of_memory();
    return arena_alloc(arena, count * size);
}

/* An array at the very end of the chunk grows in place. */
static bool grow_in_place(struct arena *arena, const char *items, size_t old, size_t new)
{
    struct arena_chunk *chunk = arena->chunk;
    size_t step = new - old;
    if (!items || old % ALIGNMENT || step % ALIGNMENT)
        return false;
    if (items + old != chunk->bytes + chunk->used || chunk->size - chunk->used < step)
        return false;
    chunk->used += step;
    return true;
}

void *arena_grow(struct arena *arena, void *items, u32 count, u32 *room, size_t size)
{
    if (count < *room)
        return items;
    if (*room > UINT32_MAX / 2)
        base_out_of_memory();
    u32 more = *room ? *room * 2 : 16;
    size_t old_bytes = (size_t)*room * size;
    if (more > SIZE_MAX / size)
        base_out_of_memory();
    *room = more;
    if (grow_in_place(arena, items, old_bytes, more * size))
        return items;
    void *copy = arena_array(arena, more, size);
    if (count)
        memcpy(copy, items, count * size);
    return copy;
}

void arena_trim(struct arena *arena, void *items, u32 count, u32 room, size_t size)
{
    struct arena_chunk *chunk = arena->chunk;
    char *end = (char *)items + aligned(room * size);
    if (chunk && end == chunk->bytes + chunk->used)
        chunk->used -= aligned(room * size) - aligned(count * size);
}

str arena_copy(struct arena *arena, str s)
{
    return (str){arena_c_string(arena, s), s.len};
}

const char *arena_c_string(struct arena *arena, str s)
{
    char *copy = arena_alloc(arena, (size_t)s.len + 1);
    if (s.len)
        memcpy(copy, s.p, s.len);
    return copy;
}

void arena_hook(struct arena *arena, void (*end)(void *thing), void *thing)
{
    struct arena_hook *hook = arena_alloc(arena, sizeof *hook);
    *hook = (struct arena_hook){.older = arena->hooks, .end = end, .thing = thing};
    arena->hooks = hook;
}

/* A store that the compiler may not drop although the memory is freed next. */
static void wipe(char *bytes, size_t size)
{
    memset(bytes, 0, size);
#if defined(__GNUC__)
    __asm__ volatile("" : : "r"(bytes) : "memory");
#endif
}

void arena_end(struct arena *arena)
{
    for (struct arena_hook *hook = arena->hooks; hook; hook = hook->older)
        hook->end(hook->thing);
    for (struct arena_chunk *chunk = arena->chunk; chunk;) {
        struct arena_chunk *older = chunk->older;
        wipe(chunk->bytes, chunk->used);
        free(chunk);
        chunk = older;
    }
    *arena = (struct arena){0};
}
