/*
 * `openssl s_client`, with and without -showcerts, -brief too; OpenSSL 1.0.2 to
 * 3.5. Its traps: "Verify return code: 0 (ok)" where no handshake was made, "No
 * client certificate CA names sent" where a client certificate is asked for
 * all the same, and no word about whom it dialled before 3.2.
 */
#include "evidence/command.h"
#include "evidence/parser.h"
#include "evidence/pem.h"
#include "evidence/scan.h"

struct session {
    struct reader *reader;
    struct backend_fact *fact;
    bool brief;
    bool connected;  /* "CONNECTED(": TCP was there */
    bool finished;   /* it came as far as "New, ..." or a verify code */
    bool asked;      /* a client certificate was asked for */
    bool in_issuers; /* under "Acceptable client certificate CA names" */
    bool no_peer_cert;
    u32 limit; /* the version that the session names, offered at most, where it failed */
    u32 chain; /* entries of "Certificate chain" */
};

static const char *const starts[] = {
    "CONNECTED(",
    "CONNECTION ESTABLISHED",
    "Connecting to ",
    "Certificate chain",
    "Server certificate",
    "SSL handshake has read ",
    "SSL-Session:",
    "verify error:num=",
    "verify return:",
    "Verify return code:",
    "New, TLSv",
    "New, SSLv",
    "New, (NONE), Cipher",
    "depth=",
    "no peer certificate available",
    "Server Temp Key",
    "Peer Temp Key",
    "Can't use SSL_get_servername",
    "Requested Signature Algorithms:",
    "Protocol version:",
};

/* "4067...:error:0A000410:SSL routines:...": the code, 0: the line is another. */
static u64 error_code(str line)
{
    u32 at = str_find(line, STR(":error:"));
    u64 code = 0;
    if (at == STR_NONE || at == 0 || at > 20)
        return 0;
    return str_to_hex(str_sub(line, at + 7, at + 15), &code) ? code : 0;
}

static bool begins(const struct reader *reader, u32 line)
{
    str text = str_trim(reader_line(reader, line));
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (str_starts(text, str_of(starts[i])))
            return true;
    /* sslscan has a colon there. */
    return str_eq(text, STR("Acceptable client certificate CA names")) || error_code(text) != 0;
}

/* --- One line ------------------------------------------------------------- */

static void read_error(struct session *s, str line)
{
    u64 code = error_code(line);
    const struct reason *reason = reason_by_code(code);
    str mark = STR("SSL alert number ");
    u32 at = str_find(line, mark);
    if (s->fact->alert || (s->fact->reason && at == STR_NONE))
        return; /* the first says why; what follows only says what came of it */
    if (reason)
        s->fact->reason = reason;
    s->fact->alert = at == STR_NONE ? reason_code_alert(code) : scan_number(str_from(line, at));
}

/* "New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384" */
static void read_new(struct session *s, str rest)
{
    str version = str_trim(str_cut(&rest, ','));
    str cipher;
    s->finished = true;
    if (!scan_labelled(rest, STR("Cipher is"), &cipher))
        return;
    if (str_eq(version, STR("(NONE)"))) {
        s->fact->handshake = HANDSHAKE_FAILED;
        return;
    }
    s->fact->handshake = HANDSHAKE_OK;
    /* OpenSSL 1.x writes the suite's own version there, even "TLSv1/SSLv3": "Protocol" has the
     * last word. */
    s->fact->negotiated = scan_protocol(version);
    if (cipher.len)
        scan_cipher(s->reader, s->fact, cipher, 0);
}

static void read_protocol(struct session *s, str value)
{
    u32 protocol = scan_protocol(value);
    if (!protocol)
        return;
    s->limit = protocol;
    if (s->fact->handshake == HANDSHAKE_OK || s->brief)
        s->fact->negotiated = protocol;
}

/* " 0 s:CN = api.example.com", "   i:O = Example, CN = Root" */
static bool read_chain(struct session *s, str text)
{
    str rest = text;
    u32 index = 0;
    str word = str_word(&rest);
    rest = str_trim(rest);
    if (str_to_u32(word, &index) && str_starts(rest, STR("s:")) && index == s->chain) {
        s->chain++;
        if (index == 0)
            s->fact->subject = str_from(rest, 2);
        return true;
    }
    if (s->chain && str_starts(text, STR("a:PKEY:"))) {
        if (s->chain == 1)
            scan_key(s->fact, str_from(text, 7));
        return true;
    }
    if (s->chain == 1 && str_starts(text, STR("i:")))
        s->fact->issuer = str_from(text, 2);
    return s->chain && (str_starts(text, STR("i:")) || str_starts(text, STR("v:")));
}

/* Names of CAs go on up to the next line of another kind. */
static bool read_issuer(struct session *s, str text)
{
    if (!s->in_issuers)
        return false;
    bool name = str_starts(text, STR("/")) || str_has(text, STR("="));
    s->in_issuers = name && !str_starts(text, STR("---"));
    if (s->in_issuers)
        scan_push(s->reader, &s->fact->client_issuers, text);
    return s->in_issuers;
}

static bool read_client_auth(struct session *s, str text)
{
    if (str_starts(text, STR("Acceptable client certificate CA names"))) {
        s->in_issuers = true;
        s->asked = true;
        return true;
    }
    bool asks = str_starts(text, STR("Requested Signature Algorithms:")) ||
                str_starts(text, STR("Client Certificate Types:"));
    s->asked |= asks;
    return asks;
}

/* "21 (unable to verify the first certificate)" */
static void read_verify(struct session *s, str value)
{
    u32 code = 0;
    str rest = value;
    s->finished = true;
    if (!str_to_u32(str_word(&rest), &code))
        return;
    s->fact->has_verify_code = true;
    s->fact->verify_code = code;
    rest = str_trim(rest);
    bool round = str_starts(rest, STR("(")) && str_ends(rest, STR(")"));
    s->fact->verify_text = round ? str_sub(rest, 1, rest.len - 1) : rest;
}

static bool read_group(struct session *s, str text)
{
    static const char *const labels[] = {"Server Temp Key", "Peer Temp Key",
                                         "Negotiated TLS1.3 group"};
    str value;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (scan_labelled(text, str_of(labels[i]), &value)) {
            scan_exchange(s->reader, s->fact, value);
            return true;
        }
    return false;
}

static bool read_session(struct session *s, str text)
{
    str value;
    if (scan_labelled(text, STR("New,"), &value))
        read_new(s, value);
    else if (scan_labelled(text, STR("Protocol version:"), &value) ||
             scan_labelled(text, STR("Protocol  :"), &value) ||
             scan_labelled(text, STR("Protocol:"), &value))
        read_protocol(s, value);
    else if (scan_labelled(text, STR("Ciphersuite:"), &value))
        scan_cipher(s->reader, s->fact, value, 0);
    else if (scan_labelled(text, STR("Verify return code"), &value))
        read_verify(s, value);
    else if (scan_labelled(text, STR("ALPN protocol"), &value))
        s->fact->alpn = value;
    else
        return false;
    return true;
}

static bool read_certificate(struct session *s, str text)
{
    str value;
    struct backend_fact *fact = s->fact;
    if (scan_labelled(text, STR("subject="), &value))
        fact->subject = fact->subject.len ? fact->subject : value;
    else if (scan_labelled(text, STR("issuer="), &value))
        fact->issuer = fact->issuer.len ? fact->issuer : value;
    else if (scan_labelled(text, STR("Peer certificate:"), &value))
        fact->subject = value;
    else if (scan_labelled(text, STR("Server public key is"), &value))
        fact->key_bits = scan_number(value);
    else if (str_starts(text, STR("no peer certificate available")))
        s->no_peer_cert = true;
    else
        return false;
    return true;
}

static void read_other(struct session *s, str text)
{
    str value;
    struct backend_fact *fact = s->fact;
    if (str_starts(text, STR("CONNECTED(")))
        s->connected = true;
    else if (str_starts(text, STR("CONNECTION ESTABLISHED"))) {
        s->connected = s->brief = s->finished = true;
        fact->handshake = HANDSHAKE_OK;
    } else if (scan_labelled(text, STR("Connecting to"), &value))
        scan_host(fact, value);
    else if (str_starts(text, STR("Can't use SSL_get_servername")))
        fact->sni = SNI_NOT_SENT;
    else if (str_starts(text, STR("Secure Renegotiation IS NOT")))
        fact->secure_renegotiation = SAID_NO;
    else if (str_starts(text, STR("Secure Renegotiation IS")))
        fact->secure_renegotiation = SAID_YES;
}

static void read_line(struct session *s, str text)
{
    if (read_issuer(s, text))
        return;
    if (error_code(text))
        read_error(s, text);
    else if (!read_client_auth(s, text) && !read_session(s, text) && !read_group(s, text) &&
             !read_chain(s, text) && !read_certificate(s, text))
        read_other(s, text);
}

/* --- What it adds up to ---------------------------------------------------- */

/* The command says what s_client does not. */
static void read_command(struct session *s)
{
    if (!command_has(s->reader, STR("s_client")))
        return;
    struct backend_fact *fact = s->fact;
    str connect = command_option(s->reader, STR("-connect"));
    str address = fact->address;
    str name = command_option(s->reader, STR("-servername"));
    if (!connect.len)
        connect = command_option(s->reader, STR("-host"));
    scan_host_port(fact, connect);
    if (address.len)
        fact->address = address;
    if (!fact->port)
        fact->port = scan_number(command_option(s->reader, STR("-port")));
    if (command_has(s->reader, STR("-noservername")))
        fact->sni = SNI_NOT_SENT;
    else if (name.len) {
        fact->sni = SNI_SENT;
        fact->sni_name = name;
    }
    if (command_has(s->reader, STR("-tls1_2")))
        s->limit = PROTOCOL_TLS1_2;
    if (command_has(s->reader, STR("-tls1_3")))
        s->limit = PROTOCOL_TLS1_3;
}

static bool sends_certificate(const struct session *s)
{
    return command_has(s->reader, STR("s_client")) && command_option(s->reader, STR("-cert")).len;
}

enum {
    ALERT_HANDSHAKE_FAILURE = 40,
    ALERT_BAD_CERTIFICATE = 42,
    ALERT_PROTOCOL_VERSION = 70,
    ALERT_CERTIFICATE_REQUIRED = 116,
};

static enum backend_client_auth client_auth(const struct session *s)
{
    const struct backend_fact *fact = s->fact;
    bool refused = fact->alert == ALERT_CERTIFICATE_REQUIRED ||
                   (s->asked && (fact->alert == ALERT_HANDSHAKE_FAILURE ||
                                 fact->alert == ALERT_BAD_CERTIFICATE));
    if (refused && !sends_certificate(s))
        return CLIENT_AUTH_REQUIRED;
    if (s->asked)
        return CLIENT_AUTH_REQUESTED;
    bool whole = fact->handshake == HANDSHAKE_OK && s->finished && !s->brief && s->chain;
    return whole ? CLIENT_AUTH_NONE : CLIENT_AUTH_UNKNOWN;
}

static void settle_failed(struct session *s)
{
    struct backend_fact *fact = s->fact;
    fact->negotiated = 0;
    fact->cipher_count = 0;
    fact->has_verify_code = false; /* "0 (ok)": nothing was verified */
    fact->verify_text = (str){0};
    fact->secure_renegotiation = SAID_NOTHING;
    if (fact->alert == ALERT_PROTOCOL_VERSION)
        fact->refused |= s->limit;
}

static void settle_ok(struct session *s)
{
    struct backend_fact *fact = s->fact;
    fact->offered |= fact->negotiated;
    for (u32 i = 0; i < fact->cipher_count; i++)
        fact->ciphers[i].protocols = fact->negotiated;
    if (fact->negotiated == PROTOCOL_TLS1_3 || s->no_peer_cert)
        fact->secure_renegotiation = SAID_NOTHING; /* TLS 1.3 has none to speak of */
    fact->sent = s->chain;
    fact->names_without_sni = fact->sni == SNI_NOT_SENT;
}

static void settle(struct session *s)
{
    struct backend_fact *fact = s->fact;
    read_command(s);
    if (fact->reason && fact->handshake != HANDSHAKE_OK)
        fact->handshake = HANDSHAKE_FAILED;
    if (fact->handshake == HANDSHAKE_OK) {
        settle_ok(s);
        /* Up to TLS 1.2 an alert behind the suite's name means that it came to nothing. */
        if (fact->alert && fact->negotiated != PROTOCOL_TLS1_3)
            fact->handshake = HANDSHAKE_FAILED;
    } else if (fact->handshake == HANDSHAKE_FAILED)
        settle_failed(s);
    else if (s->no_peer_cert || !s->chain)
        fact->has_verify_code = false;
    if (fact->handshake == HANDSHAKE_UNKNOWN)
        fact->sent = s->chain;
    fact->client_auth = client_auth(s);
}

/* --- The piece ------------------------------------------------------------ */

enum { LOOK_AHEAD = 60 };

/* Errors and the verification of the next run come before its "CONNECTED". */
static bool leads_to_connected(const struct reader *reader, u32 line)
{
    for (u32 i = 0; i < LOOK_AHEAD; i++) {
        str text = str_trim(reader_line(reader, line + i));
        if (str_starts(text, STR("CONNECTED(")))
            return true;
        bool before = str_starts(text, STR("depth=")) || str_starts(text, STR("verify ")) ||
                      str_starts(text, STR("Connecting to")) ||
                      str_starts(text, STR("Can't use")) || error_code(text);
        if (!before)
            return false;
    }
    return false;
}

static bool is_next_run(const struct session *s, u32 line, str text)
{
    if (!s->connected || !text.len)
        return false;
    if (str_starts(text, STR("CONNECTED(")) || str_starts(text, STR("CONNECTION ESTABLISHED")) ||
        str_starts(text, STR("Connecting to ")))
        return true;
    bool may = text.p[0] == 'd' || text.p[0] == 'C' || text.p[0] == 'v' || error_code(text);
    return may && leads_to_connected(s->reader, line);
}

static bool is_inside(const struct reader *reader, u32 line)
{
    const struct parser *parser = parser_of_line(reader, line);
    return !parser || parser->kind == EVIDENCE_S_CLIENT || parser->kind == EVIDENCE_PEM ||
           parser->kind == EVIDENCE_X509_TEXT || parser->kind == EVIDENCE_HTTP_ANSWER;
}

static u32 read(struct reader *reader, u32 line)
{
    struct session session = {.reader = reader};
    session.fact = reader_backend(reader, line, EVIDENCE_S_CLIENT);
    u32 next = line;
    while (next <= reader->plain.line_count) {
        str text = str_trim(reader_line(reader, next));
        if (next > line && (is_next_run(&session, next, text) || !is_inside(reader, next)))
            break;
        if (pem_begins(reader, next)) {
            session.in_issuers = false;
            next += pem_take(reader, next, session.fact);
            continue;
        }
        read_line(&session, text);
        next++;
    }
    settle(&session);
    session.fact->at = reader_span(reader, line, next - line);
    return next - line;
}

const struct parser parser_s_client = {EVIDENCE_S_CLIENT, "openssl s_client", begins, read};
