/*
 * buf: text that grows in an arena.
 *
 * Ownership: the bytes are the arena's; buf_str is a view that holds until the
 * next append. Errors: none (arena.h). Cost: amortised constant per byte.
 */
#ifndef TLSMEND_BASE_BUF_H
#define TLSMEND_BASE_BUF_H

#include "base/arena.h"

struct buf {
    struct arena *arena;
    char *p;
    u32 len;
    u32 room;
};

struct buf buf_new(struct arena *arena);
void buf_str(struct buf *buf, str s);
void buf_char(struct buf *buf, char c);
void buf_repeat(struct buf *buf, char c, u32 count);
void buf_u32(struct buf *buf, u32 n);

/* As printf; `%.*s` with STR_ARG for slices. */
__attribute__((format(printf, 2, 3))) void buf_fmt(struct buf *buf, const char *format, ...);

str buf_view(const struct buf *buf);

/* A formatted text of its own. */
__attribute__((format(printf, 2, 3))) str str_fmt(struct arena *arena, const char *format, ...);

#endif
