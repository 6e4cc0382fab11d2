/*
 * near: which known word a mistyped one was meant to be.
 *
 * Letters added, left out, changed or swapped count one each; a word is near
 * at two of them, or one for words below five letters. Words of 64 bytes and
 * more are near to nothing.
 */
#ifndef TLSMEND_CLI_NEAR_H
#define TLSMEND_CLI_NEAR_H

#include "base/str.h"

struct near {
    str word;
    const char *best; /* NULL: none is near */
    u32 distance;
};

struct near near_begin(str word);
/* Keeps `candidate` when it is nearer than what there was. */
void near_try(struct near *near, const char *candidate);

#endif
