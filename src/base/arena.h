/*
 * arena: all memory of one request.
 *
 * Ownership: everything allocated lives until arena_end, which first runs the
 * clean-up hooks (newest first), then overwrites every byte with zero and
 * frees. Nothing is freed on its own.
 * Errors: never returns NULL. When the system has no memory left it calls
 * base_out_of_memory, which each main defines and which does not return.
 * Invariant: memory handed out is zeroed and aligned for any type.
 * Cost: a bump of a pointer; chunks double from 64 KiB up to 8 MiB.
 */
#ifndef TLSMEND_BASE_ARENA_H
#define TLSMEND_BASE_ARENA_H

#include "base/str.h"

struct arena_chunk;
struct arena_hook;

struct arena {
    struct arena_chunk *chunk; /* the one that is filled now */
    struct arena_hook *hooks;
};

/* Defined by main_cli.c (message, exit 70), main_wasm.c (trap) and the tests. */
_Noreturn void base_out_of_memory(void);

void *arena_alloc(struct arena *arena, size_t size);
void *arena_array(struct arena *arena, size_t count, size_t size);

/*
 * Makes room for one more item behind `count` items of `size` bytes: returns
 * `items`, or a copy of twice the room; `*room` is kept in items.
 */
void *arena_grow(struct arena *arena, void *items, u32 count, u32 *room, size_t size);

/*
 * Takes back the room behind `count` items where the array is the newest thing
 * in the arena. That room must never have been written to.
 */
void arena_trim(struct arena *arena, void *items, u32 count, u32 room, size_t size);

str arena_copy(struct arena *arena, str s);
const char *arena_c_string(struct arena *arena, str s); /* a NUL-terminated copy */

/* Calls `end(thing)` when the arena ends: how OpenSSL's objects join it. */
void arena_hook(struct arena *arena, void (*end)(void *thing), void *thing);

void arena_end(struct arena *arena);

#endif
