/* The XML of sslscan (--xml) and of nmap's ssl-enum-ciphers (-oX). */
#include "evidence/parser.h"
#include "evidence/scan.h"
#include "evidence/xml.h"

struct scan {
    struct reader *reader;
    struct xml xml;
    u32 line;
    struct backend_fact *fact;
    u32 found;
    str host; /* nmap: of the host and port that are being read */
    str address;
    u32 port;
    u32 protocol;
    struct backend_cipher cipher;
    bool in_ciphers;
    bool in_certificate;
};

/* --- Extents -------------------------------------------------------------- */

static bool line_has(const struct reader *reader, u32 line, str what)
{
    return str_has(reader_line(reader, line), what);
}

static u32 extent(const struct reader *reader, u32 line, str end)
{
    for (u32 next = line; next <= reader->plain.line_count; next++)
        if (line_has(reader, next, end))
            return next - line + 1;
    return reader->plain.line_count - line + 1;
}

static str text_of(const struct reader *reader, u32 line, u32 count)
{
    u32 start = source_line(&reader->plain, line).start;
    u32 end = source_line(&reader->plain, line + count - 1).end;
    return str_sub(reader->plain.text, start, end);
}

/* "<?xml ...", comments and a style sheet may stand before the root. */
static bool leads_to(const struct reader *reader, u32 line, str root)
{
    enum { HEAD = 8 };
    for (u32 i = 0; i < HEAD; i++) {
        str text = str_trim(reader_line(reader, line + i));
        if (str_starts(text, root))
            return true;
        bool head = str_starts(text, STR("<?")) || str_starts(text, STR("<!"));
        if (!head)
            return false;
    }
    return false;
}

static void end_facts(struct scan *scan, u32 before, u32 count)
{
    struct reader *reader = scan->reader;
    for (u32 i = before; i < reader->backend_count; i++) {
        reader->backends[i].at = reader_span(reader, scan->line, count);
        scan_settle(&reader->backends[i]);
    }
}

/* --- sslscan -------------------------------------------------------------- */

static void sslscan_target(struct scan *scan)
{
    scan->fact = reader_backend(scan->reader, scan->line, EVIDENCE_SSLSCAN_XML);
    scan_host(scan->fact, xml_attribute(&scan->xml, STR("host")));
    scan->fact->port = scan_number(xml_attribute(&scan->xml, STR("port")));
    scan->fact->sni_name = xml_attribute(&scan->xml, STR("sniname"));
    scan->fact->sni = scan->fact->sni_name.len ? SNI_SENT : SNI_UNKNOWN;
    scan->in_certificate = false;
}

static void sslscan_protocol(struct scan *scan)
{
    bool tls = str_eq(xml_attribute(&scan->xml, STR("type")), STR("tls"));
    str word = str_fmt(scan->reader->arena, "%sv%.*s", tls ? "TLS" : "SSL",
                       STR_ARG(xml_attribute(&scan->xml, STR("version"))));
    u32 protocol = scan_protocol(word);
    str enabled = xml_attribute(&scan->xml, STR("enabled"));
    if (str_eq(enabled, STR("1")))
        scan->fact->offered |= protocol;
    else if (str_eq(enabled, STR("0")))
        scan->fact->refused |= protocol;
}

static void sslscan_cipher(struct scan *scan)
{
    u32 protocol = scan_protocol(xml_attribute(&scan->xml, STR("sslversion")));
    str name = xml_attribute(&scan->xml, STR("cipher"));
    if (!protocol || !name.len)
        return;
    struct backend_cipher *cipher = scan_cipher(scan->reader, scan->fact, name, protocol);
    cipher->exchange = xml_attribute(&scan->xml, STR("curve"));
    scan->fact->offered |= protocol;
    u32 bits = scan_number(xml_attribute(&scan->xml, STR("dhebits")));
    if (bits && (!scan->fact->dh_bits || bits < scan->fact->dh_bits))
        scan->fact->dh_bits = bits;
}

static void sslscan_certificate(struct scan *scan)
{
    const struct xml *xml = &scan->xml;
    struct backend_fact *fact = scan->fact;
    if (xml_is(xml, "pk")) {
        scan_key(fact, xml_attribute(xml, STR("type")));
        fact->key_bits = scan_number(xml_attribute(xml, STR("bits")));
    } else if (xml_is(xml, "subject"))
        fact->subject = fact->common_name = str_trim(xml->text);
    else if (xml_is(xml, "issuer"))
        fact->issuer = str_trim(xml->text);
    else if (xml_is(xml, "altnames"))
        scan_push_names(scan->reader, &fact->dns, xml->text, false);
}

static void sslscan_tag(struct scan *scan)
{
    if (xml_is(&scan->xml, "ssltest"))
        sslscan_target(scan);
    if (!scan->fact)
        return;
    if (xml_is(&scan->xml, "protocol"))
        sslscan_protocol(scan);
    else if (xml_is(&scan->xml, "cipher"))
        sslscan_cipher(scan);
    else if (xml_is(&scan->xml, "group"))
        scan_push_once(scan->reader, &scan->fact->groups, xml_attribute(&scan->xml, STR("name")));
    else if (xml_is(&scan->xml, "certificates")) {
        scan->in_certificate = true;
        scan->fact->complete = scan_listed(scan->fact); /* the suites are all behind us */
    } else if (scan->in_certificate)
        sslscan_certificate(scan);
}

static bool sslscan_begins(const struct reader *reader, u32 line)
{
    return leads_to(reader, line, STR("<document title=\"SSLScan")) ||
           leads_to(reader, line, STR("<ssltest "));
}

static u32 sslscan_read(struct reader *reader, u32 line)
{
    bool document = leads_to(reader, line, STR("<document"));
    u32 count = extent(reader, line, document ? STR("</document>") : STR("</ssltest>"));
    struct scan scan = {.reader = reader, .line = line};
    u32 before = reader->backend_count;
    scan.xml = xml_open(text_of(reader, line, count));
    while (xml_next(&scan.xml))
        sslscan_tag(&scan);
    end_facts(&scan, before, count);
    return count;
}

const struct parser parser_sslscan_xml = {EVIDENCE_SSLSCAN_XML, "sslscan XML", sslscan_begins,
                                          sslscan_read};

/* --- nmap ----------------------------------------------------------------- */

static const char *const why_no_script =
    "nmap XML: no ssl-enum-ciphers in it; a port without that list proves nothing about TLS";

static void nmap_where(struct scan *scan)
{
    const struct xml *xml = &scan->xml;
    if (xml_is(xml, "host"))
        scan->host = scan->address = (str){0};
    else if (xml_is(xml, "address") && !str_eq(xml_attribute(xml, STR("addrtype")), STR("mac")))
        scan->address = xml_attribute(xml, STR("addr"));
    else if (xml_is(xml, "hostname"))
        scan->host = xml_attribute(xml, STR("name"));
    else if (xml_is(xml, "port"))
        scan->port = scan_number(xml_attribute(xml, STR("portid")));
}

static void nmap_script(struct scan *scan)
{
    if (!str_eq(xml_attribute(&scan->xml, STR("id")), STR("ssl-enum-ciphers"))) {
        scan->fact = NULL;
        return;
    }
    scan->fact = reader_backend(scan->reader, scan->line, EVIDENCE_NMAP_XML);
    scan_host(scan->fact, scan->host);
    scan_host(scan->fact, scan->address);
    scan->fact->port = scan->port;
    scan->protocol = 0;
    scan->in_ciphers = false;
}

static void nmap_cipher_end(struct scan *scan)
{
    str ake = STR("TLS_AKE_WITH_");
    str name = scan->cipher.name;
    if (!name.len || !scan->protocol)
        return;
    if (str_starts(name, ake))
        name = str_fmt(scan->reader->arena, "TLS_%.*s", STR_ARG(str_from(name, ake.len)));
    struct backend_cipher *cipher = scan_cipher(scan->reader, scan->fact, name, scan->protocol);
    cipher->exchange = scan->cipher.exchange;
    scan_exchange(scan->reader, scan->fact, cipher->exchange);
    scan->fact->offered |= scan->protocol;
}

static void nmap_table(struct scan *scan)
{
    str key = xml_attribute(&scan->xml, STR("key"));
    u32 protocol = scan_protocol(key);
    if (protocol)
        scan->protocol = protocol;
    if (key.len)
        scan->in_ciphers = str_eq(key, STR("ciphers"));
    scan->cipher = (struct backend_cipher){0};
}

static void nmap_elem(struct scan *scan)
{
    str key = xml_attribute(&scan->xml, STR("key"));
    if (str_eq(key, STR("name")))
        scan->cipher.name = str_trim(scan->xml.text);
    else if (str_eq(key, STR("kex_info")))
        scan->cipher.exchange = str_trim(scan->xml.text);
    else if (str_eq(key, STR("least strength"))) {
        /* The list came to its end. */
        scan->fact->complete = scan_listed(scan->fact);
        scan->fact->refused = (PROTOCOL_SSL3 | PROTOCOL_TLS1 | PROTOCOL_TLS1_1 | PROTOCOL_TLS1_2) &
                              ~scan->fact->offered;
    }
}

static void nmap_tag(struct scan *scan)
{
    nmap_where(scan);
    if (xml_is(&scan->xml, "script"))
        nmap_script(scan);
    else if (xml_is(&scan->xml, "/script"))
        scan->fact = NULL;
    if (!scan->fact)
        return;
    if (xml_is(&scan->xml, "table"))
        nmap_table(scan);
    else if (xml_is(&scan->xml, "elem"))
        nmap_elem(scan);
    else if (xml_is(&scan->xml, "/table") && scan->in_ciphers) {
        nmap_cipher_end(scan);
        scan->cipher = (struct backend_cipher){0};
    }
}

static bool nmap_begins(const struct reader *reader, u32 line)
{
    return leads_to(reader, line, STR("<nmaprun "));
}

static u32 nmap_read(struct reader *reader, u32 line)
{
    u32 count = extent(reader, line, STR("</nmaprun>"));
    struct scan scan = {.reader = reader, .line = line};
    u32 before = reader->backend_count;
    scan.xml = xml_open(text_of(reader, line, count));
    while (xml_next(&scan.xml))
        nmap_tag(&scan);
    end_facts(&scan, before, count);
    if (before == reader->backend_count)
        reader_unread(reader, line, count, EVIDENCE_NMAP_XML, why_no_script);
    return count;
}

const struct parser parser_nmap_xml = {EVIDENCE_NMAP_XML, "nmap XML", nmap_begins, nmap_read};
