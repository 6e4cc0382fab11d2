#include "cli/help.h"

#include <string.h>

enum {
    COMMAND_COLUMN = 14,
    OPTION_COLUMN = 30,
};

static void heading(struct screen *screen, const char *text)
{
    screen_style(screen, STYLE_BOLD);
    screen_print(screen, "\n%s:", text);
    screen_style(screen, STYLE_PLAIN);
    screen_print(screen, "\n");
}

static void command_line(struct screen *screen, const struct table_command *command)
{
    screen_print(screen, "  %-*s", COMMAND_COLUMN - 2, command->name);
    screen_wrap(screen, COMMAND_COLUMN, COMMAND_COLUMN, str_of(command->summary));
}

static void commands(struct screen *screen, const char *title, bool later)
{
    heading(screen, title);
    for (u32 i = 0; i < COMMAND_COUNT; i++) {
        if (table_commands[i].later == later)
            command_line(screen, &table_commands[i]);
    }
}

/* "  -e, --evidence FILE", padded to the column of the texts. */
static void option_head(struct screen *screen, const struct table_option *option)
{
    char head[64];
    char letter[8] = "   ";
    if (option->letter)
        snprintf(letter, sizeof letter, "-%c,", option->letter);
    snprintf(head, sizeof head, "  %s --%s%s%s", letter, option->name, option->value ? " " : "",
             option->value ? option->value : "");
    screen_print(screen, "%-*s", OPTION_COLUMN, head);
    if (strlen(head) >= OPTION_COLUMN)
        screen_print(screen, "\n%*s", OPTION_COLUMN, "");
}

static void option_line(struct screen *screen, enum option option, enum command_id command)
{
    const struct table_option *row = &table_options[option];
    option_head(screen, row);
    if (option != OPTION_FORMAT) {
        screen_wrap(screen, OPTION_COLUMN, OPTION_COLUMN, str_of(row->help));
        return;
    }
    const char *const *formats = table_formats(command);
    screen_print(screen, "%s (default), %s\n", formats[0], formats[1]);
}

static void options(struct screen *screen, enum command_id command)
{
    heading(screen, "Options");
    for (u32 i = 0; i < OPTION_COUNT; i++) {
        if (table_options[i].commands & TABLE_BIT(command) && !table_options[i].later)
            option_line(screen, (enum option)i, command);
    }
}

static void answer_keys(struct screen *screen)
{
    static const struct {
        const char *key;
        const char *help;
    } keys[] = {
        {"upstream-name", "the name in the backend's certificate: sent as SNI, and verified"},
        {"ca-file", "a path, or `system` for the platform's bundle; turns verification on"},
        {"client-cert", "the path of the client certificate for the backend"},
        {"client-key", "the path of its key"},
        {"upstream-scheme", "http or https: what the backend really speaks"},
        {"allow-legacy", "yes: TLS below 1.2 at a hop that evidence shows to need it"},
    };
    heading(screen, "Answer keys");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        screen_print(screen, "  %-17s %s\n", keys[i].key, keys[i].help);
}

static void exit_statuses(struct screen *screen)
{
    heading(screen, "Exit status");
    screen_print(screen, "  0   nothing to change or to report\n"
                         "  1   there is a diff, or a finding\n"
                         "  2   wrong usage, a file that cannot be read or written, or a bad "
                         "request\n"
                         "  70  an internal error\n");
}

static void lines(struct screen *screen, const char *title, const char *text)
{
    str rest = str_of(text);
    if (!rest.len)
        return;
    heading(screen, title);
    while (rest.len) {
        str line = str_cut(&rest, '\n');
        screen_print(screen, "  %.*s\n", STR_ARG(line));
    }
}

void help_print(struct screen *screen)
{
    screen_print(screen, "tlsmend mends TLS between nginx and its upstreams: from a failing "
                         "configuration\nand what you have of evidence, a diff that fixes it.\n");
    screen_print(screen, "\nUsage: tlsmend COMMAND [options] [FILE...]\n"
                         "       tlsmend --version | --help | COMMAND --help\n");
    commands(screen, "Commands", false);
    commands(screen, "In a later version", true);
    lines(screen, "Examples", table_commands[COMMAND_FIX].examples);
    exit_statuses(screen);
}

void help_print_command(struct screen *screen, enum command_id command)
{
    const struct table_command *row = &table_commands[command];
    screen_print(screen, "Usage: tlsmend %s%s%s\n\n", row->name, *row->usage ? " " : "",
                 row->usage);
    if (row->later) {
        screen_wrap(screen, 0, 0, str_of(row->summary));
        screen_print(screen, "\nThis is not in this version of tlsmend yet.\n");
        return;
    }
    str details = str_of(row->details);
    while (details.len) {
        screen_wrap(screen, 0, 0, str_cut(&details, '\n'));
        if (details.len)
            screen_print(screen, "\n");
    }
    options(screen, command);
    if (table_options[OPTION_ANSWER].commands & TABLE_BIT(command))
        answer_keys(screen);
    exit_statuses(screen);
    lines(screen, "Examples", row->examples);
}
