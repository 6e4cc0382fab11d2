/* What `nginx -t`, a start or a reload prints: "nginx: [emerg] ...", and the verdict. */
#include "evidence/log_line.h"
#include "evidence/log_record.h"
#include "evidence/parser.h"

static str behind(str line, str mark)
{
    u32 at = str_find(line, mark);
    return at == STR_NONE ? (str){0} : str_from(line, at + mark.len);
}

/*
 * "nginx: the configuration file F syntax is ok", "nginx: configuration file F
 * test failed": the file, and what is said about it.
 */
static bool read_verdict(str line, str *file, str *verdict)
{
    str rest = behind(line, STR(": the configuration file "));
    if (!rest.len)
        rest = behind(line, STR(": configuration file "));
    *file = str_word(&rest);
    *verdict = str_trim(rest);
    return str_eq(*verdict, STR("syntax is ok")) || str_eq(*verdict, STR("test failed")) ||
           str_eq(*verdict, STR("test is successful"));
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
            reader_test(reader, line, file, str_eq(verdict, STR("test is successful")));
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
