/*
 * input: the configuration and the evidence, read from where the user says.
 *
 * A FILE on disk brings the files that it includes, relative to the first
 * FILE's folder, globs sorted, each once, as nginx reads them. What an include
 * names and does not exist is the core's to report; what exists and cannot be
 * read is said on the error screen.
 * Ownership: all in the arena. Errors: false; they were said.
 */
#ifndef TLSMEND_CLI_INPUT_H
#define TLSMEND_CLI_INPUT_H

#include "cli/screen.h"
#include "engine/engine.h"

struct input {
    struct arena *arena;
    struct screen *err;
    struct file_text *files;
    u32 file_count;
    u32 file_room;
    bool *on_disk; /* by file: false for standard input and dumps */
    u32 on_disk_room;
    struct evidence_text *evidence;
    u32 evidence_count;
    bool stdin_taken;
};

/* How standard input is called in diffs and messages. */
#define INPUT_STDIN_NAME "stdin"

struct input input_begin(struct arena *arena, struct screen *err);
bool input_read_evidence(struct input *input, const str *paths, u32 count);
/* No paths: standard input, unless that is a terminal. */
bool input_read_files(struct input *input, const str *paths, u32 count);

/* The file that was read from `path`, or STR_NONE. */
u32 input_find(const struct input *input, str path);

#endif
