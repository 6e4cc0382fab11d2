/*
 * build_fact: what `nginx -V` says about a build, or as much of it as there is.
 *
 * Ownership and units as in log_fact.h. Versions are kept as written
 * ("1.26.3", "3.0.22"): version_parse reads them.
 */
#ifndef TLSMEND_EVIDENCE_BUILD_FACT_H
#define TLSMEND_EVIDENCE_BUILD_FACT_H

#include "base/str.h"

enum build_flavour {
    BUILD_UNKNOWN,
    BUILD_NGINX,
    BUILD_PLUS,
    BUILD_OPENRESTY,
    BUILD_ANGIE,
    BUILD_FREENGINX,
    BUILD_TENGINE,
};

struct build_fact {
    u32 text;
    u32 line;
    span at;

    enum build_flavour flavour;
    str nginx; /* "1.26.3": the nginx whose directives it has; OpenResty's first three parts */
    str flavour_version; /* "1.12.1" of Angie, "r32" of Plus, "1.27.1.2" of OpenResty; else empty */

    str library; /* "OpenSSL", "LibreSSL", "BoringSSL", "AWS-LC" */
    str openssl; /* the version that runs, where said, else the one built with: "3.0.22" */
    str built_with;
    str running_with; /* empty: the same as built_with */

    /* "debian", "rhel", "alpine", "suse", "freebsd" (as --platform); empty: no sign. A guess
     * from the compiler's name. */
    str platform;
    str compiler;  /* "gcc 12.2.0 (Debian 12.2.0-14)" */
    str configure; /* the arguments, without "configure arguments:"; joined where wrapped */
    bool has_configure;
    bool http_ssl; /* --with-http_ssl_module, and so on; false without has_configure */
    bool stream;
    bool stream_ssl;
    bool mail_ssl;
    bool http_v2;
};

#endif
