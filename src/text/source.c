#include "text/source.h"

#include <string.h>

static u32 count_lines(str text)
{
    u32 lines = 0;
    const char *p = text.p;
    const char *end = text.p + text.len;
    while (p < end) {
        const char *lf = memchr(p, '\n', (size_t)(end - p));
        lines++;
        if (!lf)
            break;
        p = lf + 1;
    }
    return lines;
}

struct source source_open(struct arena *arena, str path, str text)
{
    struct source source = {.path = path, .text = text, .line_count = count_lines(text)};
    u32 *start = arena_array(arena, (size_t)source.line_count + 1, sizeof *start);
    u32 offset = 0;
    for (u32 line = 0; line < source.line_count; line++) {
        start[line] = offset;
        const char *lf = memchr(text.p + offset, '\n', text.len - offset);
        offset = lf ? (u32)(lf - text.p) + 1 : text.len;
    }
    source.line_start = start;
    u32 lf = str_find_char(text, '\n');
    source.crlf = lf != STR_NONE && lf > 0 && text.p[lf - 1] == '\r';
    return source;
}

/* The index in line_start of the line that holds `offset`. */
static u32 line_index(const struct source *source, u32 offset)
{
    u32 low = 0;
    u32 high = source->line_count;
    while (high - low > 1) {
        u32 middle = low + (high - low) / 2;
        if (source->line_start[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

struct position source_position(const struct source *source, u32 offset)
{
    if (source->line_count == 0)
        return (struct position){1, offset + 1};
    u32 line = line_index(source, offset);
    u32 begin = source->line_start[line];
    /* The end of a text that ends in LF is the start of a line of its own. */
    if (offset >= source->text.len && str_ends(source->text, STR("\n")))
        return (struct position){source->line_count + 1, 1};
    return (struct position){line + 1, offset - begin + 1};
}

span source_line(const struct source *source, u32 line)
{
    if (line == 0 || line > source->line_count)
        return (span){source->text.len, source->text.len};
    u32 end = line < source->line_count ? source->line_start[line] : source->text.len;
    return (span){source->line_start[line - 1], end};
}

u32 source_line_begin(const struct source *source, u32 offset)
{
    return source->line_count ? source->line_start[line_index(source, offset)] : 0;
}

str source_newline(const struct source *source)
{
    return source->crlf ? STR("\r\n") : STR("\n");
}

str source_slice(const struct source *source, span where)
{
    return str_sub(source->text, where.start, where.end);
}
