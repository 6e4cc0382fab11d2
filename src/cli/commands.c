#include "cli/commands.h"

#include "api/response.h"
#include "api/utf8.h"
#include "cli/disk.h"
#include "cli/help.h"
#include "cli/input.h"
#include "cli/lint.h"
#include "cli/listing.h"
#include "cli/near.h"
#include "cli/report.h"
#include "cli/write.h"
#include "engine/smoke.h"
#include "tlsmend.h"

#include <stdlib.h>
#include <unistd.h>

/* ---- what they share ---------------------------------------------------- */

static void print_response(struct cli *cli, struct mend_response response)
{
    screen_bytes(&cli->out, response.data, response.len);
    mend_free(response);
}

static bool read_input(struct cli *cli, struct input *input)
{
    const struct options *options = &cli->options;
    *input = input_begin(cli->arena, &cli->err);
    bool evidence = input_read_evidence(input, options->evidence.text, options->evidence.count);
    return input_read_files(input, options->files.text, options->files.count) && evidence;
}

static struct engine_request request_of(const struct cli *cli, const struct input *input)
{
    const struct options *options = &cli->options;
    return (struct engine_request){
        .files = input->files,
        .file_count = input->file_count,
        .evidence = input->evidence,
        .evidence_count = input->evidence_count,
        .target = options->target,
        .profile = options->profile,
        .answers = options->answers,
        .answer_count = options->answer_count,
        .only = options->only.text,
        .only_count = options->only.count,
        .skip = options->skip.text,
        .skip_count = options->skip.count,
    };
}

/* JSON is UTF-8: bytes that are not cannot be shown in it as they are. */
static void warn_of_bytes(struct cli *cli, const struct input *input)
{
    for (u32 i = 0; i < input->file_count; i++) {
        u32 fault = utf8_fault(input->files[i].text);
        if (fault == STR_NONE)
            continue;
        struct source source = source_open(cli->arena, input->files[i].path, input->files[i].text);
        screen_trouble(&cli->err, "%.*s:%u: not UTF-8: the JSON shows such bytes as U+FFFD",
                       STR_ARG(source.path), source_position(&source, fault).line);
    }
}

/* ---- fix ---------------------------------------------------------------- */

static bool all_on_disk(const struct input *input)
{
    for (u32 i = 0; i < input->file_count; i++) {
        if (!input->on_disk[i])
            return false;
    }
    return true;
}

static struct report report_of(struct cli *cli, const struct input *input, const struct fix *fix)
{
    return (struct report){
        .arena = cli->arena,
        .screen = &cli->err,
        .fix = fix,
        .answers = cli->options.answers,
        .answer_count = cli->options.answer_count,
        .verbose = cli->options.verbose,
        .on_disk = all_on_disk(input),
    };
}

static enum exit_status write_fix(struct cli *cli, const struct input *input, const struct fix *fix)
{
    struct report report = report_of(cli, input, fix);
    if (!all_on_disk(input)) {
        screen_trouble(&cli->err, "--write needs files on disk: standard input and the dumps of "
                                  "`nginx -T` cannot be changed in place");
        return STATUS_TROUBLE;
    }
    if (!cli->options.quiet)
        report_diagnosis(&report);
    report.written = write_fixed(input, fix, &cli->out, &cli->err);
    screen_flush(&cli->out);
    if (report.written && !cli->options.quiet)
        report_changes(&report);
    return report.written ? STATUS_CLEAN : STATUS_TROUBLE;
}

static void print_fix(struct cli *cli, const struct input *input, const struct fix *fix)
{
    struct report report = report_of(cli, input, fix);
    if (!cli->options.quiet)
        report_diagnosis(&report);
    /* On one terminal, the diff stands between what it is for and what it does. */
    if (fix->diff.len && isatty(STDOUT_FILENO))
        screen_gap(&cli->err);
    screen_diff(&cli->out, fix->diff);
    screen_flush(&cli->out);
    if (!cli->options.quiet)
        report_changes(&report);
}

static enum exit_status run_fix(struct cli *cli)
{
    struct input input;
    if (cli->options.write && cli->options.json) {
        screen_trouble(&cli->err, "--write and --format json do not go together");
        return STATUS_TROUBLE;
    }
    if (!read_input(cli, &input))
        return STATUS_TROUBLE;
    struct engine_request request = request_of(cli, &input);
    const struct fix *fix = engine_fix(cli->arena, &request);
    if (cli->options.write)
        return write_fix(cli, &input, fix);
    if (cli->options.json) {
        warn_of_bytes(cli, &input);
        print_response(cli, response_fix(cli->arena, fix, RESPONSE_INDENTED));
    } else {
        print_fix(cli, &input, fix);
    }
    return fix->diff.len ? STATUS_FOUND : STATUS_CLEAN;
}

/* ---- lint, effective ---------------------------------------------------- */

static enum exit_status run_lint(struct cli *cli)
{
    struct input input;
    if (!read_input(cli, &input))
        return STATUS_TROUBLE;
    struct engine_request request = request_of(cli, &input);
    const struct fix *fix = engine_fix(cli->arena, &request);
    struct report report = report_of(cli, &input, fix);
    if (cli->options.json) {
        warn_of_bytes(cli, &input);
        print_response(cli, response_lint(cli->arena, fix, RESPONSE_INDENTED));
    } else {
        lint_print(cli->arena, &cli->out, fix);
        screen_flush(&cli->out);
    }
    if (!cli->options.json && !cli->options.quiet) {
        lint_summary(&cli->err, fix);
        report_gaps(&cli->err, fix->not_handled, fix->not_handled_count, report.verbose);
    }
    return lint_fails(fix, cli->options.fail_on) ? STATUS_FOUND : STATUS_CLEAN;
}

static enum exit_status run_effective(struct cli *cli)
{
    struct input input;
    if (!read_input(cli, &input))
        return STATUS_TROUBLE;
    struct engine_request request = request_of(cli, &input);
    warn_of_bytes(cli, &input);
    print_response(cli, response_effective(cli->arena, engine_effective(cli->arena, &request),
                                           RESPONSE_INDENTED));
    return STATUS_CLEAN;
}

/* ---- explain, rules ----------------------------------------------------- */

static void say_unknown(struct cli *cli, str subject)
{
    struct near near = near_begin(subject);
    for (const struct rule *const *rule = rule_registry; *rule; rule++)
        near_try(&near, (*rule)->id);
    if (near.best)
        screen_trouble(&cli->err, "not known: %.*s; did you mean `%s`?", STR_ARG(subject),
                       near.best);
    else
        screen_trouble(&cli->err,
                       "not known: %.*s (give a rule's id, an error.log line, an OpenSSL code such "
                       "as 0A000410, or an alert number)",
                       STR_ARG(subject));
}

static bool explain(struct cli *cli, str subject, bool first)
{
    struct explanation explanation = engine_explain(cli->arena, subject);
    if (explanation.kind == EXPLAIN_UNKNOWN) {
        say_unknown(cli, subject);
        return false;
    }
    if (!first)
        screen_print(&cli->out, "\n");
    listing_explanation(&cli->out, &explanation);
    return true;
}

static bool explain_lines(struct cli *cli)
{
    str text;
    bool ok = true;
    bool first = true;
    const char *trouble = disk_read(cli->arena, STR("-"), &text);
    if (trouble) {
        screen_trouble(&cli->err, "standard input: %s", trouble);
        return false;
    }
    while (text.len) {
        str line = str_trim(str_cut(&text, '\n'));
        if (!line.len)
            continue;
        ok &= explain(cli, line, first);
        first = false;
    }
    return ok;
}

static enum exit_status run_explain(struct cli *cli)
{
    const struct text_list *words = &cli->options.files;
    bool from_stdin = !words->count || (words->count == 1 && str_eq(words->text[0], STR("-")));
    bool ok = false;
    if (from_stdin && isatty(STDIN_FILENO)) {
        screen_trouble(&cli->err, "nothing to explain: give a rule's id, an error.log line, an "
                                  "OpenSSL code or an alert number");
    } else if (from_stdin) {
        ok = explain_lines(cli);
    } else {
        struct buf subject = buf_new(cli->arena);
        for (u32 i = 0; i < words->count; i++)
            buf_fmt(&subject, "%s%.*s", i ? " " : "", STR_ARG(words->text[i]));
        ok = explain(cli, str_trim(buf_view(&subject)), true);
    }
    return ok ? STATUS_CLEAN : STATUS_TROUBLE;
}

static enum exit_status run_rules(struct cli *cli)
{
    if (cli->options.json)
        print_response(cli, response_rules(RESPONSE_INDENTED));
    else
        listing_rules(&cli->out);
    return STATUS_CLEAN;
}

/* ---- run ---------------------------------------------------------------- */

static enum exit_status run_api(struct cli *cli)
{
    static const str error_start = STR_INIT("{\"error\":");
    str request;
    if (isatty(STDIN_FILENO)) {
        screen_trouble(&cli->err, "nothing to answer: pipe a JSON request in");
        return STATUS_TROUBLE;
    }
    const char *trouble = disk_read(cli->arena, STR("-"), &request);
    if (trouble) {
        screen_trouble(&cli->err, "standard input: %s", trouble);
        return STATUS_TROUBLE;
    }
    struct mend_response response = mend_run(request.p, request.len);
    str start = {response.data, response.len < error_start.len ? 0 : error_start.len};
    bool failed = str_eq(start, error_start);
    print_response(cli, response);
    /* Byte for byte the response, but for people, whose prompt wants a line of its own. */
    if (isatty(STDOUT_FILENO))
        screen_print(&cli->out, "\n");
    return failed ? STATUS_TROUBLE : STATUS_CLEAN;
}

static enum exit_status run_smoke(struct cli *cli)
{
    struct input input;
    if (!read_input(cli, &input))
        return STATUS_TROUBLE;
    struct engine_request request = request_of(cli, &input);
    const struct effective *effective = engine_effective(cli->arena, &request);
    screen_raw(&cli->out, smoke_script(cli->arena, effective->hops));
    return STATUS_CLEAN;
}

/* ---- all ---------------------------------------------------------------- */

static enum exit_status refuse_files(struct cli *cli)
{
    screen_trouble(&cli->err, "`%s` takes no arguments; see `tlsmend %s --help`",
                   table_commands[cli->options.command].name,
                   table_commands[cli->options.command].name);
    return STATUS_TROUBLE;
}

static enum exit_status dispatch(struct cli *cli)
{
    bool has_files = cli->options.files.count > 0;
    switch (cli->options.command) {
    case COMMAND_FIX:
        return run_fix(cli);
    case COMMAND_LINT:
        return run_lint(cli);
    case COMMAND_EFFECTIVE:
        return run_effective(cli);
    case COMMAND_EXPLAIN:
        return run_explain(cli);
    case COMMAND_RULES:
        return has_files ? refuse_files(cli) : run_rules(cli);
    case COMMAND_RUN:
        return has_files ? refuse_files(cli) : run_api(cli);
    case COMMAND_SMOKE:
        return run_smoke(cli);
    case COMMAND_PROVE:
    case COMMAND_REDACT:
    case COMMAND_RESTORE:
    case COMMAND_EXPORT:
    case COMMAND_DRIFT:
    case COMMAND_COUNT:
        break;
    }
    screen_trouble(&cli->err, "`%s` is not in this version of tlsmend yet",
                   table_commands[cli->options.command].name);
    return STATUS_TROUBLE;
}

enum exit_status commands_run(struct cli *cli)
{
    if (!cli->options.help)
        return dispatch(cli);
    help_print_command(&cli->out, cli->options.command);
    return STATUS_CLEAN;
}
