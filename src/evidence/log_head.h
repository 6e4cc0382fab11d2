/*
 * log_head: what stands before the message of a log line.
 *
 * What it is: finds where nginx's own text begins behind the prefixes of
 * syslog, journald, docker, Kubernetes and the like, and takes time, level,
 * process and connection off it.
 * Ownership: slices of the line. Errors: a line that is not nginx's is LOG_NOT.
 * Cost: one pass over the line.
 */
#ifndef TLSMEND_EVIDENCE_LOG_HEAD_H
#define TLSMEND_EVIDENCE_LOG_HEAD_H

#include "base/arena.h"

enum log_form {
    LOG_NOT,
    LOG_DATED, /* "2026/03/04 10:11:12 [error] 31#31: *905 ...", or from "[error]" or "31#31" on */
    LOG_PROGRAM, /* "nginx: [emerg] ...": printed on the terminal */
    LOG_BARE,    /* the message alone */
};

struct log_head {
    enum log_form form;
    str time;        /* "2026/03/04 10:11:12" */
    str level;       /* "error" */
    bool process;    /* it said "31#31:" */
    bool connection; /* it said "*905" */
    str rest;        /* the message, and all that follows it */
};

struct log_head log_head_read(str line);

/* Without blanks, and Markdown's and mail's quotes, around it. */
str log_head_trim(str line);

/* {"log":"..."}, {"message":"..."}: the text inside, still escaped; false: no such line. */
bool log_head_json(str line, str *escaped);
/* Undoes JSON's escapes; the text ends at its first line's end. */
str log_head_unescape(struct arena *arena, str escaped);

#endif
