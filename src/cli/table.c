#include "cli/table.h"

#include <stddef.h>

const struct table_command table_commands[COMMAND_COUNT] = {
    [COMMAND_FIX] =
        {
            .name = "fix",
            .usage = "[options] [FILE...]",
            .summary = "print a unified diff that mends the configuration",
            .details =
                "Prints a unified diff on standard output, for `patch -p1` or `git apply`. What "
                "was found, why it is changed, what is left alone and what you could answer goes "
                "to standard error.\n"
                "FILE is an nginx configuration, a snippet of one, or what `nginx -T` prints. "
                "Includes of a file on disk are followed as nginx follows them. Without FILE, or "
                "with -, standard input is read.\n"
                "With --write the files are changed in place instead; the exit status is then 0 "
                "when all was written.",
            .examples =
                "tlsmend fix -e /var/log/nginx/error.log /etc/nginx/nginx.conf > fix.patch\n"
                "patch -p1 -d / < fix.patch && nginx -t\n"
                "nginx -T 2>&1 | tlsmend fix -e error.log\n"
                "tlsmend fix --answer upstream-name=api.internal nginx.conf",
        },
    [COMMAND_LINT] =
        {
            .name = "lint",
            .usage = "[options] [FILE...]",
            .summary = "print the findings",
            .details =
                "Prints what is wrong with TLS between nginx and its upstreams, one finding a "
                "place, on standard output. Those that `tlsmend fix` would mend are marked [*].",
            .examples = "tlsmend lint /etc/nginx/nginx.conf\n"
                        "tlsmend lint --fail-on error --format json nginx.conf",
        },
    [COMMAND_PROVE] =
        {
            .name = "prove",
            .usage = "[options] [FILE...]",
            .summary =
                "replay every hop's TLS handshake with real OpenSSL, before and after the fix",
            .later = true,
        },
    [COMMAND_EFFECTIVE] =
        {
            .name = "effective",
            .usage = "[options] [FILE...]",
            .summary = "print every hop's effective TLS settings and their origins, as JSON",
            .details = "A hop is a proxy_pass, grpc_pass or uwsgi_pass, in http or in stream. Each "
                       "setting has its value and where it comes from: FILE:LINE, `default`, or "
                       "`unknown` where an include that was not given may set it.",
            .examples = "tlsmend effective /etc/nginx/nginx.conf | jq '.hops[] | {target, tls}'",
        },
    [COMMAND_EXPLAIN] =
        {
            .name = "explain",
            .usage = "RULE | LOG-LINE | CODE",
            .summary = "explain a rule, an error.log line, an OpenSSL code, or an alert number",
            .details = "Words are joined, so that a number or a phrase needs no quotes; a log line "
                       "does. Without an argument, or with -, each line of standard input is "
                       "explained.",
            .examples = "tlsmend explain upstream-sni-off\n"
                        "tlsmend explain alert 40\n"
                        "tlsmend explain 0A000410\n"
                        "tail -n 1 /var/log/nginx/error.log | tlsmend explain",
        },
    [COMMAND_RULES] =
        {
            .name = "rules",
            .usage = "[--format md|json]",
            .summary = "print the rule catalogue",
            .details = "Every rule with what it finds, why that is wrong, what is done about it, "
                       "and an example of both.",
        },
    [COMMAND_REDACT] =
        {
            .name = "redact",
            .usage = "[--map FILE] FILE...",
            .summary = "print texts with secrets, addresses and names replaced; write the map",
            .later = true,
        },
    [COMMAND_RESTORE] =
        {
            .name = "restore",
            .usage = "--map FILE [FILE]",
            .summary = "put the originals back",
            .later = true,
        },
    [COMMAND_SMOKE] =
        {
            .name = "smoke",
            .usage = "[options] [FILE...]",
            .summary = "print a shell script that checks every hop's handshake, name and chain",
            .details = "A POSIX shell script on standard output, for a pipeline to run where nginx "
                       "runs: it shakes hands with every backend by `openssl s_client`, as nginx "
                       "would, and exits with 1 when one fails. Paths are as in the configuration.",
            .examples = "tlsmend smoke /etc/nginx/nginx.conf > smoke.sh\n"
                        "sh smoke.sh && nginx -s reload",
        },
    [COMMAND_EXPORT] =
        {
            .name = "export",
            .usage = "--format tfvars|ansible|json",
            .summary = "print the aligned protocols and ciphers as variables",
            .later = true,
        },
    [COMMAND_DRIFT] =
        {
            .name = "drift",
            .usage = "--baseline FILE SCAN...",
            .summary = "print what a scan shows that was not approved, and the other way round",
            .later = true,
        },
    [COMMAND_RUN] =
        {
            .name = "run",
            .usage = "",
            .summary = "answer one API request: JSON on standard input, JSON on standard output",
            .details = "The request and the response are what the library and the page use; "
                       "src/api/schema.json describes them. The exit status is 2 when the response "
                       "is an error.",
            .examples = "echo '{\"api\":1,\"op\":\"version\"}' | tlsmend run",
        },
};

enum {
    TEXTS = TABLE_BIT(COMMAND_FIX) | TABLE_BIT(COMMAND_LINT),
    HOPS = TEXTS | TABLE_BIT(COMMAND_EFFECTIVE) | TABLE_BIT(COMMAND_SMOKE),
    HUMAN = TEXTS | TABLE_BIT(COMMAND_EXPLAIN),
    PRINTED = TEXTS | TABLE_BIT(COMMAND_RULES),
    ALL = TABLE_BIT(COMMAND_COUNT) - 1,
};

const struct table_option table_options[OPTION_COUNT] = {
    [OPTION_EVIDENCE] = {.name = "evidence",
                         .value = "FILE",
                         .help = "what says how the hops behave: error.log, `nginx -t`, `nginx "
                                 "-V`; repeatable, its kind is detected",
                         .commands = HOPS,
                         .letter = 'e'},
    [OPTION_ANSWER] = {.name = "answer",
                       .value = "KEY[@TARGET]=VALUE",
                       .help = "answer a question; TARGET is the hop's target as written, without "
                               "it all hops that ask; repeatable",
                       .commands = TEXTS},
    [OPTION_PROFILE] =
        {.name = "profile",
         .value = "PROFILE",
         .help = "what may be applied: minimal (what surely fails), recommended (also what cannot "
                 "harm; default), hardened (also what a working hop might not survive)",
         .commands = TEXTS},
    [OPTION_NGINX] = {.name = "nginx",
                      .value = "VERSION",
                      .help = "the nginx that will read it; default: from evidence",
                      .commands = HOPS},
    [OPTION_OPENSSL] = {.name = "openssl",
                        .value = "VERSION",
                        .help = "the OpenSSL it runs with; default: from evidence",
                        .commands = HOPS},
    [OPTION_PLATFORM] = {.name = "platform",
                         .value = "NAME",
                         .help = "debian, rhel, alpine, suse or freebsd",
                         .commands = HOPS},
    [OPTION_ONLY] = {.name = "only",
                     .value = "RULE,...",
                     .help = "use these rules only",
                     .commands = TEXTS},
    [OPTION_SKIP] = {.name = "skip",
                     .value = "RULE,...",
                     .help = "leave these rules out",
                     .commands = TEXTS},
    [OPTION_WRITE] =
        {.name = "write",
         .help = "change the files in place, keeping mode and owner; print what was written",
         .commands = TABLE_BIT(COMMAND_FIX)},
    [OPTION_FORMAT] = {.name = "format",
                       .value = "FORMAT",
                       .help = "how to print it",
                       .commands = PRINTED},
    [OPTION_FAIL_ON] =
        {.name = "fail-on",
         .value = "SEVERITY",
         .help =
             "exit with 1 for findings of this severity or above: error, warning, info (default)",
         .commands = TABLE_BIT(COMMAND_LINT)},
    [OPTION_POLICY] = {.name = "policy",
                       .value = "NAME",
                       .help = "also check a policy: cis, baseline",
                       .commands = TABLE_BIT(COMMAND_LINT),
                       .later = true},
    [OPTION_BASELINE] = {.name = "baseline",
                         .value = "FILE",
                         .help = "report only what is not in this baseline",
                         .commands = TABLE_BIT(COMMAND_LINT) | TABLE_BIT(COMMAND_DRIFT),
                         .later = true},
    [OPTION_JOBS] = {.name = "jobs",
                     .value = "N",
                     .help = "look at N files at a time",
                     .commands = TABLE_BIT(COMMAND_LINT),
                     .letter = 'j',
                     .later = true},
    [OPTION_MAP] = {.name = "map",
                    .value = "FILE",
                    .help = "where the originals are kept",
                    .commands = TABLE_BIT(COMMAND_REDACT) | TABLE_BIT(COMMAND_RESTORE),
                    .later = true},
    [OPTION_REDACT] = {.name = "redact",
                       .help = "print a form that can be shared",
                       .commands = TEXTS,
                       .later = true},
    [OPTION_COLOR] = {.name = "color",
                      .value = "WHEN",
                      .help = "auto (default), always or never; NO_COLOR is honoured",
                      .commands = HUMAN},
    [OPTION_VERBOSE] = {.name = "verbose",
                        .help = "say everything: all findings, reasons and commands",
                        .commands = TEXTS,
                        .letter = 'v'},
    [OPTION_QUIET] = {.name = "quiet",
                      .help = "say nothing on standard error but trouble",
                      .commands = HOPS,
                      .letter = 'q'},
    [OPTION_HELP] = {.name = "help", .help = "print this help", .commands = ALL, .letter = 'h'},
};

static const char *const none[] = {NULL};

const char *const *table_formats(enum command_id command)
{
    static const char *const fix[] = {"diff", "json", NULL};
    static const char *const lint[] = {"text", "json", NULL};
    static const char *const rules[] = {"md", "json", NULL};
    if (command == COMMAND_FIX)
        return fix;
    if (command == COMMAND_LINT)
        return lint;
    return command == COMMAND_RULES ? rules : none;
}

const char *const *table_later_formats(enum command_id command)
{
    static const char *const lint[] = {"sarif", "github", "checkstyle", "junit", NULL};
    return command == COMMAND_LINT ? lint : none;
}

enum command_id table_find_command(str name)
{
    u32 i = 0;
    while (i < COMMAND_COUNT && !str_eq(name, str_of(table_commands[i].name)))
        i++;
    return (enum command_id)i;
}

enum option table_find_option(str name)
{
    u32 i = 0;
    while (i < OPTION_COUNT && !str_eq(name, str_of(table_options[i].name)))
        i++;
    return (enum option)i;
}

enum option table_find_letter(char letter)
{
    u32 i = 0;
    while (i < OPTION_COUNT && table_options[i].letter != letter)
        i++;
    return (enum option)i;
}
