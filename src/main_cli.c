/*
 * The command line program. It does the reading and the writing that the core
 * does not do; what it says and takes is in cli/table.c.
 */
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/near.h"
#include "tlsmend.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Noreturn void base_out_of_memory(void)
{
    static const char message[] = "tlsmend: out of memory\n";
    ssize_t ignored = write(STDERR_FILENO, message, sizeof message - 1);
    (void)ignored;
    _exit(STATUS_INTERNAL);
}

/* An assertion has failed, and said which. */
static void on_abort(int signal_number)
{
    static const char message[] = "tlsmend: internal error; please report it\n";
    ssize_t ignored = write(STDERR_FILENO, message, sizeof message - 1);
    (void)ignored;
    (void)signal_number;
    _exit(STATUS_INTERNAL);
}

static enum exit_status unknown_command(struct cli *cli, const char *word)
{
    struct near near = near_begin(str_of(word));
    for (u32 i = 0; i < COMMAND_COUNT; i++)
        near_try(&near, table_commands[i].name);
    if (near.best)
        screen_trouble(&cli->err, "there is no command `%s`; did you mean `%s`?", word, near.best);
    else if (access(word, F_OK) == 0)
        screen_trouble(&cli->err, "say what to do with it: tlsmend fix %s", word);
    else if (word[0] == '-')
        screen_trouble(&cli->err, "%s: options stand behind the command; see `tlsmend --help`",
                       word);
    else
        screen_trouble(&cli->err, "there is no command `%s`; see `tlsmend --help`", word);
    return STATUS_TROUBLE;
}

static bool is_one_of(str word, str a, str b)
{
    return str_eq(word, a) || str_eq(word, b);
}

/* `tlsmend --help`, `tlsmend help COMMAND`, `tlsmend --version`; false: none of these. */
static bool answer_about_itself(struct cli *cli, int count, char *const *words,
                                enum exit_status *status)
{
    str word = str_of(words[0]);
    *status = STATUS_CLEAN;
    if (is_one_of(word, STR("--version"), STR("-V"))) {
        screen_print(&cli->out, "%s\n", mend_version());
    } else if (str_eq(word, STR("help")) && count > 1) {
        enum command_id command = table_find_command(str_of(words[1]));
        if (command == COMMAND_COUNT)
            *status = unknown_command(cli, words[1]);
        else
            help_print_command(&cli->out, command);
    } else if (is_one_of(word, STR("--help"), STR("-h")) || str_eq(word, STR("help"))) {
        help_print(&cli->out);
    } else {
        return false;
    }
    return true;
}

static enum exit_status answer(struct cli *cli, int count, char *const *words)
{
    enum exit_status status;
    if (count == 0) {
        help_print(&cli->err);
        return STATUS_TROUBLE;
    }
    if (answer_about_itself(cli, count, words, &status))
        return status;
    enum command_id command = table_find_command(str_of(words[0]));
    if (command == COMMAND_COUNT)
        return unknown_command(cli, words[0]);
    cli->options = (struct options){.command = command};
    /* What is not there yet has no options to be wrong about. */
    bool asks_help = count > 1 && is_one_of(str_of(words[1]), STR("--help"), STR("-h"));
    if (table_commands[command].later)
        cli->options.help = asks_help;
    else if (!options_read(cli->arena, &cli->err, command, words + 1, count - 1, &cli->options))
        return STATUS_TROUBLE;
    return commands_run(cli);
}

/* What could not be printed was not said: a full disk must not pass for an empty diff. */
static enum exit_status close_screens(struct cli *cli, enum exit_status status)
{
    screen_flush(&cli->out);
    if (cli->out.trouble && cli->out.trouble != EPIPE)
        screen_trouble(&cli->err, "standard output: %s", strerror(cli->out.trouble));
    if (cli->out.trouble)
        status = STATUS_TROUBLE;
    screen_flush(&cli->err);
    return status;
}

int main(int argc, char **argv)
{
    struct arena arena = {0};
    int count = argc > 0 ? argc - 1 : 0;
    enum color_choice color = options_color(argv + 1, count);
    struct cli cli = {
        .arena = &arena,
        .out = screen_open(stdout, color),
        .err = screen_open(stderr, color),
    };
    signal(SIGABRT, on_abort);
    setvbuf(stderr, NULL, _IOLBF, 0);
    enum exit_status status = close_screens(&cli, answer(&cli, count, argv + 1));
    arena_end(&arena);
    return (int)status;
}
