/*
 * sslscan's text. It tries every version and every suite that its OpenSSL has;
 * the versions come first, so a text that is cut off is still right about them.
 */
#include "evidence/parser.h"
#include "evidence/scan.h"

enum section { SECTION_OTHER, SECTION_PROTOCOLS, SECTION_CIPHERS, SECTION_GROUPS, SECTION_ISSUERS };

struct scan {
    struct reader *reader;
    struct backend_fact *fact;
    enum section section;
    bool ciphers_end; /* something follows the list of suites */
    bool has_ciphers;
};

static bool is_target(const struct reader *reader, u32 line)
{
    return str_starts(str_trim(reader_line(reader, line)), STR("Testing SSL server "));
}

/* "Version: 2.0.7", "OpenSSL 3.0.19 27 Jan 2026", "Connected to 192.0.2.9" */
static bool is_head(const struct reader *reader, u32 line)
{
    str text = str_trim(reader_line(reader, line));
    str next = str_trim(reader_line(reader, line + 1));
    bool version = str_starts(text, STR("Version: ")) && str_starts(next, STR("OpenSSL "));
    return version || (str_starts(text, STR("Connected to ")) && is_target(reader, line + 2));
}

static bool begins_target(const struct reader *reader, u32 line)
{
    return is_target(reader, line) || is_head(reader, line);
}

static bool begins(const struct reader *reader, u32 line)
{
    str text = str_trim(reader_line(reader, line));
    return begins_target(reader, line) || str_starts(text, STR("Supported Server Cipher(s)")) ||
           (str_starts(text, STR("SSL/TLS Protocols:")) && text.len < 60);
}

/* "Testing SSL server 127.0.0.1 on port 8443 using SNI name api.example.com" */
static void read_target(struct scan *scan, str rest)
{
    scan_host(scan->fact, str_word(&rest));
    for (str word = str_word(&rest); word.len; word = str_word(&rest)) {
        if (str_eq(word, STR("port")))
            scan->fact->port = scan_number(str_word(&rest));
        if (!str_eq(word, STR("name")))
            continue;
        scan->fact->sni = SNI_SENT;
        scan->fact->sni_name = str_word(&rest);
    }
}

static bool read_section(struct scan *scan, str text)
{
    static const struct {
        const char *title;
        enum section section;
    } sections[] = {
        {"SSL/TLS Protocols:", SECTION_PROTOCOLS},
        {"Supported Server Cipher(s)", SECTION_CIPHERS},
        {"Server Key Exchange Group(s)", SECTION_GROUPS},
        {"Acceptable client certificate CA names", SECTION_ISSUERS},
        {"SSL Certificate:", SECTION_OTHER},
        {"Server Signature Algorithm(s)", SECTION_OTHER},
        {"TLS Fallback SCSV:", SECTION_OTHER},
        {"TLS renegotiation:", SECTION_OTHER},
        {"TLS Compression:", SECTION_OTHER},
        {"Heartbleed:", SECTION_OTHER},
        {"OCSP Stapling Request:", SECTION_OTHER},
    };
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (str_starts(text, str_of(sections[i].title))) {
            scan->ciphers_end |= scan->section == SECTION_CIPHERS;
            scan->section = sections[i].section;
            scan->has_ciphers |= scan->section == SECTION_CIPHERS;
            return true;
        }
    return false;
}

static void read_protocol(struct scan *scan, str text)
{
    str rest;
    u32 protocol = scan_protocol_start(text, &rest);
    rest = str_trim(rest);
    if (protocol && str_starts(rest, STR("enabled")))
        scan->fact->offered |= protocol;
    if (protocol && str_starts(rest, STR("disabled")))
        scan->fact->refused |= protocol;
}

/* "Accepted  TLSv1.2  256 bits  ECDHE-RSA-AES256-GCM-SHA384   Curve 25519 DHE 253" */
static void read_cipher(struct scan *scan, str text)
{
    str rest = text;
    str word = str_word(&rest);
    if (!str_eq(word, STR("Preferred")) && !str_eq(word, STR("Accepted")))
        return;
    u32 protocol = scan_protocol(str_word(&rest));
    str_word(&rest);
    if (!str_eq(str_word(&rest), STR("bits")) || !protocol)
        return;
    str name = str_word(&rest);
    if (!name.len)
        return;
    struct backend_cipher *cipher = scan_cipher(scan->reader, scan->fact, name, protocol);
    scan->fact->offered |= protocol;
    rest = str_trim(rest);
    if (str_starts(rest, STR("Curve "))) {
        str_word(&rest);
        cipher->exchange = str_word(&rest);
        return; /* the groups have a list of their own */
    }
    cipher->exchange = rest;
    if (str_starts(rest, STR("DHE ")))
        scan_exchange(scan->reader, scan->fact, rest);
}

/* "TLSv1.3  128 bits  secp256r1 (NIST P-256)" */
static void read_group(struct scan *scan, str text)
{
    str rest = text;
    if (!scan_protocol(str_word(&rest)))
        return;
    str_word(&rest);
    if (str_eq(str_word(&rest), STR("bits")))
        scan_push_once(scan->reader, &scan->fact->groups, str_word(&rest));
}

static void read_certificate(struct scan *scan, str text)
{
    str value;
    struct backend_fact *fact = scan->fact;
    if (scan_labelled(text, STR("RSA Key Strength:"), &value)) {
        fact->key = KEY_RSA;
        fact->key_bits = scan_number(value);
    } else if (scan_labelled(text, STR("ECC Curve Name:"), &value))
        fact->key = KEY_EC;
    else if (scan_labelled(text, STR("Subject:"), &value))
        fact->subject = fact->common_name = value;
    else if (scan_labelled(text, STR("Altnames:"), &value))
        scan_push_names(scan->reader, &fact->dns, value, false);
    else if (scan_labelled(text, STR("Issuer:"), &value))
        fact->issuer = value;
    else if (scan_labelled(text, STR("Connected to"), &value))
        scan_host(fact, value);
}

static void read_line(struct scan *scan, str text)
{
    str value;
    if (!text.len || read_section(scan, text))
        return;
    if (scan_labelled(text, STR("Testing SSL server"), &value)) {
        read_target(scan, value);
        return;
    }
    switch (scan->section) {
    case SECTION_PROTOCOLS:
        read_protocol(scan, text);
        break;
    case SECTION_CIPHERS:
        read_cipher(scan, text);
        break;
    case SECTION_GROUPS:
        read_group(scan, text);
        break;
    case SECTION_ISSUERS:
        scan_push(scan->reader, &scan->fact->client_issuers, text);
        scan->fact->client_auth = CLIENT_AUTH_REQUESTED;
        break;
    case SECTION_OTHER:
        read_certificate(scan, text);
        break;
    }
}

/* One target a fact. Its own head and "Testing SSL server" are the first few lines. */
static u32 extent(const struct reader *reader, u32 line)
{
    enum { HEAD = 8 };
    u32 target = 0;
    while (target < HEAD && !is_target(reader, line + target))
        target++;
    u32 skip = target < HEAD ? target : 0;
    return skip + scan_extent(reader, line + skip, EVIDENCE_SSLSCAN, begins_target);
}

static u32 read(struct reader *reader, u32 line)
{
    u32 count = extent(reader, line);
    struct scan scan = {.reader = reader};
    scan.fact = reader_backend(reader, line, EVIDENCE_SSLSCAN);
    for (u32 i = 0; i < count; i++)
        read_line(&scan, str_trim(reader_line(reader, line + i)));
    scan.fact->at = reader_span(reader, line, count);
    if (scan.ciphers_end)
        scan.fact->complete = scan_listed(scan.fact);
    scan_settle(scan.fact);
    return count;
}

const struct parser parser_sslscan = {EVIDENCE_SSLSCAN, "sslscan", begins, read};
