/*
 * tag: the tags of template engines, which are opaque text to us: Jinja2
 * `{{ }}`, `{% %}`, `{# #}`; ERB and its like `<% %>`; Go and Mustache `{{ }}`.
 *
 * Units: byte offsets. Errors: none; what never closes is no tag.
 * Cost: linear over a text when it is asked from the front to the back: the
 * next closing marks are remembered.
 */
#ifndef TLSMEND_SYNTAX_TAG_H
#define TLSMEND_SYNTAX_TAG_H

#include "base/str.h"

enum { TAG_LIMIT = 4096 /* a tag is no longer than that */ };

struct tags {
    str text;
    span next[4]; /* by closing mark: searched from `start`, found at `end` */
};

struct tags tags_of(str text);

/*
 * The offset behind the tag that opens at `at`, or 0 when none does. Within a
 * statement `{#` is no tag but a block that begins with a comment.
 */
u32 tag_end(struct tags *tags, u32 at, bool at_statement);

/* [at, end) steers the engine, or prints whole lines: it is no part of a statement. */
bool tag_stands_alone(str text, u32 at, u32 end);

/* The tag prints or includes something: directives may come of it. */
bool tag_hides(str tag);

#endif
