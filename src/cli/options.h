/*
 * options: a command line, read by the table and checked in full.
 *
 * `--name value`, `--name=value`, `-e value`, `-evalue`, `-qv`; options and
 * FILEs in any order, `--` ends the options. Of a scalar given twice the last
 * holds; -e, --answer, --only and --skip add up.
 * Ownership: texts are those of argv; lists are the arena's.
 * Errors: false; what is wrong, and the nearest right word, was said.
 */
#ifndef TLSMEND_CLI_OPTIONS_H
#define TLSMEND_CLI_OPTIONS_H

#include "cli/screen.h"
#include "cli/table.h"
#include "engine/engine.h"

struct text_list {
    str *text;
    u32 count;
    u32 room;
};

struct options {
    enum command_id command;
    struct text_list files; /* or words, of `explain` */
    struct text_list evidence;
    struct target target;
    enum profile profile;
    struct answer *answers;
    u32 answer_count;
    u32 answer_room;
    struct text_list only;
    struct text_list skip;
    bool write;
    bool json; /* the format */
    enum severity fail_on;
    enum color_choice color;
    bool verbose;
    bool quiet;
    bool help;
};

/* `words` are those behind the command. */
bool options_read(struct arena *arena, struct screen *err, enum command_id command,
                  char *const *words, int count, struct options *options);

/* The color that is asked for, before anything is said: wrong words are no matter here. */
enum color_choice options_color(char *const *words, int count);

#endif
