#include "cli/options.h"

#include "api/answer.h"
#include "api/words.h"
#include "cli/near.h"

struct parse {
    struct arena *arena;
    struct screen *err;
    struct options *options;
    char *const *words;
    int count;
    int at;
};

static void add(struct arena *arena, struct text_list *list, str text)
{
    list->text = arena_grow(arena, list->text, list->count, &list->room, sizeof *list->text);
    list->text[list->count++] = text;
}

static const char *command_name(const struct parse *parse)
{
    return table_commands[parse->options->command].name;
}

/* ---- values ------------------------------------------------------------- */

static bool not_one_of(struct parse *parse, enum option option, str value, str list)
{
    screen_trouble(parse->err, "--%s takes one of %.*s, not `%.*s`", table_options[option].name,
                   STR_ARG(list), STR_ARG(value));
    return false;
}

static bool read_word(struct parse *parse, enum option option, str value, const struct words *words,
                      u32 *number)
{
    return words_find(words, value, number) ||
           not_one_of(parse, option, value, words_list(parse->arena, words));
}

static bool read_version(struct parse *parse, enum option option, str value,
                         struct version *version)
{
    *version = version_parse(value);
    if (!version_known(*version))
        screen_trouble(parse->err, "--%s takes a version such as %s, not `%.*s`",
                       table_options[option].name, option == OPTION_NGINX ? "1.26.3" : "3.0.15",
                       STR_ARG(value));
    return version_known(*version);
}

static bool read_color(struct parse *parse, str value)
{
    static const char *const names[] = {"auto", "always", "never"};
    static const struct words words = {names, 3};
    u32 color;
    if (!read_word(parse, OPTION_COLOR, value, &words, &color))
        return false;
    parse->options->color = (enum color_choice)color;
    return true;
}

static bool known_rule(struct parse *parse, str id)
{
    if (rule_by_id(id))
        return true;
    struct near near = near_begin(id);
    for (const struct rule *const *rule = rule_registry; *rule; rule++)
        near_try(&near, (*rule)->id);
    if (near.best)
        screen_trouble(parse->err, "there is no rule `%.*s`; did you mean `%s`?", STR_ARG(id),
                       near.best);
    else
        screen_trouble(parse->err, "there is no rule `%.*s`; `tlsmend rules` lists them",
                       STR_ARG(id));
    return false;
}

static bool read_rules(struct parse *parse, str value, struct text_list *list)
{
    bool ok = true;
    while (value.len) {
        str id = str_trim(str_cut(&value, ','));
        if (!id.len)
            continue;
        ok &= known_rule(parse, id);
        add(parse->arena, list, id);
    }
    return ok;
}

static bool is_in(const char *const *list, str value)
{
    while (*list && !str_eq(value, str_of(*list)))
        list++;
    return *list != NULL;
}

static bool read_format(struct parse *parse, str value)
{
    const char *const *formats = table_formats(parse->options->command);
    if (is_in(table_later_formats(parse->options->command), value)) {
        screen_trouble(parse->err, "the format `%.*s` is not in this version of tlsmend yet",
                       STR_ARG(value));
        return false;
    }
    if (!is_in(formats, value))
        return not_one_of(parse, OPTION_FORMAT, value,
                          str_fmt(parse->arena, "%s, %s", formats[0], formats[1]));
    parse->options->json = str_eq(value, STR("json"));
    return true;
}

/* ---- --answer ----------------------------------------------------------- */

static bool bad_answer(struct parse *parse, str text, const char *why)
{
    screen_trouble(parse->err, "--answer %.*s: %s", STR_ARG(text), why);
    return false;
}

static bool unknown_key(struct parse *parse, str key)
{
    struct near near = near_begin(key);
    for (u32 i = 0; i < words_ask_key.count; i++)
        near_try(&near, words_ask_key.word[i]);
    str list = words_list(parse->arena, &words_ask_key);
    if (near.best)
        screen_trouble(parse->err, "nothing asks for `%.*s`; did you mean `%s`?", STR_ARG(key),
                       near.best);
    else
        screen_trouble(parse->err, "nothing asks for `%.*s`; the keys are %.*s", STR_ARG(key),
                       STR_ARG(list));
    return false;
}

/* KEY=VALUE, or KEY@TARGET=VALUE: a target may hold `=`, a value there rarely does. */
static bool read_answer(struct parse *parse, str text)
{
    u32 at = str_find_char(text, '@');
    u32 equals = str_find_char(text, '=');
    bool targeted = at != STR_NONE && at < equals;
    if (targeted)
        equals = str_find_last(text, STR("="));
    if (equals == STR_NONE || (targeted && equals < at))
        return bad_answer(parse, text, "write it as KEY=VALUE or KEY@TARGET=VALUE");
    u32 key;
    str key_text = str_sub(text, 0, targeted ? at : equals);
    if (!words_find(&words_ask_key, key_text, &key))
        return unknown_key(parse, key_text);
    struct answer answer = {
        .key = (enum ask_key)key,
        .hop = targeted ? str_sub(text, at + 1, equals) : (str){0},
        .value = str_from(text, equals + 1),
    };
    const char *fault = answer_fault(answer.key, answer.value);
    if (fault)
        return bad_answer(
            parse, text,
            arena_c_string(parse->arena, str_fmt(parse->arena, "the value %s", fault)));
    struct options *options = parse->options;
    options->answers = arena_grow(parse->arena, options->answers, options->answer_count,
                                  &options->answer_room, sizeof *options->answers);
    options->answers[options->answer_count++] = answer;
    return true;
}

/* ---- options ------------------------------------------------------------ */

static bool set_word(struct parse *parse, enum option option, str value)
{
    struct options *options = parse->options;
    u32 number;
    if (option == OPTION_PROFILE && read_word(parse, option, value, &words_profile, &number)) {
        options->profile = (enum profile)number;
        return true;
    }
    if (option == OPTION_PLATFORM && read_word(parse, option, value, &words_platform, &number)) {
        options->target.platform = (enum platform)number;
        return true;
    }
    if (option == OPTION_FAIL_ON && read_word(parse, option, value, &words_severity, &number)) {
        options->fail_on = (enum severity)number;
        return true;
    }
    return false;
}

static bool set(struct parse *parse, enum option option, str value)
{
    struct options *options = parse->options;
    switch (option) {
    case OPTION_EVIDENCE:
        add(parse->arena, &options->evidence, value);
        return true;
    case OPTION_ANSWER:
        return read_answer(parse, value);
    case OPTION_PROFILE:
    case OPTION_PLATFORM:
    case OPTION_FAIL_ON:
        return set_word(parse, option, value);
    case OPTION_NGINX:
        return read_version(parse, option, value, &options->target.nginx);
    case OPTION_OPENSSL:
        return read_version(parse, option, value, &options->target.openssl);
    case OPTION_ONLY:
        return read_rules(parse, value, &options->only);
    case OPTION_SKIP:
        return read_rules(parse, value, &options->skip);
    case OPTION_WRITE:
        options->write = true;
        return true;
    case OPTION_FORMAT:
        return read_format(parse, value);
    case OPTION_COLOR:
        return read_color(parse, value);
    case OPTION_VERBOSE:
        options->verbose = true;
        return true;
    case OPTION_QUIET:
        options->quiet = true;
        return true;
    case OPTION_HELP:
        options->help = true;
        return true;
    case OPTION_POLICY:
    case OPTION_BASELINE:
    case OPTION_JOBS:
    case OPTION_MAP:
    case OPTION_REDACT:
    case OPTION_COUNT:
        break;
    }
    return false;
}

static bool unknown_option(struct parse *parse, str name)
{
    struct near near = near_begin(name);
    for (u32 i = 0; i < OPTION_COUNT; i++) {
        if (table_options[i].commands & TABLE_BIT(parse->options->command))
            near_try(&near, table_options[i].name);
    }
    if (near.best)
        screen_trouble(parse->err, "unknown option --%.*s; did you mean --%s?", STR_ARG(name),
                       near.best);
    else
        screen_trouble(parse->err, "unknown option --%.*s; see `tlsmend %s --help`", STR_ARG(name),
                       command_name(parse));
    return false;
}

static bool belongs(struct parse *parse, enum option option)
{
    const struct table_option *row = &table_options[option];
    if (!(row->commands & TABLE_BIT(parse->options->command))) {
        screen_trouble(parse->err, "`%s` does not take --%s; see `tlsmend %s --help`",
                       command_name(parse), row->name, command_name(parse));
        return false;
    }
    if (row->later)
        screen_trouble(parse->err, "--%s is not in this version of tlsmend yet", row->name);
    return !row->later;
}

/* `inline_value` is what stands behind `=` or the letter; NULL: nothing does. */
static bool apply(struct parse *parse, enum option option, const char *inline_value)
{
    const struct table_option *row = &table_options[option];
    if (!belongs(parse, option))
        return false;
    if (!row->value && inline_value) {
        screen_trouble(parse->err, "--%s takes no value", row->name);
        return false;
    }
    if (row->value && !inline_value) {
        if (parse->at == parse->count) {
            screen_trouble(parse->err, "--%s needs a value: --%s %s", row->name, row->name,
                           row->value);
            return false;
        }
        inline_value = parse->words[parse->at++];
    }
    return set(parse, option, str_of(inline_value));
}

static bool read_long(struct parse *parse, str text)
{
    u32 equals = str_find_char(text, '=');
    str name = str_sub(text, 0, equals);
    enum option option = table_find_option(name);
    if (option == OPTION_COUNT)
        return unknown_option(parse, name);
    return apply(parse, option, equals == STR_NONE ? NULL : text.p + equals + 1);
}

static bool read_letters(struct parse *parse, const char *letters)
{
    while (*letters) {
        enum option option = table_find_letter(*letters);
        if (option == OPTION_COUNT) {
            screen_trouble(parse->err, "unknown option -%c; see `tlsmend %s --help`", *letters,
                           command_name(parse));
            return false;
        }
        letters++;
        bool takes_rest = table_options[option].value && *letters;
        if (!apply(parse, option, takes_rest ? letters : NULL))
            return false;
        if (takes_rest)
            return true;
    }
    return true;
}

bool options_read(struct arena *arena, struct screen *err, enum command_id command,
                  char *const *words, int count, struct options *options)
{
    struct parse parse = {arena, err, options, words, count, 0};
    *options = (struct options){
        .command = command, .profile = PROFILE_RECOMMENDED, .fail_on = SEVERITY_INFO};
    bool only_files = false;
    bool ok = true;
    while (ok && parse.at < count) {
        str word = str_of(words[parse.at++]);
        if (only_files || !str_starts(word, STR("-")) || word.len == 1)
            add(arena, &options->files, word);
        else if (str_eq(word, STR("--")))
            only_files = true;
        else if (str_starts(word, STR("--")))
            ok = read_long(&parse, str_from(word, 2));
        else
            ok = read_letters(&parse, word.p + 1);
    }
    return ok;
}

enum color_choice options_color(char *const *words, int count)
{
    enum color_choice choice = COLOR_AUTO;
    for (int i = 0; i < count && !str_eq(str_of(words[i]), STR("--")); i++) {
        str word = str_of(words[i]);
        bool apart = str_eq(word, STR("--color")) && i + 1 < count;
        str value = apart ? str_of(words[i + 1]) : str_from(word, 8);
        if (!apart && !str_starts(word, STR("--color=")))
            continue;
        if (str_eq(value, STR("never")))
            choice = COLOR_NEVER;
        else if (str_eq(value, STR("always")))
            choice = COLOR_ALWAYS;
        else
            choice = COLOR_AUTO;
    }
    return choice;
}
