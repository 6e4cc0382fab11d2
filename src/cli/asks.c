#include "cli/asks.h"

#include "api/words.h"

enum { SHOWN = 3 }; /* of each key */

static const struct hop *hop_of(const struct report *report, const struct ask *ask)
{
    return &report->fix->before->hop[ask->hop];
}

static bool same_target(const struct report *report, const struct ask *a, const struct ask *b)
{
    return str_eq(hop_of(report, a)->target, hop_of(report, b)->target);
}

/* One answer serves all hops of a target. */
static bool is_repeated(const struct report *report, u32 index)
{
    const struct ask *asks = report->fix->asks;
    for (u32 i = 0; i < index; i++) {
        if (asks[i].key == asks[index].key && same_target(report, &asks[i], &asks[index]))
            return true;
    }
    return false;
}

/* Several targets ask the same: the answer must say which it is for. */
static bool needs_target(const struct report *report, const struct ask *ask)
{
    for (u32 i = 0; i < report->fix->ask_count; i++) {
        const struct ask *other = &report->fix->asks[i];
        if (other->key == ask->key && !same_target(report, other, ask))
            return true;
    }
    return false;
}

static bool is_plain_shell_word(str word)
{
    for (u32 i = 0; i < word.len; i++) {
        if (!char_is_alnum(word.p[i]) && str_find_char(STR("._-:/@%+=,"), word.p[i]) == STR_NONE)
            return false;
    }
    return word.len > 0;
}

/* As a shell wants it typed. */
static str quoted(struct arena *arena, str word)
{
    if (is_plain_shell_word(word))
        return word;
    struct buf out = buf_new(arena);
    buf_char(&out, '\'');
    while (word.len) {
        u32 quote = str_find_char(word, '\'');
        buf_str(&out, str_sub(word, 0, quote));
        if (quote == STR_NONE)
            break;
        buf_str(&out, STR("'\\''"));
        word = str_from(word, quote + 1);
    }
    buf_char(&out, '\'');
    return buf_view(&out);
}

/* What stands for a value that nobody can suggest. */
static str placeholder(enum ask_key key)
{
    switch (key) {
    case ASK_UPSTREAM_NAME:
        return STR("NAME");
    case ASK_CA_FILE:
    case ASK_CLIENT_CERT:
    case ASK_CLIENT_KEY:
        return STR("PATH");
    case ASK_UPSTREAM_SCHEME:
        return STR("SCHEME");
    case ASK_ALLOW_LEGACY:
        return STR("yes");
    case ASK_KEY_COUNT:
        break;
    }
    return STR("VALUE");
}

static str answer_word(const struct report *report, const struct ask *ask)
{
    struct buf out = buf_new(report->arena);
    buf_fmt(&out, "%s", words_of(&words_ask_key, ask->key));
    if (needs_target(report, ask))
        buf_fmt(&out, "@%.*s", STR_ARG(hop_of(report, ask)->target));
    buf_char(&out, '=');
    buf_str(&out, ask->suggested.len ? ask->suggested : placeholder(ask->key));
    return quoted(report->arena, buf_view(&out));
}

static void print_choices(struct screen *screen, const struct ask *ask)
{
    if (ask->choice_count < 2 && !(ask->choice_count == 1 && !ask->suggested.len))
        return;
    screen_print(screen, "      one of: ");
    for (u32 i = 0; i < ask->choice_count; i++) {
        screen_print(screen, "%s", i ? ", " : "");
        screen_safe(screen, ask->choices[i]);
    }
    screen_print(screen, "\n");
}

static void print_ask(const struct report *report, const struct ask *ask)
{
    struct screen *screen = report->screen;
    screen_print(screen, "  ");
    screen_style(screen, STYLE_BOLD);
    screen_print(screen, "--answer ");
    screen_safe(screen, answer_word(report, ask));
    screen_style(screen, STYLE_PLAIN);
    screen_print(screen, "\n      ");
    screen_wrap(screen, 6, 6, ask->question);
    print_choices(screen, ask);
    if (report->verbose) {
        screen_print(screen, "      ");
        screen_wrap(screen, 6, 6, ask->why);
    }
}

static bool holds(const u32 *hops, u32 count, u32 hop)
{
    for (u32 i = 0; i < count; i++) {
        if (hops[i] == hop)
            return true;
    }
    return false;
}

static bool is_about(const struct finding *finding, const struct diagnosis *diagnosis)
{
    for (u32 i = 0; i < finding->hop_count; i++) {
        if (holds(diagnosis->hops, diagnosis->hop_count, finding->hops[i]))
            return true;
    }
    return false;
}

static bool names_rule(str ids, const char *rule)
{
    for (str id = str_word(&ids); id.len; id = str_word(&ids)) {
        if (str_eq(id, str_of(rule)))
            return true;
    }
    return false;
}

static bool is_mended(const struct fix *fix, const struct diagnosis *diagnosis, bool *found)
{
    for (u32 i = 0; i < fix->finding_count; i++) {
        const struct finding *finding = &fix->findings[i];
        if (!is_about(finding, diagnosis) ||
            !names_rule(diagnosis->causes[0].rules, finding->rule->id))
            continue;
        *found = true;
        if (finding->applied)
            return true;
    }
    return false;
}

/* What the log says most probably comes from what the diff leaves alone. */
static bool likeliest_is_open(const struct report *report)
{
    for (u32 i = 0; i < report->fix->diagnosis_count; i++) {
        const struct diagnosis *diagnosis = &report->fix->diagnoses[i];
        bool found = false;
        if (diagnosis->cause_count && !is_mended(report->fix, diagnosis, &found) && found)
            return true;
    }
    return false;
}

static void print_heading(const struct report *report)
{
    struct screen *screen = report->screen;
    screen_gap(screen);
    screen_style(screen, STYLE_BOLD);
    screen_print(screen, "%s",
                 likeliest_is_open(report) ? "The likeliest cause needs an answer:"
                                           : "To mend more, answer:");
    screen_style(screen, STYLE_PLAIN);
    screen_print(screen, "\n");
}

void asks_print(const struct report *report)
{
    const struct fix *fix = report->fix;
    u32 shown[ASK_KEY_COUNT] = {0};
    u32 left = 0;
    bool targeted = false;
    if (!fix->ask_count)
        return;
    print_heading(report);
    for (u32 i = 0; i < fix->ask_count; i++) {
        if (is_repeated(report, i))
            continue;
        if (shown[fix->asks[i].key]++ >= SHOWN && !report->verbose) {
            left++;
            continue;
        }
        print_ask(report, &fix->asks[i]);
        targeted = targeted || needs_target(report, &fix->asks[i]);
    }
    if (left)
        screen_print(report->screen, "  and %u more; -v shows them\n", left);
    if (targeted)
        screen_print(report->screen, "  Without @TARGET, an answer is for all that ask.\n");
}

static bool names_a_hop(const struct report *report, str target)
{
    const struct hops *hops = report->fix->before;
    for (u32 i = 0; i < hops->count; i++) {
        if (str_eq(hops->hop[i].target, target) ||
            str_eq(hop_id_text(report->arena, &hops->hop[i]), target))
            return true;
    }
    return false;
}

void asks_check_targets(const struct report *report)
{
    for (u32 i = 0; i < report->answer_count; i++) {
        str target = report->answers[i].hop;
        if (target.len && !names_a_hop(report, target))
            screen_trouble(report->screen,
                           "no hop has the target %.*s: the answer to %s is not used",
                           STR_ARG(target), words_of(&words_ask_key, report->answers[i].key));
    }
}
