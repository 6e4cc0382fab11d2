/*
 * commands: what each command does, from its options to its exit status.
 */
#ifndef TLSMEND_CLI_COMMANDS_H
#define TLSMEND_CLI_COMMANDS_H

#include "cli/options.h"

enum exit_status {
    STATUS_CLEAN = 0,    /* nothing to change or to report */
    STATUS_FOUND = 1,    /* a diff, or a finding */
    STATUS_TROUBLE = 2,  /* usage, a file that cannot be read or written, a bad request */
    STATUS_INTERNAL = 70 /* ours */
};

struct cli {
    struct arena *arena;
    struct options options;
    struct screen out;
    struct screen err;
};

enum exit_status commands_run(struct cli *cli);

#endif
