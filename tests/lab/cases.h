/*
 * The lines of facts 8.2 and 8.3 that nginx writes as a TLS client, each with a
 * backend that makes it, and what must work. Three programs run this table: the
 * unit test, and lab_cases natively and in WebAssembly, whose outcomes must be
 * alike to the byte.
 */
#ifndef TLSMEND_TESTS_LAB_CASES_H
#define TLSMEND_TESTS_LAB_CASES_H

#include "tls/lab.h"

struct lab_case {
    const char *name;
    struct lab_client client;
    struct lab_backend backend;
    const char *line;     /* "[error] …"; of what works: NULL */
    const char *protocol; /* of what works; NULL: any */
    const char *suite;
};

extern const struct lab_case lab_cases[];
extern const unsigned lab_case_count;

/* The instant of all cases: 2026-01-01. */
enum { LAB_CASES_NOW = 1767225600 };

/* What no replay can make, and why. */
struct lab_impossible {
    const char *line;
    const char *why;
};
extern const struct lab_impossible lab_impossible[];
extern const unsigned lab_impossible_count;

#endif
