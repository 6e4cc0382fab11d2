#include "engine/diagnose.h"

#include "engine/engine.h"

static const char *const no_refs[] = {NULL};

static struct explanation explain_rule(struct arena *arena, str subject, const struct rule *rule)
{
    return (struct explanation){
        .subject = subject,
        .kind = EXPLAIN_RULE,
        .title = str_of(rule->title),
        .text = str_fmt(arena, "%s\n\nWhy it matters: %s\n\nThe fix: %s", rule->what, rule->why,
                        rule->fix),
        .rules = str_of(rule->id),
        .refs = rule->refs,
    };
}

/* Every rule that a cause names, once, likeliest first. */
static str rules_of(struct arena *arena, const struct cause_text *causes, u32 count)
{
    struct buf out = buf_new(arena);
    for (u32 i = 0; i < count; i++) {
        str rest = causes[i].rules;
        for (str id = str_word(&rest); id.len; id = str_word(&rest)) {
            if (str_has(buf_view(&out), id))
                continue;
            if (out.len)
                buf_char(&out, ' ');
            buf_str(&out, id);
        }
    }
    return buf_view(&out);
}

static struct explanation explain_reason(struct arena *arena, str subject,
                                         enum explanation_kind kind, const struct reason *reason,
                                         enum log_side side, const char *note)
{
    const struct reason_advice *advice = reason_advice(reason, side);
    struct explanation explanation = {
        .subject = subject, .kind = kind, .title = str_of(reason->title), .refs = no_refs};
    struct buf text = buf_new(arena);
    buf_str(&text, str_of(advice->meaning));
    if (note)
        buf_fmt(&text, "\n\n%s", note);
    if (advice->not_help)
        buf_fmt(&text, "\n\n%s", advice->not_help);
    explanation.text = buf_view(&text);
    explanation.causes = diagnose_causes(NULL, arena, advice, NULL, 0, &explanation.cause_count);
    explanation.rules = rules_of(arena, explanation.causes, explanation.cause_count);
    return explanation;
}

/* "40", "alert 112": a number that an alert can have. */
static bool is_alert(str subject)
{
    u32 number;
    if (str_starts_nocase(subject, STR("alert ")))
        subject = str_trim(str_from(subject, 6));
    return str_to_u32(subject, &number) && number <= 255;
}

struct explanation engine_explain(struct arena *arena, str subject)
{
    str trimmed = str_trim(subject);
    const struct rule *rule = rule_by_id(trimmed);
    if (rule)
        return explain_rule(arena, subject, rule);
    struct log_fact fact;
    if (evidence_log_line(arena, trimmed, &fact) && fact.treated_as)
        return explain_reason(arena, subject, EXPLAIN_LOG, fact.treated_as, fact.side, fact.note);
    const struct reason *reason = reason_by_anything(trimmed);
    if (reason)
        return explain_reason(arena, subject, is_alert(trimmed) ? EXPLAIN_ALERT : EXPLAIN_CODE,
                              reason, SIDE_UPSTREAM, NULL);
    return (struct explanation){
        .subject = subject,
        .kind = EXPLAIN_UNKNOWN,
        .title = STR("Not known"),
        .text = STR("This is no rule, no error.log line about TLS, no OpenSSL code and no alert "
                    "number that is known here. `tlsmend rules` lists the rules."),
        .refs = no_refs,
    };
}
