/*
 * lex: an nginx configuration as tokens, cut exactly where nginx cuts it
 * (ngx_conf_read_token), plus what others put into such files: Lua blocks of
 * OpenResty and the tags of template engines, both opaque.
 *
 * Units: byte offsets. Token i covers [start(i), start(i+1)).
 * Invariant: the tokens tile the text; token `count` is a sentinel at its end.
 * Errors: none. What nginx would refuse is cut as best it can be and carries a
 * flag; tree.h turns flags into diagnostics.
 * Cost: linear, 8 bytes a token.
 */
#ifndef TLSMEND_SYNTAX_LEX_H
#define TLSMEND_SYNTAX_LEX_H

#include "base/arena.h"

enum token_kind {
    TOKEN_SPACE,
    TOKEN_MARK,     /* a byte order mark at the start of the text */
    TOKEN_COMMENT,  /* from `#` up to the newline, which is not in it */
    TOKEN_TEMPLATE, /* a template tag that is no part of a word */
    TOKEN_WORD,
    TOKEN_QUOTED, /* with its quotes */
    TOKEN_SEMICOLON,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_LUA, /* the body of a Lua block, between its braces */
    TOKEN_END, /* the sentinel */
};

enum token_flag {
    TOKEN_HAS_ESCAPE = 1,   /* a backslash: the value may differ from the bytes */
    TOKEN_HAS_VARIABLE = 2, /* a `$` */
    TOKEN_HAS_TAG = 4,      /* a template tag: the value is not known */
    TOKEN_IS_OPEN = 8,      /* a quote or Lua body that never ends */
    TOKEN_IS_GLUED = 16,    /* follows a quoted word with no space between */
};

struct token {
    u32 start;
    u8 kind;
    u8 flags;
};

struct lex {
    struct token *tokens; /* count + 1 of them */
    u32 count;
    u32 statements; /* words up to `;`, `{`, `}` or the end, and any `{` */
};

struct lex lex_text(struct arena *arena, str text);

/*
 * What nginx makes of a word or quoted token: without quotes, escapes undone.
 * Points into `text` where nothing has to be undone.
 */
str lex_value(struct arena *arena, str text, const struct lex *lex, u32 token);

/* `value` as it has to be written so that nginx reads it back: bare or quoted. */
str lex_quote(struct arena *arena, str value);

#endif
