/* What `openssl x509 -text`, or `-ext subjectAltName`, says of one certificate. */
#include "evidence/parser.h"
#include "evidence/scan.h"

static const char *const san_label = "X509v3 Subject Alternative Name:";

static bool begins(const struct reader *reader, u32 line)
{
    str text = str_trim(reader_line(reader, line));
    return str_eq(text, STR("Certificate:")) || str_starts(text, str_of(san_label));
}

static void read_line(struct reader *reader, struct backend_fact *fact, str text)
{
    str value;
    if (scan_labelled(text, STR("Subject:"), &value))
        fact->subject = value;
    else if (scan_labelled(text, STR("Issuer:"), &value))
        fact->issuer = value;
    else if (scan_labelled(text, STR("Public Key Algorithm:"), &value))
        scan_key(fact, value);
    else if (scan_labelled(text, STR("Public-Key:"), &value) ||
             scan_labelled(text, STR("RSA Public-Key:"), &value))
        fact->key_bits = scan_number(value);
    else if (str_starts(text, STR("DNS:")) || str_starts(text, STR("IP Address:")))
        scan_push_names(reader, &fact->dns, text, false);
}

/* A bare list of names: the label and one line. */
static u32 extent(const struct reader *reader, u32 line)
{
    if (!str_eq(str_trim(reader_line(reader, line)), STR("Certificate:")))
        return line < reader->plain.line_count ? 2 : 1;
    u32 count = 1;
    for (u32 next = line + 1; next <= reader->plain.line_count; next++, count++) {
        str text = reader_line(reader, next);
        bool inside = str_starts(text, STR(" ")) || str_starts(text, STR("\t"));
        if (!inside)
            break;
    }
    return count;
}

static u32 read(struct reader *reader, u32 line)
{
    u32 count = extent(reader, line);
    struct backend_fact *fact = reader_backend(reader, line, EVIDENCE_X509_TEXT);
    for (u32 i = 0; i < count; i++)
        read_line(reader, fact, str_trim(reader_line(reader, line + i)));
    fact->at = reader_span(reader, line, count);
    return count;
}

const struct parser parser_x509_text = {EVIDENCE_X509_TEXT, "openssl x509", begins, read};
