/*
 * screen: what is printed for people, and whether it is in colour.
 *
 * Foreign bytes (parts of configurations and logs) go through screen_safe or
 * screen_wrap: control characters become \xNN, so that no log line can write
 * to the terminal what it likes.
 * Errors: the first is kept in the screen; screen_flush makes it known.
 */
#ifndef TLSMEND_CLI_SCREEN_H
#define TLSMEND_CLI_SCREEN_H

#include "base/buf.h"

#include <stdio.h>

struct screen {
    FILE *file;
    bool color;
    bool used;   /* something was printed */
    int trouble; /* errno of the first that could not be; 0: all was */
};

enum style {
    STYLE_PLAIN,
    STYLE_BOLD,
    STYLE_DIM,
    STYLE_RED,
    STYLE_GREEN,
    STYLE_YELLOW,
    STYLE_CYAN,
};

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct screen screen_open(FILE *file, enum color_choice choice);

/* An empty line between what was printed and what comes; none before the first. */
void screen_gap(struct screen *screen);
void screen_style(struct screen *screen, enum style style);
__attribute__((format(printf, 2, 3))) void screen_print(struct screen *screen, const char *format,
                                                        ...);
/* Bytes as they are. */
void screen_raw(struct screen *screen, str bytes);
void screen_bytes(struct screen *screen, const char *bytes, size_t len);
void screen_safe(struct screen *screen, str foreign);
/* Words, broken at 80 columns, every line behind `indent` blanks; `used` columns are taken. */
void screen_wrap(struct screen *screen, u32 indent, u32 used, str foreign);
/* "tlsmend: MESSAGE" and a newline; foreign bytes in it are made safe. */
__attribute__((format(printf, 2, 3))) void screen_trouble(struct screen *screen, const char *format,
                                                          ...);
/* A unified diff, in colour where there is any. */
void screen_diff(struct screen *screen, str diff);

/* Writes out what is buffered. What could not be written is known by `trouble`. */
void screen_flush(struct screen *screen);

#endif
