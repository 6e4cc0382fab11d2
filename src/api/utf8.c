#include "api/utf8.h"

static bool is_tail(str s, u32 i)
{
    return i < s.len && ((u8)s.p[i] & 0xc0) == 0x80;
}

/* What may follow a lead byte is narrower for the first and last leads of a length. */
static bool second_fits(u8 lead, u8 second)
{
    switch (lead) {
    case 0xe0:
        return second >= 0xa0;
    case 0xed:
        return second < 0xa0;
    case 0xf0:
        return second >= 0x90;
    case 0xf4:
        return second < 0x90;
    default:
        return true;
    }
}

/* The length that a lead byte announces; 0 for a byte that leads nothing. */
static u32 announced(u8 lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead < 0xe0)
        return 2;
    if (lead >= 0xe0 && lead < 0xf0)
        return 3;
    return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

/* The bytes from `at` that belong together; `*whole` tells whether they are a character. */
static u32 step(str s, u32 at, bool *whole)
{
    u8 lead = (u8)s.p[at];
    u32 want = announced(lead);
    u32 have = 1;
    if (want > 1 && is_tail(s, at + 1) && second_fits(lead, (u8)s.p[at + 1])) {
        have = 2;
        while (have < want && is_tail(s, at + have))
            have++;
    }
    *whole = have == want;
    return have;
}

u32 utf8_fault(str text)
{
    bool whole;
    for (u32 at = 0; at < text.len;) {
        u32 len = step(text, at, &whole);
        if (!whole)
            return at;
        at += len;
    }
    return STR_NONE;
}

str utf8_clean(struct arena *arena, str text)
{
    u32 fault = utf8_fault(text);
    if (fault == STR_NONE)
        return text;
    struct buf out = buf_new(arena);
    buf_str(&out, str_sub(text, 0, fault));
    bool whole;
    for (u32 at = fault; at < text.len;) {
        u32 len = step(text, at, &whole);
        buf_str(&out, whole ? str_sub(text, at, at + len) : STR("\xEF\xBF\xBD"));
        at += len;
    }
    return buf_view(&out);
}
