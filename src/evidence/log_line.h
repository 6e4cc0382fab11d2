/*
 * log_line: the fields of one log record, and what they mean.
 *
 * What it is: "MSG[ while ACTION], client: A, server: B, ..." -> struct log_fact:
 * fields, codes, the reason, the side. nginx escapes nothing and cuts at 2048
 * bytes, so a missing tail is normal and a value may hold anything.
 * Ownership: slices of the record. Errors: none; what is missing stays empty.
 * Cost: linear in the record.
 */
#ifndef TLSMEND_EVIDENCE_LOG_LINE_H
#define TLSMEND_EVIDENCE_LOG_LINE_H

#include "evidence/log_fact.h"
#include "evidence/log_head.h"

struct log_fact log_line_read(const struct log_head *head);

/* The fact is about TLS, an upstream that fails, or a configuration that nginx refuses. */
bool log_line_matters(const struct log_fact *fact);

/* ", client: " and so on: whether `s` begins with the name of a field, as "client: ". */
bool log_line_field(str s);

#endif
