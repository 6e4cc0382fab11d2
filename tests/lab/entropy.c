/* What src/main_wasm.c gives to OpenSSL in the module; no replay uses it. */
#include <errno.h>
#include <stddef.h>
#include <wasi/api.h>

int getentropy(void *buffer, size_t len);

int getentropy(void *buffer, size_t len)
{
    if (__wasi_random_get(buffer, len) == __WASI_ERRNO_SUCCESS)
        return 0;
    errno = EIO;
    return -1;
}
