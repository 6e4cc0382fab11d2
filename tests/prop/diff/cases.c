/*
 * cases: random texts, random edits, and the diffs that we make of them.
 *
 *   cases FIRST COUNT    a line of JSON each: files with path, before and after; the diff
 */
#include "text/diff.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn void base_out_of_memory(void)
{
    abort();
}

static uint64_t random_state;

static u32 pick(u32 below)
{
    /* splitmix64 */
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (u32)((z ^ z >> 31) % below);
}

static void put_line(struct buf *out, const char *newline)
{
    static const char *const lines[] = {
        "",
        "}",
        "    proxy_ssl_name a;",
        "\tb;",
        "--- a/x",
        "+++ b/x",
        "@@ -1 +1 @@",
        "a",
        "a",
        "\\ No newline at end of file",
        "# c  ",
        "-",
        "+",
        "diff --git a/x b/x",
    };
    buf_str(out, str_of(lines[pick(sizeof lines / sizeof *lines)]));
    buf_str(out, str_of(newline));
}

static str some_text(struct arena *arena, u32 lines)
{
    static const char *const newlines[] = {"\n", "\n", "\r\n", "\r", ""};
    struct buf out = buf_new(arena);
    u32 style = pick(3);
    for (u32 i = 0; i < lines; i++)
        put_line(&out, newlines[pick(20) ? style : pick(5)]);
    str text = buf_view(&out);
    return pick(4) || !text.len ? text : str_sub(text, 0, text.len - 1);
}

/* Now and then at the start of a line, as real edits are. */
static u32 some_offset(const struct source *source, u32 from)
{
    u32 to = source->text.len;
    u32 offset = from + (to > from ? pick(to - from + 1) : 0);
    u32 begin = source_line_begin(source, offset);
    return pick(2) && begin >= from ? begin : offset;
}

static struct edit_set some_edits(struct arena *arena, const struct source *source)
{
    struct edit_set set = edit_set_new(arena);
    u32 from = 0;
    for (u32 i = 1 + pick(5); i > 0; i--) {
        u32 start = some_offset(source, from);
        u32 end = pick(2) ? start : some_offset(source, start);
        if (end > start + 60)
            end = start + pick(60);
        edit_add(&set, (span){start, end}, pick(4) ? some_text(arena, pick(3)) : (str){0}, i);
        from = end;
    }
    edit_sort(&set);
    return set;
}

static void put_json(const char *name, str text)
{
    printf("\"%s\":\"", name);
    for (u32 i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c < 0x20 || c == '"' || c == '\\' || c >= 0x7f)
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

static void put_file(struct arena *arena, struct buf *diff, u32 index)
{
    static const char *const paths[] = {"etc/nginx/nginx.conf", "a b.conf",  "dir x/\"q\".conf",
                                        "back\\slash.conf",     "tab\there", "conf.d/x.conf"};
    str path = str_fmt(arena, "%u/%s", index, paths[pick(sizeof paths / sizeof *paths)]);
    struct source source = source_open(arena, path, some_text(arena, pick(30)));
    struct edit_set edits = some_edits(arena, &source);
    diff_unified(diff, &source, &edits);
    printf(index ? ",{" : "{");
    put_json("path", path);
    putchar(',');
    put_json("before", source.text);
    putchar(',');
    put_json("after", edit_apply(arena, source.text, &edits));
    putchar('}');
}

static void put_case(uint64_t seed)
{
    struct arena arena = {0};
    struct buf diff = buf_new(&arena);
    random_state = seed * 0x2545f4914f6cdd1du;
    printf("{\"seed\":%" PRIu64 ",\"files\":[", seed);
    u32 files = 1 + pick(3);
    for (u32 i = 0; i < files; i++)
        put_file(&arena, &diff, i);
    printf("],");
    put_json("diff", buf_view(&diff));
    puts("}");
    arena_end(&arena);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    uint64_t first = strtoull(argv[1], NULL, 10);
    uint64_t end = first + strtoull(argv[2], NULL, 10);
    for (uint64_t seed = first; seed < end; seed++)
        put_case(seed);
    return 0;
}
