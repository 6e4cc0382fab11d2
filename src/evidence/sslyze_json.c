/* sslyze's --json_out. Names are IANA's; each version has the suites that were accepted. */
#include "evidence/json.h"
#include "evidence/json_piece.h"
#include "evidence/parser.h"
#include "evidence/scan.h"

struct scan {
    struct reader *reader;
    u32 line;
    struct backend_fact *fact;
    u32 protocol;
};

static bool begins(const struct reader *reader, u32 line)
{
    str text = json_piece_glance(reader, line);
    return str_has(text, STR("\"server_scan_results\"")) ||
           str_has(text, STR("\"sslyze_version\""));
}

static void read_cipher(void *context, const struct json_t *accepted)
{
    struct scan *scan = context;
    const struct json_t *suite = json_field(accepted, "cipher_suite");
    str name = json_field_text(suite, "openssl_name");
    if (!name.len)
        name = json_field_text(suite, "name");
    if (!name.len)
        return;
    struct backend_cipher *cipher = scan_cipher(scan->reader, scan->fact, name, scan->protocol);
    const struct json_t *key = json_field(accepted, "ephemeral_key");
    cipher->exchange = json_field_text(key, "curve_name");
    if (cipher->exchange.len)
        scan_push_once(scan->reader, &scan->fact->groups, cipher->exchange);
    u32 bits = json_number(json_field(key, "size"));
    bool finite = str_eq(json_field_text(key, "type_name"), STR("DH"));
    if (finite && bits && (!scan->fact->dh_bits || bits < scan->fact->dh_bits))
        scan->fact->dh_bits = bits;
}

/* "tls_1_2_cipher_suites": {"status": "COMPLETED", "result": {...}}; before 5.0 the result itself
 */
static void read_protocol(struct scan *scan, const struct json_t *commands, const char *key)
{
    const struct json_t *command = json_field(commands, key);
    const struct json_t *result = json_field(command, "result");
    if (!result)
        result = command;
    const struct json_t *accepted = json_field(result, "accepted_cipher_suites");
    if (!accepted)
        return;
    u32 before = scan->fact->cipher_count;
    json_each(accepted, read_cipher, scan);
    bool any = scan->fact->cipher_count > before ||
               json_says_true(json_field(result, "is_tls_version_supported"));
    if (any) {
        scan->fact->offered |= scan->protocol;
        scan->fact->complete |= scan->protocol;
    } else
        scan->fact->refused |= scan->protocol;
}

static void read_protocols(struct scan *scan, const struct json_t *commands)
{
    static const struct {
        const char *key;
        u32 protocol;
    } keys[] = {
        {"ssl_2_0_cipher_suites", PROTOCOL_SSL2},   {"ssl_3_0_cipher_suites", PROTOCOL_SSL3},
        {"tls_1_0_cipher_suites", PROTOCOL_TLS1},   {"tls_1_1_cipher_suites", PROTOCOL_TLS1_1},
        {"tls_1_2_cipher_suites", PROTOCOL_TLS1_2}, {"tls_1_3_cipher_suites", PROTOCOL_TLS1_3},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        scan->protocol = keys[i].protocol;
        read_protocol(scan, commands, keys[i].key);
    }
}

static void read_name(void *context, const struct json_t *name)
{
    struct scan *scan = context;
    scan_push_once(scan->reader, &scan->fact->dns, json_text(name));
}

static void read_certificate(void *context, const struct json_t *certificate)
{
    struct scan *scan = context;
    scan->fact->sent++;
    str pem = json_field_text(certificate, "as_pem");
    scan_push(scan->reader, &scan->fact->pems, pem);
    if (scan->fact->sent > 1)
        return;
    const struct json_t *san = json_field(certificate, "subject_alternative_name");
    const struct json_t *names = json_field(san, "dns_names");
    json_each(names ? names : json_field(san, "dns"), read_name, scan);
    scan->fact->subject = json_field_text(json_field(certificate, "subject"), "rfc4514_string");
    scan->fact->issuer = json_field_text(json_field(certificate, "issuer"), "rfc4514_string");
    const struct json_t *key = json_field(certificate, "public_key");
    scan_key(scan->fact, json_field_text(key, "algorithm"));
    scan->fact->key_bits = json_number(json_field(key, "key_size"));
}

/* Of several deployments, the first: what a client is given most. */
static void read_deployment(void *context, const struct json_t *deployment)
{
    struct scan *scan = context;
    if (!scan->fact->sent)
        json_each(json_field(deployment, "received_certificate_chain"), read_certificate, scan);
}

static void read_client_auth(struct backend_fact *fact, str said)
{
    if (str_eq(said, STR("DISABLED")))
        fact->client_auth = CLIENT_AUTH_NONE;
    else if (str_eq(said, STR("OPTIONAL")))
        fact->client_auth = CLIENT_AUTH_OPTIONAL;
    else if (str_eq(said, STR("REQUIRED")))
        fact->client_auth = CLIENT_AUTH_REQUIRED;
}

static void read_server(void *context, const struct json_t *server)
{
    struct scan *scan = context;
    const struct json_t *where = json_field(server, "server_location");
    const struct json_t *found = json_field(server, "connectivity_result");
    const struct json_t *commands = json_field(server, "scan_result");
    struct backend_fact *fact = reader_backend(scan->reader, scan->line, EVIDENCE_SSLYZE_JSON);
    scan->fact = fact;
    scan_host(fact, json_field_text(where, "hostname"));
    scan_host(fact, json_field_text(where, "ip_address"));
    fact->port = json_number(json_field(where, "port"));
    str name = json_text(json_path(server, "network_configuration.tls_server_name_indication"));
    fact->sni_name = name;
    fact->sni = name.len ? SNI_SENT : SNI_UNKNOWN;
    fact->offered |= scan_protocol(json_field_text(found, "highest_tls_version_supported"));
    read_client_auth(fact, json_field_text(found, "client_auth_requirement"));
    read_protocols(scan, commands);
    json_each(json_path(commands, "certificate_info.result.certificate_deployments"),
              read_deployment, scan);
    const struct json_t *secure =
        json_path(commands, "session_renegotiation.result.supports_secure_renegotiation");
    if (json_says_true(secure) || json_says_false(secure))
        fact->secure_renegotiation = json_says_true(secure) ? SAID_YES : SAID_NO;
    scan_settle(fact);
}

static u32 read(struct reader *reader, u32 line)
{
    struct json_piece piece = json_piece_at(reader, line);
    struct scan scan = {.reader = reader, .line = line};
    u32 before = reader->backend_count;
    json_each(json_field(json_open(reader->arena, piece.text), "server_scan_results"), read_server,
              &scan);
    for (u32 i = before; i < reader->backend_count; i++)
        reader->backends[i].at = reader_span(reader, line, piece.lines);
    if (before == reader->backend_count)
        reader_unread(reader, line, piece.lines, EVIDENCE_SSLYZE_JSON, json_piece_why);
    return piece.lines;
}

const struct parser parser_sslyze_json = {EVIDENCE_SSLYZE_JSON, "sslyze JSON", begins, read};
