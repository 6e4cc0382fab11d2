#include "evidence/log_line.h"

/* In the order in which nginx writes them; a value ends where a later field begins. */
enum field {
    FIELD_CLIENT,
    FIELD_UDP_CLIENT,
    FIELD_SERVER,
    FIELD_LOGIN,
    FIELD_REQUEST,
    FIELD_SUBREQUEST,
    FIELD_UPSTREAM,
    FIELD_BYTES,
    FIELD_BYTES_UDP,
    FIELD_HOST,
    FIELD_REFERRER,
    FIELD_COUNT
};

static const char *const field_names[FIELD_COUNT] = {
    [FIELD_CLIENT] = "client: ",
    [FIELD_UDP_CLIENT] = "udp client: ",
    [FIELD_SERVER] = "server: ",
    [FIELD_LOGIN] = "login: ",
    [FIELD_REQUEST] = "request: ",
    [FIELD_SUBREQUEST] = "subrequest: ",
    [FIELD_UPSTREAM] = "upstream: ",
    [FIELD_BYTES] = "bytes from/to ",
    [FIELD_BYTES_UDP] = "packets from/to ",
    [FIELD_HOST] = "host: ",
    [FIELD_REFERRER] = "referrer: ",
};

struct fields {
    str message; /* all before the first field */
    str value[FIELD_COUNT];
};

/* --- Fields --------------------------------------------------------------- */

/* The field from `first` on whose name `s` begins with, or FIELD_COUNT. */
static enum field field_at(str s, enum field first)
{
    for (u32 f = first; f < FIELD_COUNT; f++)
        if (str_starts(s, str_of(field_names[f])))
            return (enum field)f;
    return FIELD_COUNT;
}

bool log_line_field(str s)
{
    return field_at(s, FIELD_CLIENT) != FIELD_COUNT;
}

static str unquoted(str value)
{
    if (!str_starts(value, STR("\"")))
        return value;
    value = str_from(value, 1);
    if (str_ends(value, STR("\"")))
        value.len--;
    return value;
}

static void close_field(struct fields *fields, enum field field, str value)
{
    if (field == FIELD_COUNT)
        fields->message = value;
    else
        fields->value[field] = unquoted(str_trim(value));
}

/*
 * From the left: of all values only the last, the referrer, may hold raw blanks
 * that somebody else chose, so nothing it holds can pass for a field.
 */
static struct fields split_fields(str text)
{
    struct fields fields = {0};
    enum field open = FIELD_COUNT;
    u32 start = 0;
    u32 at = str_find(text, STR(", client: "));
    for (at = at == STR_NONE ? 0 : at; (at = str_find_from(text, at, STR(", "))) != STR_NONE;
         at++) {
        enum field next = field_at(str_from(text, at + 2), open == FIELD_COUNT ? 0 : open + 1);
        if (next == FIELD_COUNT)
            continue;
        close_field(&fields, open, str_sub(text, start, at));
        open = next;
        start = at + 2 + str_of(field_names[next]).len;
    }
    close_field(&fields, open, str_from(text, start));
    return fields;
}

/* --- upstream: "https://host:port/uri" ------------------------------------ */

static void split_port(struct log_upstream *upstream, str address)
{
    u32 bracket = str_find_char(address, ']');
    u32 colon = str_find_last(address, STR(":"));
    upstream->host = address;
    if (colon == STR_NONE || (bracket != STR_NONE && colon < bracket))
        return;
    u32 port = 0;
    bool ipv6 = bracket == STR_NONE && str_find_char(address, ':') != colon;
    if (ipv6 || !str_to_u32(str_from(address, colon + 1), &port) || port > 65535)
        return;
    upstream->host = str_sub(address, 0, colon);
    upstream->port = port;
}

/* "unix:/run/x.sock:/uri" in http, "unix:/run/x.sock" in stream. */
static void split_socket(struct log_upstream *upstream, str rest)
{
    u32 colon = str_find_from(rest, 5, STR(":"));
    upstream->host = str_sub(rest, 0, colon);
    if (colon != STR_NONE)
        upstream->uri = str_from(rest, colon + 1);
}

static struct log_upstream read_upstream(str text)
{
    struct log_upstream upstream = {.text = text};
    u32 slashes = str_find(text, STR("://"));
    str rest = text;
    if (slashes != STR_NONE && slashes < 10) {
        upstream.scheme = str_sub(text, 0, slashes);
        rest = str_from(text, slashes + 3);
    }
    if (str_starts(rest, STR("unix:"))) {
        split_socket(&upstream, rest);
        return upstream;
    }
    u32 slash = str_find_char(rest, '/');
    upstream.uri = slash == STR_NONE ? (str){0} : str_from(rest, slash);
    split_port(&upstream, str_sub(rest, 0, slash));
    return upstream;
}

/* --- The message ---------------------------------------------------------- */

/* Takes " while ACTION" off. */
static str take_action(str *message)
{
    u32 at = str_find_last(*message, STR(" while "));
    if (at == STR_NONE)
        return (str){0};
    str action = str_from(*message, at + 7);
    /* "... unexpected eof while reading)" is OpenSSL's. */
    if (str_find_char(action, ')') != STR_NONE)
        return (str){0};
    *message = str_sub(*message, 0, at);
    return str_trim(action);
}

/* Takes " in FILE:LINE" off. */
static void take_place(struct log_fact *fact)
{
    if (!fact->message.len || !char_is_digit(fact->message.p[fact->message.len - 1]))
        return;
    u32 in = str_find_last(fact->message, STR(" in "));
    u32 colon = str_find_last(fact->message, STR(":"));
    u32 line = 0;
    if (in == STR_NONE || colon == STR_NONE || colon < in ||
        !str_to_u32(str_from(fact->message, colon + 1), &line))
        return;
    fact->file = str_sub(fact->message, in + 4, colon);
    fact->file_line = line;
    fact->message = str_sub(fact->message, 0, in);
}

/* The next "error:XXXXXXXX" from `*at` on. */
static bool next_code(str message, u32 *at, str *code, u64 *number)
{
    for (; (*at = str_find_from(message, *at, STR("error:"))) != STR_NONE; ++*at) {
        *code = str_sub(message, *at + 6, *at + 14);
        if (code->len == 8 && str_to_hex(*code, number)) {
            *at += 14;
            return true;
        }
    }
    return false;
}

static u32 number_behind(str message, str word)
{
    u32 at = str_find(message, word);
    if (at == STR_NONE)
        return 0;
    at += word.len;
    u32 end = at;
    while (end < message.len && char_is_digit(message.p[end]))
        end++;
    u32 number = 0;
    str_to_u32(str_sub(message, at, end), &number);
    return number;
}

static void read_codes(struct log_fact *fact)
{
    u32 at = 0;
    u64 number = 0;
    if (next_code(fact->message, &at, &fact->code, &number))
        fact->alert = reason_code_alert(number);
    else
        fact->code = (str){0};
    u32 said = number_behind(fact->message, STR("SSL alert number "));
    if (said)
        fact->alert = said;
    fact->verify_code = number_behind(fact->message, STR("verify error: ("));
    if (!fact->verify_code)
        fact->verify_code = number_behind(fact->message, STR("verify error:("));
}

static void read_mismatch(struct log_fact *fact)
{
    u32 at = str_find(fact->message, STR("does not match \""));
    if (at != STR_NONE)
        fact->mismatch_name =
            str_sub(fact->message, at + 16, str_find_from(fact->message, at + 16, STR("\"")));
}

static void read_request(struct log_fact *fact)
{
    str rest = fact->request;
    fact->method = str_word(&rest);
    fact->uri = str_word(&rest);
}

/* --- What a configuration message names ----------------------------------- */

static bool names_directive(str before, str after)
{
    return str_starts(after, STR(" directive")) || str_starts(after, STR(" cannot have")) ||
           str_ends(before, STR("directive ")) || str_ends(before, STR("arguments in ")) ||
           str_eq(before, STR("no "));
}

static void read_quoted(struct log_fact *fact)
{
    str m = fact->message;
    for (u32 open = 0; (open = str_find_from(m, open, STR("\""))) != STR_NONE;) {
        u32 close = str_find_from(m, open + 1, STR("\""));
        str inside = str_sub(m, open + 1, close);
        str after = close == STR_NONE ? (str){0} : str_from(m, close + 1);
        str *into = names_directive(str_sub(m, 0, open), after) ? &fact->directive : &fact->value;
        if (!into->len)
            *into = inside;
        if (close == STR_NONE)
            return;
        open = close + 1;
    }
}

/* "no proxy_ssl_trusted_certificate for proxy_ssl_verify". */
static void read_no_for(struct log_fact *fact)
{
    str rest = fact->message;
    str no = str_word(&rest);
    str value = str_word(&rest);
    str word = str_word(&rest);
    str directive = str_word(&rest);
    if (str_eq(no, STR("no")) && str_eq(word, STR("for")) && !fact->directive.len) {
        fact->directive = directive;
        fact->value = value;
    }
}

/* "no resolver defined to resolve X", "X could not be resolved (3: Host not found)". */
static void read_unresolved(struct log_fact *fact)
{
    str before = STR("no resolver defined to resolve ");
    u32 at = str_find(fact->message, STR(" could not be resolved ("));
    if (str_starts(fact->message, before))
        fact->value = str_from(fact->message, before.len);
    else if (at != STR_NONE)
        fact->value = str_sub(fact->message, 0, at);
}

static void read_names(struct log_fact *fact)
{
    if (fact->side == SIDE_CONFIG) {
        read_quoted(fact);
        read_no_for(fact);
    } else {
        read_unresolved(fact);
    }
}

/* --- The reason ----------------------------------------------------------- */

static const struct reason *reason_of_codes(str message)
{
    const struct reason *reason = NULL;
    str code;
    u64 number = 0;
    for (u32 at = 0; !reason && next_code(message, &at, &code, &number);)
        reason = reason_by_code(number);
    return reason;
}

static bool speaks_of_tls(str message)
{
    return str_has(message, STR("SSL")) || str_has(message, STR("ssl_")) ||
           str_has(message, STR("TLS")) || str_has(message, STR("certificate"));
}

/* Most lines of a log are about other things: no search through them. */
static bool is_worth_a_search(str message)
{
    return speaks_of_tls(message) || str_has(message, STR("directive")) ||
           str_has(message, STR("upstream")) || str_has(message, STR("resolved (")) ||
           str_has(message, STR("parameter")) || str_has(message, STR("URI part")) ||
           str_has(message, STR("handshake"));
}

/* While requests are served, open() and its like fail for reasons of their own. */
static bool is_out_of_place(const struct reason *reason, const struct log_fact *fact, bool running)
{
    return running && reason && reason->by == REASON_BY_CONFIG && !reason->advice[SIDE_UPSTREAM] &&
           !speaks_of_tls(fact->message);
}

/* From what is surest to what is least so. */
static const struct reason *find_reason(const struct log_fact *fact, str tail, bool running)
{
    const struct reason *reason = reason_by_verify(fact->verify_code);
    if (!reason)
        reason = reason_by_start(fact->message, tail);
    if (is_out_of_place(reason, fact, running))
        return NULL;
    if (!reason)
        reason = reason_of_codes(fact->message);
    if (!reason)
        reason = reason_by_alert(fact->alert);
    if (!reason && is_worth_a_search(fact->message))
        reason = reason_by_text(fact->message);
    return reason;
}

/* --- The side ------------------------------------------------------------- */

static bool is_upstream_action(str action)
{
    return str_has(action, STR("upstream")) && !str_eq(action, STR("proxying upgraded connection"));
}

/* The only side on which the reason has anything to say, or SIDE_UNKNOWN. A configuration is
 * not read while connections are served. */
static enum log_side only_side(const struct reason *reason, bool running)
{
    enum log_side only = SIDE_UNKNOWN;
    for (u32 side = 0; reason && side < SIDE_COUNT; side++) {
        if (!reason->advice[side] || (running && side == SIDE_CONFIG))
            continue;
        if (only != SIDE_UNKNOWN)
            return SIDE_UNKNOWN;
        only = (enum log_side)side;
    }
    return only;
}

static bool is_two_way(str action)
{
    return str_eq(action, STR("proxying connection")) ||
           str_eq(action, STR("proxying upgraded connection"));
}

static enum log_side side_of(const struct log_fact *fact, bool running)
{
    if (is_upstream_action(fact->action) || str_starts(fact->message, STR("upstream SSL ")))
        return SIDE_UPSTREAM;
    if (str_starts(fact->action, STR("SSL handshaking")) ||
        str_starts(fact->message, STR("client ")))
        return SIDE_CLIENT;
    if (only_side(fact->reason, running) != SIDE_UNKNOWN)
        return only_side(fact->reason, running);
    if (fact->file.len && !running)
        return SIDE_CONFIG;
    if (is_two_way(fact->action))
        return SIDE_UNKNOWN;
    if (fact->upstream.text.len)
        return SIDE_UPSTREAM;
    if (str_eq(fact->level, STR("emerg")))
        return SIDE_CONFIG;
    return fact->client.len ? SIDE_CLIENT : SIDE_UNKNOWN;
}

/* --- Lines that nginx cannot have written --------------------------------- */

static const struct impossible {
    const char *reason;
    const char *action; /* must be part of the action */
    const char *treated_as;
    const char *note;
} impossibles[] = {
    {"no-shared-cipher", "upstream", "alert-handshake-failure",
     "nginx cannot have written this line: only a TLS server says \"no shared cipher\", and "
     "towards "
     "an upstream nginx is the client. The genuine line is alert 40, handshake failure; the "
     "backend's own log may say \"no shared cipher\"."},
    {"no-application-protocol", "upstream", "alert-no-application-protocol",
     "nginx cannot have written this line: only a TLS server says so. The genuine line is alert "
     "120."},
    {"premature-close", "SSL handshaking", "peer-closed",
     "nginx has no such line: during the handshake it says \"peer closed connection in SSL "
     "handshake\"."},
};

static void judge(struct log_fact *fact)
{
    fact->treated_as = fact->reason;
    for (size_t i = 0; fact->reason && i < sizeof impossibles / sizeof *impossibles; i++) {
        const struct impossible *row = &impossibles[i];
        if (fact->side != SIDE_UPSTREAM || !str_has(fact->action, str_of(row->action)) ||
            !str_eq(str_of(fact->reason->id), str_of(row->reason)))
            continue;
        fact->impossible = true;
        fact->treated_as = reason_by_id(str_of(row->treated_as));
        fact->note = row->note;
    }
}

/* --- All together --------------------------------------------------------- */

struct log_fact log_line_read(const struct log_head *head)
{
    struct fields fields = split_fields(head->rest);
    struct log_fact fact = {
        .first_time = head->time,
        .last_time = head->time,
        .level = head->level,
        .message = str_trim(fields.message),
        .upstream = read_upstream(fields.value[FIELD_UPSTREAM]),
        .client = fields.value[FIELD_CLIENT],
        .server = fields.value[FIELD_SERVER],
        .host = fields.value[FIELD_HOST],
        .request = fields.value[FIELD_REQUEST],
    };
    str tail = head->rest;
    fact.action = take_action(&fact.message);
    take_place(&fact);
    read_codes(&fact);
    read_mismatch(&fact);
    read_request(&fact);
    fact.reason = find_reason(&fact, tail, head->connection);
    fact.side = head->form == LOG_PROGRAM ? SIDE_CONFIG : side_of(&fact, head->connection);
    read_names(&fact);
    judge(&fact);
    return fact;
}

bool log_line_matters(const struct log_fact *fact)
{
    return fact->reason || speaks_of_tls(fact->message) || str_eq(fact->level, STR("emerg"));
}
