/*
 * nmap's ssl-enum-ciphers, as text. A port is a fact. The script offers each
 * version that it knows with each suite that it knows, so a version that a
 * finished list does not have is refused; TLS 1.3 only since 7.93 for certain.
 */
#include "evidence/parser.h"
#include "evidence/scan.h"

enum {
    NMAP_TRIES = PROTOCOL_SSL3 | PROTOCOL_TLS1 | PROTOCOL_TLS1_1 | PROTOCOL_TLS1_2,
    NMAP_TLS13 = 793, /* major * 100 + minor */
};

static const char *const why_no_script =
    "nmap: no ssl-enum-ciphers in it; a port without that list proves nothing about TLS";

struct scan {
    struct reader *reader;
    str host; /* of "Nmap scan report for ..." */
    str address;
    u32 version;
    u32 port;
    u32 fact;     /* index + 1 of the one that is being filled */
    u32 protocol; /* whose suites follow */
    bool in_ciphers;
    u32 found; /* facts */
};

static const char *const starts[] = {"Starting Nmap ", "Nmap scan report for ",
                                     "| ssl-enum-ciphers", "|   TLSv1", "|   SSLv"};

static bool begins(const struct reader *reader, u32 line)
{
    str text = reader_line(reader, line);
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (str_starts(text, str_of(starts[i])))
            return true;
    return false;
}

static struct backend_fact *fact_of(struct scan *scan, u32 line)
{
    if (scan->fact)
        return &scan->reader->backends[scan->fact - 1];
    struct backend_fact *fact = reader_backend(scan->reader, line, EVIDENCE_NMAP);
    scan_host(fact, scan->host);
    if (scan->address.len)
        scan_host(fact, scan->address);
    fact->port = scan->port;
    scan->fact = scan->reader->backend_count;
    scan->found++;
    return fact;
}

/* What was not in a list that came to its end was refused. */
static void finish(struct scan *scan, bool whole)
{
    if (!scan->fact)
        return;
    struct backend_fact *fact = fact_of(scan, 0);
    if (whole) {
        u32 tried = NMAP_TRIES | (scan->version >= NMAP_TLS13 ? PROTOCOL_TLS1_3 : 0);
        fact->complete = scan_listed(fact);
        fact->refused = tried & ~fact->offered;
    }
    scan_settle(fact);
    scan->fact = 0;
    scan->in_ciphers = false;
    scan->protocol = 0;
}

/* "Nmap scan report for be.example (192.0.2.9)" */
static bool read_report(struct scan *scan, str text)
{
    str rest;
    if (!scan_labelled(text, STR("Nmap scan report for"), &rest))
        return false;
    finish(scan, false);
    scan->host = str_word(&rest);
    rest = str_trim(rest);
    scan->address = str_starts(rest, STR("(")) ? str_sub(rest, 1, rest.len - 1) : (str){0};
    scan->port = 0;
    return true;
}

/* "443/tcp open  https" */
static bool read_port(struct scan *scan, str text)
{
    str rest = text;
    str word = str_word(&rest);
    u32 slash = str_find(word, STR("/tcp"));
    u32 port = 0;
    if (slash == STR_NONE || !str_to_u32(str_sub(word, 0, slash), &port) || port > 65535)
        return false;
    finish(scan, false);
    scan->port = port;
    return true;
}

/* "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 (ecdh_x25519) - A" */
static void read_cipher(struct scan *scan, u32 line, str text)
{
    str rest = text;
    str name = str_word(&rest);
    str ake = STR("TLS_AKE_WITH_");
    if (!str_starts(name, STR("TLS_")) && !str_starts(name, STR("SSL_")))
        return;
    if (str_starts(name, ake))
        name = str_fmt(scan->reader->arena, "TLS_%.*s", STR_ARG(str_from(name, ake.len)));
    struct backend_fact *fact = fact_of(scan, line);
    struct backend_cipher *cipher = scan_cipher(scan->reader, fact, name, scan->protocol);
    rest = str_trim(rest);
    if (str_starts(rest, STR("(")))
        cipher->exchange = str_sub(rest, 1, str_find_char(rest, ')'));
    scan_exchange(scan->reader, fact, cipher->exchange);
    fact->offered |= scan->protocol;
}

/* A line behind "|" or "|_", without them. */
static void read_script(struct scan *scan, u32 line, str text)
{
    str rest;
    u32 protocol = scan_protocol_start(text, &rest);
    if (protocol && str_starts(rest, STR(":"))) {
        scan->protocol = protocol;
        scan->in_ciphers = false;
        /* "TLSv1.0: No supported ciphers found" */
        if (!str_trim(str_from(rest, 1)).len)
            fact_of(scan, line);
        return;
    }
    if (str_starts(text, STR("ciphers:")))
        scan->in_ciphers = scan->protocol != 0;
    else if (str_ends(text, STR(":")))
        scan->in_ciphers = false;
    else if (scan->in_ciphers)
        read_cipher(scan, line, text);
}

static void read_version(struct scan *scan, str text)
{
    str rest;
    if (!scan_labelled(text, STR("Starting Nmap"), &rest))
        return;
    str number = str_word(&rest);
    u32 major = scan_number(str_cut(&number, '.'));
    u32 minor = scan_number(number);
    scan->version = major < 1000 && minor < 100 ? major * 100 + minor : 0;
}

static bool belongs(str line)
{
    static const char *const others[] = {
        "Nmap ", "Starting Nmap ",  "Host ",     "PORT ",    "Not shown:", "Service ",
        "rDNS ", "Other addresses", "Read data", "MAC Addr", "Warning:"};
    if (str_starts(line, STR("|")))
        return true;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (str_starts(line, str_of(others[i])))
            return true;
    str rest = line;
    return str_ends(str_word(&rest), STR("/tcp"));
}

static void read_line(struct scan *scan, u32 line)
{
    str text = reader_line(scan->reader, line);
    read_version(scan, text);
    if (read_report(scan, text) || read_port(scan, text) || !str_starts(text, STR("|")))
        return;
    bool last = str_starts(text, STR("|_"));
    text = str_trim(str_from(text, last ? 2 : 1));
    if (!str_starts(text, STR("ssl-enum-ciphers")))
        read_script(scan, line, text);
    if (scan->fact && last)
        finish(scan, str_starts(text, STR("least strength")));
}

/* What stands around the ports belongs to the first and the last of them. */
static void frame(struct reader *reader, u32 facts, span piece)
{
    reader->backends[reader->backend_count - facts].at.start = piece.start;
    reader->backends[reader->backend_count - 1].at.end = piece.end;
}

static u32 read(struct reader *reader, u32 line)
{
    struct scan scan = {.reader = reader};
    u32 count = 0;
    for (u32 next = line; next <= reader->plain.line_count; next++) {
        str text = reader_line(reader, next);
        if (!str_trim(text).len)
            continue;
        if (!belongs(text) || (count && str_starts(text, STR("Starting Nmap "))))
            break;
        read_line(&scan, next);
        count = next - line + 1;
        if (scan.fact)
            reader->backends[scan.fact - 1].at.end = reader_span(reader, next, 1).end;
    }
    finish(&scan, false);
    if (!scan.found)
        reader_unread(reader, line, count, EVIDENCE_NMAP, why_no_script);
    else
        frame(reader, scan.found, reader_span(reader, line, count));
    return count;
}

const struct parser parser_nmap = {EVIDENCE_NMAP, "nmap ssl-enum-ciphers", begins, read};
