#include "cli/input.h"

#include "cli/disk.h"
#include "nginx/catalogue.h"

#include <errno.h>
#include <glob.h>
#include <string.h>
#include <unistd.h>

struct input input_begin(struct arena *arena, struct screen *err)
{
    return (struct input){.arena = arena, .err = err};
}

static bool take_stdin(struct input *input)
{
    bool again = input->stdin_taken;
    bool terminal = isatty(STDIN_FILENO);
    if (again)
        screen_trouble(input->err, "standard input can be read only once: name a FILE instead");
    else if (terminal)
        screen_trouble(input->err, "nothing to read: name a FILE, or pipe something in "
                                   "(tlsmend --help)");
    input->stdin_taken = true;
    return !again && !terminal;
}

static bool read_named(struct input *input, str path, str *text)
{
    if (str_eq(path, STR("-")) && !take_stdin(input))
        return false;
    const char *trouble = disk_read(input->arena, path, text);
    if (trouble)
        screen_trouble(input->err, "%.*s: %s", STR_ARG(path), trouble);
    return !trouble;
}

bool input_read_evidence(struct input *input, const str *paths, u32 count)
{
    bool ok = true;
    input->evidence = arena_array(input->arena, count, sizeof *input->evidence);
    input->evidence_count = count;
    for (u32 i = 0; i < count; i++) {
        bool is_stdin = str_eq(paths[i], STR("-"));
        input->evidence[i].name = is_stdin ? STR(INPUT_STDIN_NAME) : paths[i];
        ok &= read_named(input, paths[i], &input->evidence[i].text);
    }
    return ok;
}

/* ---- the configuration -------------------------------------------------- */

static str without_dot(str path)
{
    while (str_starts(path, STR("./")))
        path = str_from(path, 2);
    return path;
}

u32 input_find(const struct input *input, str path)
{
    for (u32 i = 0; i < input->file_count; i++) {
        if (str_eq(without_dot(input->files[i].path), without_dot(path)))
            return i;
    }
    return STR_NONE;
}

static void push(struct input *input, str path, str text, bool on_disk)
{
    input->files = arena_grow(input->arena, input->files, input->file_count, &input->file_room,
                              sizeof *input->files);
    input->on_disk = arena_grow(input->arena, input->on_disk, input->file_count,
                                &input->on_disk_room, sizeof *input->on_disk);
    input->files[input->file_count] = (struct file_text){path, text};
    input->on_disk[input->file_count] = on_disk;
    input->file_count++;
}

static bool read_file(struct input *input, str path)
{
    bool is_stdin = str_eq(path, STR("-"));
    str name = is_stdin ? STR(INPUT_STDIN_NAME) : path;
    str text;
    if (input_find(input, name) != STR_NONE && !is_stdin)
        return true;
    if (!read_named(input, path, &text))
        return false;
    push(input, name, text, !is_stdin);
    return true;
}

/* ---- includes ----------------------------------------------------------- */

/* Where an include stands, for messages. */
struct include {
    str path;
    u32 line;
};

static void read_included(struct input *input, str path, struct include from)
{
    str text;
    if (input_find(input, path) != STR_NONE)
        return;
    errno = 0;
    const char *trouble = disk_read_regular(input->arena, path, &text);
    if (!trouble)
        push(input, path, text, true);
    else if (errno != ENOENT)
        screen_trouble(input->err, "%.*s: %s (included at %.*s:%u)", STR_ARG(path), trouble,
                       STR_ARG(from.path), from.line);
}

/* A folder that may not be listed gives no matches; asked to stop there, glob says why. */
static void explain_no_match(struct input *input, const char *pattern, struct include from)
{
    glob_t found;
    errno = 0;
    if (glob(pattern, GLOB_ERR, NULL, &found) == GLOB_ABORTED && errno && errno != ENOENT)
        screen_trouble(input->err, "%s: %s (included at %.*s:%u)", pattern, strerror(errno),
                       STR_ARG(from.path), from.line);
    globfree(&found);
}

static void read_glob(struct input *input, str path, struct include from)
{
    const char *pattern = arena_c_string(input->arena, path);
    glob_t found;
    int result = glob(pattern, 0, NULL, &found);
    if (result == GLOB_NOSPACE)
        base_out_of_memory();
    if (result != 0)
        explain_no_match(input, pattern, from);
    for (size_t i = 0; result == 0 && i < found.gl_pathc; i++)
        read_included(input, arena_copy(input->arena, str_of(found.gl_pathv[i])), from);
    globfree(&found);
}

/* The files that map, geo and types include hold data, not directives. */
static bool in_table(const struct tree *tree, u32 node)
{
    u32 parent = tree->nodes[node].parent;
    if (parent == TREE_NONE || parent == TREE_ROOT)
        return false;
    const struct directive *row = catalogue_find(tree_name(tree, parent), CONTEXT_HTTP);
    return row && catalogue_opens(row, CONTEXT_HTTP) == CONTEXT_TABLE;
}

static bool is_include(const struct tree *tree, u32 node)
{
    const struct node *n = &tree->nodes[node];
    return n->words == 2 && !(n->flags & (NODE_IS_BLOCK | NODE_HAS_TAG)) &&
           str_eq(tree_name(tree, node), STR("include")) && !in_table(tree, node);
}

static void follow_node(struct input *input, const struct files *main, const struct tree *tree,
                        u32 node)
{
    str pattern = tree_value(tree, node, 1);
    if (!pattern.len)
        return;
    str path = arena_copy(input->arena, files_resolve(main, pattern));
    u32 line = source_position(tree->source, tree_head_span(tree, node).start).line;
    struct include from = {tree->source->path, line};
    if (files_is_glob(pattern))
        read_glob(input, path, from);
    else
        read_included(input, path, from);
}

static bool is_dump(const struct files *files, str path)
{
    return files->count != 1 || !str_eq(files->file[0].source.path, path);
}

static void follow(struct input *input, const struct files *main, u32 file)
{
    struct arena arena = {0};
    struct files *files = files_open(&arena, &input->files[file], 1);
    if (is_dump(files, input->files[file].path)) {
        input->on_disk[file] = false;
    } else {
        const struct tree *tree = files->file[0].tree;
        for (u32 node = 1; node < tree->count; node++) {
            if (is_include(tree, node))
                follow_node(input, main, tree, node);
        }
    }
    arena_end(&arena);
}

/* The list grows while it is walked: an included file's includes are followed in turn. */
static void follow_all(struct input *input)
{
    const struct files *main = files_open(input->arena, input->files, 1);
    bool disk = input->on_disk[0] && !is_dump(main, input->files[0].path);
    for (u32 i = 0; i < input->file_count; i++) {
        if (input->on_disk[i] && (disk || i == 0))
            follow(input, main, i);
    }
}

bool input_read_files(struct input *input, const str *paths, u32 count)
{
    static const str stdin_path = STR_INIT("-");
    bool ok = true;
    if (count == 0) {
        paths = &stdin_path;
        count = 1;
    }
    for (u32 i = 0; i < count; i++)
        ok &= read_file(input, paths[i]);
    if (ok)
        follow_all(input);
    return ok;
}
