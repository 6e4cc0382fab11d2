/*
 * lua: where the body of an OpenResty `*_by_lua_block { … }` ends, found as
 * lua-nginx-module does it: by counting braces outside strings, long brackets
 * and comments.
 *
 * Units: byte offsets. Errors: none. Cost: linear.
 */
#ifndef TLSMEND_SYNTAX_LUA_H
#define TLSMEND_SYNTAX_LUA_H

#include "base/str.h"

/* The offset of the `}` that closes the body beginning at `at`, or the text's length. */
u32 lua_body_end(str text, u32 at);

#endif
