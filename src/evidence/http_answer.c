/* The error page or status line that a backend answered: there may be no log line at all. */
#include "evidence/parser.h"

static const char *const sentences[] = {
    "No required SSL certificate was sent",
    "The plain HTTP request was sent to HTTPS port",
    "sent an HTTP request to an HTTPS server",
    "The SSL certificate error",
    "421 Misdirected Request",
};

static const struct reason *reason_of(str line)
{
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        if (str_has(line, str_of(sentences[i])))
            return reason_by_text(str_of(sentences[i]));
    return NULL;
}

static bool begins(const struct reader *reader, u32 line)
{
    str text = str_trim(reader_line(reader, line));
    bool page = str_starts(text, STR("<")) || str_starts(text, STR("HTTP/")) ||
                str_starts(text, STR("4")) || str_starts(text, STR("Client sent ")) ||
                str_starts(text, STR("No required SSL")) || str_starts(text, STR("The "));
    return page && reason_of(text);
}

static u32 read(struct reader *reader, u32 line)
{
    str text = str_trim(reader_line(reader, line));
    const struct reason *reason = reason_of(text);
    struct log_fact fact = {
        .side = SIDE_UPSTREAM, .reason = reason, .treated_as = reason, .message = text};
    reader_log(reader, fact, line, 1);
    return 1;
}

const struct parser parser_http_answer = {EVIDENCE_HTTP_ANSWER, "an HTTP error page", begins, read};
