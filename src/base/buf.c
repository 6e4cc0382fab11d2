#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct buf buf_new(struct arena *arena)
{
    return (struct buf){.arena = arena};
}

static char *buf_room(struct buf *buf, u32 more)
{
    if (more > UINT32_MAX / 2 - buf->len)
        base_out_of_memory();
    if (buf->len + more > buf->room) {
        u32 room = buf->room ? buf->room : 64;
        while (room < buf->len + more)
            room *= 2;
        char *p = arena_alloc(buf->arena, room);
        if (buf->len)
            memcpy(p, buf->p, buf->len);
        buf->p = p;
        buf->room = room;
    }
    return buf->p + buf->len;
}

void buf_str(struct buf *buf, str s)
{
    if (!s.len)
        return;
    memcpy(buf_room(buf, s.len), s.p, s.len);
    buf->len += s.len;
}

void buf_char(struct buf *buf, char c)
{
    *buf_room(buf, 1) = c;
    buf->len++;
}

void buf_repeat(struct buf *buf, char c, u32 count)
{
    if (!count)
        return;
    memset(buf_room(buf, count), c, count);
    buf->len += count;
}

void buf_u32(struct buf *buf, u32 n)
{
    buf_fmt(buf, "%u", n);
}

static void buf_vfmt(struct buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int need = vsnprintf(NULL, 0, format, args);
    if (need > 0) {
        /* One byte more for the NUL that vsnprintf insists on. */
        vsnprintf(buf_room(buf, (u32)need + 1), (size_t)need + 1, format, again);
        buf->len += (u32)need;
    }
    va_end(again);
}

void buf_fmt(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vfmt(buf, format, args);
    va_end(args);
}

str buf_view(const struct buf *buf)
{
    return (str){buf->p, buf->len};
}

str str_fmt(struct arena *arena, const char *format, ...)
{
    struct buf buf = buf_new(arena);
    va_list args;
    va_start(args, format);
    buf_vfmt(&buf, format, args);
    va_end(args);
    return buf_view(&buf);
}
