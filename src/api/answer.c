#include "api/answer.h"

enum { NAME_MAX_BYTES = 253 };

static bool holds_control(str value)
{
    for (u32 i = 0; i < value.len; i++) {
        if ((u8)value.p[i] < 0x20 || value.p[i] == 0x7f)
            return true;
    }
    return false;
}

/* Letters, digits, dots, dashes, underscores; `$` for a variable of nginx. */
static bool is_name(str value)
{
    for (u32 i = 0; i < value.len; i++) {
        if (!char_is_alnum(value.p[i]) && str_find_char(STR(".-_$"), value.p[i]) == STR_NONE)
            return false;
    }
    return value.len <= NAME_MAX_BYTES;
}

static bool is_ipv4(str value)
{
    bool dot = false;
    for (u32 i = 0; i < value.len; i++) {
        dot = dot || value.p[i] == '.';
        if (!char_is_digit(value.p[i]) && value.p[i] != '.')
            return false;
    }
    return dot;
}

static const char *name_fault(str value)
{
    if (str_has(value, STR("://")))
        return "must be the name alone, without a scheme";
    if (str_find_char(value, '*') != STR_NONE)
        return "must be one name: a wildcard cannot be sent as SNI";
    if (is_ipv4(value) || str_has(value, STR("::")))
        return "must be a DNS name: nginx sends no SNI for an address and never looks at the "
               "addresses in a certificate";
    if (!is_name(value))
        return "must be a DNS name, such as backend.example.com";
    return NULL;
}

const char *answer_fault(enum ask_key key, str value)
{
    if (str_trim(value).len == 0)
        return "must not be empty";
    if (holds_control(value))
        return "must not hold control characters";
    switch (key) {
    case ASK_UPSTREAM_NAME:
        return name_fault(value);
    case ASK_UPSTREAM_SCHEME:
        return str_eq(value, STR("http")) || str_eq(value, STR("https"))
                   ? NULL
                   : "must be `http` or `https`";
    case ASK_ALLOW_LEGACY:
        return str_eq(value, STR("yes")) ? NULL : "must be `yes`; to refuse, leave the answer out";
    case ASK_CA_FILE:
    case ASK_CLIENT_CERT:
    case ASK_CLIENT_KEY:
    case ASK_KEY_COUNT:
        break;
    }
    return NULL;
}
