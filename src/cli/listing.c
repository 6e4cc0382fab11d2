#include "cli/listing.h"

#include "api/words.h"

/* ---- rules --------------------------------------------------------------- */

static void paragraph(struct screen *out, const char *label, const char *text)
{
    screen_print(out, "**%s** %s\n\n", label, text);
}

static void example(struct screen *out, const char *label, const char *text)
{
    str body = str_of(text);
    screen_print(out, "**%s**\n\n```nginx\n%s%s```\n\n", label, text,
                 str_ends(body, STR("\n")) ? "" : "\n");
}

static void print_rule(struct screen *out, const struct rule *rule)
{
    screen_print(out, "## %s\n\n%s. Severity: %s.\n\n", rule->id, rule->title,
                 words_of(&words_severity, rule->severity));
    paragraph(out, "What.", rule->what);
    paragraph(out, "Why.", rule->why);
    paragraph(out, "Fix.", rule->fix);
    example(out, "Before", rule->bad);
    if (!rule->no_fix)
        example(out, "After", rule->good);
    for (const char *const *ref = rule->refs; *ref; ref++)
        screen_print(out, "- <%s>\n", *ref);
    screen_print(out, "\n");
}

void listing_rules(struct screen *out)
{
    screen_print(out, "# Rules\n\n");
    for (const struct rule *const *rule = rule_registry; *rule; rule++)
        print_rule(out, *rule);
}

/* ---- explanations -------------------------------------------------------- */

static void heading(struct screen *out, const char *text)
{
    screen_style(out, STYLE_BOLD);
    screen_print(out, "\n%s", text);
    screen_style(out, STYLE_PLAIN);
    screen_print(out, "\n");
}

static void print_text(struct screen *out, str text)
{
    while (text.len) {
        str line = str_cut(&text, '\n');
        if (line.len)
            screen_wrap(out, 0, 0, line);
        else
            screen_print(out, "\n");
    }
}

static void print_causes(struct screen *out, const struct explanation *explanation)
{
    if (!explanation->cause_count)
        return;
    heading(out, "Causes, the likeliest first");
    for (u32 i = 0; i < explanation->cause_count; i++) {
        const struct cause_text *cause = &explanation->causes[i];
        screen_print(out, "  %u. ", i + 1);
        screen_wrap(out, 5, 5, cause->text);
        if (cause->rules.len) {
            screen_style(out, STYLE_DIM);
            screen_print(out, "     ");
            screen_safe(out, cause->rules);
            screen_print(out, "\n");
            screen_style(out, STYLE_PLAIN);
        }
    }
}

void listing_explanation(struct screen *out, const struct explanation *explanation)
{
    screen_style(out, STYLE_BOLD);
    screen_safe(out, explanation->title);
    screen_style(out, STYLE_PLAIN);
    screen_print(out, "\n");
    if (explanation->text.len) {
        screen_print(out, "\n");
        print_text(out, explanation->text);
    }
    print_causes(out, explanation);
    str rules = explanation->rules;
    if (rules.len && explanation->kind != EXPLAIN_RULE)
        heading(out, "Rules that look after it (tlsmend explain RULE)");
    for (str id = str_word(&rules); id.len && explanation->kind != EXPLAIN_RULE;
         id = str_word(&rules))
        screen_print(out, "  %.*s\n", STR_ARG(id));
    if (explanation->refs && *explanation->refs)
        heading(out, "More");
    for (const char *const *ref = explanation->refs; ref && *ref; ref++)
        screen_print(out, "  %s\n", *ref);
}
