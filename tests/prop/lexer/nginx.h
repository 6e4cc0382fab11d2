/*
 * nginx: what ngx_conf_read_token needs of nginx, so that the real function,
 * cut out of nginx's source by lexer.test.mjs, runs here on a text in memory.
 *
 * Ownership: a reader borrows its text; words are freed by nginx_end.
 */
#ifndef TLSMEND_TESTS_NGINX_H
#define TLSMEND_TESTS_NGINX_H

#include <stdbool.h>
#include <stddef.h>

struct nginx_word {
    size_t len;
    unsigned char *data;
};

enum nginx_result {
    NGINX_STATEMENT, /* words and `;` */
    NGINX_OPEN,      /* words and `{` */
    NGINX_CLOSE,     /* `}` */
    NGINX_END,
    NGINX_ERROR, /* `message` says why */
};

struct nginx_reader;

struct nginx_reader *nginx_begin(const char *text, size_t len);
enum nginx_result nginx_next(struct nginx_reader *reader);
const struct nginx_word *nginx_words(const struct nginx_reader *reader, size_t *count);
const char *nginx_message(const struct nginx_reader *reader);
size_t nginx_line(const struct nginx_reader *reader);
/* The offset behind the last byte that was looked at. */
size_t nginx_offset(const struct nginx_reader *reader);
void nginx_end(struct nginx_reader *reader);

#endif
