#include "cli/screen.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

enum { COLUMNS = 80 };

static bool wants_color(FILE *file)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if (no_color && *no_color)
        return false;
    return isatty(fileno(file)) && term && !str_eq(str_of(term), STR("dumb"));
}

struct screen screen_open(FILE *file, enum color_choice choice)
{
    bool color = choice == COLOR_ALWAYS || (choice == COLOR_AUTO && wants_color(file));
    return (struct screen){.file = file, .color = color};
}

void screen_gap(struct screen *screen)
{
    if (screen->used)
        fputc('\n', screen->file);
}

void screen_style(struct screen *screen, enum style style)
{
    static const char *const codes[] = {
        [STYLE_PLAIN] = "\x1b[0m", [STYLE_BOLD] = "\x1b[1m",   [STYLE_DIM] = "\x1b[2m",
        [STYLE_RED] = "\x1b[31m",  [STYLE_GREEN] = "\x1b[32m", [STYLE_YELLOW] = "\x1b[33m",
        [STYLE_CYAN] = "\x1b[36m",
    };
    if (screen->color)
        fputs(codes[style], screen->file);
}

/* The stream remembers that it failed, and forgets why. */
static void note_trouble(struct screen *screen, bool failed)
{
    if (failed && !screen->trouble)
        screen->trouble = errno ? errno : EIO;
}

static void print_args(struct screen *screen, const char *format, va_list args)
{
    errno = 0;
    note_trouble(screen, vfprintf(screen->file, format, args) < 0);
}

void screen_print(struct screen *screen, const char *format, ...)
{
    va_list args;
    screen->used = true;
    va_start(args, format);
    print_args(screen, format, args);
    va_end(args);
}

void screen_bytes(struct screen *screen, const char *bytes, size_t len)
{
    errno = 0;
    note_trouble(screen, fwrite(bytes, 1, len, screen->file) != len);
}

void screen_raw(struct screen *screen, str bytes)
{
    if (bytes.len)
        screen_bytes(screen, bytes.p, bytes.len);
}

void screen_safe(struct screen *screen, str foreign)
{
    screen->used = true;
    for (u32 i = 0; i < foreign.len; i++) {
        unsigned char c = (unsigned char)foreign.p[i];
        bool c1 = c == 0xc2 && i + 1 < foreign.len && (u8)foreign.p[i + 1] < 0xa0;
        if ((c < 0x20 && c != '\t') || c == 0x7f || c1)
            fprintf(screen->file, "\\x%02x", c1 ? (u8)foreign.p[++i] : c);
        else
            fputc(c, screen->file);
    }
}

/* Characters, not bytes: the tails of UTF-8 take no column. */
static u32 width_of(str s)
{
    u32 width = 0;
    for (u32 i = 0; i < s.len; i++)
        width += ((u8)s.p[i] & 0xc0) != 0x80;
    return width;
}

void screen_wrap(struct screen *screen, u32 indent, u32 used, str foreign)
{
    u32 column = used;
    bool first = true;
    for (str word = str_word(&foreign); word.len; word = str_word(&foreign)) {
        u32 width = width_of(word);
        bool fits = column + 1 + width <= COLUMNS;
        if (!first && !fits)
            fprintf(screen->file, "\n%*s", (int)indent, "");
        else if (!first)
            fputc(' ', screen->file);
        column = (first ? column : fits ? column + 1 : indent) + width;
        first = false;
        screen_safe(screen, word);
    }
    fputc('\n', screen->file);
}

void screen_trouble(struct screen *screen, const char *format, ...)
{
    char text[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fputs("tlsmend: ", screen->file);
    screen_safe(screen, str_of(text));
    fputc('\n', screen->file);
}

static enum style line_style(str line)
{
    if (str_starts(line, STR("--- ")) || str_starts(line, STR("+++ ")))
        return STYLE_BOLD;
    if (str_starts(line, STR("@@")))
        return STYLE_CYAN;
    if (str_starts(line, STR("-")))
        return STYLE_RED;
    return str_starts(line, STR("+")) ? STYLE_GREEN : STYLE_PLAIN;
}

void screen_diff(struct screen *screen, str diff)
{
    if (!screen->color) {
        screen_raw(screen, diff);
        return;
    }
    while (diff.len) {
        str line = str_cut(&diff, '\n');
        enum style style = line_style(line);
        if (style != STYLE_PLAIN)
            screen_style(screen, style);
        screen_raw(screen, line);
        if (style != STYLE_PLAIN)
            screen_style(screen, STYLE_PLAIN);
        fputc('\n', screen->file);
    }
}

void screen_flush(struct screen *screen)
{
    errno = 0;
    note_trouble(screen, fflush(screen->file) != 0 || ferror(screen->file));
}
