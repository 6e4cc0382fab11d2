#include "cli/lint.h"

#include "api/words.h"

enum {
    GUTTER = 6,
    WIDEST = 120, /* bytes of a line that are shown */
    BEFORE = 40,  /* of those, before the finding, when the line is cut */
};

static enum style severity_style(enum severity severity)
{
    switch (severity) {
    case SEVERITY_ERROR:
        return STYLE_RED;
    case SEVERITY_WARNING:
        return STYLE_YELLOW;
    case SEVERITY_INFO:
        break;
    }
    return STYLE_CYAN;
}

static const struct source *source_of(const struct fix *fix, const struct finding *finding)
{
    return &fix->before->scope->files->file[finding->file].source;
}

/* ---- the excerpt -------------------------------------------------------- */

struct excerpt {
    str line;
    u32 start; /* of the finding in it */
    u32 end;
    bool cut_before;
    bool cut_after;
};

static bool is_tail(char c)
{
    return ((u8)c & 0xc0) == 0x80;
}

static struct excerpt excerpt_of(const struct source *source, span at)
{
    u32 begin = source_line_begin(source, at.start);
    str rest = str_from(source->text, begin);
    str line = str_cut(&rest, '\n');
    if (str_ends(line, STR("\r")))
        line.len--;
    struct excerpt excerpt = {.line = line, .start = at.start - begin, .end = at.end - begin};
    if (line.len > WIDEST && excerpt.start > BEFORE) {
        u32 cut = excerpt.start - BEFORE;
        while (cut < excerpt.start && is_tail(line.p[cut]))
            cut++;
        excerpt.line = str_from(line, cut);
        excerpt.start -= cut;
        excerpt.end -= cut;
        excerpt.cut_before = true;
    }
    if (excerpt.line.len > WIDEST) {
        excerpt.line.len = WIDEST;
        while (is_tail(excerpt.line.p[excerpt.line.len]))
            excerpt.line.len--;
        excerpt.cut_after = true;
    }
    if (excerpt.end > excerpt.line.len)
        excerpt.end = excerpt.line.len;
    return excerpt;
}

/* Tabs stay tabs, so that the caret stands beneath its word. */
static void put_marks(struct buf *out, const struct excerpt *excerpt)
{
    for (u32 i = 0; i < excerpt->start && i < excerpt->line.len; i++) {
        char c = excerpt->line.p[i];
        if (c == '\t')
            buf_char(out, '\t');
        else if (!is_tail(c))
            buf_char(out, ' ');
    }
    buf_char(out, '^');
    for (u32 i = excerpt->start + 1; i < excerpt->end; i++) {
        if (!is_tail(excerpt->line.p[i]))
            buf_char(out, '~');
    }
}

static void print_excerpt(struct arena *arena, struct screen *out, const struct source *source,
                          const struct finding *finding)
{
    struct excerpt excerpt = excerpt_of(source, finding->at);
    struct buf marks = buf_new(arena);
    put_marks(&marks, &excerpt);
    screen_print(out, "%*u | %s", GUTTER, source_position(source, finding->at.start).line,
                 excerpt.cut_before ? "..." : "");
    screen_safe(out, excerpt.line);
    screen_print(out, "%s\n%*s | %s", excerpt.cut_after ? "..." : "", GUTTER, "",
                 excerpt.cut_before ? "   " : "");
    screen_style(out, severity_style(finding->severity));
    screen_raw(out, buf_view(&marks));
    screen_style(out, STYLE_PLAIN);
    screen_print(out, "\n");
}

/* ---- findings ----------------------------------------------------------- */

static void print_finding(struct arena *arena, struct screen *out, const struct fix *fix,
                          const struct finding *finding)
{
    const struct source *source = source_of(fix, finding);
    struct position at = source_position(source, finding->at.start);
    screen_style(out, STYLE_BOLD);
    screen_safe(out, source->path);
    screen_print(out, ":%u:%u: ", at.line, at.column);
    screen_style(out, severity_style(finding->severity));
    screen_print(out, "%s: ", words_of(&words_severity, finding->severity));
    screen_style(out, STYLE_PLAIN);
    screen_safe(out, finding->message);
    screen_print(out, " [%s]%s\n", finding->rule->id, finding->applied ? " [*]" : "");
    print_excerpt(arena, out, source, finding);
}

void lint_print(struct arena *arena, struct screen *out, const struct fix *fix)
{
    for (u32 i = 0; i < fix->finding_count; i++)
        print_finding(arena, out, fix, &fix->findings[i]);
}

static void put_count(struct screen *err, u32 count, const char *word, const char *lead)
{
    if (count)
        screen_print(err, "%s%u %s%s", lead, count, word, count == 1 ? "" : "s");
}

void lint_summary(struct screen *err, const struct fix *fix)
{
    u32 count[3] = {0};
    u32 mended = 0;
    for (u32 i = 0; i < fix->finding_count; i++) {
        count[fix->findings[i].severity]++;
        mended += fix->findings[i].applied;
    }
    if (!fix->finding_count) {
        screen_print(err, "No findings.\n");
        return;
    }
    bool errors = count[SEVERITY_ERROR] > 0;
    bool above = errors || count[SEVERITY_WARNING] > 0;
    put_count(err, fix->finding_count, "finding", "");
    put_count(err, count[SEVERITY_ERROR], "error", ": ");
    put_count(err, count[SEVERITY_WARNING], "warning", errors ? ", " : ": ");
    put_count(err, count[SEVERITY_INFO], "note", above ? ", " : ": ");
    screen_print(err, ".\n");
    if (mended)
        screen_print(err, "[*] `tlsmend fix` mends %u of them.\n", mended);
}

bool lint_fails(const struct fix *fix, enum severity fail_on)
{
    for (u32 i = 0; i < fix->finding_count; i++) {
        if (fix->findings[i].severity <= fail_on)
            return true;
    }
    return false;
}
