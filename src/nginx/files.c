#include "nginx/files.h"

#include "base/buf.h"

#include <stdlib.h>

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

/* A pattern up to its first special byte: what its matches begin with. */
static str literal_prefix(str pattern)
{
    u32 end = files_is_glob(pattern) ? 0 : pattern.len;
    while (end < pattern.len && !str_has(STR("*?[\\"), str_sub(pattern, end, end + 1)))
        end++;
    return str_sub(pattern, 0, end);
}

static str path_at(const struct files *files, u32 rank)
{
    return without_dot(files->file[files->by_path[rank]].source.path);
}

/* The rank of the first path that is not before `path`. */
static u32 first_rank(const struct files *files, str path)
{
    u32 low = 0;
    u32 high = files->count;
    while (low < high) {
        u32 middle = low + (high - low) / 2;
        if (str_cmp(path_at(files, middle), path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* nginx takes a name without `*`, `?` or `[` as it is. */
static bool matches(str pattern, str path)
{
    return files_is_glob(pattern) ? files_glob_matches(pattern, path) : str_eq(pattern, path);
}

static struct file_list matching(const struct files *files, str pattern)
{
    pattern = without_dot(pattern);
    str prefix = literal_prefix(pattern);
    u32 room = 0;
    struct file_list list = {0};
    for (u32 rank = first_rank(files, prefix);
         rank < files->count && str_starts(path_at(files, rank), prefix); rank++) {
        if (!matches(pattern, path_at(files, rank)))
            continue;
        list.file = arena_grow(files->arena, list.file, list.count, &room, sizeof *list.file);
        list.file[list.count++] = files->by_path[rank];
    }
    return list;
}

/*
 * Files of a dropped folder have lost their roots: the tails of the path are
 * tried, but for a glob without any folder, which would match anything.
 */
static struct file_list matching_tail(const struct files *files, str pattern)
{
    struct file_list list = {0};
    while (!list.count) {
        u32 slash = str_find_char(pattern, '/');
        if (slash == STR_NONE)
            break;
        pattern = str_from(pattern, slash + 1);
        bool bare = str_find_char(pattern, '/') == STR_NONE;
        if (!bare || !files_is_glob(pattern))
            list = matching(files, files_resolve(files, pattern));
    }
    return list;
}

struct file_list files_included(const struct files *files, str pattern)
{
    struct file_list list = matching(files, files_resolve(files, pattern));
    if (list.count || !str_starts(pattern, STR("/")) ||
        str_starts(files->file[0].source.path, STR("/")))
        return list;
    return matching_tail(files, pattern);
}

static bool is_include(const struct tree *tree, u32 node)
{
    return tree->nodes[node].words == 2 && !(tree->nodes[node].flags & NODE_IS_BLOCK) &&
           str_eq(tree_name(tree, node), STR("include"));
}

/* Marks what `file` includes, and what that includes; a stack, for chains may be long. */
static void mark_from(struct files *files, u32 file, bool *seen, u32 *stack)
{
    u32 depth = 0;
    stack[depth++] = file;
    seen[file] = true;
    while (depth) {
        const struct tree *tree = files->file[stack[--depth]].tree;
        for (u32 node = 1; node < tree->count; node++) {
            if (!is_include(tree, node))
                continue;
            struct file_list list = files_included(files, tree_value(tree, node, 1));
            for (u32 i = 0; i < list.count; i++) {
                u32 other = list.file[i];
                files->file[other].included |= other != file;
                if (!seen[other])
                    stack[depth++] = other;
                seen[other] = true;
            }
        }
    }
}

/*
 * The first is the main one, whatever includes it. Of the others one is a main
 * one too that no other includes; and of those that only include each other,
 * the first, or nobody would read them.
 */
static void mark_included(struct files *files)
{
    bool *seen = arena_array(files->arena, files->count, sizeof *seen);
    u32 *stack = arena_array(files->arena, files->count, sizeof *stack);
    for (u32 i = 0; i < files->count; i++)
        if (!seen[i])
            mark_from(files, i, seen, stack);
    if (files->count)
        files->file[0].included = false;
}

/* ---- opening ------------------------------------------------------------ */

struct ranked {
    str path;
    u32 index;
};

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *left = a;
    const struct ranked *right = b;
    int order = str_cmp(left->path, right->path);
    return order ? order : (left->index > right->index) - (left->index < right->index);
}

static struct ranked *rank(struct arena *arena, const struct texts *texts)
{
    struct ranked *ranked = arena_array(arena, texts->count, sizeof *ranked);
    for (u32 i = 0; i < texts->count; i++)
        ranked[i] = (struct ranked){without_dot(texts->text[i].path), i};
    if (texts->count > 1)
        qsort(ranked, texts->count, sizeof *ranked, compare_ranked);
    return ranked;
}

/* Old nginx dumps a file as often as it is included: the first stands for all. */
static void drop_doubles(struct texts *texts)
{
    const struct ranked *ranked = rank(texts->arena, texts);
    bool *drop = arena_array(texts->arena, texts->count, sizeof *drop);
    for (u32 i = 1; i < texts->count; i++) {
        drop[ranked[i].index] = str_eq(ranked[i - 1].path, ranked[i].path);
        if (drop[ranked[i].index] &&
            !str_eq(texts->text[ranked[i - 1].index].text, texts->text[ranked[i].index].text))
            dump_pass_over(texts, texts->text[ranked[i].index].path,
                           "another text of this path: passed over, the first one holds");
    }
    u32 kept = 0;
    for (u32 i = 0; i < texts->count; i++)
        if (!drop[i])
            texts->text[kept++] = texts->text[i];
    texts->count = kept;
}

static struct files *open_texts(struct arena *arena, const struct texts *texts)
{
    const struct ranked *ranked = rank(arena, texts);
    struct files *files = arena_alloc(arena, sizeof *files);
    *files = (struct files){.arena = arena,
                            .file = arena_array(arena, texts->count, sizeof *files->file),
                            .count = texts->count,
                            .by_path = arena_array(arena, texts->count, sizeof *files->by_path),
                            .stray = texts->stray,
                            .stray_count = texts->stray_count};
    if (texts->count)
        files->directory = directory_of(texts->text[0].path);
    for (u32 i = 0; i < texts->count; i++) {
        struct file *file = &files->file[i];
        files->by_path[i] = ranked[i].index;
        file->source = source_open(arena, texts->text[i].path, texts->text[i].text);
        file->tree = tree_parse(arena, &file->source);
    }
    return files;
}

struct files *files_open(struct arena *arena, const struct file_text *texts, u32 count)
{
    struct texts all = {.arena = arena};
    for (u32 i = 0; i < count; i++)
        dump_split(&all, texts[i]);
    drop_doubles(&all);
    struct files *files = open_texts(arena, &all);
    mark_included(files);
    return files;
}
