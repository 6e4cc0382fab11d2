/* nginx's error.log, with whatever a log shipper put before or around its lines. */
#include "evidence/log_line.h"
#include "evidence/log_record.h"
#include "evidence/nginx_version_output.h"
#include "evidence/parser.h"

static bool begins(const struct reader *reader, u32 line)
{
    enum log_form form = log_record_form(reader_line(reader, line));
    return form == LOG_DATED || form == LOG_BARE;
}

static u32 read(struct reader *reader, u32 line)
{
    struct log_record record = log_record_read(reader, line);
    struct log_fact fact = log_line_read(&record.head);
    if (log_line_matters(&fact))
        reader_log(reader, fact, line, record.lines);
    else if (!nginx_version_banner(reader, line, record.head.rest))
        reader_other(reader, line, record.lines);
    return record.lines;
}

const struct parser parser_error_log = {EVIDENCE_ERROR_LOG, "nginx error.log", begins, read};

bool evidence_log_line(struct arena *arena, str line, struct log_fact *fact)
{
    struct reader reader = reader_new(arena);
    struct evidence_text text = {STR(""), line};
    reader_open(&reader, 0, &text);
    u32 first = 1;
    while (first < reader.source.line_count && !str_trim(reader_line(&reader, first)).len)
        first++;
    struct log_record record = log_record_read(&reader, first);
    if (record.head.form == LOG_NOT)
        return false;
    *fact = log_line_read(&record.head);
    fact->line = first;
    fact->at = reader_span(&reader, first, record.lines);
    fact->count = 1;
    return true;
}
