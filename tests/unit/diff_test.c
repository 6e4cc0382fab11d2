/* Unified diffs. That patch and git take them is tried in tests/prop/diff.test.mjs. */
#include "text/diff.h"
#include "text_helpers.h"

struct change {
    u32 line; /* 1-based; the change begins at the start of it */
    u32 lines;
    const char *text;
};

static str diff_of(void **state, const char *path, str text, const struct change *changes)
{
    struct source source = source_open(*state, str_of(path), text);
    struct edit_set set = edit_set_new(*state);
    for (; changes->line; changes++) {
        u32 start = source_line(&source, changes->line).start;
        u32 end = source_line(&source, changes->line + changes->lines).start;
        edit_add(&set, (span){start, end}, str_of(changes->text), 0);
    }
    edit_sort(&set);
    struct buf out = buf_new(*state);
    diff_unified(&out, &source, &set);
    return buf_view(&out);
}

/* "1\n2\n…" */
static str numbered(void **state, u32 lines)
{
    struct buf out = buf_new(*state);
    for (u32 i = 1; i <= lines; i++)
        buf_fmt(&out, "%u\n", i);
    return buf_view(&out);
}

#define HEAD "--- a/x\n+++ b/x\n"

static void hunks(void **state)
{
    static const struct {
        u32 lines;
        struct change changes[4];
        const char *diff;
    } rows[] = {
        {3, {{0}}, ""},
        {3, {{2, 1, "2\n"}}, ""},
        {3, {{2, 0, ""}}, ""},
        {3, {{2, 1, "x\n"}}, HEAD "@@ -1,3 +1,3 @@\n 1\n-2\n+x\n 3\n"},
        {1, {{1, 1, "x\n"}}, HEAD "@@ -1 +1 @@\n-1\n+x\n"},
        {1, {{1, 1, ""}}, HEAD "@@ -1 +0,0 @@\n-1\n"},
        {0, {{1, 0, "x\n"}}, HEAD "@@ -0,0 +1 @@\n+x\n"},
        {0, {{1, 0, "x"}}, HEAD "@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n"},
        {3, {{1, 0, "x\n"}}, HEAD "@@ -1,3 +1,4 @@\n+x\n 1\n 2\n 3\n"},
        {9, {{10, 0, "x\ny\n"}}, HEAD "@@ -7,3 +7,5 @@\n 7\n 8\n 9\n+x\n+y\n"},
        {9, {{5, 0, "x\n"}}, HEAD "@@ -2,6 +2,7 @@\n 2\n 3\n 4\n+x\n 5\n 6\n 7\n"},
        {9, {{5, 2, ""}}, HEAD "@@ -2,8 +2,6 @@\n 2\n 3\n 4\n-5\n-6\n 7\n 8\n 9\n"},
        /* Only what changes is shown, whatever the edit replaces. */
        {5, {{1, 5, "1\n2\nx\n4\n5\n"}}, HEAD "@@ -1,5 +1,5 @@\n 1\n 2\n-3\n+x\n 4\n 5\n"},
        /* Six lines between: one hunk; seven: two. */
        {9,
         {{1, 1, "x\n"}, {8, 1, "y\n"}},
         HEAD "@@ -1,9 +1,9 @@\n-1\n+x\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+y\n 9\n"},
        {9,
         {{1, 1, "x\n"}, {9, 1, ""}},
         HEAD "@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n@@ -6,4 +6,3 @@\n 6\n 7\n 8\n-9\n"},
        /* What grew before moves what follows. */
        {20,
         {{1, 0, "x\ny\n"}, {20, 1, "z\n"}},
         HEAD "@@ -1,3 +1,5 @@\n+x\n+y\n 1\n 2\n 3\n@@ -17,4 +19,4 @@\n 17\n 18\n 19\n-20\n+z\n"},
        {20,
         {{1, 2, ""}, {20, 0, "z\n"}},
         HEAD "@@ -1,5 +1,3 @@\n-1\n-2\n 3\n 4\n 5\n@@ -17,4 +15,5 @@\n 17\n 18\n 19\n+z\n 20\n"},
        /* Neighbours are one change. */
        {4, {{2, 1, "x\n"}, {3, 1, "y\n"}}, HEAD "@@ -1,4 +1,4 @@\n 1\n-2\n-3\n+x\n+y\n 4\n"},
        {0, {{1, 0, "x"}, {1, 0, "y\n"}}, HEAD "@@ -0,0 +1 @@\n+xy\n"},
        {1, {{2, 0, "x"}, {2, 0, "y\n"}}, HEAD "@@ -1 +1,2 @@\n 1\n+xy\n"},
        {3, {{2, 0, "x\n"}, {2, 0, "y\n"}}, HEAD "@@ -1,3 +1,5 @@\n 1\n+x\n+y\n 2\n 3\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        same_text(diff_of(state, "x", numbered(state, rows[i].lines), rows[i].changes),
                  rows[i].diff, "");
}

static void texts_without_a_last_newline(void **state)
{
#define NONE "\\ No newline at end of file\n"
    static const struct {
        const char *text;
        struct change changes[2];
        const char *diff;
    } rows[] = {
        {"a\nb", {{1, 1, "x\n"}}, HEAD "@@ -1,2 +1,2 @@\n-a\n+x\n b\n" NONE},
        {"a\nb", {{2, 1, "x"}}, HEAD "@@ -1,2 +1,2 @@\n a\n-b\n" NONE "+x\n" NONE},
        {"a\nb", {{2, 1, "b\n"}}, HEAD "@@ -1,2 +1,2 @@\n a\n-b\n" NONE "+b\n"},
        {"a\nb", {{3, 0, "\nx"}}, HEAD "@@ -1,2 +1,3 @@\n a\n-b\n" NONE "+b\n+x\n" NONE},
        {"a\nb\n", {{2, 1, "b"}}, HEAD "@@ -1,2 +1,2 @@\n a\n-b\n+b\n" NONE},
        {"a\nb", {{2, 1, ""}}, HEAD "@@ -1,2 +1 @@\n a\n-b\n" NONE},
        {"a\nb\nc\n", {{1, 1, "a"}}, HEAD "@@ -1,3 +1,2 @@\n-a\n-b\n+ab\n c\n"},
        {"a\nb\n", {{1, 1, "x"}}, HEAD "@@ -1,2 +1 @@\n-a\n-b\n+xb\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        same_text(diff_of(state, "x", str_of(rows[i].text), rows[i].changes), rows[i].diff,
                  rows[i].text);
}

static void carriage_returns_stay(void **state)
{
    static const struct change changes[] = {{2, 0, "x\r\n"}, {0}};
    same_text(diff_of(state, "x", STR("a\r\nb\r\n"), changes),
              HEAD "@@ -1,2 +1,3 @@\n a\r\n+x\r\n b\r\n", "");
}

static void several_edits_in_one_line(void **state)
{
    struct source source = source_open(*state, STR("x"), STR("a b c\nd\n"));
    struct edit_set set = edit_set_new(*state);
    edit_add(&set, (span){4, 5}, STR("z"), 0);
    edit_add(&set, (span){0, 1}, STR("x\ny"), 0);
    edit_sort(&set);
    struct buf out = buf_new(*state);
    diff_unified(&out, &source, &set);
    same_text(buf_view(&out), HEAD "@@ -1,2 +1,3 @@\n-a b c\n+x\n+y b z\n d\n", "");
}

static void paths(void **state)
{
    static const struct change changes[] = {{1, 1, "x\n"}, {0}};
    static const struct {
        const char *path, *first;
    } rows[] = {
        {"nginx.conf", "--- a/nginx.conf\n+++ b/nginx.conf\n"},
        {"/etc/nginx/a.conf", "--- a/etc/nginx/a.conf\n+++ b/etc/nginx/a.conf\n"},
        {"./a", "--- a/a\n+++ b/a\n"},
        {"//./a", "--- a/a\n+++ b/a\n"},
        {"a b", "--- a/a b\t\n+++ b/a b\t\n"},
        {"a\"b", "--- \"a/a\\\"b\"\n+++ \"b/a\\\"b\"\n"},
        {"a\\b c", "--- \"a/a\\\\b c\"\n+++ \"b/a\\\\b c\"\n"},
        {"a\nb", "--- \"a/a\\012b\"\n+++ \"b/a\\012b\"\n"},
        {"a\tb\x7f", "--- \"a/a\\011b\\177\"\n+++ \"b/a\\011b\\177\"\n"},
        {"\xc3\xa9", "--- a/\xc3\xa9\n+++ b/\xc3\xa9\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        str diff = diff_of(state, rows[i].path, STR("1\n"), changes);
        same_text(str_sub(diff, 0, str_find(diff, STR("@@"))), rows[i].first, rows[i].path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(hunks),
        IN_ARENA(texts_without_a_last_newline),
        IN_ARENA(carriage_returns_stay),
        IN_ARENA(several_edits_in_one_line),
        IN_ARENA(paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
