#include "evidence/log_record.h"

#include "base/buf.h"
#include "evidence/log_line.h"

enum {
    CUT_LENGTH = 2000,     /* nginx cuts at 2048: what is longer was cut, not wrapped */
    HARD_WRAP_COLUMNS = 60 /* a terminal is wider than that */
};

enum log_form log_record_form(str line)
{
    str escaped;
    if (log_head_json(line, &escaped))
        return log_head_read(escaped).form;
    return log_head_read(line).form;
}

/* --- Is the record open, and does the next line close it? ----------------- */

struct nesting {
    u32 parens;
    bool quoted;
};

static struct nesting nesting_of(str record)
{
    struct nesting n = {0};
    for (u32 i = 0; i < record.len; i++) {
        char c = record.p[i];
        if (c == '"')
            n.quoted = !n.quoted;
        else if (c == '(' && !n.quoted)
            n.parens++;
        else if (c == ')' && !n.quoted && n.parens)
            n.parens--;
    }
    return n;
}

static bool carries_parens_on(str next)
{
    return str_find_char(next, ')') != STR_NONE || str_has(next, STR("error:")) ||
           str_has(next, STR("routines"));
}

static bool carries_quotes_on(str next)
{
    return str_find_char(next, '"') != STR_NONE || str_find_char(next, ' ') == STR_NONE;
}

/* The record ends within "client: ", and the next line has the rest of it. */
static bool splits_field(str record, str next)
{
    u32 comma = str_find_last(record, STR(", "));
    str tail = comma == STR_NONE ? (str){0} : str_from(record, comma + 2);
    if (str_ends(record, STR(",")))
        tail = (str){0};
    else if (comma == STR_NONE || tail.len > 12 || log_line_field(tail))
        return false;
    char joined[32];
    u32 len = 0;
    for (u32 i = 0; i < tail.len; i++)
        joined[len++] = tail.p[i];
    if (str_ends(tail, STR(":")))
        joined[len++] = ' ';
    for (u32 i = 0; i < next.len && len < sizeof joined; i++)
        joined[len++] = next.p[i];
    return log_line_field((str){joined, len});
}

/* The record ends within "while SSL handshaking to upstream". */
static bool splits_action(str record, str next)
{
    str whole = STR("while SSL handshaking to upstream");
    u32 at = str_find_last(record, STR("while"));
    if (at == STR_NONE || str_find_char(str_from(record, at), ',') != STR_NONE)
        return false;
    str said = str_from(record, at);
    str rest = str_trim(str_from(whole, said.len));
    return str_starts(whole, said) && rest.len && str_starts(next, str_sub(rest, 0, 8));
}

/* "(SSL: ...", ":s3_pkt.c:1493:...", "while ...", "client: ...": never the start of anything. */
static bool begins_midway(str next)
{
    return str_starts(next, STR("(SSL:")) || str_starts(next, STR("while ")) ||
           str_starts(next, STR("failed (")) || str_starts(next, STR(":")) || log_line_field(next);
}

/* "2.7, server: shop.example, ...": fields that no record of its own begins with. */
static bool carries_fields_on(str next)
{
    for (u32 at = 0; (at = str_find_from(next, at, STR(", "))) != STR_NONE; at++)
        if (log_line_field(str_from(next, at + 2)))
            return true;
    return str_has(next, STR("(SSL:"));
}

bool log_record_continues(str record, str next)
{
    record = str_trim(record);
    next = log_head_trim(next);
    if (!next.len || !record.len || record.len >= CUT_LENGTH)
        return false;
    if (begins_midway(next) || splits_field(record, next) || splits_action(record, next) ||
        carries_fields_on(next))
        return true;
    struct nesting open = nesting_of(record);
    if (open.quoted)
        return carries_quotes_on(next);
    return open.parens && carries_parens_on(next);
}

/* --- Joining -------------------------------------------------------------- */

static void append(struct buf *buf, str line)
{
    line = log_head_trim(line);
    bool tight = str_starts(line, STR(":")) || str_ends(buf_view(buf), STR("("));
    if (buf->len && !tight)
        buf_char(buf, ' ');
    buf_str(buf, line);
}

/* All lines but the last have one length: broken at a terminal's edge, within words too. */
static bool is_hard_wrapped(const struct reader *reader, u32 line, u32 count)
{
    u32 width = reader_line(reader, line).len;
    if (count < 3 || width < HARD_WRAP_COLUMNS)
        return false;
    for (u32 i = 1; i + 1 < count; i++)
        if (reader_line(reader, line + i).len != width)
            return false;
    return reader_line(reader, line + count - 1).len <= width;
}

static str join_hard(const struct reader *reader, u32 line, u32 count)
{
    struct buf buf = buf_new(reader->arena);
    for (u32 i = 0; i < count; i++)
        buf_str(&buf, reader_line(reader, line + i));
    return str_trim(buf_view(&buf));
}

/* A message alone begins a record, unless the record before is waiting for its message. */
static bool begins_another(str record, str next)
{
    enum log_form form = log_record_form(next);
    if (form != LOG_BARE)
        return form != LOG_NOT;
    next = log_head_trim(next);
    bool code = str_starts(next, STR("error:")) || str_starts(next, STR("SSL: error:"));
    bool midway = begins_midway(next) || (code && nesting_of(record).parens);
    return !midway && log_head_read(record).rest.len;
}

static bool goes_on(str record, str next)
{
    if (begins_another(record, next))
        return false;
    return log_record_continues(record, next) || log_record_form(next) == LOG_BARE;
}

static str join(const struct reader *reader, u32 line, u32 *count)
{
    str first = log_head_trim(reader_line(reader, line));
    struct buf buf = buf_new(reader->arena);
    *count = 1;
    while (*count < LOG_RECORD_LINES) {
        str next = reader_line(reader, line + *count);
        str record = buf.len ? buf_view(&buf) : first;
        if (!goes_on(record, next))
            break;
        if (!buf.len)
            buf_str(&buf, first);
        append(&buf, next);
        ++*count;
    }
    if (is_hard_wrapped(reader, line, *count))
        return join_hard(reader, line, *count);
    return buf.len ? buf_view(&buf) : first;
}

struct log_record log_record_read(const struct reader *reader, u32 line)
{
    struct log_record record = {.lines = 1};
    str text = reader_line(reader, line);
    str escaped;
    if (log_head_json(text, &escaped)) {
        record.head = log_head_read(log_head_unescape(reader->arena, escaped));
        return record;
    }
    if (log_head_read(text).form == LOG_NOT)
        return record;
    record.head = log_head_read(join(reader, line, &record.lines));
    return record;
}
