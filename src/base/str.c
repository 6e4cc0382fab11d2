#include "base/str.h"

#include <string.h>

str str_of(const char *c_string)
{
    return c_string ? (str){c_string, (u32)strlen(c_string)} : (str){0};
}

bool str_eq(str a, str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

char char_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

bool char_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool char_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool char_is_alnum(char c)
{
    char low = char_lower(c);
    return char_is_digit(c) || (low >= 'a' && low <= 'z');
}

bool str_starts_nocase(str s, str prefix)
{
    if (s.len < prefix.len)
        return false;
    for (u32 i = 0; i < prefix.len; i++)
        if (char_lower(s.p[i]) != char_lower(prefix.p[i]))
            return false;
    return true;
}

bool str_eq_nocase(str a, str b)
{
    return a.len == b.len && str_starts_nocase(a, b);
}

int str_cmp(str a, str b)
{
    u32 common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.p, b.p, common) : 0;
    if (order)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

str str_sub(str s, u32 start, u32 end)
{
    if (end > s.len)
        end = s.len;
    if (start > end)
        start = end;
    /* Never NULL: a slice is often handed to memcmp and the like. */
    return (str){(s.p ? s.p : "") + start, end - start};
}

str str_from(str s, u32 start)
{
    return str_sub(s, start, s.len);
}

bool str_starts(str s, str prefix)
{
    return str_eq(str_sub(s, 0, prefix.len), prefix);
}

bool str_ends(str s, str suffix)
{
    return s.len >= suffix.len && str_eq(str_from(s, s.len - suffix.len), suffix);
}

str str_trim(str s)
{
    while (s.len && char_is_space(s.p[0]))
        s = str_from(s, 1);
    while (s.len && char_is_space(s.p[s.len - 1]))
        s.len--;
    return s;
}

u32 str_find_from(str s, u32 from, str needle)
{
    if (from > s.len || needle.len > s.len - from)
        return STR_NONE;
    if (needle.len == 0)
        return from;
    u32 last = s.len - needle.len;
    for (u32 i = from; i <= last; i++) {
        const char *hit = memchr(s.p + i, needle.p[0], last + 1 - i);
        if (!hit)
            return STR_NONE;
        i = (u32)(hit - s.p);
        if (memcmp(hit, needle.p, needle.len) == 0)
            return i;
    }
    return STR_NONE;
}

u32 str_find(str s, str needle)
{
    return str_find_from(s, 0, needle);
}

u32 str_find_nocase(str s, str needle)
{
    for (u32 i = 0; needle.len <= s.len && i <= s.len - needle.len; i++)
        if (str_starts_nocase(str_from(s, i), needle))
            return i;
    return STR_NONE;
}

u32 str_find_last(str s, str needle)
{
    for (u32 i = s.len < needle.len ? 0 : s.len - needle.len + 1; i-- > 0;)
        if (str_starts(str_from(s, i), needle))
            return i;
    return STR_NONE;
}

u32 str_find_char(str s, char c)
{
    const char *hit = s.len ? memchr(s.p, c, s.len) : NULL;
    return hit ? (u32)(hit - s.p) : STR_NONE;
}

bool str_has(str s, str needle)
{
    return str_find(s, needle) != STR_NONE;
}

str str_cut(str *rest, char sep)
{
    u32 at = str_find_char(*rest, sep);
    str head = str_sub(*rest, 0, at);
    *rest = at == STR_NONE ? str_from(*rest, rest->len) : str_from(*rest, at + 1);
    return head;
}

str str_word(str *rest)
{
    u32 start = 0;
    while (start < rest->len && char_is_space(rest->p[start]))
        start++;
    u32 end = start;
    while (end < rest->len && !char_is_space(rest->p[end]))
        end++;
    str word = str_sub(*rest, start, end);
    *rest = str_from(*rest, end);
    return word;
}

bool str_to_u32(str s, u32 *out)
{
    u64 n = 0;
    if (s.len == 0 || s.len > 10)
        return false;
    for (u32 i = 0; i < s.len; i++) {
        if (!char_is_digit(s.p[i]))
            return false;
        n = n * 10 + (u64)(s.p[i] - '0');
    }
    if (n > UINT32_MAX)
        return false;
    *out = (u32)n;
    return true;
}

static int hex_digit(char c)
{
    if (char_is_digit(c))
        return c - '0';
    char low = char_lower(c);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

bool str_to_hex(str s, u64 *out)
{
    u64 n = 0;
    if (s.len == 0 || s.len > 16)
        return false;
    for (u32 i = 0; i < s.len; i++) {
        int digit = hex_digit(s.p[i]);
        if (digit < 0)
            return false;
        n = n << 4 | (u64)digit;
    }
    *out = n;
    return true;
}
