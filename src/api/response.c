#include "api/response.h"

#include "api/emit.h"
#include "api/settings.h"
#include "api/words.h"

static json_t *new_response(void)
{
    json_t *response = emit_object();
    emit_put(response, "api", json_integer(1));
    return response;
}

static struct mend_response print(json_t *response, enum response_style style)
{
    return emit_print(response, style == RESPONSE_INDENTED ? EMIT_INDENTED : EMIT_COMPACT);
}

/* ---- parts that several responses have ---------------------------------- */

static json_t *version_value(struct version version)
{
    char text[VERSION_TEXT_MAX];
    if (!version_known(version))
        return json_null();
    version_print(version, text);
    return emit_word(text);
}

static json_t *target_value(const struct target *target)
{
    json_t *object = emit_object();
    emit_put(object, "nginx", version_value(target->nginx));
    emit_put(object, "openssl", version_value(target->openssl));
    emit_put(object, "platform", emit_word(words_of(&words_platform, target->platform)));
    return object;
}

static json_t *hop_ids(struct arena *arena, const struct hops *hops, const u32 *ids, u32 count)
{
    json_t *array = emit_array();
    for (u32 i = 0; i < count; i++)
        emit_append(array, emit_text(arena, hop_id_text(arena, &hops->hop[ids[i]])));
    return array;
}

static json_t *first_hop(struct arena *arena, const struct hops *hops, const u32 *ids, u32 count)
{
    return count ? emit_text(arena, hop_id_text(arena, &hops->hop[ids[0]])) : json_null();
}

static json_t *tls_value(const struct hop *hop)
{
    switch (hop->transport) {
    case TRANSPORT_TLS:
        return json_true();
    case TRANSPORT_PLAIN:
        return json_false();
    case TRANSPORT_UNKNOWN:
        break;
    }
    return json_null();
}

/* A hop up to its settings. */
static json_t *hop_value_of(struct arena *arena, const struct hops *hops, const struct hop *hop)
{
    const struct scope *scope = hops->scope;
    json_t *object = emit_object();
    emit_put(object, "id", emit_text(arena, hop_id_text(arena, hop)));
    emit_put(object, "file", emit_text(arena, scope_tree(scope, hop->item)->source->path));
    emit_put(object, "line", json_integer(scope_position(scope, hop->item).line));
    emit_put(object, "context", emit_text(arena, scope_context_text(scope, hop->block)));
    emit_put(object, "module", emit_word(words_of(&words_family, hop->family)));
    emit_put(object, "target", emit_text(arena, hop->target));
    emit_put(object, "tls", tls_value(hop));
    return object;
}

static json_t *causes(struct arena *arena, const struct cause_text *cause, u32 count)
{
    json_t *array = emit_array();
    for (u32 i = 0; i < count; i++) {
        json_t *object = emit_object();
        emit_put(object, "text", emit_text(arena, cause[i].text));
        emit_put(object, "rules", emit_split(arena, cause[i].rules));
        emit_put(object, "weight", json_integer(cause[i].weight));
        emit_append(array, object);
    }
    return array;
}

static json_t *not_handled(struct arena *arena, const struct not_handled *gap, u32 count)
{
    json_t *array = emit_array();
    for (u32 i = 0; i < count; i++) {
        json_t *object = emit_object();
        emit_put(object, "file", emit_text(arena, gap[i].file));
        emit_put(object, "line", emit_number_or_null(gap[i].line));
        emit_put(object, "why", emit_text(arena, gap[i].why));
        emit_append(array, object);
    }
    return array;
}

/* ---- fix ---------------------------------------------------------------- */

static json_t *files_value(struct arena *arena, const struct fix *fix)
{
    json_t *array = emit_array();
    for (u32 i = 0; i < fix->file_count; i++) {
        json_t *object = emit_object();
        emit_put(object, "path", emit_text(arena, fix->files[i].path));
        emit_put(object, "text", emit_text(arena, fix->files[i].text));
        emit_put(object, "changed", json_boolean(fix->files[i].changed));
        emit_append(array, object);
    }
    return array;
}

static json_t *mended_hops(struct arena *arena, const struct fix *fix)
{
    json_t *array = emit_array();
    for (u32 i = 0; i < fix->before->count; i++) {
        json_t *object = hop_value_of(arena, fix->before, &fix->before->hop[i]);
        emit_put(object, "before", settings_of(arena, fix->before, &fix->before->hop[i]));
        emit_put(object, "after", settings_of(arena, fix->after, &fix->after->hop[i]));
        emit_append(array, object);
    }
    return array;
}

static json_t *side_value(enum log_side side)
{
    if (side == SIDE_UPSTREAM)
        return emit_word("upstream");
    return side == SIDE_CLIENT ? emit_word("client") : json_null();
}

static json_t *diagnosis_value(struct arena *arena, const struct fix *fix,
                               const struct diagnosis *diagnosis)
{
    const struct log_fact *fact = diagnosis->fact;
    json_t *object = emit_object();
    emit_put(object, "evidence", emit_text(arena, diagnosis->evidence));
    emit_put(object, "line", json_integer(fact->line));
    emit_put(object, "count", json_integer(fact->count));
    emit_put(object, "side", side_value(fact->side));
    emit_put(object, "title", emit_text(arena, diagnosis->title));
    emit_put(object, "reason", emit_text(arena, diagnosis->reason));
    emit_put(object, "alert", emit_number_or_null(fact->alert));
    emit_put(object, "hops", hop_ids(arena, fix->before, diagnosis->hops, diagnosis->hop_count));
    emit_put(object, "causes", causes(arena, diagnosis->causes, diagnosis->cause_count));
    emit_put(object, "note", emit_text_or_null(arena, diagnosis->note));
    return object;
}

static json_t *diagnoses(struct arena *arena, const struct fix *fix)
{
    json_t *array = emit_array();
    for (u32 i = 0; i < fix->diagnosis_count; i++)
        emit_append(array, diagnosis_value(arena, fix, &fix->diagnoses[i]));
    return array;
}

static json_t *texts(struct arena *arena, const str *text, u32 count)
{
    json_t *array = emit_array();
    for (u32 i = 0; i < count; i++)
        emit_append(array, emit_text(arena, text[i]));
    return array;
}

static json_t *finding_value(struct arena *arena, const struct fix *fix,
                             const struct finding *finding)
{
    const struct source *source = &fix->before->scope->files->file[finding->file].source;
    struct position at = source_position(source, finding->at.start);
    json_t *object = emit_object();
    emit_put(object, "rule", emit_word(finding->rule->id));
    emit_put(object, "severity", emit_word(words_of(&words_severity, finding->severity)));
    emit_put(object, "confidence", emit_word(words_of(&words_confidence, finding->confidence)));
    emit_put(object, "hop", first_hop(arena, fix->before, finding->hops, finding->hop_count));
    emit_put(object, "hops", hop_ids(arena, fix->before, finding->hops, finding->hop_count));
    emit_put(object, "file", emit_text(arena, source->path));
    emit_put(object, "line", json_integer(at.line));
    emit_put(object, "column", json_integer(at.column));
    emit_put(object, "message", emit_text(arena, finding->message));
    emit_put(object, "why", emit_text(arena, finding->why));
    emit_put(object, "rests_on", texts(arena, finding->rests_on, finding->rest_count));
    emit_put(object, "applied", json_boolean(finding->applied));
    emit_put(object, "not_applied_because",
             finding->applied ? json_null() : emit_text(arena, finding->not_applied));
    emit_put(object, "refs", emit_list(finding->rule->refs));
    return object;
}

static json_t *findings(struct arena *arena, const struct fix *fix)
{
    json_t *array = emit_array();
    for (u32 i = 0; i < fix->finding_count; i++)
        emit_append(array, finding_value(arena, fix, &fix->findings[i]));
    return array;
}

static json_t *asks(struct arena *arena, const struct fix *fix)
{
    json_t *array = emit_array();
    for (u32 i = 0; i < fix->ask_count; i++) {
        const struct ask *ask = &fix->asks[i];
        json_t *object = emit_object();
        emit_put(object, "key", emit_word(words_of(&words_ask_key, ask->key)));
        emit_put(object, "hop", first_hop(arena, fix->before, &ask->hop, 1));
        emit_put(object, "question", emit_text(arena, ask->question));
        emit_put(object, "why", emit_text(arena, ask->why));
        emit_put(object, "choices", texts(arena, ask->choices, ask->choice_count));
        emit_put(object, "suggested", emit_text_or_null(arena, ask->suggested));
        emit_append(array, object);
    }
    return array;
}

static json_t *commands(struct arena *arena, const struct fix *fix)
{
    json_t *array = emit_array();
    for (u32 i = 0; i < fix->command_count; i++) {
        json_t *object = emit_object();
        emit_put(object, "title", emit_text(arena, fix->commands[i].title));
        emit_put(object, "text", emit_text(arena, fix->commands[i].text));
        emit_append(array, object);
    }
    return array;
}

struct mend_response response_fix(struct arena *arena, const struct fix *fix,
                                  enum response_style style)
{
    json_t *response = new_response();
    emit_put(response, "target", target_value(&fix->target));
    emit_put(response, "profile", emit_word(words_of(&words_profile, fix->profile)));
    emit_put(response, "diff", emit_text(arena, fix->diff));
    emit_put(response, "files", files_value(arena, fix));
    emit_put(response, "hops", mended_hops(arena, fix));
    emit_put(response, "diagnosis", diagnoses(arena, fix));
    emit_put(response, "findings", findings(arena, fix));
    emit_put(response, "asks", asks(arena, fix));
    emit_put(response, "commands", commands(arena, fix));
    emit_put(response, "not_handled", not_handled(arena, fix->not_handled, fix->not_handled_count));
    return print(response, style);
}

struct mend_response response_lint(struct arena *arena, const struct fix *fix,
                                   enum response_style style)
{
    json_t *response = new_response();
    emit_put(response, "target", target_value(&fix->target));
    emit_put(response, "profile", emit_word(words_of(&words_profile, fix->profile)));
    emit_put(response, "diagnosis", diagnoses(arena, fix));
    emit_put(response, "findings", findings(arena, fix));
    emit_put(response, "not_handled", not_handled(arena, fix->not_handled, fix->not_handled_count));
    return print(response, style);
}

/* ---- the others --------------------------------------------------------- */

struct mend_response response_effective(struct arena *arena, const struct effective *effective,
                                        enum response_style style)
{
    const struct hops *hops = effective->hops;
    json_t *response = new_response();
    json_t *array = emit_array();
    for (u32 i = 0; i < hops->count; i++) {
        json_t *object = hop_value_of(arena, hops, &hops->hop[i]);
        emit_put(object, "settings", settings_of(arena, hops, &hops->hop[i]));
        emit_append(array, object);
    }
    emit_put(response, "target", target_value(&effective->target));
    emit_put(response, "hops", array);
    emit_put(response, "not_handled",
             not_handled(arena, effective->not_handled, effective->not_handled_count));
    return print(response, style);
}

static json_t *explanation_value(struct arena *arena, const struct explanation *explanation)
{
    json_t *object = emit_object();
    emit_put(object, "subject", emit_text(arena, explanation->subject));
    emit_put(object, "kind", emit_word(words_of(&words_explanation, explanation->kind)));
    emit_put(object, "title", emit_text(arena, explanation->title));
    emit_put(object, "text", emit_text(arena, explanation->text));
    emit_put(object, "causes", causes(arena, explanation->causes, explanation->cause_count));
    emit_put(object, "rules", emit_split(arena, explanation->rules));
    emit_put(object, "refs", emit_list(explanation->refs));
    return object;
}

struct mend_response response_explain(struct arena *arena, const struct explanation *explanations,
                                      u32 count, enum response_style style)
{
    json_t *response = new_response();
    json_t *array = emit_array();
    for (u32 i = 0; i < count; i++)
        emit_append(array, explanation_value(arena, &explanations[i]));
    emit_put(response, "explanations", array);
    return print(response, style);
}

static json_t *rule_value(const struct rule *rule)
{
    json_t *object = emit_object();
    emit_put(object, "id", emit_word(rule->id));
    emit_put(object, "title", emit_word(rule->title));
    emit_put(object, "severity", emit_word(words_of(&words_severity, rule->severity)));
    emit_put(object, "what", emit_word(rule->what));
    emit_put(object, "why", emit_word(rule->why));
    emit_put(object, "fix", emit_word(rule->fix));
    emit_put(object, "bad", emit_word(rule->bad));
    emit_put(object, "good", emit_word(rule->good));
    emit_put(object, "options", emit_word(rule->options));
    emit_put(object, "evidence", emit_word(rule->evidence));
    emit_put(object, "fixes", json_boolean(!rule->no_fix));
    emit_put(object, "refs", emit_list(rule->refs));
    return object;
}

struct mend_response response_rules(enum response_style style)
{
    json_t *response = new_response();
    json_t *array = emit_array();
    for (const struct rule *const *rule = rule_registry; *rule; rule++)
        emit_append(array, rule_value(*rule));
    emit_put(response, "rules", array);
    return print(response, style);
}

struct mend_response response_version(void)
{
    json_t *response = new_response();
    emit_put(response, "version", emit_word(mend_version()));
    return print(response, RESPONSE_COMPACT);
}

struct mend_response response_error(struct arena *arena, const struct request_fault *fault)
{
    json_t *error = emit_object();
    emit_put(error, "code", emit_word(fault->code));
    emit_put(error, "message", emit_text(arena, fault->message));
    emit_put(error, "at", emit_text(arena, fault->at));
    json_t *response = emit_object();
    emit_put(response, "error", error);
    return print(response, RESPONSE_COMPACT);
}
