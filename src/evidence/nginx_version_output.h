/*
 * nginx_version_output: the lines of `nginx -V`, and the banner that nginx logs
 * when it starts ("nginx/1.26.3", "built by gcc ...").
 */
#ifndef TLSMEND_EVIDENCE_NGINX_VERSION_OUTPUT_H
#define TLSMEND_EVIDENCE_NGINX_VERSION_OUTPUT_H

#include "evidence/reader.h"

/* Takes a log message when it is the banner. */
bool nginx_version_banner(struct reader *reader, u32 line, str message);

#endif
