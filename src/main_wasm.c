/*
 * The WebAssembly module: mend_run for a host that shares nothing with it but
 * its memory. Any WASI host will do; web/loader.js is ours.
 *
 * The host calls _initialize once, then for each request:
 *     u32 request = mend_alloc(len)            and writes `len` bytes there
 *     u32 pair = mend_run(request, len)        which takes the request back
 *     u32 data = pair[0], size = pair[1]       and reads the response there
 *     mend_free(pair)
 * Request and response are zeroed when they are freed. A trap, or a call of
 * proc_exit, means that the instance is broken and must be dropped.
 *
 * Imports, all of wasi_snapshot_preview1: random_get and clock_time_get for
 * OpenSSL's handshakes; fd_write, fd_seek, fd_close and proc_exit for what the
 * C library says before it gives up.
 */
#include "base/arena.h"
#include "tlsmend.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wasi/api.h>

struct pair {
    char *data;
    size_t len;
};

#define EXPORT(name) __attribute__((export_name(name)))

char *wasm_alloc(size_t len);
struct pair *wasm_run(char *request, size_t len);
void wasm_free(struct pair *response);
int getentropy(void *buffer, size_t len);
void emscripten_notify_memory_growth(size_t memory);

EXPORT("mend_alloc") char *wasm_alloc(size_t len)
{
    char *bytes = malloc(len > 0 ? len : 1);

    if (bytes == NULL)
        base_out_of_memory();
    return bytes;
}

EXPORT("mend_run") struct pair *wasm_run(char *request, size_t len)
{
    static struct pair pair;
    struct mend_response response = mend_run(request, len);

    memset(request, 0, len);
    free(request);
    pair = (struct pair){response.data, response.len};
    return &pair;
}

EXPORT("mend_free") void wasm_free(struct pair *response)
{
    mend_free((struct mend_response){response->data, response->len});
    *response = (struct pair){NULL, 0};
}

_Noreturn void base_out_of_memory(void)
{
    __builtin_trap();
}

/* Where OpenSSL's generator takes its seed (src/setup/openssl.sh). */
int getentropy(void *buffer, size_t len)
{
    if (__wasi_random_get(buffer, len) == __WASI_ERRNO_SUCCESS)
        return 0;
    errno = EIO;
    return -1;
}

/*
 * A module has no users, no environment and no files. OpenSSL asks for them
 * nevertheless; these stand before the C library's, which would import them.
 */
uid_t getuid(void)
{
    return 0;
}

uid_t geteuid(void)
{
    return 0;
}

gid_t getgid(void)
{
    return 0;
}

gid_t getegid(void)
{
    return 0;
}

char *getenv(const char *name)
{
    (void)name;
    return NULL;
}

int stat(const char *restrict path, struct stat *restrict out)
{
    (void)path;
    (void)out;
    errno = ENOENT;
    return -1;
}

DIR *opendir(const char *path)
{
    (void)path;
    errno = ENOENT;
    return NULL;
}

struct dirent *readdir(DIR *dir)
{
    (void)dir;
    return NULL;
}

int closedir(DIR *dir)
{
    (void)dir;
    return 0;
}

/* Emscripten would import this to tell its own JavaScript, which is not here. */
void emscripten_notify_memory_growth(size_t memory)
{
    (void)memory;
}
