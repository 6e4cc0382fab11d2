#include "evidence/log_head.h"

#include "base/buf.h"
#include "evidence/reason.h"

static const char *const levels[] = {"emerg", "alert",  "crit", "error",
                                     "warn",  "notice", "info", "debug"};
static const char *const programs[] = {"nginx", "angie", "openresty", "freenginx", "tengine"};
static const char *const json_keys[] = {"\"log\"",      "\"message\"",     "\"msg\"", "\"MESSAGE\"",
                                        "\"@message\"", "\"textPayload\"", "\"line\""};
static const char *const bare_starts[] = {"SSL_do_handshake() failed",
                                          "SSL_read() failed",
                                          "SSL_write() failed",
                                          "SSL_shutdown() failed",
                                          "SSL_read_early_data()",
                                          "SSL_sendfile() failed",
                                          "(SSL: error:",
                                          "SSL: error:"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_one_of(str word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(word, str_of(list[i])))
            return true;
    return false;
}

/* --- Time, level, process ------------------------------------------------- */

/* Whether `s` begins with the pattern, in which 0 stands for any digit. */
static bool fits(str s, const char *pattern)
{
    u32 i = 0;
    for (; pattern[i]; i++) {
        if (i >= s.len)
            return false;
        if (pattern[i] == '0' ? !char_is_digit(s.p[i]) : s.p[i] != pattern[i])
            return false;
    }
    return true;
}

enum { TIME_LENGTH = 19 };

static u32 find_time(str line)
{
    for (u32 i = 0; i < line.len; i++) {
        u32 slash = str_find_char(str_from(line, i), '/');
        if (slash == STR_NONE)
            return STR_NONE;
        i += slash;
        if (i >= 4 && fits(str_from(line, i - 4), "0000/00/00 00:00:00"))
            return i - 4;
    }
    return STR_NONE;
}

static void skip_blanks(str *s)
{
    while (s->len && (s->p[0] == ' ' || s->p[0] == '\t'))
        *s = str_from(*s, 1);
}

/* "[error]" at the start. */
static bool take_level(str *s, str *level)
{
    if (!s->len || s->p[0] != '[')
        return false;
    u32 end = str_find_char(str_sub(*s, 0, 10), ']');
    if (end == STR_NONE || !is_one_of(str_sub(*s, 1, end), levels, COUNT(levels)))
        return false;
    *level = str_sub(*s, 1, end);
    *s = str_from(*s, end + 1);
    skip_blanks(s);
    return true;
}

static u32 digits(str s, u32 at)
{
    u32 end = at;
    while (end < s.len && char_is_digit(s.p[end]))
        end++;
    return end - at;
}

/* "31#31:" and "*905" at the start. */
static void take_process(str *s, struct log_head *head)
{
    u32 pid = digits(*s, 0);
    if (pid && pid < s->len && s->p[pid] == '#') {
        u32 end = pid + 1 + digits(*s, pid + 1);
        if (end > pid + 1 && end < s->len && s->p[end] == ':') {
            head->process = true;
            *s = str_from(*s, end + 1);
            skip_blanks(s);
        }
    }
    u32 connection = s->len && s->p[0] == '*' ? digits(*s, 1) : 0;
    if (connection && (connection + 1 == s->len || s->p[connection + 1] == ' ')) {
        head->connection = true;
        *s = str_from(*s, connection + 2);
    }
}

/* --- The forms ------------------------------------------------------------ */

static bool is_message(str s)
{
    for (size_t i = 0; i < COUNT(bare_starts); i++)
        if (str_starts(s, str_of(bare_starts[i])))
            return true;
    u64 code = 0;
    if (str_starts(s, STR("error:")) && s.len > 14 && s.p[14] == ':' &&
        str_to_hex(str_sub(s, 6, 14), &code))
        return true;
    return reason_by_start(s, s) != NULL;
}

static struct log_head read_body(str body, str time)
{
    struct log_head head = {.form = LOG_DATED, .time = time};
    skip_blanks(&body);
    bool level = take_level(&body, &head.level);
    take_process(&body, &head);
    head.rest = body;
    /* Other programs have such dates, or such levels. */
    bool ours = head.process || (level && (time.len || str_eq(head.level, STR("emerg"))));
    if (!ours && !is_message(body))
        head.form = LOG_NOT;
    return head;
}

static bool ends_in_program(str prefix)
{
    u32 start = prefix.len;
    while (start && char_is_alnum(prefix.p[start - 1]))
        start--;
    return is_one_of(str_from(prefix, start), programs, COUNT(programs));
}

/* "nginx: [emerg] ", wherever it stands. */
static bool read_program(str line, struct log_head *head)
{
    for (u32 at = 0; (at = str_find_from(line, at, STR(": ["))) != STR_NONE; at++) {
        str rest = str_from(line, at + 2);
        *head = (struct log_head){.form = LOG_PROGRAM};
        if (!ends_in_program(str_sub(line, 0, at)) || !take_level(&rest, &head->level))
            continue;
        head->rest = rest;
        return true;
    }
    return false;
}

str log_head_trim(str line)
{
    while (line.len && (char_is_space(line.p[0]) || line.p[0] == '>' || line.p[0] == '`'))
        line = str_from(line, 1);
    while (line.len && (char_is_space(line.p[line.len - 1]) || line.p[line.len - 1] == '`'))
        line.len--;
    return line;
}

struct log_head log_head_read(str line)
{
    u32 time = find_time(line);
    if (time != STR_NONE)
        return read_body(str_from(line, time + TIME_LENGTH),
                         str_sub(line, time, time + TIME_LENGTH));
    struct log_head head = {0};
    if (read_program(line, &head))
        return head;
    line = log_head_trim(line);
    head = read_body(line, (str){0});
    if (head.form == LOG_DATED && !head.level.len && !head.process)
        head.form = LOG_BARE;
    return head;
}

/* --- JSON ----------------------------------------------------------------- */

/* The string behind a key: from its first byte to its closing quote, or to the end. */
static bool string_behind(str line, u32 at, str *escaped)
{
    str rest = str_from(line, at);
    skip_blanks(&rest);
    if (!str_starts(rest, STR(":")))
        return false;
    rest = str_from(rest, 1);
    skip_blanks(&rest);
    if (!str_starts(rest, STR("\"")))
        return false;
    u32 end = 1;
    while (end < rest.len && rest.p[end] != '"')
        end += rest.p[end] == '\\' ? 2 : 1;
    *escaped = str_sub(rest, 1, end);
    return true;
}

bool log_head_json(str line, str *escaped)
{
    line = log_head_trim(line);
    if (!str_starts(line, STR("{")))
        return false;
    for (size_t i = 0; i < COUNT(json_keys); i++) {
        str key = str_of(json_keys[i]);
        u32 at = str_find(line, key);
        if (at == STR_NONE || !string_behind(line, at + key.len, escaped))
            continue;
        if (log_head_read(*escaped).form != LOG_NOT)
            return true;
    }
    return false;
}

static void put_utf8(struct buf *buf, u32 point)
{
    if (point < 0x80) {
        buf_char(buf, (char)point);
    } else if (point < 0x800) {
        buf_char(buf, (char)(0xC0 | point >> 6));
        buf_char(buf, (char)(0x80 | (point & 0x3F)));
    } else if (point >= 0xD800 && point < 0xE000) {
        buf_char(buf, '?'); /* half of a pair: nothing that a log line needs */
    } else {
        buf_char(buf, (char)(0xE0 | point >> 12));
        buf_char(buf, (char)(0x80 | (point >> 6 & 0x3F)));
        buf_char(buf, (char)(0x80 | (point & 0x3F)));
    }
}

/* One escape at `at`, behind its backslash; returns how many bytes it took. */
static u32 put_escape(struct buf *buf, str escaped, u32 at)
{
    u64 point = 0;
    switch (escaped.p[at]) {
    case 't':
        buf_char(buf, '\t');
        return 1;
    case 'b':
    case 'f':
    case 'r':
        return 1;
    case 'u':
        if (at + 5 > escaped.len || !str_to_hex(str_sub(escaped, at + 1, at + 5), &point))
            return 1;
        put_utf8(buf, (u32)point);
        return 5;
    default:
        buf_char(buf, escaped.p[at]);
        return 1;
    }
}

str log_head_unescape(struct arena *arena, str escaped)
{
    struct buf buf = buf_new(arena);
    for (u32 i = 0; i < escaped.len;) {
        if (escaped.p[i] != '\\' || i + 1 == escaped.len) {
            buf_char(&buf, escaped.p[i++]);
            continue;
        }
        if (escaped.p[i + 1] == 'n')
            break;
        i += 1 + put_escape(&buf, escaped, i + 1);
    }
    return str_trim(buf_view(&buf));
}
