/* One arena a request: zeroed, aligned, grown, wiped at its end. */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static jmp_buf out_of_memory;

/* Instead of the one that ends the program. */
_Noreturn void base_out_of_memory(void)
{
    longjmp(out_of_memory, 1);
}

static bool is_zero(const void *bytes, size_t size)
{
    const char *p = bytes;
    for (size_t i = 0; i < size; i++)
        if (p[i])
            return false;
    return true;
}

static void memory_is_zeroed_and_aligned(void **state)
{
    static const size_t sizes[] = {1, 0, 3, 16, 17, 70000, 1, 9 << 20, 5, 64 * 1024, 8 << 20};
    struct arena arena = {0};
    for (int round = 0; round < 40; round++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            char *p = arena_alloc(&arena, sizes[i] % (1 << 20));
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % 16, 0);
            assert_true(is_zero(p, sizes[i] % (1 << 20)));
            memset(p, 0xff, sizes[i] % (1 << 20));
        }
    char *large = arena_array(&arena, 9, 1 << 20);
    assert_true(is_zero(large, 9 << 20));
    arena_end(&arena);
    (void)state;
}

static void an_arena_ends_empty_and_may_begin_again(void **state)
{
    struct arena arena = {0};
    arena_end(&arena);
    arena_alloc(&arena, 1);
    arena_end(&arena);
    assert_null(arena.chunk);
    assert_null(arena.hooks);
    arena_alloc(&arena, 1);
    arena_end(&arena);
    (void)state;
}

static u32 *grown(struct arena *arena, u32 items, bool between)
{
    u32 *numbers = NULL;
    u32 room = 0;
    for (u32 i = 0; i < items; i++) {
        numbers = arena_grow(arena, numbers, i, &room, sizeof *numbers);
        assert_true(room > i);
        numbers[i] = i;
        if (between && i % 1000 == 0)
            arena_alloc(arena, 1);
    }
    return numbers;
}

static void arrays_grow_and_keep_their_items(void **state)
{
    struct arena arena = {0};
    for (int between = 0; between < 2; between++) {
        const u32 *numbers = grown(&arena, 3000000, between);
        for (u32 i = 0; i < 3000000; i++)
            assert_int_equal(numbers[i], i);
    }
    arena_end(&arena);
    (void)state;
}

/* Room behind the items must be zero too, however often the array grew. */
static void room_behind_items_is_zero(void **state)
{
    struct arena arena = {0};
    struct three {
        char bytes[3];
    } *items = NULL;
    u32 room = 0;
    for (u32 i = 0; i < 100000; i++) {
        items = arena_grow(&arena, items, i, &room, sizeof *items);
        assert_true(is_zero(&items[i], (room - i < 8 ? room - i : 8) * sizeof *items));
        memset(&items[i], 0xff, sizeof *items);
    }
    arena_end(&arena);
    (void)state;
}

static void room_left_over_is_taken_back(void **state)
{
    struct arena arena = {0};
    u32 *items = arena_array(&arena, 1000, sizeof *items);
    items[0] = items[1] = items[2] = 7;
    arena_trim(&arena, items, 3, 1000, sizeof *items);
    char *next = arena_alloc(&arena, 4000);
    assert_ptr_equal(next, (char *)items + 16);
    assert_true(is_zero(next, 4000));
    assert_int_equal(items[2], 7);
    /* Not the newest: it keeps its room. */
    arena_trim(&arena, items, 1, 3, sizeof *items);
    assert_true((char *)arena_alloc(&arena, 1) >= next + 4000);
    arena_end(&arena);
    (void)state;
}

static void copies(void **state)
{
    struct arena arena = {0};
    str text = STR("a\0b");
    str copy = arena_copy(&arena, text);
    assert_true(str_eq(copy, text));
    assert_true(copy.p != text.p);
    assert_int_equal(copy.p[3], 0);
    assert_string_equal(arena_c_string(&arena, STR("abc")), "abc");
    assert_string_equal(arena_c_string(&arena, (str){0}), "");
    assert_int_equal(arena_copy(&arena, (str){0}).len, 0);
    arena_end(&arena);
    (void)state;
}

static char order[8];

static void note(void *thing)
{
    strcat(order, thing);
}

static void hooks_run_newest_first(void **state)
{
    struct arena arena = {0};
    order[0] = '\0';
    arena_hook(&arena, note, "a");
    arena_hook(&arena, note, "b");
    arena_alloc(&arena, 1 << 20);
    arena_hook(&arena, note, "c");
    arena_end(&arena);
    assert_string_equal(order, "cba");
    arena_end(&arena);
    assert_string_equal(order, "cba");
    (void)state;
}

static void ask(struct arena *arena, int what)
{
    u32 room = UINT32_MAX / 2 + 1;
    if (what == 0)
        arena_alloc(arena, SIZE_MAX);
    else if (what == 1)
        arena_alloc(arena, SIZE_MAX - 20);
    else if (what == 2)
        arena_array(arena, SIZE_MAX / 8, 16);
    else
        arena_grow(arena, NULL, room, &room, 1);
}

static void sizes_that_overflow_are_out_of_memory(void **state)
{
    for (volatile int what = 0; what < 4; what++) {
        static struct arena arena;
        volatile bool returned = false;
        if (setjmp(out_of_memory) == 0) {
            ask(&arena, what);
            returned = true;
        }
        assert_false(returned);
        arena_end(&arena);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(an_arena_ends_empty_and_may_begin_again),
        cmocka_unit_test(arrays_grow_and_keep_their_items),
        cmocka_unit_test(room_behind_items_is_zero),
        cmocka_unit_test(room_left_over_is_taken_back),
        cmocka_unit_test(copies),
        cmocka_unit_test(hooks_run_newest_first),
        cmocka_unit_test(sizes_that_overflow_are_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
