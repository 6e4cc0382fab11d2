/*
 * Kinds that are known by their look and not read yet. Each has a line in
 * parsers.inc; to read one, write its parser in a file of its own and drop it
 * here.
 */
#include "evidence/parser.h"

static const char *const why_detected = "recognised, but this kind is not read yet";
static const char *const why_command = "a command; what it printed is what counts";

/* --- Looks ---------------------------------------------------------------- */

/* Of a list with one a line. */
static bool starts_with_any(str line, const char *list)
{
    str rest = str_of(list);
    while (rest.len)
        if (str_starts(line, str_cut(&rest, '\n')))
            return true;
    return false;
}

/* The text from `line` on, no more than a glance of it. */
static str glance(const struct reader *reader, u32 line)
{
    u32 start = source_line(&reader->source, line).start;
    return str_sub(reader->source.text, start, start + 1024);
}

static bool is_blank(str line)
{
    return str_trim(line).len == 0;
}

/* --- Extents -------------------------------------------------------------- */

typedef bool belongs_function(str line);

/* Takes lines as long as they belong, and the blank ones between them. */
static u32 take_while(struct reader *reader, u32 line, belongs_function *belongs,
                      enum evidence_kind kind)
{
    u32 count = 1;
    for (u32 next = line + 1; next <= reader->source.line_count; next++) {
        str text = reader_line(reader, next);
        if (is_blank(text))
            continue;
        if (!belongs(text))
            break;
        count = next - line + 1;
    }
    reader_unread(reader, line, count, kind, why_detected);
    return count;
}

/* Loose formats hold anything: they end where a piece of another kind begins. */
static u32 take_until_other(struct reader *reader, u32 line, const struct parser *self)
{
    u32 count = 1;
    for (u32 next = line + 1; next <= reader->source.line_count; next++, count++) {
        const struct parser *parser = parser_of_line(reader, next);
        bool inside = !parser || parser == self || parser->kind == EVIDENCE_PEM ||
                      parser->kind == EVIDENCE_NGINX_CONFIG ||
                      parser->kind == EVIDENCE_TESTSSL_JSON;
        if (!inside)
            break;
    }
    reader_unread(reader, line, count, self->kind, why_detected);
    return count;
}

/* A JSON value, to where its brackets close. */
static u32 take_json(struct reader *reader, u32 line, enum evidence_kind kind)
{
    u32 depth = 0;
    bool quoted = false;
    u32 next = line;
    for (; next <= reader->source.line_count; next++) {
        str text = reader_line(reader, next);
        for (u32 i = 0; i < text.len; i++) {
            char c = text.p[i];
            if (c == '"')
                quoted = !quoted;
            else if (quoted)
                i += c == '\\';
            else if (c == '{' || c == '[')
                depth++;
            else if ((c == '}' || c == ']') && depth)
                depth--;
        }
        if (!depth)
            break;
    }
    u32 last = next > reader->source.line_count ? reader->source.line_count : next;
    reader_unread(reader, line, last - line + 1, kind, why_detected);
    return last - line + 1;
}

/* --- nginx -T ------------------------------------------------------------- */

static bool dump_begins(const struct reader *reader, u32 line)
{
    str text = reader_line(reader, line);
    return str_starts(text, STR("# configuration file /")) && str_ends(text, STR(":"));
}

static u32 dump_read(struct reader *reader, u32 line)
{
    return take_until_other(reader, line, &parser_nginx_dump);
}

const struct parser parser_nginx_dump = {EVIDENCE_NGINX_DUMP, "nginx -T", dump_begins, dump_read};

/* --- PEM ------------------------------------------------------------------ */

static bool pem_begins(const struct reader *reader, u32 line)
{
    return str_starts(str_trim(reader_line(reader, line)), STR("-----BEGIN "));
}

static bool is_base64(str line)
{
    line = str_trim(line);
    for (u32 i = 0; i < line.len; i++)
        if (!char_is_alnum(line.p[i]) && line.p[i] != '+' && line.p[i] != '/' && line.p[i] != '=')
            return false;
    return true;
}

static bool pem_belongs(str line)
{
    str text = str_trim(line);
    return str_starts(text, STR("-----END ")) || str_starts(text, STR("-----BEGIN ")) ||
           str_starts(text, STR("Proc-Type:")) || str_starts(text, STR("DEK-Info:")) ||
           is_base64(line);
}

static u32 pem_read(struct reader *reader, u32 line)
{
    return take_while(reader, line, pem_belongs, EVIDENCE_PEM);
}

const struct parser parser_pem = {EVIDENCE_PEM, "PEM", pem_begins, pem_read};

/* --- JSON of scanners ----------------------------------------------------- */

static bool looks_like_json(str text)
{
    str line = str_trim(str_sub(text, 0, str_find_char(text, '\n')));
    return str_starts(line, STR("{")) || str_starts(line, STR("["));
}

static bool testssl_json_begins(const struct reader *reader, u32 line)
{
    str text = glance(reader, line);
    return looks_like_json(text) &&
           ((str_has(text, STR("\"finding\"")) && str_has(text, STR("\"severity\""))) ||
            str_has(text, STR("\"scanResult\"")));
}

static u32 testssl_json_read(struct reader *reader, u32 line)
{
    return take_json(reader, line, EVIDENCE_TESTSSL_JSON);
}

const struct parser parser_testssl_json = {EVIDENCE_TESTSSL_JSON, "testssl.sh JSON",
                                           testssl_json_begins, testssl_json_read};

static bool sslyze_json_begins(const struct reader *reader, u32 line)
{
    str text = glance(reader, line);
    return looks_like_json(text) && (str_has(text, STR("\"server_scan_results\"")) ||
                                     str_has(text, STR("\"sslyze_version\"")));
}

static u32 sslyze_json_read(struct reader *reader, u32 line)
{
    return take_json(reader, line, EVIDENCE_SSLYZE_JSON);
}

const struct parser parser_sslyze_json = {EVIDENCE_SSLYZE_JSON, "sslyze JSON", sslyze_json_begins,
                                          sslyze_json_read};

/* --- Texts of scanners ---------------------------------------------------- */

static const char s_client_starts[] = "CONNECTED(\n"
                                      "Certificate chain\n"
                                      "Server certificate\n"
                                      "SSL handshake has read \n"
                                      "SSL-Session:\n"
                                      "verify error:num=\n"
                                      "verify return:\n"
                                      "Verify return code:\n"
                                      "New, TLSv\n"
                                      "New, (NONE), Cipher\n"
                                      "depth=\n"
                                      "no peer certificate available\n"
                                      "Server Temp Key\n"
                                      "Peer Temp Key\n";

static bool s_client_begins(const struct reader *reader, u32 line)
{
    str text = str_trim(reader_line(reader, line));
    if (starts_with_any(text, s_client_starts))
        return true;
    u32 error = str_find(text, STR(":error:"));
    u64 code = 0;
    return error != STR_NONE && error && error <= 20 &&
           str_to_hex(str_sub(text, error + 7, error + 15), &code);
}

static u32 s_client_read(struct reader *reader, u32 line)
{
    return take_until_other(reader, line, &parser_s_client);
}

const struct parser parser_s_client = {EVIDENCE_S_CLIENT, "openssl s_client", s_client_begins,
                                       s_client_read};

static const char nmap_starts[] = "Starting Nmap \n"
                                  "Nmap scan report for \n"
                                  "| ssl-enum-ciphers\n"
                                  "|   TLSv1\n"
                                  "|   SSLv\n";
static const char nmap_lines[] = "|\n"
                                 "Nmap \n"
                                 "Starting Nmap \n"
                                 "Host \n"
                                 "PORT \n"
                                 "Not shown:\n"
                                 "Service \n"
                                 "rDNS \n"
                                 "Other addresses\n"
                                 "Read data\n"
                                 "MAC Addr\n";

static bool nmap_begins(const struct reader *reader, u32 line)
{
    return starts_with_any(reader_line(reader, line), nmap_starts);
}

static bool nmap_belongs(str line)
{
    str rest = line;
    str word = str_word(&rest);
    return starts_with_any(line, nmap_lines) || str_ends(word, STR("/tcp"));
}

static u32 nmap_read(struct reader *reader, u32 line)
{
    return take_while(reader, line, nmap_belongs, EVIDENCE_NMAP);
}

const struct parser parser_nmap = {EVIDENCE_NMAP, "nmap ssl-enum-ciphers", nmap_begins, nmap_read};

/* Colour codes may stand before and within the words. */
static bool sslscan_begins(const struct reader *reader, u32 line)
{
    str text = reader_line(reader, line);
    return str_has(text, STR("Testing SSL server ")) ||
           (str_has(text, STR("Supported Server Cipher(s)"))) ||
           (str_has(text, STR("SSL/TLS Protocols:")) && text.len < 60);
}

static u32 sslscan_read(struct reader *reader, u32 line)
{
    return take_until_other(reader, line, &parser_sslscan);
}

const struct parser parser_sslscan = {EVIDENCE_SSLSCAN, "sslscan", sslscan_begins, sslscan_read};

static bool testssl_text_begins(const struct reader *reader, u32 line)
{
    str text = reader_line(reader, line);
    return (str_has(text, STR("Testing protocols ")) && str_has(text, STR("via sockets"))) ||
           (str_has(text, STR("-->> ")) && str_has(text, STR("<<--"))) ||
           str_has(text, STR("Testing server defaults (Server Hello)"));
}

static u32 testssl_text_read(struct reader *reader, u32 line)
{
    return take_until_other(reader, line, &parser_testssl_text);
}

const struct parser parser_testssl_text = {EVIDENCE_TESTSSL_TEXT, "testssl.sh", testssl_text_begins,
                                           testssl_text_read};

/* "          0x13,0x02 - TLS_AES_256_GCM_SHA384         TLSv1.3 Kx=any ..." */
static bool ciphers_v_belongs(str line)
{
    str text = str_trim(line);
    return str_starts(text, STR("0x")) && str_has(str_sub(text, 0, 24), STR(" - ")) &&
           str_has(text, STR("Kx="));
}

static bool ciphers_v_begins(const struct reader *reader, u32 line)
{
    return ciphers_v_belongs(reader_line(reader, line));
}

static u32 ciphers_v_read(struct reader *reader, u32 line)
{
    return take_while(reader, line, ciphers_v_belongs, EVIDENCE_CIPHERS_V);
}

const struct parser parser_ciphers_v = {EVIDENCE_CIPHERS_V, "openssl ciphers -V", ciphers_v_begins,
                                        ciphers_v_read};

/* --- A configuration ------------------------------------------------------ */

/* Whole words, and what a word begins with where there is a "_" at the end. */
static const char config_words[] =
    "server location upstream http events stream listen map if include "
    "worker_processes server_name ssl_ proxy_ grpc_ uwsgi_ keepalive resolver "
    "add_header client_ error_log root return access_log user pid set rewrite types "
    "default_type sendfile try_files geo log_format ";

static bool is_config_word(str word)
{
    str rest = str_of(config_words);
    for (str known = str_word(&rest); known.len; known = str_word(&rest))
        if (str_eq(word, known) || (str_ends(known, STR("_")) && str_starts(word, known)))
            return true;
    return false;
}

static bool is_terminated(str text)
{
    return str_ends(text, STR(";")) || str_ends(text, STR("{")) || str_ends(text, STR("}"));
}

static bool config_begins(const struct reader *reader, u32 line)
{
    str text = str_trim(reader_line(reader, line));
    str rest = text;
    str word = str_word(&rest);
    return is_config_word(word) && is_terminated(text);
}

static bool config_belongs(str line)
{
    str text = str_trim(line);
    return is_terminated(text) || str_starts(text, STR("#"));
}

static u32 config_read(struct reader *reader, u32 line)
{
    return take_while(reader, line, config_belongs, EVIDENCE_NGINX_CONFIG);
}

const struct parser parser_nginx_config = {EVIDENCE_NGINX_CONFIG, "an nginx configuration",
                                           config_begins, config_read};

/* --- Commands
 * --------------------------------------------------------------------------------------- */

static const char commands[] = "$ \n"
                               "sudo \n"
                               "openssl \n"
                               "nginx -\n"
                               "curl \n"
                               "nmap \n"
                               "sslscan \n"
                               "sslyze \n"
                               "testssl.sh \n"
                               "docker \n"
                               "systemctl \n"
                               "tail \n"
                               "grep \n"
                               "./testssl.sh \n"
                               "kubectl \n"
                               "cat \n"
                               "journalctl \n";

/* "root@web:~# nginx -V", "[root@web ~]# nginx -V" */
static bool is_prompt(str line)
{
    str rest = line;
    str word = str_word(&rest);
    u32 at = str_find_char(word, '@');
    if (at == STR_NONE || at == 0)
        return false;
    return str_has(line, STR("# ")) || str_has(line, STR("$ "));
}

static bool command_begins(const struct reader *reader, u32 line)
{
    str text = str_trim(reader_line(reader, line));
    return starts_with_any(text, commands) || is_prompt(text);
}

static u32 command_read(struct reader *reader, u32 line)
{
    u32 count = 1;
    while (str_ends(str_trim(reader_line(reader, line + count - 1)), STR("\\")) &&
           line + count <= reader->source.line_count)
        count++;
    reader_unread(reader, line, count, EVIDENCE_COMMAND, why_command);
    return count;
}

const struct parser parser_command = {EVIDENCE_COMMAND, "a command", command_begins, command_read};
