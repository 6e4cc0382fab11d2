#include "evidence/reason.h"

/* OpenSSL's numbers of its parts, the upper bits of a packed code. */
enum { LIB_X509 = 11, LIB_SSL = 20, LIB_BIO = 32 };

enum { ALERT_BASE = 1000, ALERT_LAST = 255 };

#define CAUSES(...) ((const struct reason_cause[]){__VA_ARGS__, {0, NULL, NULL}})
#define ADVICE(...) (&(const struct reason_advice){__VA_ARGS__})
#define VERIFY_OFF                                                                                 \
    "proxy_ssl_verify off does not help, it only stops the checking: anyone can then pose as the " \
    "backend."

static const struct reason table[] = {
#include "evidence/reasons.inc"
};

enum { TABLE_COUNT = sizeof table / sizeof *table };

static const struct reason_cause no_causes[] = {{0, NULL, NULL}};
static const struct reason_advice no_advice = {"", no_causes, NULL};

const struct reason *reason_table(u32 *count)
{
    *count = TABLE_COUNT;
    return table;
}

const struct reason *reason_by_id(str id)
{
    for (u32 i = 0; i < TABLE_COUNT; i++)
        if (str_eq(str_of(table[i].id), id))
            return &table[i];
    return NULL;
}

const struct reason *reason_by_alert(u32 alert)
{
    for (u32 i = 0; i < TABLE_COUNT; i++)
        if (alert && table[i].alert == alert)
            return &table[i];
    return NULL;
}

const struct reason *reason_by_verify(u32 verify)
{
    for (u32 i = 0; i < TABLE_COUNT; i++)
        if (verify && table[i].verify == verify)
            return &table[i];
    return NULL;
}

/* --- Packed codes --------------------------------------------------------- */

struct packed {
    u32 library;
    u32 reason;
};

/*
 * 3.x packs library << 23 | reason; before, it was library << 24 | function <<
 * 12 | reason, and no function had the number 0. BoringSSL and AWS-LC know no
 * function either and call the SSL library 16, where 3.x has its BIO.
 */
static struct packed unpack(u64 code)
{
    if (code > UINT32_MAX || code & 0x80000000u)
        return (struct packed){0};
    u32 c = (u32)code;
    if (c >> 12 & 0x7FF)
        return (struct packed){c >> 24, c & 0xFFF};
    struct packed p = {c >> 23, c & 0xFFF};
    if (p.library == LIB_BIO && p.reason >= ALERT_BASE)
        p.library = LIB_SSL;
    return p;
}

static bool has_code(const struct reason *row, struct packed p)
{
    if (row->library != p.library)
        return false;
    for (u32 i = 0; i < REASON_CODES && row->codes[i]; i++)
        if (row->codes[i] == p.reason)
            return true;
    return false;
}

const struct reason *reason_by_code(u64 code)
{
    struct packed p = unpack(code);
    if (!p.library || !p.reason)
        return NULL;
    if (p.library == LIB_SSL && p.reason > ALERT_BASE && p.reason <= ALERT_BASE + ALERT_LAST) {
        const struct reason *row = reason_by_alert(p.reason - ALERT_BASE);
        return row ? row : reason_by_id(STR("alert-other"));
    }
    for (u32 i = 0; i < TABLE_COUNT; i++)
        if (has_code(&table[i], p))
            return &table[i];
    return NULL;
}

u32 reason_code_alert(u64 code)
{
    struct packed p = unpack(code);
    bool alert =
        p.library == LIB_SSL && p.reason > ALERT_BASE && p.reason <= ALERT_BASE + ALERT_LAST;
    return alert ? p.reason - ALERT_BASE : 0;
}

/* --- Words ---------------------------------------------------------------- */

/* Any of the alternatives of `with` is there. */
static bool has_with(const struct reason *row, str message, str rest)
{
    str alternatives = str_of(row->with);
    while (alternatives.len) {
        str one = str_cut(&alternatives, '|');
        if (str_has(message, one) || str_has(rest, one))
            return true;
    }
    return !row->with;
}

static bool starts_with_text(const struct reason *row, str message, str rest)
{
    for (u32 i = 0; i < REASON_TEXTS && row->texts[i]; i++) {
        const char *text = row->texts[i];
        if (text[0] != '^' || text[1] != message.p[0] || !str_starts(message, str_of(text + 1)))
            continue;
        if (has_with(row, message, rest))
            return true;
    }
    return false;
}

const struct reason *reason_by_start(str message, str rest)
{
    for (u32 i = 0; message.len && i < TABLE_COUNT; i++)
        if (starts_with_text(&table[i], message, rest))
            return &table[i];
    return NULL;
}

/* BoringSSL writes NO_SHARED_CIPHER where OpenSSL has "no shared cipher". */
static char plain(char c)
{
    if (c == '_' || c == '-')
        return ' ';
    return char_lower(c);
}

enum { TEXT_LONGEST = 2048 }; /* no log line is longer */

static str make_plain(str text, char out[TEXT_LONGEST])
{
    str plain_text = {out, text.len < TEXT_LONGEST ? text.len : TEXT_LONGEST};
    for (u32 i = 0; i < plain_text.len; i++)
        out[i] = plain(text.p[i]);
    return plain_text;
}

static bool holds_text(const struct reason *row, str plain_text)
{
    for (u32 i = 0; i < REASON_TEXTS && row->texts[i]; i++)
        if (row->texts[i][0] != '^' && str_has(plain_text, str_of(row->texts[i])))
            return true;
    return false;
}

const struct reason *reason_by_text(str text)
{
    char room[TEXT_LONGEST];
    str plain_text = make_plain(text, room);
    for (u32 i = 0; i < TABLE_COUNT; i++)
        if (holds_text(&table[i], plain_text))
            return &table[i];
    return NULL;
}

/* --- What a person types -------------------------------------------------- */

/* The first number behind `word`: "SSL alert number 40", "verify error:(20:". */
static bool number_behind(str text, str word, u32 *number)
{
    u32 at = str_find_nocase(text, word);
    if (at == STR_NONE)
        return false;
    while (at < text.len && !char_is_digit(text.p[at]))
        at++;
    u32 end = at;
    while (end < text.len && char_is_digit(text.p[end]))
        end++;
    return str_to_u32(str_sub(text, at, end), number);
}

static const struct reason *alert_or_other(u32 alert)
{
    const struct reason *row = reason_by_alert(alert);
    return row || alert == 0 || alert > ALERT_LAST ? row : reason_by_id(STR("alert-other"));
}

static const struct reason *by_number(str text)
{
    u64 code = 0;
    u32 number = 0;
    u32 at = str_find_nocase(text, STR("error:"));
    str hex = at == STR_NONE ? text : str_sub(text, at + 6, at + 14);
    if (str_starts_nocase(hex, STR("0x")))
        hex = str_from(hex, 2);
    const struct reason *row = NULL;
    if (hex.len >= 7 && hex.len <= 8 && str_to_hex(hex, &code))
        row = reason_by_code(code);
    if (!row && number_behind(text, STR("verify"), &number))
        row = reason_by_verify(number);
    if (!row && number_behind(text, STR("alert"), &number))
        row = alert_or_other(number);
    if (!row && str_to_u32(text, &number))
        row = alert_or_other(number);
    return row;
}

/* "handshake failure", "HANDSHAKE_FAILURE": words of a title. */
static const struct reason *by_title(str text)
{
    char room[TEXT_LONGEST];
    char title_room[TEXT_LONGEST];
    str words = make_plain(text, room);
    for (u32 i = 0; i < TABLE_COUNT; i++)
        if (str_has(make_plain(str_of(table[i].title), title_room), words))
            return &table[i];
    return NULL;
}

const struct reason *reason_by_anything(str text)
{
    text = str_trim(text);
    const struct reason *row = reason_by_id(text);
    if (!row)
        row = by_number(text);
    if (!row)
        row = reason_by_start(text, text);
    if (!row)
        row = reason_by_text(text);
    return row || text.len < 4 ? row : by_title(text);
}

/* --- Advice --------------------------------------------------------------- */

const struct reason_advice *reason_advice(const struct reason *reason, enum log_side side)
{
    if (reason->advice[side])
        return reason->advice[side];
    for (u32 i = 0; i < SIDE_COUNT; i++)
        if (reason->advice[i])
            return reason->advice[i];
    return &no_advice;
}
