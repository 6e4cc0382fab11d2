#include "evidence/command.h"

#include "base/buf.h"
#include "evidence/parser.h"

static const char *const why_command = "a command; what it printed is what counts";

/* What a command begins with, one a line. */
static const char commands[] = "$ \n"
                               "sudo \n"
                               "openssl \n"
                               "nginx -\n"
                               "curl \n"
                               "nmap \n"
                               "sslscan \n"
                               "sslyze \n"
                               "testssl \n"
                               "testssl.sh \n"
                               "docker \n"
                               "systemctl \n"
                               "tail \n"
                               "grep \n"
                               "./testssl.sh \n"
                               "kubectl \n"
                               "cat \n"
                               "echo \n"
                               "echo | openssl\n"
                               "journalctl \n";

/* "root@web:~# nginx -V", "[root@web ~]# nginx -V" */
static bool is_prompt(str line)
{
    str rest = line;
    str word = str_word(&rest);
    u32 at = str_find_char(word, '@');
    if (at == STR_NONE || at == 0)
        return false;
    return str_has(line, STR("# ")) || str_has(line, STR("$ "));
}

static bool begins(const struct reader *reader, u32 line)
{
    str text = str_trim(reader_line(reader, line));
    str rest = str_of(commands);
    while (rest.len)
        if (str_starts(text, str_cut(&rest, '\n')))
            return true;
    return is_prompt(text);
}

enum { COMMAND_LINES = 50 };

static u32 read(struct reader *reader, u32 line)
{
    u32 count = 1;
    while (count < COMMAND_LINES && line + count <= reader->plain.line_count &&
           str_ends(str_trim(reader_line(reader, line + count - 1)), STR("\\")))
        count++;
    struct buf joined = buf_new(reader->arena);
    for (u32 i = 0; i < count; i++) {
        str text = str_trim(reader_line(reader, line + i));
        buf_str(&joined, str_sub(text, 0, str_ends(text, STR("\\")) ? text.len - 1 : text.len));
        buf_char(&joined, ' ');
    }
    reader->command = buf_view(&joined);
    reader->command_line = line;
    reader_unread(reader, line, count, EVIDENCE_COMMAND, why_command);
    return count;
}

str command_option(const struct reader *reader, str option)
{
    str rest = reader->command;
    for (str word = str_word(&rest); word.len; word = str_word(&rest))
        if (str_eq(word, option))
            return str_word(&rest);
    return (str){0};
}

bool command_has(const struct reader *reader, str word)
{
    str rest = reader->command;
    for (str each = str_word(&rest); each.len; each = str_word(&rest))
        if (str_eq(each, word))
            return true;
    return false;
}

const struct parser parser_command = {EVIDENCE_COMMAND, "a command", begins, read};
