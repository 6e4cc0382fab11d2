#include "nginx/version.h"

#include <string.h>

/* A part of the number; one that does not fit 8 bits is none. */
static bool read_part(str *rest, u32 *part)
{
    u32 n = 0;
    u32 i = 0;
    for (; i < rest->len && char_is_digit(rest->p[i]); i++) {
        n = n * 10 + (u32)(rest->p[i] - '0');
        if (n > 255)
            return false;
    }
    *rest = str_from(*rest, i);
    *part = n;
    return i > 0;
}

static bool read_dot(str *rest)
{
    if (rest->len == 0 || rest->p[0] != '.')
        return false;
    *rest = str_from(*rest, 1);
    return true;
}

static bool is_letter(str s, u32 i)
{
    return i < s.len && s.p[i] >= 'a' && s.p[i] <= 'z';
}

/* OpenSSL went from "1.0.2z" on to "1.0.2za". */
static u32 read_letters(str *rest)
{
    u32 letters = 0;
    if (is_letter(*rest, 0) && rest->p[0] == 'z' && is_letter(*rest, 1)) {
        letters = 26 + (u32)(rest->p[1] - 'a' + 1);
        *rest = str_from(*rest, 2);
    } else if (is_letter(*rest, 0)) {
        letters = (u32)(rest->p[0] - 'a' + 1);
        *rest = str_from(*rest, 1);
    }
    return letters;
}

static bool ends_here(str rest)
{
    return rest.len == 0 || rest.p[0] == '-' || rest.p[0] == '+';
}

struct version version_parse(str text)
{
    str rest = str_starts(text, STR("v")) ? str_from(text, 1) : text;
    u32 part[4] = {0};
    u32 n = 0;
    do {
        if (n == 4 || !read_part(&rest, &part[n++]))
            return VERSION_UNKNOWN;
    } while (read_dot(&rest));
    u32 letters = n == 3 ? read_letters(&rest) : 0;
    if (n < 2 || !ends_here(rest))
        return VERSION_UNKNOWN;
    return (struct version){VERSION_PACK(part[0], part[1], part[2]) | letters};
}

bool version_known(struct version v)
{
    return v.packed != 0;
}

int version_cmp(struct version a, struct version b)
{
    return (a.packed > b.packed) - (a.packed < b.packed);
}

bool version_at_least(struct version v, struct version least)
{
    return version_known(v) && v.packed >= least.packed;
}

bool version_before(struct version v, struct version first)
{
    return version_known(v) && v.packed < first.packed;
}

static u32 print_part(u32 part, char *out)
{
    u32 n = 0;
    if (part >= 100)
        out[n++] = (char)('0' + part / 100);
    if (part >= 10)
        out[n++] = (char)('0' + part / 10 % 10);
    out[n++] = (char)('0' + part % 10);
    return n;
}

static u32 print_letters(u32 letters, char *out)
{
    u32 n = 0;
    if (letters > 26)
        out[n++] = 'z';
    if (letters > 0)
        out[n++] = (char)('a' + (letters - 1) % 26);
    return n;
}

u32 version_print(struct version v, char out[VERSION_TEXT_MAX])
{
    u32 n = 0;
    if (!version_known(v)) {
        n = (u32)(sizeof "unknown" - 1);
        memcpy(out, "unknown", n);
    } else {
        n += print_part(v.packed >> 24, out + n);
        out[n++] = '.';
        n += print_part(v.packed >> 16 & 0xff, out + n);
        out[n++] = '.';
        n += print_part(v.packed >> 8 & 0xff, out + n);
        n += print_letters(v.packed & 0xff, out + n);
    }
    out[n] = '\0';
    return n;
}
