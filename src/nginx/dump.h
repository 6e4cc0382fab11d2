/*
 * dump: what `nginx -T` prints, split at its `# configuration file PATH:` lines.
 *
 * A comment that looks like such a line is none within an open block, unless
 * the empty line stands before it that nginx writes behind each file.
 * Ownership: texts are borrowed. Errors: none; what is passed over is in `stray`.
 * Cost: linear.
 */
#ifndef TLSMEND_NGINX_DUMP_H
#define TLSMEND_NGINX_DUMP_H

#include "base/arena.h"

struct file_text {
    str path;
    str text;
};

/* A text that is passed over. */
struct stray {
    str path;
    const char *why;
};

struct texts {
    struct arena *arena;
    struct file_text *text;
    u32 count;
    u32 room;
    struct stray *stray;
    u32 stray_count;
    u32 stray_room;
};

/*
 * Appends the files of a dump, or the text itself where it is none. Directives
 * before the first line of that kind become a text with the name of the dump.
 */
void dump_split(struct texts *out, struct file_text text);

void dump_pass_over(struct texts *out, str path, const char *why);

#endif
