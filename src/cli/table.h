/*
 * table: every command and option, once: what is parsed, what --help prints,
 * and what the manual page is made of.
 *
 * Ownership: static. Errors: none. An option lists the commands that take it;
 * what is marked `later` is known, and says that it is not there yet.
 */
#ifndef TLSMEND_CLI_TABLE_H
#define TLSMEND_CLI_TABLE_H

#include "base/str.h"

enum command_id {
    COMMAND_FIX,
    COMMAND_LINT,
    COMMAND_PROVE,
    COMMAND_EFFECTIVE,
    COMMAND_EXPLAIN,
    COMMAND_RULES,
    COMMAND_REDACT,
    COMMAND_RESTORE,
    COMMAND_SMOKE,
    COMMAND_EXPORT,
    COMMAND_DRIFT,
    COMMAND_RUN,
    COMMAND_COUNT,
};

struct table_command {
    const char *name;
    const char *usage;    /* behind the name */
    const char *summary;  /* one line */
    const char *details;  /* paragraphs for COMMAND --help, separated by a newline */
    const char *examples; /* lines; NULL: none */
    bool later;
};

enum option {
    OPTION_EVIDENCE,
    OPTION_ANSWER,
    OPTION_PROFILE,
    OPTION_NGINX,
    OPTION_OPENSSL,
    OPTION_PLATFORM,
    OPTION_ONLY,
    OPTION_SKIP,
    OPTION_WRITE,
    OPTION_FORMAT,
    OPTION_FAIL_ON,
    OPTION_POLICY,
    OPTION_BASELINE,
    OPTION_JOBS,
    OPTION_MAP,
    OPTION_REDACT,
    OPTION_COLOR,
    OPTION_VERBOSE,
    OPTION_QUIET,
    OPTION_HELP,
    OPTION_COUNT,
};

struct table_option {
    const char *name;  /* without dashes */
    const char *value; /* what stands for its value in texts; NULL: it takes none */
    const char *help;
    u32 commands; /* bits, 1 << enum command_id */
    char letter;  /* 0: none */
    bool later;
};

#define TABLE_BIT(command) ((u32)1 << (command))

extern const struct table_command table_commands[COMMAND_COUNT];
extern const struct table_option table_options[OPTION_COUNT];

/* The formats that a command prints, ends with NULL; the first is the default. */
const char *const *table_formats(enum command_id command);
/* Those that it will print in a later version; ends with NULL. */
const char *const *table_later_formats(enum command_id command);

/* COMMAND_COUNT, OPTION_COUNT: there is none. */
enum command_id table_find_command(str name);
enum option table_find_option(str name);
enum option table_find_letter(char letter);

#endif
