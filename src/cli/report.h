/*
 * report: what `fix` says to a person, on standard error.
 *
 * Ranked and short: what is wrong and where; what the diff changes and why;
 * what is left alone; what could be answered, with the words to type; what was
 * not understood; how to apply it. Lists are cut after a few entries, with a
 * count of the rest, unless everything is asked for.
 */
#ifndef TLSMEND_CLI_REPORT_H
#define TLSMEND_CLI_REPORT_H

#include "cli/screen.h"
#include "engine/engine.h"

struct report {
    struct arena *arena;
    struct screen *screen;
    const struct fix *fix;
    const struct answer *answers;
    u32 answer_count;
    bool verbose;
    bool written; /* the files are changed already */
    bool on_disk; /* the paths are those of files here */
};

/* Before the diff: what the evidence says. */
void report_diagnosis(const struct report *report);
/* Behind the diff: all the rest. */
void report_changes(const struct report *report);

/* Lines that were not understood, or answers that nobody asked for. */
void report_gaps(struct screen *screen, const struct not_handled *gaps, u32 count, bool verbose);

#endif
