/* Names and types as nginx has them, as far as ngx_conf_read_token uses them. */
#include "nginx.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#define NGX_OK 0
#define NGX_ERROR -1
#define NGX_CONF_BLOCK_START 1
#define NGX_CONF_BLOCK_DONE 2
#define NGX_CONF_FILE_DONE 3
#define NGX_CONF_BUFFER 4096
#define NGX_INVALID_FILE -1
#define NGX_LOG_EMERG 1
#define LF '\n'
#define CR '\r'
#define ngx_read_file_n "pread()"
#define ngx_memmove memmove
#define ngx_file_size(info) ((info)->size)
#define ngx_cpymem(dst, src, n) ((unsigned char *)memcpy(dst, src, n) + (n))

typedef unsigned char u_char;
typedef long ngx_int_t;
typedef unsigned long ngx_uint_t;
typedef struct nginx_word ngx_str_t;

typedef struct {
    u_char *pos, *last, *start, *end;
} ngx_buf_t;

typedef struct {
    off_t size;
} ngx_file_info_t;

typedef struct {
    int fd;
    ngx_file_info_t info;
    off_t offset;
    const char *text;
} ngx_file_t;

typedef struct {
    ngx_file_t file;
    ngx_buf_t *buffer;
    ngx_buf_t *dump;
    ngx_uint_t line;
} ngx_conf_file_t;

typedef struct {
    ngx_str_t *elts;
    ngx_uint_t nelts;
} ngx_array_t;

typedef struct {
    ngx_array_t *args;
    ngx_conf_file_t *conf_file;
    void *pool;
} ngx_conf_t;

enum { MOST_WORDS = 4096 };

struct nginx_reader {
    ngx_conf_t cf;
    ngx_conf_file_t file;
    ngx_array_t args;
    ngx_buf_t buffer;
    ngx_str_t words[MOST_WORDS];
    char message[256];
    u_char bytes[NGX_CONF_BUFFER];
};

static void *ngx_array_push(ngx_array_t *array)
{
    return array->nelts < MOST_WORDS ? &array->elts[array->nelts++] : NULL;
}

static void *ngx_pnalloc(void *pool, size_t size)
{
    (void)pool;
    return malloc(size);
}

static ssize_t ngx_read_file(ngx_file_t *file, u_char *buf, size_t size, off_t offset)
{
    memcpy(buf, file->text + offset, size);
    file->offset += (off_t)size;
    return (ssize_t)size;
}

/* nginx's formats, of which its printf lacks `%*s` with a size and `%z`. */
static void ngx_conf_log_error(int level, ngx_conf_t *cf, int error, const char *format, ...)
{
    (void)level;
    (void)error;
    struct nginx_reader *reader = (struct nginx_reader *)(void *)cf;
    va_list args;
    va_start(args, format);
    if (strstr(format, "%*s")) {
        int len = va_arg(args, int);
        snprintf(reader->message, sizeof reader->message, "too long parameter \"%.*s...\" started",
                 len, va_arg(args, char *));
    } else {
        vsnprintf(reader->message, sizeof reader->message, format, args);
    }
    va_end(args);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#include "read_token.inc"
#pragma GCC diagnostic pop

struct nginx_reader *nginx_begin(const char *text, size_t len)
{
    struct nginx_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        abort();
    reader->buffer = (ngx_buf_t){.pos = reader->bytes,
                                 .last = reader->bytes,
                                 .start = reader->bytes,
                                 .end = reader->bytes + NGX_CONF_BUFFER};
    reader->args.elts = reader->words;
    reader->file = (ngx_conf_file_t){.file = {.fd = 3, .info = {(off_t)len}, .text = text},
                                     .buffer = &reader->buffer,
                                     .line = 1};
    reader->cf = (ngx_conf_t){.args = &reader->args, .conf_file = &reader->file};
    return reader;
}

static void free_words(struct nginx_reader *reader)
{
    for (size_t i = 0; i < reader->args.nelts; i++)
        free(reader->words[i].data);
    reader->args.nelts = 0;
}

enum nginx_result nginx_next(struct nginx_reader *reader)
{
    free_words(reader);
    switch (ngx_conf_read_token(&reader->cf)) {
    case NGX_OK:
        return NGINX_STATEMENT;
    case NGX_CONF_BLOCK_START:
        return NGINX_OPEN;
    case NGX_CONF_BLOCK_DONE:
        return NGINX_CLOSE;
    case NGX_CONF_FILE_DONE:
        return NGINX_END;
    default:
        return NGINX_ERROR;
    }
}

const struct nginx_word *nginx_words(const struct nginx_reader *reader, size_t *count)
{
    *count = reader->args.nelts;
    return reader->words;
}

const char *nginx_message(const struct nginx_reader *reader)
{
    return reader->message;
}

size_t nginx_line(const struct nginx_reader *reader)
{
    return reader->file.line;
}

size_t nginx_offset(const struct nginx_reader *reader)
{
    return (size_t)reader->file.file.offset - (size_t)(reader->buffer.last - reader->buffer.pos);
}

void nginx_end(struct nginx_reader *reader)
{
    free_words(reader);
    free(reader);
}
