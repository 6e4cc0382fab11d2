#include "rules/scheme.h"

/* ---- reporting ---------------------------------------------------------- */

static struct finding *newest(struct check *check)
{
    return &check->findings[check->finding_count - 1];
}

bool rule_is_reported(const struct check *check, u32 item)
{
    const struct item *where = &check->scope->items[item];
    u32 start = tree_head_span(scope_tree(check->scope, item), where->node).start;
    for (u32 i = check->finding_count; i > 0 && check->findings[i - 1].rule == check->rule; i--)
        if (check->findings[i - 1].file == where->file && check->findings[i - 1].at.start == start)
            return true;
    return false;
}

struct finding *rule_report_at(struct check *check, u32 file, span at, str message)
{
    check->findings = arena_grow(check->arena, check->findings, check->finding_count,
                                 &check->finding_room, sizeof *check->findings);
    struct finding *finding = &check->findings[check->finding_count++];
    *finding = (struct finding){
        .rule = check->rule,
        .severity = check->rule->severity,
        .confidence = CONFIDENCE_PRESUMED,
        .file = file,
        .at = at,
        .message = message,
        .why = str_of(check->rule->why),
        .first_change = check->change_count,
    };
    return finding;
}

struct finding *rule_report(struct check *check, u32 item, enum confidence confidence, str message)
{
    const struct item *where = &check->scope->items[item];
    span at = tree_head_span(scope_tree(check->scope, item), where->node);
    struct finding *finding = rule_report_at(check, where->file, at, message);
    finding->confidence = confidence;
    return finding;
}

struct finding *rule_report_hop(struct check *check, const struct hop *hop, u32 item,
                                enum confidence confidence, str message)
{
    rule_report(check, item, confidence, message);
    rule_add_hop(check, hop);
    return newest(check);
}

void rule_add_hop(struct check *check, const struct hop *hop)
{
    struct finding *finding = newest(check);
    u32 at = finding->hop_count;
    while (at > 0 && finding->hops[at - 1] > hop->id)
        at--;
    if (at > 0 && finding->hops[at - 1] == hop->id)
        return;
    finding->hops = arena_grow(check->arena, finding->hops, finding->hop_count, &finding->hop_room,
                               sizeof *finding->hops);
    for (u32 i = finding->hop_count; i > at; i--)
        finding->hops[i] = finding->hops[i - 1];
    finding->hops[at] = hop->id;
    finding->hop_count++;
}

void rule_add_hops_in(struct check *check, u32 block, enum family family)
{
    for (u32 i = 0; i < check->hops->count; i++) {
        const struct hop *hop = &check->hops->hop[i];
        if (hop->family == family && scope_within(check->scope, hop->block, block))
            rule_add_hop(check, hop);
    }
}

void rule_rests_on(struct check *check, str what)
{
    struct finding *finding = newest(check);
    for (u32 i = 0; i < finding->rest_count; i++)
        if (str_eq(finding->rests_on[i], what))
            return;
    finding->rests_on = arena_grow(check->arena, finding->rests_on, finding->rest_count,
                                   &finding->rest_room, sizeof *finding->rests_on);
    finding->rests_on[finding->rest_count++] = what;
}

void rule_rests_on_fact(struct check *check, const struct log_fact *fact)
{
    if (fact)
        rule_rests_on(check, str_fmt(check->arena, "%.*s:%u",
                                     STR_ARG(check->texts[fact->text].name), fact->line));
}

void rule_withhold(struct check *check, str why)
{
    newest(check)->withheld = why;
}

/* ---- asks --------------------------------------------------------------- */

static bool is_asked(const struct check *check, u32 ask, const struct hop *hop, enum ask_key key)
{
    return check->asks[ask].key == key &&
           str_eq(check->hops->hop[check->asks[ask].hop].target, hop->target);
}

static u32 *ask_slot(struct check *check, const struct hop *hop, enum ask_key key)
{
    u32 count = check->hops->count * 2 + 1;
    if (!check->ask_slots)
        check->ask_slots = arena_array(check->arena, count, sizeof *check->ask_slots);
    u32 hash = (u32)key;
    for (u32 i = 0; i < hop->target.len; i++)
        hash = (hash ^ (u8)hop->target.p[i]) * 16777619u;
    return &check->ask_slots[hash % count];
}

void rule_ask(struct check *check, const struct hop *hop, enum ask_key key, str question, str why)
{
    u32 *slot = ask_slot(check, hop, key);
    for (u32 i = *slot; i; i = check->asks[i - 1].older) {
        check->ask = i - 1;
        if (is_asked(check, check->ask, hop, key))
            return;
    }
    check->asks = arena_grow(check->arena, check->asks, check->ask_count, &check->ask_room,
                             sizeof *check->asks);
    check->ask = check->ask_count++;
    check->asks[check->ask] =
        (struct ask){.key = key, .hop = hop->id, .question = question, .why = why, .older = *slot};
    *slot = check->ask_count;
}

void rule_ask_choice(struct check *check, str choice)
{
    struct ask *ask = &check->asks[check->ask];
    str *choices = arena_array(check->arena, (size_t)ask->choice_count + 1, sizeof *choices);
    for (u32 i = 0; i < ask->choice_count; i++) {
        choices[i] = ask->choices[i];
        if (str_eq(choices[i], choice))
            return;
    }
    choices[ask->choice_count++] = choice;
    ask->choices = choices;
}

void rule_ask_suggest(struct check *check, str value)
{
    check->asks[check->ask].suggested = value;
}

static bool answer_is_for(const struct check *check, const struct answer *answer,
                          const struct hop *hop)
{
    return !answer->hop.len || str_eq(answer->hop, hop->target) ||
           str_eq(answer->hop, hop_id_text(check->arena, hop));
}

const struct answer *rule_find_answer(const struct check *check, const struct hop *hop,
                                      enum ask_key key)
{
    const struct answer *general = NULL;
    for (u32 i = 0; i < check->answer_count; i++) {
        const struct answer *answer = &check->answers[i];
        if (answer->key != key || !answer_is_for(check, answer, hop))
            continue;
        if (answer->hop.len)
            return answer;
        general = answer;
    }
    return general;
}

str rule_answer(const struct check *check, const struct hop *hop, enum ask_key key)
{
    const struct answer *answer = rule_find_answer(check, hop, key);
    return answer ? answer->value : (str){0};
}

bool rule_is_checked(const struct check *check, const struct hop *hop)
{
    enum scheme_change change = scheme_change_of(check, hop);
    if (change != SCHEME_STAYS)
        return change == SCHEME_TO_TLS;
    if (hop->family == FAMILY_STREAM || hop->transport == TRANSPORT_TLS)
        return hop->transport == TRANSPORT_TLS;
    return str_find_char(hop->target, '$') != STR_NONE;
}

bool rule_is_tls(const struct check *check, const struct hop *hop)
{
    enum scheme_change change = scheme_change_of(check, hop);
    if (change != SCHEME_STAYS)
        return change == SCHEME_TO_TLS;
    if (hop->transport == TRANSPORT_UNKNOWN)
        return check->facts[hop->id][0] != NULL;
    return hop->transport == TRANSPORT_TLS;
}

bool rule_is_template(const struct check *check, u32 item)
{
    const struct tree *tree = scope_tree(check->scope, item);
    for (u32 i = 0; i < tree->diagnostic_count; i++)
        if (tree->diagnostics[i].is_tag)
            return true;
    return false;
}

/* ---- evidence ----------------------------------------------------------- */

static bool names_rule(const char *rules, str id)
{
    str rest = str_of(rules);
    for (str word = str_word(&rest); word.len; word = str_word(&rest))
        if (str_eq(word, id))
            return true;
    return false;
}

static u32 weight_of(const struct log_fact *fact, str id)
{
    u32 weight = 0;
    if (!fact->treated_as)
        return 0;
    const struct reason_advice *advice = reason_advice(fact->treated_as, SIDE_UPSTREAM);
    for (const struct reason_cause *cause = advice->causes; cause && cause->text; cause++)
        if (names_rule(cause->rules, id) && cause->weight > weight)
            weight = cause->weight;
    return weight;
}

u32 rule_weight(const struct check *check, const struct log_fact *fact)
{
    return weight_of(fact, str_of(check->rule->id));
}

const struct log_fact *rule_likely(const struct check *check, const struct hop *hop, u32 least)
{
    const struct log_fact *likely = NULL;
    for (const struct log_fact *const *fact = check->facts[hop->id]; *fact; fact++) {
        u32 weight = rule_weight(check, *fact);
        if (weight < least || (likely && weight == least))
            continue;
        least = weight;
        likely = *fact;
    }
    return likely;
}

static bool is_about(const struct check *check, const struct log_fact *fact, u32 item)
{
    const struct tree *tree = scope_tree(check->scope, item);
    if (!str_eq(fact->directive, scope_name(check->scope, item)))
        return false;
    u32 line = tree_nginx_line(tree, check->scope->items[item].node);
    return !fact->file_line || fact->file_line == line;
}

const struct log_fact *rule_refusal(const struct check *check, u32 item, str reason)
{
    for (u32 i = 0; i < check->evidence->log_count; i++) {
        const struct log_fact *fact = &check->evidence->logs[i];
        if (fact->side == SIDE_CONFIG && fact->treated_as &&
            str_eq(str_of(fact->treated_as->id), reason) && is_about(check, fact, item))
            return fact;
    }
    return NULL;
}

/* Alerts about nginx's own certificate, or ALPN: the ClientHello was fine. */
static bool is_about_client(u32 alert)
{
    return (alert >= 41 && alert <= 49 && alert != 47) || alert == 116 || alert == 120;
}

/* The peer turned the ClientHello down, or hung up on it: whatever is amiss in it may be why. */
static bool refuses_hello(const struct log_fact *fact)
{
    const struct reason *reason = fact->treated_as;
    if (reason->alert)
        return !is_about_client(reason->alert);
    return str_eq(str_of(reason->id), STR("peer-closed"));
}

const struct log_fact *rule_evidence(const struct check *check, const struct hop *hop)
{
    const struct log_fact *refusal = NULL;
    for (const struct log_fact *const *fact = check->facts[hop->id]; *fact; fact++) {
        if (!(*fact)->treated_as)
            continue;
        if (rule_weight(check, *fact))
            return *fact;
        if (!refusal && refuses_hello(*fact))
            refusal = *fact;
    }
    return refusal;
}

enum confidence rule_confidence(const struct check *check, const struct hop *hop,
                                enum confidence otherwise)
{
    return rule_evidence(check, hop) ? CONFIDENCE_PROVEN : otherwise;
}

const struct log_fact *rule_reason(const struct check *check, const struct hop *hop, str reason)
{
    for (const struct log_fact *const *fact = check->facts[hop->id]; *fact; fact++)
        if ((*fact)->treated_as && str_eq(str_of((*fact)->treated_as->id), reason))
            return *fact;
    return NULL;
}

bool rule_applies(const struct check *check, enum confidence confidence)
{
    switch (check->profile) {
    case PROFILE_MINIMAL:
        return confidence == CONFIDENCE_PROVEN;
    case PROFILE_RECOMMENDED:
        return confidence != CONFIDENCE_PRESUMED;
    case PROFILE_HARDENED:
        break;
    }
    return true;
}
