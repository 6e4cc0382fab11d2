/* Edits: their order, their overlaps, the text that they make. */
#include "text/edit.h"
#include "text_helpers.h"

struct change {
    u32 start, end;
    const char *text;
};

static struct edit_set set_of(void **state, const struct change *changes, u32 count)
{
    struct edit_set set = edit_set_new(*state);
    for (u32 i = 0; i < count; i++)
        edit_add(&set, (span){changes[i].start, changes[i].end}, str_of(changes[i].text), i);
    return set;
}

static void edits_make_a_text(void **state)
{
    static const struct {
        struct change changes[4];
        u32 count;
        const char *after;
    } rows[] = {
        {{{0}}, 0, "abcdef"},
        {{{0, 0, "x"}}, 1, "xabcdef"},
        {{{6, 6, "x"}}, 1, "abcdefx"},
        {{{0, 6, ""}}, 1, ""},
        {{{2, 4, "xyz"}}, 1, "abxyzef"},
        {{{4, 5, "y"}, {1, 2, "x"}}, 2, "axcdyf"},
        {{{3, 3, "x"}, {3, 3, "y"}, {3, 3, "z"}}, 3, "abcxyzdef"},
        {{{3, 4, "x"}, {3, 3, "y"}, {3, 3, "z"}}, 3, "abcyzxef"},
        {{{3, 3, "y"}, {1, 3, "x"}, {3, 5, "z"}}, 3, "axyzf"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct edit_set set = set_of(state, rows[i].changes, rows[i].count);
        assert_false(edit_sort(&set).found);
        same_text(edit_apply(*state, STR("abcdef"), &set), rows[i].after, "");
    }
}

static void overlaps_are_told(void **state)
{
    static const struct {
        struct change changes[3];
        u32 count, first, second;
    } rows[] = {
        {{{0, 3, "x"}, {2, 4, "y"}}, 2, 0, 1},
        {{{2, 4, "y"}, {0, 3, "x"}}, 2, 1, 0},
        {{{0, 3, "x"}, {0, 3, "x"}}, 2, 0, 1},
        {{{1, 1, "x"}, {0, 3, "y"}}, 2, 1, 0},
        {{{5, 6, ""}, {0, 4, "x"}, {3, 3, "y"}}, 3, 1, 2},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct edit_set set = set_of(state, rows[i].changes, rows[i].count);
        struct edit_overlap overlap = edit_sort(&set);
        assert_true(overlap.found);
        assert_int_equal(overlap.first, rows[i].first);
        assert_int_equal(overlap.second, rows[i].second);
        assert_int_equal(set.count, rows[i].count);
    }
}

static void the_order_of_calls_is_kept(void **state)
{
    for (u32 count = 0; count < 200; count++) {
        struct edit_set set = edit_set_new(*state);
        for (u32 i = 0; i < count; i++)
            edit_add(&set, (span){i * 37 % 11, i * 37 % 11}, STR(""), i);
        edit_sort(&set);
        assert_int_equal(set.count, count);
        for (u32 i = 1; i < count; i++) {
            const struct edit *a = &set.edits[i - 1];
            const struct edit *b = &set.edits[i];
            assert_true(a->at.start < b->at.start ||
                        (a->at.start == b->at.start && a->owner < b->owner));
        }
    }
}

static void a_sorted_set_still_grows(void **state)
{
    struct edit_set set = edit_set_new(*state);
    for (u32 i = 0; i < 100; i++) {
        edit_add(&set, (span){100 - i, 100 - i}, STR("x"), i);
        edit_sort(&set);
    }
    for (u32 i = 0; i < 100; i++)
        assert_int_equal(set.edits[i].at.start, i + 1);
}

static void many_edits_take_no_time(void **state)
{
    enum { MANY = 300000 };
    struct edit_set set = edit_set_new(*state);
    for (u32 i = MANY; i > 0; i--)
        edit_add(&set, (span){i, i}, STR(""), i);
    assert_false(edit_sort(&set).found);
    for (u32 i = 0; i < MANY; i++)
        assert_int_equal(set.edits[i].owner, i + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(edits_make_a_text),          IN_ARENA(overlaps_are_told),
        IN_ARENA(the_order_of_calls_is_kept), IN_ARENA(a_sorted_set_still_grows),
        IN_ARENA(many_edits_take_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
