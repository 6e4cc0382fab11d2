/*
 * engine: from the texts of a request to findings and a diff.
 *
 * parse -> hops -> facts -> rules -> choose changes -> edits -> re-read the
 * fixed text and compare every hop: one that no applied finding names must be
 * unchanged, or what changed it is withdrawn and reported.
 *
 * Ownership: all results live in the arena. Errors: none; a broken config
 * gives findings, a gap in understanding gives `not_handled`.
 * Cost: linear in the texts, times the few rounds that withdrawals take.
 */
#ifndef TLSMEND_ENGINE_ENGINE_H
#define TLSMEND_ENGINE_ENGINE_H

#include "rules/rule.h"

struct engine_request {
    const struct file_text *files;
    u32 file_count;
    const struct evidence_text *evidence;
    u32 evidence_count;
    struct target target; /* what is unknown may come from evidence */
    enum profile profile;
    const struct answer *answers;
    u32 answer_count;
    const str *only; /* rule ids; none: all */
    u32 only_count;
    const str *skip;
    u32 skip_count;
};

struct cause_text {
    str text;
    str rules; /* ids, separated by blanks */
    u32 weight;
};

struct diagnosis {
    str evidence; /* the name of its text */
    const struct log_fact *fact;
    str title;  /* one sentence for a person */
    str reason; /* the words of nginx or OpenSSL */
    const u32 *hops;
    u32 hop_count;
    const struct cause_text *causes; /* likeliest first */
    u32 cause_count;
    str note; /* empty: none */
};

struct command {
    str title;
    str text;
};

struct not_handled {
    str file;
    u32 line; /* 0: of no line */
    str why;
};

struct fixed_file {
    str path;
    str text;
    bool changed;
};

struct fix {
    struct target target; /* as used */
    enum profile profile;
    str diff;
    struct fixed_file *files;
    u32 file_count;
    const struct hops *before;
    const struct hops *after; /* as many as before, in the same order */
    struct diagnosis *diagnoses;
    u32 diagnosis_count;
    const struct finding *findings; /* most severe first, then by place */
    u32 finding_count;
    const struct ask *asks;
    u32 ask_count;
    struct command *commands;
    u32 command_count;
    struct not_handled *not_handled;
    u32 not_handled_count;
};

struct fix *engine_fix(struct arena *arena, const struct engine_request *request);

/* The hops alone, with what is in force: `effective`. */
struct effective {
    struct target target;
    const struct hops *hops;
    struct not_handled *not_handled;
    u32 not_handled_count;
};
struct effective *engine_effective(struct arena *arena, const struct engine_request *request);

/* A rule id, an error.log line, an OpenSSL code or an alert number, in words. */
enum explanation_kind {
    EXPLAIN_UNKNOWN,
    EXPLAIN_RULE,
    EXPLAIN_LOG,
    EXPLAIN_CODE,
    EXPLAIN_ALERT,
};
struct explanation {
    str subject;
    enum explanation_kind kind;
    str title;
    str text;
    const struct cause_text *causes;
    u32 cause_count;
    str rules; /* ids, separated by blanks */
    const char *const *refs; /* ends with NULL */
};
struct explanation engine_explain(struct arena *arena, str subject);

#endif
