/*
 * str: a slice of bytes that somebody else owns.
 *
 * Units: bytes. Never NUL-terminated, may hold any byte, `p` may be NULL only
 * when `len` is 0. Texts of 4 GiB and more are refused at the door (api), so
 * that every offset fits u32.
 */
#ifndef TLSMEND_BASE_STR_H
#define TLSMEND_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

typedef struct str {
    const char *p;
    u32 len;
} str;

/* A range of bytes in a text, `end` exclusive. */
typedef struct span {
    u32 start;
    u32 end;
} span;

/* A slice of a string literal. */
#define STR(literal) ((str){(literal), (u32)(sizeof(literal) - 1)})
/* The same in a static initializer. */
#define STR_INIT(literal)                                                                          \
    {                                                                                              \
        (literal), (u32)(sizeof(literal) - 1)                                                      \
    }
/* The two arguments of "%.*s". */
#define STR_ARG(s) (int)(s).len, (s).p

#define STR_NONE UINT32_MAX /* "not found", of functions that return an offset */

str str_of(const char *c_string); /* NULL gives the empty slice */
bool str_eq(str a, str b);
bool str_eq_nocase(str a, str b); /* ASCII letters only, as nginx compares */
int str_cmp(str a, str b);        /* bytewise; the shorter of equal prefixes first */
bool str_starts(str s, str prefix);
bool str_starts_nocase(str s, str prefix);
bool str_ends(str s, str suffix);
str str_sub(str s, u32 start, u32 end); /* clamps both to the slice */
str str_from(str s, u32 start);
str str_trim(str s); /* without leading and trailing space, tab, CR, LF */

u32 str_find(str s, str needle); /* offset of the first, or STR_NONE */
u32 str_find_from(str s, u32 from, str needle);
u32 str_find_nocase(str s, str needle);
u32 str_find_last(str s, str needle);
u32 str_find_char(str s, char c);
bool str_has(str s, str needle);

/* Cuts `*rest` at the first `sep`: returns what is before, leaves what is after. */
str str_cut(str *rest, char sep);
/* The next run of non-space bytes of `*rest`, empty at the end. */
str str_word(str *rest);

/* A decimal number that fits u32, of one digit or more and nothing else. */
bool str_to_u32(str s, u32 *out);
/* A hexadecimal number that fits u64. */
bool str_to_hex(str s, u64 *out);

bool char_is_space(char c); /* space, tab, CR, LF: nginx's separators */
bool char_is_digit(char c);
bool char_is_alnum(char c);
char char_lower(char c);

#endif
