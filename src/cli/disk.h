/*
 * disk: reading files, and replacing them.
 *
 * Ownership: what is read is the arena's. Errors: a text that says what went
 * wrong, static or strerror's, good until the next call; NULL: nothing did.
 * Not promised: that a file which grows while it is read is read to its end.
 */
#ifndef TLSMEND_CLI_DISK_H
#define TLSMEND_CLI_DISK_H

#include "base/arena.h"

/* A regular file, a pipe, a terminal; `path` "-" is standard input. */
const char *disk_read(struct arena *arena, str path, str *text);
/* The same, but anything other than a regular file is refused unopened. */
const char *disk_read_regular(struct arena *arena, str path, str *text);

/*
 * A new text beside a file, not yet in its place: written, synced, with the
 * mode and owner of the file that it will replace (the one a link leads to).
 */
struct disk_draft {
    const char *path;  /* of the file */
    const char *draft; /* of the new text; NULL: none */
};

const char *disk_draft(struct arena *arena, str path, str text, struct disk_draft *draft);
/* Puts it in its place, at once for all who open the file. */
const char *disk_commit(struct disk_draft *draft);
void disk_discard(struct disk_draft *draft);

#endif
