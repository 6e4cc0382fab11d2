#include "evidence/testssl.h"

static void read_protocol(struct backend_fact *fact, u32 protocol, str finding)
{
    if (str_starts(finding, STR("not offered")))
        fact->refused |= protocol;
    else if (str_starts(finding, STR("offered")))
        fact->offered |= protocol;
}

static void read_client_auth(struct backend_fact *fact, str finding)
{
    if (str_starts(finding, STR("none")))
        fact->client_auth = CLIENT_AUTH_NONE;
    else if (str_starts(finding, STR("optional")))
        fact->client_auth = CLIENT_AUTH_OPTIONAL;
    else if (str_starts(finding, STR("required")))
        fact->client_auth = CLIENT_AUTH_REQUIRED;
}

/* "xc030" */
static bool is_hex_code(str word)
{
    u64 ignored;
    return word.len >= 2 && word.p[0] == 'x' && str_to_hex(str_from(word, 1), &ignored);
}

void testssl_cipher(struct reader *reader, struct backend_fact *fact, u32 protocol, str row)
{
    str rest = row;
    str code = str_word(&rest);
    str name = str_word(&rest);
    if (!protocol || !is_hex_code(code) || !name.len)
        return;
    str exchange = str_word(&rest);
    str bits = str_word(&rest);
    u32 number = 0;
    struct backend_cipher *cipher = scan_cipher(reader, fact, name, protocol);
    fact->offered |= protocol;
    if (!str_to_u32(bits, &number))
        return;
    cipher->exchange = str_fmt(reader->arena, "%.*s %u", STR_ARG(exchange), number);
    if (str_eq(exchange, STR("DH")))
        scan_exchange(reader, fact, cipher->exchange);
}

static bool read_named(struct reader *reader, struct backend_fact *fact, str id, str finding)
{
    if (str_eq(id, STR("cert_commonName")))
        fact->common_name = fact->subject = finding;
    else if (str_eq(id, STR("cert_subjectAltName")))
        scan_push_names(reader, &fact->dns, finding, true);
    else if (str_eq(id, STR("cert_caIssuers")))
        fact->issuer = finding;
    else if (str_eq(id, STR("cert_keySize")))
        scan_key(fact, finding);
    else if (str_eq(id, STR("certs_countServer")))
        fact->sent = scan_number(finding);
    else if (str_eq(id, STR("clientAuth")))
        read_client_auth(fact, finding);
    else if (str_eq(id, STR("clientAuth_CA_list")) && !str_starts(finding, STR("empty")))
        scan_push(reader, &fact->client_issuers, finding);
    else if (str_eq(id, STR("ALPN")))
        fact->alpn = str_has(finding, STR("not offered"))
                         ? (str){0}
                         : str_sub(finding, 0, str_find(finding, STR(" (offered)")));
    else
        return false;
    return true;
}

/* "-----BEGIN CERTIFICATE----- MII... ...= -----END CERTIFICATE-----" on one line */
static void read_pem(struct reader *reader, struct backend_fact *fact, str text)
{
    str begin = STR("-----BEGIN CERTIFICATE-----");
    str end = STR("-----END CERTIFICATE-----");
    u32 stop = str_find(text, end);
    if (!str_starts(text, begin) || stop == STR_NONE)
        return;
    struct buf out = buf_new(reader->arena);
    buf_fmt(&out, "%.*s\n", STR_ARG(begin));
    str body = str_sub(text, begin.len, stop);
    for (str word = str_word(&body); word.len; word = str_word(&body))
        buf_fmt(&out, "%.*s\n", STR_ARG(word));
    buf_fmt(&out, "%.*s\n", STR_ARG(end));
    scan_push(reader, &fact->pems, buf_view(&out));
}

void testssl_finding(struct reader *reader, struct backend_fact *fact, str id, str finding)
{
    u32 protocol = scan_protocol(id);
    if (protocol) {
        read_protocol(fact, protocol, finding);
        return;
    }
    if (read_named(reader, fact, id, finding))
        return;
    if (str_eq(id, STR("cert"))) {
        read_pem(reader, fact, finding);
        return;
    }
    /* "cipher-tls1_2_xc030": "TLS 1.2   xc030   ECDHE-..."; newer ones leave the version out. */
    str mark = STR("cipher-");
    if (!str_starts(id, mark))
        return;
    str rest = str_from(id, mark.len);
    u32 end = str_find_last(rest, STR("_x"));
    u32 of_id = scan_protocol(str_sub(rest, 0, end));
    str row = finding;
    if (!scan_protocol_start(finding, &row))
        row = finding;
    testssl_cipher(reader, fact, of_id, row);
}

void testssl_settle(struct backend_fact *fact)
{
    scan_settle(fact);
    if (fact->key == KEY_UNKNOWN && fact->key_bits)
        fact->key = KEY_OTHER;
}
