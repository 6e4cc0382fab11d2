/*
 * library: the OpenSSL that is linked, by its version.
 *
 * Ownership: static. Errors: none.
 */
#ifndef TLSMEND_TLS_LIBRARY_H
#define TLSMEND_TLS_LIBRARY_H

#include "base/str.h"

/* "3.5.7", of the library that runs, not of the headers it was built with. */
str tls_library_version(void);

#endif
