#include "api/request.h"

#include "api/answer.h"
#include "api/strict.h"

#include <stdlib.h>

/* ---- the parts of a request --------------------------------------------- */

static bool read_path(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    return strict_text_not_empty(strict, at, value, &((struct file_text *)into)->path);
}

static bool read_file_text(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    return strict_text(strict, at, value, &((struct file_text *)into)->text);
}

static const struct field file_field[] = {
    {"path", read_path, true},
    {"text", read_file_text, true},
};
static const struct fields file_fields = {"a file", file_field, 2};

static bool read_file(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    return strict_object(strict, at, value, &file_fields, into);
}

static bool read_name(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    return strict_text_not_empty(strict, at, value, &((struct evidence_text *)into)->name);
}

static bool read_evidence_text(struct strict *strict, const struct place *at, json_t *value,
                               void *into)
{
    return strict_text(strict, at, value, &((struct evidence_text *)into)->text);
}

static const struct field evidence_field[] = {
    {"name", read_name, true},
    {"text", read_evidence_text, true},
};
static const struct fields evidence_fields = {"a piece of evidence", evidence_field, 2};

static bool read_one_evidence(struct strict *strict, const struct place *at, json_t *value,
                              void *into)
{
    return strict_object(strict, at, value, &evidence_fields, into);
}

static bool read_version(struct strict *strict, const struct place *at, json_t *value,
                         struct version *version)
{
    str text;
    if (json_is_null(value))
        return true;
    if (!strict_text(strict, at, value, &text))
        return false;
    *version = version_parse(text);
    return version_known(*version) ||
           strict_fail(
               strict, at, "bad-value",
               str_fmt(strict->arena, "`%.100s` is no version; write it as 1.26.3", text.p));
}

static bool read_nginx(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    return read_version(strict, at, value, &((struct target *)into)->nginx);
}

static bool read_openssl(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    return read_version(strict, at, value, &((struct target *)into)->openssl);
}

static bool read_platform(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    u32 platform = PLATFORM_UNKNOWN;
    if (!json_is_null(value) && !strict_word(strict, at, value, &words_platform, &platform))
        return false;
    ((struct target *)into)->platform = (enum platform)platform;
    return true;
}

static const struct field target_field[] = {
    {"nginx", read_nginx, false},
    {"openssl", read_openssl, false},
    {"platform", read_platform, false},
};
static const struct fields target_fields = {"a target", target_field, 3};

static bool read_ask(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    u32 key;
    if (!strict_word(strict, at, value, &words_ask_key, &key))
        return false;
    ((struct answer *)into)->key = (enum ask_key)key;
    return true;
}

static bool read_hop(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    return json_is_null(value) || strict_text(strict, at, value, &((struct answer *)into)->hop);
}

/* Read after the key, which says what is allowed. */
static bool read_value(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    struct answer *answer = into;
    if (!strict_text(strict, at, value, &answer->value))
        return false;
    const char *fault = answer_fault(answer->key, answer->value);
    return !fault || strict_fail(strict, at, "bad-value",
                                 str_fmt(strict->arena, "the answer to `%s` %s",
                                         words_of(&words_ask_key, answer->key), fault));
}

static const struct field answer_field[] = {
    {"ask", read_ask, true},
    {"hop", read_hop, false},
    {"value", read_value, true},
};
static const struct fields answer_fields = {"an answer", answer_field, 3};

static bool read_answer(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    return strict_object(strict, at, value, &answer_fields, into);
}

static bool read_rule_id(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    str *id = into;
    if (!strict_text_not_empty(strict, at, value, id))
        return false;
    return rule_by_id(*id) ||
           strict_fail(strict, at, "unknown-rule",
                       str_fmt(strict->arena,
                               "there is no rule `%.100s`; the op `rules` lists them", id->p));
}

static bool read_only(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    struct engine_request *engine = into;
    void *ids;
    if (!strict_list(strict, at, value, read_rule_id, sizeof(str), &ids, &engine->only_count))
        return false;
    engine->only = ids;
    return true;
}

static bool read_skip(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    struct engine_request *engine = into;
    void *ids;
    if (!strict_list(strict, at, value, read_rule_id, sizeof(str), &ids, &engine->skip_count))
        return false;
    engine->skip = ids;
    return true;
}

static const struct field choice_field[] = {
    {"only", read_only, false},
    {"skip", read_skip, false},
};
static const struct fields choice_fields = {"the choice of rules", choice_field, 2};

/* ---- the request -------------------------------------------------------- */

struct op_row {
    const char *name;
    bool available;
    bool needs_files;
    bool needs_evidence;
};

static const struct op_row ops[] = {
    [OP_FIX] = {"fix", true, true, false},
    [OP_PROVE] = {"prove", false, false, false},
    [OP_EFFECTIVE] = {"effective", true, true, false},
    [OP_EXPLAIN] = {"explain", true, false, true},
    [OP_RULES] = {"rules", true, false, false},
    [OP_REDACT] = {"redact", false, false, false},
    [OP_RESTORE] = {"restore", false, false, false},
    [OP_VERSION] = {"version", true, false, false},
};
enum { OP_COUNT = sizeof ops / sizeof *ops };

static bool read_api(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    json_int_t number;
    (void)into;
    if (!strict_integer(strict, at, value, &number))
        return false;
    return number == 1 ||
           strict_fail(strict, at, "unsupported-api",
                       str_fmt(strict->arena, "this version of tlsmend answers API 1, not %lld",
                               (long long)number));
}

static str op_list(struct arena *arena)
{
    struct buf out = buf_new(arena);
    for (u32 i = 0; i < OP_COUNT; i++) {
        if (ops[i].available)
            buf_fmt(&out, "%s%s", out.len ? ", " : "", ops[i].name);
    }
    return buf_view(&out);
}

static bool read_op(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    str name;
    u32 op = 0;
    if (!strict_text(strict, at, value, &name))
        return false;
    while (op < OP_COUNT && !str_eq(name, str_of(ops[op].name)))
        op++;
    str list = op_list(strict->arena);
    if (op == OP_COUNT)
        return strict_fail(strict, at, "unknown-op",
                           str_fmt(strict->arena, "there is no op `%.100s`; there are %.*s", name.p,
                                   STR_ARG(list)));
    if (!ops[op].available)
        return strict_fail(
            strict, at, "not-available",
            str_fmt(strict->arena,
                    "the op `%s` is not in this version of tlsmend yet; there are %.*s",
                    ops[op].name, STR_ARG(list)));
    ((struct request *)into)->op = (enum op)op;
    return true;
}

struct path {
    str text;
    u32 file;
};

/* By text, and of the same text as they were given. */
static int compare_paths(const void *a, const void *b)
{
    const struct path *left = a;
    const struct path *right = b;
    int order = str_cmp(left->text, right->text);
    return order ? order : (left->file > right->file) - (left->file < right->file);
}

static bool check_paths(struct strict *strict, const struct place *at,
                        const struct file_text *files, u32 count)
{
    struct path *sorted = arena_array(strict->arena, count, sizeof *sorted);
    for (u32 i = 0; i < count; i++)
        sorted[i] = (struct path){files[i].path, i};
    if (count > 1)
        qsort(sorted, count, sizeof *sorted, compare_paths);
    for (u32 i = 1; i < count; i++) {
        if (!str_eq(sorted[i - 1].text, sorted[i].text))
            continue;
        const struct place item = {at, NULL, sorted[i].file};
        return strict_fail(strict, &(struct place){&item, "path", 0}, "duplicate-path",
                           str_fmt(strict->arena,
                                   "file %u has this path too; each path may be given once",
                                   sorted[i - 1].file));
    }
    return true;
}

static bool read_files(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    struct engine_request *engine = &((struct request *)into)->engine;
    void *files;
    if (!strict_list(strict, at, value, read_file, sizeof *engine->files, &files,
                     &engine->file_count))
        return false;
    engine->files = files;
    return check_paths(strict, at, engine->files, engine->file_count);
}

static bool read_evidence(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    struct engine_request *engine = &((struct request *)into)->engine;
    void *evidence;
    if (!strict_list(strict, at, value, read_one_evidence, sizeof *engine->evidence, &evidence,
                     &engine->evidence_count))
        return false;
    engine->evidence = evidence;
    return true;
}

static bool read_target(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    return strict_object(strict, at, value, &target_fields,
                         &((struct request *)into)->engine.target);
}

static bool read_profile(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    u32 profile;
    if (!strict_word(strict, at, value, &words_profile, &profile))
        return false;
    ((struct request *)into)->engine.profile = (enum profile)profile;
    return true;
}

static bool read_answers(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    struct engine_request *engine = &((struct request *)into)->engine;
    void *answers;
    if (!strict_list(strict, at, value, read_answer, sizeof *engine->answers, &answers,
                     &engine->answer_count))
        return false;
    engine->answers = answers;
    return true;
}

static bool read_rules(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    return strict_object(strict, at, value, &choice_fields, &((struct request *)into)->engine);
}

static bool read_now(struct strict *strict, const struct place *at, json_t *value, void *into)
{
    json_int_t now;
    if (!strict_integer(strict, at, value, &now))
        return false;
    ((struct request *)into)->now = (u64)now;
    return now >= 0 || strict_fail(strict, at, "bad-value", STR("this must not be negative"));
}

static const struct field request_field[] = {
    {"api", read_api, true},          {"op", read_op, true},
    {"files", read_files, false},     {"evidence", read_evidence, false},
    {"target", read_target, false},   {"profile", read_profile, false},
    {"answers", read_answers, false}, {"rules", read_rules, false},
    {"now", read_now, false},
};
static const struct fields request_fields = {"a request", request_field, 9};

/* Before anything else: a request of a later API may well have keys that are unknown here. */
static bool read_head(struct strict *strict, json_t *root, struct request *request)
{
    json_t *api = json_object_get(root, "api");
    json_t *op = json_object_get(root, "op");
    if (api && !read_api(strict, &(struct place){NULL, "api", 0}, api, request))
        return false;
    return !op || read_op(strict, &(struct place){NULL, "op", 0}, op, request);
}

static bool check_needs(struct strict *strict, const struct request *request)
{
    const struct op_row *op = &ops[request->op];
    if (op->needs_files && request->engine.file_count == 0)
        return strict_fail(
            strict, NULL, "missing-key",
            str_fmt(strict->arena, "`%s` needs the configuration: give it in `files`", op->name));
    if (op->needs_evidence && request->engine.evidence_count == 0)
        return strict_fail(strict, NULL, "missing-key",
                           str_fmt(strict->arena,
                                   "`%s` needs what it is to explain: give it in `evidence`",
                                   op->name));
    return true;
}

static void json_fault(struct strict *strict, const json_error_t *error)
{
    enum json_error_code code = json_error_code(error);
    if (code == json_error_out_of_memory)
        base_out_of_memory();
    bool encoding = code == json_error_invalid_utf8;
    *strict->fault = (struct request_fault){
        .code = encoding ? "bad-encoding" : "bad-json",
        .message = str_fmt(strict->arena, "the request is no %s: %s", encoding ? "UTF-8" : "JSON",
                           error->text),
        .at = str_fmt(strict->arena, "%d:%d", error->line > 0 ? error->line : 1,
                      error->column > 0 ? error->column : 1),
    };
}

static void drop(void *root)
{
    json_decref(root);
}

bool request_read(struct arena *arena, const char *json, size_t len, struct request *request,
                  struct request_fault *fault)
{
    struct strict strict = {arena, fault};
    json_error_t error;
    *request = (struct request){.engine.profile = PROFILE_RECOMMENDED};
    if (len >= UINT32_MAX)
        return strict_fail(&strict, NULL, "too-large", STR("a request must be smaller than 4 GiB"));
    json_t *root = json_loadb(json, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (!root) {
        json_fault(&strict, &error);
        return false;
    }
    arena_hook(arena, drop, root);
    return read_head(&strict, root, request) &&
           strict_object(&strict, NULL, root, &request_fields, request) &&
           check_needs(&strict, request);
}
