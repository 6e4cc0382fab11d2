/*
 * diagnose: what the evidence says, in words, with its causes ranked for this
 * configuration; and the commands that confirm it by hand.
 */
#ifndef TLSMEND_ENGINE_DIAGNOSE_H
#define TLSMEND_ENGINE_DIAGNOSE_H

#include "engine/engine.h"

/* The causes of a reason; those that a finding on one of `hops` supports come first. */
struct cause_text *diagnose_causes(const struct check *check, struct arena *arena,
                                   const struct reason_advice *advice, const u32 *hops,
                                   u32 hop_count, u32 *count);

void diagnose_facts(const struct check *check, struct fix *fix);
/* After the plan: for the hops that are changed, and for those that fail. */
void diagnose_commands(const struct check *check, struct fix *fix);

#endif
