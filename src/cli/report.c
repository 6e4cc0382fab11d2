#include "cli/report.h"

#include "api/words.h"
#include "cli/asks.h"

enum {
    DIAGNOSES_SHOWN = 3,
    FINDINGS_SHOWN = 8,
    GAPS_SHOWN = 5,
    LONG_WHY = 160, /* bytes; of longer ones the first sentence is shown */
};

static void heading(struct screen *screen, const char *text)
{
    screen_gap(screen);
    screen_style(screen, STYLE_BOLD);
    screen_print(screen, "%s", text);
    screen_style(screen, STYLE_PLAIN);
    screen_print(screen, "\n");
}

static void more(struct screen *screen, u32 left)
{
    if (left)
        screen_print(screen, "  and %u more; -v shows them\n", left);
}

static void paragraph(struct screen *screen, u32 indent, str text)
{
    screen_print(screen, "%*s", (int)indent, "");
    screen_wrap(screen, indent, indent, text);
}

static str first_sentence(str text)
{
    u32 end = str_find(text, STR(". "));
    return text.len <= LONG_WHY || end == STR_NONE ? text : str_sub(text, 0, end + 1);
}

/* ---- diagnosis ---------------------------------------------------------- */

static void print_hop(const struct report *report, const struct hop *hop)
{
    const struct scope *scope = report->fix->before->scope;
    str context = scope_context_text(scope, hop->block);
    screen_print(report->screen, "  ");
    screen_style(report->screen, STYLE_CYAN);
    screen_safe(report->screen, scope_where(scope, hop->item));
    screen_style(report->screen, STYLE_PLAIN);
    screen_print(report->screen, "  ");
    screen_safe(report->screen, scope_name(scope, hop->item));
    screen_print(report->screen, " ");
    screen_safe(report->screen, hop->target);
    if (context.len) {
        screen_print(report->screen, "  in ");
        screen_safe(report->screen, context);
    }
    screen_print(report->screen, "\n");
}

static void print_hops(const struct report *report, const struct diagnosis *diagnosis)
{
    u32 most = report->verbose ? diagnosis->hop_count : DIAGNOSES_SHOWN;
    for (u32 i = 0; i < diagnosis->hop_count && i < most; i++)
        print_hop(report, &report->fix->before->hop[diagnosis->hops[i]]);
    if (diagnosis->hop_count > most)
        screen_print(report->screen, "  and %u more places\n", diagnosis->hop_count - most);
}

static void print_causes(const struct report *report, const struct diagnosis *diagnosis)
{
    u32 most = report->verbose ? diagnosis->cause_count : 1;
    for (u32 i = 0; i < diagnosis->cause_count && i < most; i++) {
        const char *lead = i ? "or: " : "likeliest: ";
        screen_print(report->screen, "  %s", lead);
        screen_wrap(report->screen, 4, 2 + str_of(lead).len, diagnosis->causes[i].text);
    }
}

/* The same trouble at the same hops: one backend of a pool after the other. */
static bool is_alike(const struct diagnosis *a, const struct diagnosis *b)
{
    if (!a->fact->treated_as || a->fact->treated_as != b->fact->treated_as ||
        a->fact->side != b->fact->side || a->hop_count == 0 || a->hop_count != b->hop_count)
        return false;
    for (u32 i = 0; i < a->hop_count; i++) {
        if (a->hops[i] != b->hops[i])
            return false;
    }
    return true;
}

static bool was_said(const struct fix *fix, u32 index)
{
    for (u32 i = 0; i < index; i++) {
        if (is_alike(&fix->diagnoses[i], &fix->diagnoses[index]))
            return true;
    }
    return false;
}

static u32 lines_alike(const struct fix *fix, const struct diagnosis *diagnosis)
{
    u32 lines = 0;
    for (u32 i = 0; i < fix->diagnosis_count; i++) {
        const struct diagnosis *other = &fix->diagnoses[i];
        if (other == diagnosis || is_alike(diagnosis, other))
            lines += other->fact->count;
    }
    return lines;
}

static void print_diagnosis(const struct report *report, const struct diagnosis *diagnosis)
{
    struct screen *screen = report->screen;
    u32 lines = report->verbose ? diagnosis->fact->count : lines_alike(report->fix, diagnosis);
    struct buf lead = buf_new(report->arena);
    buf_fmt(&lead, "%.*s:%u", STR_ARG(diagnosis->evidence), diagnosis->fact->line);
    if (lines > 1)
        buf_fmt(&lead, " (%u lines alike)", lines);
    buf_str(&lead, STR(":"));
    screen_style(screen, STYLE_BOLD);
    screen_safe(screen, buf_view(&lead));
    screen_style(screen, STYLE_PLAIN);
    screen_print(screen, " ");
    screen_wrap(screen, 2, lead.len + 1, diagnosis->title);
    print_hops(report, diagnosis);
    print_causes(report, diagnosis);
    if (diagnosis->note.len)
        paragraph(screen, 2, report->verbose ? diagnosis->note : first_sentence(diagnosis->note));
}

void report_diagnosis(const struct report *report)
{
    const struct fix *fix = report->fix;
    u32 shown = 0;
    u32 left = 0;
    for (u32 i = 0; i < fix->diagnosis_count; i++) {
        if (!report->verbose && was_said(fix, i))
            continue;
        if (shown == DIAGNOSES_SHOWN && !report->verbose) {
            left++;
            continue;
        }
        print_diagnosis(report, &fix->diagnoses[i]);
        shown++;
    }
    more(report->screen, left);
}

/* ---- findings ----------------------------------------------------------- */

static str place_of(const struct report *report, const struct finding *finding)
{
    const struct source *source = &report->fix->before->scope->files->file[finding->file].source;
    return str_fmt(report->arena, "%.*s:%u", STR_ARG(source->path),
                   source_position(source, finding->at.start).line);
}

/* "upstream-sni-off; proven, by error.log:1" */
static str tag_of(const struct report *report, const struct finding *finding)
{
    struct buf out = buf_new(report->arena);
    buf_fmt(&out, "[%s", finding->rule->id);
    if (finding->applied)
        buf_fmt(&out, "; %s", words_of(&words_confidence, finding->confidence));
    for (u32 i = 0; finding->applied && i < finding->rest_count; i++)
        buf_fmt(&out, "%s%.*s", i ? ", " : " by ", STR_ARG(finding->rests_on[i]));
    buf_char(&out, ']');
    return buf_view(&out);
}

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

static void print_finding(const struct report *report, const struct finding *finding, bool say_why)
{
    struct screen *screen = report->screen;
    str place = place_of(report, finding);
    str text = str_fmt(report->arena, "%.*s %.*s", STR_ARG(finding->message),
                       STR_ARG(tag_of(report, finding)));
    screen_print(screen, "  ");
    screen_style(screen, finding->applied ? STYLE_GREEN : severity_style(finding->severity));
    screen_safe(screen, place);
    screen_style(screen, STYLE_PLAIN);
    screen_print(screen, "  ");
    screen_wrap(screen, 6, place.len + 4, text);
    if (!finding->applied && finding->not_applied.len)
        paragraph(screen, 6,
                  str_fmt(report->arena, "Not changed: %.*s", STR_ARG(finding->not_applied)));
    if (say_why && finding->why.len)
        paragraph(screen, 6, report->verbose ? finding->why : first_sentence(finding->why));
}

/* A rule's reason is said where it is first met. */
static bool was_met(const struct fix *fix, u32 index)
{
    for (u32 i = 0; i < index; i++) {
        if (fix->findings[i].applied == fix->findings[index].applied &&
            str_eq(fix->findings[i].why, fix->findings[index].why))
            return true;
    }
    return false;
}

static void print_findings(const struct report *report, bool applied, const char *title)
{
    const struct fix *fix = report->fix;
    u32 shown = 0;
    u32 left = 0;
    for (u32 i = 0; i < fix->finding_count; i++) {
        if (fix->findings[i].applied != applied)
            continue;
        if (shown == FINDINGS_SHOWN && !report->verbose) {
            left++;
            continue;
        }
        if (!shown++)
            heading(report->screen, title);
        bool say_why = (applied || report->verbose) && !was_met(fix, i);
        print_finding(report, &fix->findings[i], say_why);
    }
    more(report->screen, left);
}

/* ---- the end ------------------------------------------------------------ */

void report_gaps(struct screen *screen, const struct not_handled *gaps, u32 count, bool verbose)
{
    u32 most = verbose ? count : GAPS_SHOWN;
    if (!count)
        return;
    heading(screen, "Not understood, and left as it is:");
    for (u32 i = 0; i < count && i < most; i++) {
        screen_print(screen, "  ");
        screen_safe(screen, gaps[i].file);
        if (gaps[i].line)
            screen_print(screen, ":%u", gaps[i].line);
        screen_print(screen, "  ");
        screen_wrap(screen, 6, gaps[i].file.len + 8, gaps[i].why);
    }
    if (count > most)
        more(screen, count - most);
}

static void print_command(const struct report *report, const struct command *command)
{
    str text = command->text;
    screen_print(report->screen, "  # ");
    screen_safe(report->screen, command->title);
    screen_print(report->screen, "\n");
    while (text.len) {
        screen_print(report->screen, "  ");
        screen_safe(report->screen, str_cut(&text, '\n'));
        screen_print(report->screen, "\n");
    }
}

static void print_commands(const struct report *report)
{
    const struct fix *fix = report->fix;
    if (!fix->command_count)
        return;
    if (!report->verbose) {
        screen_gap(report->screen);
        screen_print(report->screen, "To confirm by hand, -v prints %u %s.\n", fix->command_count,
                     fix->command_count == 1 ? "command" : "commands");
        return;
    }
    heading(report->screen, "To confirm by hand:");
    for (u32 i = 0; i < fix->command_count; i++)
        print_command(report, &fix->commands[i]);
}

static bool climbs(str path)
{
    return str_starts(path, STR("../")) || str_has(path, STR("/../"));
}

/* Where patch must stand: it strips the leading `/` of a path, and refuses `..`. */
static void print_apply(const struct report *report)
{
    const struct fix *fix = report->fix;
    bool absolute = false;
    bool relative = false;
    bool climbing = false;
    for (u32 i = 0; i < fix->file_count; i++) {
        if (!fix->files[i].changed)
            continue;
        bool rooted = str_starts(fix->files[i].path, STR("/"));
        absolute = absolute || rooted;
        relative = relative || !rooted;
        climbing = climbing || climbs(fix->files[i].path);
    }
    heading(report->screen, "To apply it:");
    if (climbing || (absolute && relative))
        screen_print(report->screen, "  tlsmend fix --write, with the same options and files "
                                     "(patch refuses such paths)\n");
    else
        screen_print(report->screen, "  patch -p1%s < fix.patch && nginx -t\n",
                     absolute ? " -d /" : "");
    if (!climbing && report->on_disk)
        screen_print(report->screen, "  or the same tlsmend command with --write\n");
}

static void print_nothing(const struct report *report)
{
    const struct fix *fix = report->fix;
    if (!fix->before->count)
        screen_print(report->screen,
                     "Nothing to change: no proxy_pass, grpc_pass or uwsgi_pass was found.\n");
    else if (fix->ask_count)
        screen_print(report->screen, "Nothing is changed without the answers below.\n");
    else if (fix->finding_count)
        screen_print(report->screen, "Nothing is changed with this profile.\n");
    else
        screen_print(report->screen, "Nothing to change: %u %s looked at, none is at fault.\n",
                     fix->before->count, fix->before->count == 1 ? "hop was" : "hops were");
}

void report_changes(const struct report *report)
{
    const struct fix *fix = report->fix;
    if (!fix->diff.len) {
        screen_gap(report->screen);
        print_nothing(report);
    }
    print_findings(report, true, report->written ? "What was changed:" : "What the diff changes:");
    print_findings(report, false, "Found, and not changed:");
    asks_print(report);
    asks_check_targets(report);
    report_gaps(report->screen, fix->not_handled, fix->not_handled_count, report->verbose);
    print_commands(report);
    if (fix->diff.len && !report->written)
        print_apply(report);
}
