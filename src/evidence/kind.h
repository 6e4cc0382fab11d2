/*
 * kind: the kinds of evidence that are told apart.
 *
 * A kind is detected by its look; parser.h has one parser for each.
 */
#ifndef TLSMEND_EVIDENCE_KIND_H
#define TLSMEND_EVIDENCE_KIND_H

enum evidence_kind {
    EVIDENCE_UNKNOWN,
    EVIDENCE_ERROR_LOG,
    EVIDENCE_NGINX_TEST,    /* nginx -t */
    EVIDENCE_NGINX_VERSION, /* nginx -V */
    EVIDENCE_NGINX_DUMP,    /* nginx -T */
    EVIDENCE_PEM,
    EVIDENCE_X509_TEXT, /* openssl x509 -text, or a part of it */
    EVIDENCE_S_CLIENT,
    EVIDENCE_NMAP,
    EVIDENCE_NMAP_XML,
    EVIDENCE_SSLSCAN,
    EVIDENCE_SSLSCAN_XML,
    EVIDENCE_TESTSSL_TEXT,
    EVIDENCE_TESTSSL_JSON,
    EVIDENCE_SSLYZE_JSON,
    EVIDENCE_CIPHERS_V,    /* openssl ciphers -V */
    EVIDENCE_NGINX_CONFIG, /* a backend's configuration */
    EVIDENCE_HTTP_ANSWER,  /* an error page or status line */
    EVIDENCE_COMMAND,      /* a command line, not what it printed */
};

#endif
