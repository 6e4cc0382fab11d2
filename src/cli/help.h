/*
 * help: what --help prints, made of the table.
 */
#ifndef TLSMEND_CLI_HELP_H
#define TLSMEND_CLI_HELP_H

#include "cli/screen.h"
#include "cli/table.h"

void help_print(struct screen *screen);
void help_print_command(struct screen *screen, enum command_id command);

#endif
