/*
 * smoke: a POSIX shell script that shakes hands with every backend of a
 * configuration as nginx would, and checks name and chain where nginx does.
 *
 * For a pipeline, before a reload: it exits 0 when all is well, 1 when a hop
 * fails, 2 when it cannot run. What it cannot check it says in a comment.
 */
#ifndef TLSMEND_ENGINE_SMOKE_H
#define TLSMEND_ENGINE_SMOKE_H

#include "base/buf.h"
#include "nginx/hop.h"

str smoke_script(struct arena *arena, const struct hops *hops);

#endif
