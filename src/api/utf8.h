/*
 * utf8: whether bytes are UTF-8, and a text that is.
 *
 * JSON is UTF-8; a configuration may hold any bytes, and a slice of a text may
 * split a character. Overlong forms, surrogates and what is beyond U+10FFFF
 * are no UTF-8. Errors: none. Cost: linear.
 */
#ifndef TLSMEND_API_UTF8_H
#define TLSMEND_API_UTF8_H

#include "base/buf.h"

/* The offset of the first byte that is no UTF-8, or STR_NONE. */
u32 utf8_fault(str text);
/* The text itself when it is UTF-8, else a copy with U+FFFD for what is not. */
str utf8_clean(struct arena *arena, str text);

#endif
