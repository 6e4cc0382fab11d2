#include "tls/library.h"

#include <openssl/crypto.h>

str tls_library_version(void)
{
    return str_of(OpenSSL_version(OPENSSL_VERSION_STRING));
}
