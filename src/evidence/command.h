/*
 * command: a command line in a paste. What it printed follows it, and s_client
 * does not print whom it dialled: the command says so.
 */
#ifndef TLSMEND_EVIDENCE_COMMAND_H
#define TLSMEND_EVIDENCE_COMMAND_H

#include "evidence/reader.h"

/* The word behind an option of the last command, as "-connect"; empty: none. */
str command_option(const struct reader *reader, str option);
/* The last command names that program or sub-command, and has that option where one is given. */
bool command_has(const struct reader *reader, str word);

#endif
