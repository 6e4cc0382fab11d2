#include "text/diff.h"

enum { CONTEXT_LINES = 3 };

/* Old lines [first, first + removed) become `added`; lines count from 0. */
struct change {
    u32 first;
    u32 removed;
    str added;
    u32 added_lines;
};

struct change_list {
    struct arena *arena;
    struct change *items;
    u32 count;
    u32 room;
};

static u32 line_end(str text, u32 from)
{
    u32 lf = str_find_char(str_from(text, from), '\n');
    return lf == STR_NONE ? text.len : from + lf + 1;
}

static u32 count_lines(str text)
{
    u32 lines = 0;
    for (u32 at = 0; at < text.len; at = line_end(text, at))
        lines++;
    return lines;
}

static str first_line(str text)
{
    return str_sub(text, 0, line_end(text, 0));
}

static str last_line(str text)
{
    u32 before = text.len ? str_find_last(str_sub(text, 0, text.len - 1), STR("\n")) : STR_NONE;
    return before == STR_NONE ? text : str_from(text, before + 1);
}

/* The 0-based line that holds `offset`; line_count at the end of a text that ends in LF. */
static u32 line_of(const struct source *source, u32 offset)
{
    return source_position(source, offset).line - 1;
}

static u32 line_offset(const struct source *source, u32 line)
{
    return line < source->line_count ? source->line_start[line] : source->text.len;
}

static void push_change(struct change_list *list, struct change change)
{
    list->items =
        arena_grow(list->arena, list->items, list->count, &list->room, sizeof *list->items);
    list->items[list->count++] = change;
}

/* Lines that are the same before and after at either end of a region are no change. */
static void push_region(struct change_list *list, u32 first_old, str before, str after)
{
    while (before.len && after.len && str_eq(first_line(before), first_line(after))) {
        u32 len = first_line(before).len;
        before = str_from(before, len);
        after = str_from(after, len);
        first_old++;
    }
    while (before.len && after.len && str_eq(last_line(before), last_line(after))) {
        u32 len = last_line(before).len;
        before.len -= len;
        after.len -= len;
    }
    if (before.len || after.len)
        push_change(list,
                    (struct change){first_old, count_lines(before), after, count_lines(after)});
}

/*
 * The last line (0-based, exclusive) that an edit touches. The one behind its
 * last byte may join it; behind the last line that is one with no bytes.
 */
static u32 edit_last_line(const struct source *source, const struct edit *edit)
{
    return line_of(source, edit->at.end) + 1;
}

/* Edits that touch a line in common make one region. Returns the index behind them. */
static u32 region_end(const struct source *source, const struct edit_set *set, u32 from, u32 *last)
{
    *last = edit_last_line(source, &set->edits[from]);
    u32 i = from + 1;
    for (; i < set->count && line_of(source, set->edits[i].at.start) < *last; i++) {
        u32 end = edit_last_line(source, &set->edits[i]);
        *last = end > *last ? end : *last;
    }
    return i;
}

static struct change_list find_changes(struct arena *arena, const struct source *source,
                                       const struct edit_set *set)
{
    struct change_list list = {.arena = arena};
    for (u32 i = 0; i < set->count;) {
        u32 first = line_of(source, set->edits[i].at.start);
        u32 last;
        u32 next = region_end(source, set, i, &last);
        span old = {line_offset(source, first), line_offset(source, last)};
        struct buf after = buf_new(arena);
        u32 done = old.start;
        for (; i < next; i++) {
            buf_str(&after, str_sub(source->text, done, set->edits[i].at.start));
            buf_str(&after, set->edits[i].text);
            done = set->edits[i].at.end;
        }
        buf_str(&after, str_sub(source->text, done, old.end));
        push_region(&list, first, source_slice(source, old), buf_view(&after));
    }
    return list;
}

static void put_line(struct buf *out, char mark, str line)
{
    buf_char(out, mark);
    buf_str(out, line);
    if (!str_ends(line, STR("\n")))
        buf_str(out, STR("\n\\ No newline at end of file\n"));
}

static void put_lines(struct buf *out, char mark, str lines)
{
    while (lines.len) {
        str line = first_line(lines);
        put_line(out, mark, line);
        lines = str_from(lines, line.len);
    }
}

static str old_lines(const struct source *source, u32 first, u32 end)
{
    return source_slice(source, (span){line_offset(source, first), line_offset(source, end)});
}

/* "12,3"; a count of one is left out, an empty range names the line before it. */
static void put_range(struct buf *out, u32 first, u32 count)
{
    buf_u32(out, count ? first + 1 : first);
    if (count != 1)
        buf_fmt(out, ",%u", count);
}

struct hunk {
    u32 first_change;
    u32 end_change;
    u32 first; /* old lines, 0-based */
    u32 end;
    u32 grown; /* lines added less lines removed before this hunk, modulo 2^32 */
};

/* Changes of neighbouring lines are shown as one. Returns the index behind them, and the line. */
static u32 run_end(const struct change_list *changes, u32 from, u32 end, u32 *line)
{
    *line = changes->items[from].first + changes->items[from].removed;
    u32 i = from + 1;
    for (; i < end && changes->items[i].first == *line; i++)
        *line += changes->items[i].removed;
    return i;
}

static void put_hunk(struct buf *out, const struct source *source,
                     const struct change_list *changes, const struct hunk *hunk)
{
    u32 removed = 0;
    u32 added = 0;
    for (u32 i = hunk->first_change; i < hunk->end_change; i++) {
        removed += changes->items[i].removed;
        added += changes->items[i].added_lines;
    }
    u32 count = hunk->end - hunk->first;
    buf_str(out, STR("@@ -"));
    put_range(out, hunk->first, count);
    buf_str(out, STR(" +"));
    put_range(out, hunk->first + hunk->grown, count - removed + added);
    buf_str(out, STR(" @@\n"));
    u32 line = hunk->first;
    for (u32 i = hunk->first_change; i < hunk->end_change;) {
        put_lines(out, ' ', old_lines(source, line, changes->items[i].first));
        u32 end = run_end(changes, i, hunk->end_change, &line);
        put_lines(out, '-', old_lines(source, changes->items[i].first, line));
        for (; i < end; i++)
            put_lines(out, '+', changes->items[i].added);
    }
    put_lines(out, ' ', old_lines(source, line, hunk->end));
}

static struct hunk next_hunk(const struct source *source, const struct change_list *changes,
                             u32 from, u32 grown)
{
    const struct change *items = changes->items;
    u32 end = from;
    u32 reach;
    do {
        reach = items[end].first + items[end].removed + CONTEXT_LINES;
        end++;
    } while (end < changes->count && items[end].first <= reach + CONTEXT_LINES);
    u32 first = items[from].first;
    return (struct hunk){
        .first_change = from,
        .end_change = end,
        .first = first > CONTEXT_LINES ? first - CONTEXT_LINES : 0,
        .end = reach < source->line_count ? reach : source->line_count,
        .grown = grown,
    };
}

static bool needs_quotes(str path)
{
    for (u32 i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.p[i];
        if (c < 0x20 || c == 0x7f || c == '"' || c == '\\')
            return true;
    }
    return false;
}

static void put_quoted(struct buf *out, str path)
{
    for (u32 i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.p[i];
        if (c == '"' || c == '\\')
            buf_fmt(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            buf_fmt(out, "\\%03o", (unsigned)c);
        else
            buf_char(out, (char)c);
    }
}

static void put_header(struct buf *out, str mark, str side, str path)
{
    while (str_starts(path, STR("/")) || str_starts(path, STR("./")))
        path = str_from(path, path.p[0] == '/' ? 1 : 2);
    bool quoted = needs_quotes(path);
    buf_str(out, mark);
    if (quoted)
        buf_char(out, '"');
    buf_str(out, side);
    if (quoted) {
        put_quoted(out, path);
        buf_char(out, '"');
    } else {
        buf_str(out, path);
        /* Readers end a name at white space but for a tab behind it. */
        if (str_find_char(path, ' ') != STR_NONE)
            buf_char(out, '\t');
    }
    buf_char(out, '\n');
}

void diff_unified(struct buf *out, const struct source *source, const struct edit_set *edits)
{
    struct change_list changes = find_changes(out->arena, source, edits);
    if (!changes.count)
        return;
    put_header(out, STR("--- "), STR("a/"), source->path);
    put_header(out, STR("+++ "), STR("b/"), source->path);
    u32 grown = 0;
    for (u32 i = 0; i < changes.count;) {
        struct hunk hunk = next_hunk(source, &changes, i, grown);
        put_hunk(out, source, &changes, &hunk);
        for (; i < hunk.end_change; i++)
            grown += changes.items[i].added_lines - changes.items[i].removed;
    }
}
