#include "nginx/files.h"

#include "base/buf.h"

#include <stdlib.h>

static const str dump_mark = STR_INIT("# configuration file /");

/* ---- nginx -T ----------------------------------------------------------- */

/* The path in a header line, or empty when the line is none. */
static str header_path(str line)
{
    line = str_ends(line, STR("\n")) ? str_sub(line, 0, line.len - 1) : line;
    line = str_ends(line, STR("\r")) ? str_sub(line, 0, line.len - 1) : line;
    if (!str_starts(line, dump_mark) || !str_ends(line, STR(":")))
        return (str){0};
    return str_sub(line, dump_mark.len - 1, line.len - 1);
}

static str take_line(str *rest)
{
    u32 lf = str_find_char(*rest, '\n');
    u32 len = lf == STR_NONE ? rest->len : lf + 1;
    str line = str_sub(*rest, 0, len);
    *rest = str_from(*rest, len);
    return line;
}

/* The offset of the next header line at or behind `from`, or STR_NONE. */
static u32 next_header(str text, u32 from)
{
    for (;;) {
        u32 hit = str_find_from(text, from, dump_mark);
        if (hit == STR_NONE)
            return STR_NONE;
        str rest = str_from(text, hit);
        bool at_line = hit == 0 || text.p[hit - 1] == '\n';
        if (at_line && header_path(take_line(&rest)).len)
            return hit;
        from = hit + 1;
    }
}

struct list {
    struct arena *arena;
    struct file_text *items;
    u32 count;
    u32 room;
};

static void push(struct list *list, str path, str text)
{
    list->items =
        arena_grow(list->arena, list->items, list->count, &list->room, sizeof *list->items);
    list->items[list->count++] = (struct file_text){path, text};
}

/*
 * nginx -T writes a newline behind each file. Behind the last one a paste may
 * have lost it: there it is taken off only where two stand.
 */
static str without_dump_newline(str body, bool last)
{
    if (last && !str_ends(body, STR("\n\n")))
        return body;
    return str_ends(body, STR("\n")) ? str_sub(body, 0, body.len - 1) : body;
}

static void split_dump(struct list *out, struct list *stray, struct file_text dump, u32 header)
{
    str before = str_trim(str_sub(dump.text, 0, header));
    if (before.len)
        push(stray, dump.path, before);
    while (header != STR_NONE) {
        str rest = str_from(dump.text, header);
        str path = header_path(take_line(&rest));
        u32 next = next_header(rest, 0);
        str body = str_sub(rest, 0, next);
        push(out, path, without_dump_newline(body, next == STR_NONE));
        header = next == STR_NONE ? STR_NONE : dump.text.len - rest.len + next;
    }
}

/* ---- paths -------------------------------------------------------------- */

static str without_dot(str path)
{
    while (str_starts(path, STR("./")))
        path = str_from(path, 2);
    return path;
}

static str directory_of(str path)
{
    u32 slash = str_find_last(path, STR("/"));
    return slash == STR_NONE ? (str){0} : str_sub(path, 0, slash + 1);
}

bool files_is_glob(str pattern)
{
    return str_find_char(pattern, '*') != STR_NONE || str_find_char(pattern, '?') != STR_NONE ||
           str_find_char(pattern, '[') != STR_NONE;
}

/* Past a `[…]`; sets `matched`. Without a closing bracket it is a plain `[`. */
static u32 match_set(str pattern, u32 at, char c, bool *matched)
{
    u32 i = at + 1;
    bool inverted = i < pattern.len && (pattern.p[i] == '!' || pattern.p[i] == '^');
    i += inverted;
    bool hit = false;
    for (u32 first = i; i < pattern.len && (pattern.p[i] != ']' || i == first); i++) {
        char low = pattern.p[i];
        char high = low;
        if (i + 2 < pattern.len && pattern.p[i + 1] == '-' && pattern.p[i + 2] != ']') {
            high = pattern.p[i + 2];
            i += 2;
        }
        hit |= c >= low && c <= high;
    }
    if (i >= pattern.len) {
        *matched = c == '[';
        return at + 1;
    }
    *matched = hit != inverted && c != '/';
    return i + 1;
}

/* One step of the pattern against one byte; the offset behind it, or 0 for no match. */
static u32 match_one(str pattern, u32 at, char c)
{
    bool matched;
    switch (pattern.p[at]) {
    case '?':
        return c == '/' ? 0 : at + 1;
    case '[':
        at = match_set(pattern, at, c, &matched);
        return matched ? at : 0;
    case '\\':
        at += at + 1 < pattern.len;
        return pattern.p[at] == c ? at + 1 : 0;
    default:
        return pattern.p[at] == c ? at + 1 : 0;
    }
}

/* Greedy with one point of return: linear but for `*`, and `*` stops at a slash. */
bool files_glob_matches(str pattern, str path)
{
    u32 p = 0;
    u32 star = STR_NONE;
    u32 star_at = 0;
    for (u32 i = 0; i < path.len;) {
        bool hidden = path.p[i] == '.' && (i == 0 || path.p[i - 1] == '/');
        bool special =
            p < pattern.len && (pattern.p[p] == '*' || pattern.p[p] == '?' || pattern.p[p] == '[');
        u32 next = 0;
        if (p < pattern.len && pattern.p[p] == '*' && !hidden) {
            star = ++p;
            star_at = i;
            continue;
        }
        if (p < pattern.len && !(hidden && special))
            next = match_one(pattern, p, path.p[i]);
        if (next) {
            p = next;
            i++;
        } else if (star != STR_NONE && path.p[star_at] != '/') {
            p = star;
            i = ++star_at;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.p[p] == '*')
        p++;
    return p == pattern.len;
}

str files_resolve(const struct files *files, str pattern)
{
    if (str_starts(pattern, STR("/")) || !files->directory.len)
        return pattern;
    return str_fmt(files->arena, "%.*s%.*s", STR_ARG(files->directory), STR_ARG(pattern));
}

/* ---- includes ----------------------------------------------------------- */

static int compare_paths(const void *a, const void *b)
{
    const struct file *const *left = a;
    const struct file *const *right = b;
    return str_cmp((*left)->source.path, (*right)->source.path);
}

static struct file_list matching(const struct files *files, str pattern)
{
    const struct file **hits = arena_array(files->arena, files->count, sizeof(struct file *));
    u32 count = 0;
    for (u32 i = 0; i < files->count; i++)
        if (files_glob_matches(without_dot(pattern), without_dot(files->file[i].source.path)))
            hits[count++] = &files->file[i];
    if (count > 1)
        qsort(hits, count, sizeof *hits, compare_paths);
    struct file_list list = {arena_array(files->arena, count, sizeof(u32)), count};
    for (u32 i = 0; i < count; i++)
        list.file[i] = (u32)(hits[i] - files->file);
    return list;
}

struct file_list files_included(const struct files *files, str pattern)
{
    struct file_list list = matching(files, files_resolve(files, pattern));
    if (list.count || !str_starts(pattern, STR("/")) ||
        str_starts(files->file[0].source.path, STR("/")))
        return list;
    /* Files of a dropped folder have lost their roots: try the tails of the path. */
    while (!list.count) {
        u32 slash = str_find_char(pattern, '/');
        if (slash == STR_NONE)
            break;
        pattern = str_from(pattern, slash + 1);
        list = matching(files, files_resolve(files, pattern));
    }
    return list;
}

static void mark_included(struct files *files)
{
    for (u32 i = 0; i < files->count; i++) {
        const struct tree *tree = files->file[i].tree;
        for (u32 node = 1; node < tree->count; node++) {
            if (tree->nodes[node].words != 2 || !str_eq(tree_name(tree, node), STR("include")))
                continue;
            struct file_list list = files_included(files, tree_value(tree, node, 1));
            for (u32 k = 0; k < list.count; k++)
                files->file[list.file[k]].included |= list.file[k] != i;
        }
    }
    /* The first is the main one, whatever includes it. */
    if (files->count)
        files->file[0].included = false;
}

struct files *files_open(struct arena *arena, const struct file_text *texts, u32 count)
{
    struct list all = {.arena = arena};
    struct list stray = {.arena = arena};
    for (u32 i = 0; i < count; i++) {
        u32 header = next_header(texts[i].text, 0);
        if (header == STR_NONE)
            push(&all, texts[i].path, texts[i].text);
        else
            split_dump(&all, &stray, texts[i], header);
    }
    struct files *files = arena_alloc(arena, sizeof *files);
    *files = (struct files){.arena = arena,
                            .file = arena_array(arena, all.count, sizeof(struct file)),
                            .count = all.count,
                            .stray = stray.items,
                            .stray_count = stray.count};
    if (all.count)
        files->directory = directory_of(all.items[0].path);
    for (u32 i = 0; i < all.count; i++) {
        struct file *file = &files->file[i];
        file->source = source_open(arena, all.items[i].path, all.items[i].text);
        file->tree = tree_parse(arena, &file->source);
    }
    mark_included(files);
    return files;
}
