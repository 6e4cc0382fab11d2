/* What `nginx -t`, a start or a reload prints: "nginx: [emerg] ...", and the verdict. */
#include "evidence/log_line.h"
#include "evidence/log_record.h"
#include "evidence/parser.h"

/* "nginx: configuration file F test failed": the file, and what is said about it. */
static bool read_verdict(str line, str *file, str *verdict)
{
    str mark = STR(" configuration file ");
    u32 at = str_find(line, mark);
    if (at == STR_NONE || !str_has(str_sub(line, 0, at), STR(": ")) ||
        !str_ends(str_trim(str_sub(line, 0, at)), STR(":")))
        at = str_find(line, STR(": the configuration file "));
    else
        at -= 1;
    if (at == STR_NONE)
        return false;
    str rest = str_from(line, at);
    u32 file_at = str_find(rest, STR("file ")) + 5;
    rest = str_from(rest, file_at);
    *file = str_word(&rest);
    *verdict = str_trim(rest);
    return str_eq(*verdict, STR("syntax is ok")) || str_starts(*verdict, STR("test "));
}

static bool begins(const struct reader *reader, u32 line)
{
    str text = reader_line(reader, line);
    str file;
    str verdict;
    return log_record_form(text) == LOG_PROGRAM || read_verdict(text, &file, &verdict);
}

static u32 read(struct reader *reader, u32 line)
{
    str file;
    str verdict;
    if (read_verdict(reader_line(reader, line), &file, &verdict)) {
        if (!str_eq(verdict, STR("syntax is ok")))
            reader_test(reader, line, file, str_has(verdict, STR("successful")));
        return 1;
    }
    struct log_record record = log_record_read(reader, line);
    struct log_fact fact = log_line_read(&record.head);
    if (log_line_matters(&fact))
        reader_log(reader, fact, line, record.lines);
    else
        reader_other(reader, line, record.lines);
    return record.lines;
}

const struct parser parser_nginx_test_output = {EVIDENCE_NGINX_TEST, "nginx -t", begins, read};
