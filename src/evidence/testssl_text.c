/* testssl.sh's text. Each of its lines is a finding of its JSON in other words. */
#include "evidence/parser.h"
#include "evidence/testssl.h"

struct scan {
    struct reader *reader;
    struct backend_fact *fact;
    u32 protocol; /* whose suites follow: a line of its own in the list */
    bool in_ciphers;
    u32 finished; /* versions whose list another line followed */
};

/* "-->> 127.0.0.1:443 (be) <<--": what is between, or nothing. */
static str target_of(str text)
{
    u32 start = str_find(text, STR("-->> "));
    u32 end = str_find(text, STR(" <<--"));
    if (start == STR_NONE || end == STR_NONE || end < start + 5)
        return (str){0};
    return str_sub(text, start + 5, end);
}

static bool is_done(str text)
{
    return str_starts(str_trim(text), STR("Done "));
}

static bool begins(const struct reader *reader, u32 line)
{
    str text = reader_line(reader, line);
    return (str_has(text, STR("Testing protocols ")) && str_has(text, STR("via sockets"))) ||
           target_of(text).len || str_has(text, STR("Testing server defaults (Server Hello)"));
}

static const struct {
    const char *label;
    const char *id;
} labels[] = {
    {"Common Name (CN)", "cert_commonName"},
    {"subjectAltName (SAN)", "cert_subjectAltName"},
    {"Server key size", "cert_keySize"},
    {"# of certificates provided", "certs_countServer"},
    {"Client Authentication", "clientAuth"},
    {"CA List for Client Auth", "clientAuth_CA_list"},
    {"ALPN/HTTP2", "ALPN"},
};

static bool read_label(struct scan *scan, str text)
{
    str value;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (scan_labelled(text, str_of(labels[i].label), &value)) {
            testssl_finding(scan->reader, scan->fact, str_of(labels[i].id), value);
            return true;
        }
    if (!scan_labelled(text, STR("Issuer"), &value))
        return false;
    scan->fact->issuer = value;
    return true;
}

static void read_target(struct scan *scan, str target)
{
    str address = str_word(&target);
    str host = str_trim(target);
    scan_host_port(scan->fact, address);
    if (str_starts(host, STR("(")) && str_ends(host, STR(")")))
        scan_host(scan->fact, str_sub(host, 1, host.len - 1));
}

static void next_list(struct scan *scan, u32 protocol)
{
    scan->finished |= scan->protocol;
    scan->protocol = protocol;
}

static void read_line(struct scan *scan, str line)
{
    str text = str_trim(line);
    str rest;
    u32 protocol = scan_protocol_start(text, &rest);
    if (target_of(text).len)
        read_target(scan, target_of(text));
    if (str_starts(text, STR("Hexcode ")))
        scan->in_ciphers = true;
    else if (protocol && scan->in_ciphers)
        next_list(scan, protocol);
    else if (protocol)
        testssl_finding(scan->reader, scan->fact, str_sub(text, 0, text.len - rest.len),
                        str_trim(rest));
    else if (scan->in_ciphers && is_done(text))
        next_list(scan, 0);
    else if (scan->in_ciphers)
        testssl_cipher(scan->reader, scan->fact, scan->protocol, text);
    else
        read_label(scan, text);
}

/* Behind its "Done" line, or where the next target begins. */
static bool is_next(const struct reader *reader, u32 line)
{
    str before = reader_line(reader, line - 1);
    str text = reader_line(reader, line);
    bool done = is_done(before) && target_of(before).len;
    return done || (target_of(text).len && !is_done(text));
}

static u32 read(struct reader *reader, u32 line)
{
    u32 count = scan_extent(reader, line, EVIDENCE_TESTSSL_TEXT, is_next);
    struct scan scan = {.reader = reader};
    scan.fact = reader_backend(reader, line, EVIDENCE_TESTSSL_TEXT);
    for (u32 i = 0; i < count; i++)
        read_line(&scan, reader_line(reader, line + i));
    scan.fact->at = reader_span(reader, line, count);
    scan.fact->complete = scan.finished & scan.fact->offered;
    testssl_settle(scan.fact);
    return count;
}

const struct parser parser_testssl_text = {EVIDENCE_TESTSSL_TEXT, "testssl.sh", begins, read};
