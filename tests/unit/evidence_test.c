#include "evidence_helpers.h"

#include "evidence/parser.h"

/* --- Kinds that are detected ---------------------------------------------- */

#define PEM                                                                                        \
    "-----BEGIN CERTIFICATE-----\nMIIBfTCCASOgAwIBAgIUQ0N2\nd2Vk+/==\n-----END CERTIFICATE-----\n"

static const struct kind_case {
    enum evidence_kind kind;
    const char *text;
} kinds[] = {
    {EVIDENCE_PEM, PEM},
    {EVIDENCE_PEM, PEM "\n" PEM},
    {EVIDENCE_S_CLIENT,
     "CONNECTED(00000003)\ndepth=0 CN = x\nverify error:num=20:unable to get local issuer "
     "certificate\nverify return:1\n---\nCertificate chain\n 0 s:CN = x\n   i:CN = y\n---\nServer "
     "certificate\n" PEM "subject=CN = x\n\nissuer=CN = y\n\n---\nNew, TLSv1.3, Cipher is "
     "TLS_AES_256_GCM_SHA384\nVerify return code: 20 (unable to get local issuer "
     "certificate)\n---\n"},
    {EVIDENCE_S_CLIENT, "4067:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake "
                        "failure:../ssl/record/rec_layer_s3.c:1593:SSL alert number 40\n"},
    {EVIDENCE_NMAP,
     "Starting Nmap 7.93 ( https://nmap.org )\nNmap scan report for be (127.0.0.1)\n\nPORT    "
     "STATE "
     "SERVICE\n443/tcp open  https\n| ssl-enum-ciphers: \n|   TLSv1.2: \n|     ciphers: \n|       "
     "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 (ecdh_x25519) - A\n|_  least strength: A\n\nNmap done: "
     "1 IP address (1 host up) scanned in 0.51 seconds\n"},
    {EVIDENCE_SSLSCAN,
     "Testing SSL server 127.0.0.1 on port 8443 using SNI name 127.0.0.1\n\n  SSL/TLS "
     "Protocols:\nSSLv2     disabled\nTLSv1.3   enabled\n\n  Supported Server "
     "Cipher(s):\nPreferred TLSv1.3  256 bits  TLS_AES_256_GCM_SHA384 Curve 25519 DHE 253\n"},
    {EVIDENCE_TESTSSL_TEXT,
     " Start 2026-03-04 10:11:12        -->> 127.0.0.1:443 (be) <<--\n\n Testing protocols via "
     "sockets except NPN+ALPN \n\n SSLv2      not offered (OK)\n TLS 1.2    offered (OK)\n"},
    {EVIDENCE_TESTSSL_JSON,
     "[\n  {\n    \"id\": \"TLS1_3\",\n    \"ip\": \"be/192.0.2.9\",\n    \"port\": \"443\",\n    "
     "\"severity\": \"OK\",\n    \"finding\": \"offered ] with } final\"\n  }\n]\n"},
    {EVIDENCE_TESTSSL_JSON,
     "{\"id\":\"TLS1_3\",\"ip\":\"be/192.0.2.9\",\"port\":\"443\",\"severity\":\"OK\","
     "\"finding\":\"offered with final\"}\n"},
    {EVIDENCE_SSLYZE_JSON, "{\"server_scan_results\": [\n {\"server_location\": {}}]}\n"},
    {EVIDENCE_CIPHERS_V,
     "          0x13,0x02 - TLS_AES_256_GCM_SHA384         TLSv1.3 Kx=any      Au=any   "
     "Enc=AESGCM(256)            Mac=AEAD\n          0xC0,0x2C - ECDHE-ECDSA-AES256-GCM-SHA384  "
     "TLSv1.2 Kx=ECDH     Au=ECDSA Enc=AESGCM(256)            Mac=AEAD\n"},
    {EVIDENCE_NGINX_DUMP,
     "# configuration file /etc/nginx/nginx.conf:\nhttp {\n    include conf.d/*.conf;\n}\n\n# "
     "configuration file /etc/nginx/conf.d/a.conf:\nserver { listen 443 ssl; }\n"},
    {EVIDENCE_NGINX_CONFIG,
     "server {\n    listen 443 ssl; # TLS;\n    ssl_protocols TLSv1.3;\n\n    # a comment\n}\n"},
    {EVIDENCE_COMMAND, "$ openssl s_client \\\n    -connect be:443 \\\n    </dev/null\n"},
    {EVIDENCE_UNKNOWN, "Dear all,\n\nit does not work.\n"},
};

static void kinds_are_known_by_their_look(void **state)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct evidence_text text = {STR("pasted"), str_of(kinds[i].text)};
        struct reader reader = reader_new(*state);
        reader_open(&reader, 0, &text);
        const struct parser *parser = parser_of_line(&reader, 1);
        enum evidence_kind kind = parser ? parser->kind : EVIDENCE_UNKNOWN;
        if (kind != kinds[i].kind)
            fail_msg("%s: %s", evidence_kind_name(kind), kinds[i].text);
    }
}

/* A fact or a reason why there is none, from its first line to its last. */
static void a_piece_is_taken_whole(void **state)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct evidence evidence = read_text(state, kinds[i].text);
        u32 end = 0;
        for (u32 k = 0; k < evidence.backend_count; k++)
            end = evidence.backends[k].at.end > end ? evidence.backends[k].at.end : end;
        for (u32 k = 0; k < evidence.unread_count; k++)
            end = evidence.unread[k].at.end > end ? evidence.unread[k].at.end : end;
        for (u32 k = 0; k < evidence.suites_count; k++)
            end = evidence.suites[k].at.end;
        if (str_trim(str_from(str_of(kinds[i].text), end)).len)
            fail_msg("behind byte %u: %s", end, kinds[i].text);
    }
}

static void every_kind_has_a_name(void **state)
{
    (void)state;
    for (u32 kind = EVIDENCE_ERROR_LOG; kind <= EVIDENCE_COMMAND; kind++)
        assert_string_not_equal(evidence_kind_name((enum evidence_kind)kind), "unknown");
    assert_string_equal(evidence_kind_name(EVIDENCE_UNKNOWN), "unknown");
}

/* --- Mixed pastes --------------------------------------------------------- */

static const char mixed[] =
    "Hello, our proxy answers 502:\n"
    "\n"
    "$ tail -2 /var/log/nginx/error.log\n"
    "2026/03/04 10:11:12 [error] 1#1: *2 peer closed connection in SSL handshake while SSL "
    "handshaking to upstream, client: 192.0.2.7, server: s, request: \"GET / HTTP/1.1\", upstream: "
    "\"https://198.51.100.9:8443/\", host: \"s\"\n"
    "2026/03/04 10:11:13 [error] 1#1: *2 access forbidden by rule, client: 192.0.2.7, server: s\n"
    "$ nginx -V\n"
    "nginx version: nginx/1.22.1\n"
    "built with OpenSSL 3.0.20 7 Apr 2026\n"
    "nginx: configuration file /etc/nginx/nginx.conf test is successful\n"
    "location / {\n"
    "    proxy_pass https://198.51.100.9:8443;\n"
    "}\n"
    "CONNECTED(00000003)\n"
    "no peer certificate available\n"
    "$ curl -k https://198.51.100.9:8443/\n"
    "<center>No required SSL certificate was sent</center>\n" PEM "What can we do?\n";

static void a_mixed_paste_is_taken_apart(void **state)
{
    struct evidence evidence = read_text(state, mixed);
    assert_int_equal(evidence.log_count, 2);
    assert_string_equal(reason_id(evidence.logs[0].reason), "peer-closed");
    assert_int_equal(evidence.logs[0].line, 4);
    assert_string_equal(reason_id(evidence.logs[1].reason), "http-400-no-cert");
    assert_int_equal(evidence.logs[1].side, SIDE_UPSTREAM);
    assert_int_equal(evidence.build_count, 1);
    assert_int_equal(evidence.test_count, 1);
    assert_int_equal(evidence.backend_count, 2);
    assert_int_equal(evidence.backends[0].kind, EVIDENCE_S_CLIENT);
    assert_int_equal(evidence.backends[1].kind, EVIDENCE_PEM);
    assert_int_equal(evidence.backends[1].line, 17);
    static const struct {
        u32 line, lines;
        enum evidence_kind kind;
    } expected[] = {
        {1, 1, EVIDENCE_UNKNOWN},  {3, 1, EVIDENCE_COMMAND},       {5, 1, EVIDENCE_ERROR_LOG},
        {6, 1, EVIDENCE_COMMAND},  {10, 3, EVIDENCE_NGINX_CONFIG}, {15, 1, EVIDENCE_COMMAND},
        {21, 1, EVIDENCE_UNKNOWN},
    };
    assert_int_equal(evidence.unread_count, sizeof expected / sizeof *expected);
    for (u32 i = 0; i < evidence.unread_count; i++) {
        assert_int_equal(evidence.unread[i].line, expected[i].line);
        assert_int_equal(evidence.unread[i].lines, expected[i].lines);
        assert_int_equal(evidence.unread[i].kind, expected[i].kind);
    }
}

/* The same pieces, cut anywhere, and in memory of just that size. */
static void every_beginning_of_a_paste_is_read(void **state)
{
    for (u32 len = 0; len < sizeof mixed - 1; len++) {
        struct arena arena = {0};
        char *exact = malloc(len + 1);
        memcpy(exact, mixed, len);
        exact = realloc(exact, len ? len : 1);
        struct evidence_text text = {STR("cut"), {exact, len}};
        evidence_read(&arena, &text, 1);
        arena_end(&arena);
        free(exact);
    }
    (void)state;
}

static void every_tail_of_a_sample_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (const char *tail = kinds[i].text; *tail; tail++) {
            struct arena arena = {0};
            struct evidence_text text = {STR("tail"), str_of(tail)};
            evidence_read(&arena, &text, 1);
            arena_end(&arena);
        }
}

/* --- No line is passed over ----------------------------------------------- */

static u32 filled_lines(str text)
{
    u32 count = 0;
    while (text.len)
        count += str_trim(str_cut(&text, '\n')).len > 0;
    return count;
}

/* Lines with anything in them, each in a fact or in `unread`. */
static void every_line_is_accounted_for(void **state)
{
    struct evidence evidence = read_text(state, mixed);
    u32 lines = evidence.test_count;
    for (u32 i = 0; i < evidence.log_count; i++)
        lines += evidence.logs[i].count;
    for (u32 i = 0; i < evidence.build_count; i++)
        lines += filled_lines(
            str_sub(str_of(mixed), evidence.builds[i].at.start, evidence.builds[i].at.end));
    for (u32 i = 0; i < evidence.unread_count; i++)
        lines += filled_lines(
            str_sub(str_of(mixed), evidence.unread[i].at.start, evidence.unread[i].at.end));
    for (u32 i = 0; i < evidence.backend_count; i++)
        lines += filled_lines(
            str_sub(str_of(mixed), evidence.backends[i].at.start, evidence.backends[i].at.end));
    assert_int_equal(lines, filled_lines(str_of(mixed)));
}

static void several_texts(void **state)
{
    static const char line[] = "peer closed connection in SSL handshake while SSL handshaking to "
                               "upstream\n";
    struct evidence_text texts[] = {
        {STR("a.log"), str_of(line)},
        {STR("empty"), {NULL, 0}},
        {STR("b.log"), str_of(line)},
        {STR("c"), STR("words")},
    };
    struct evidence evidence = evidence_read(*state, texts, 4);
    assert_int_equal(evidence.log_count, 2); /* never grouped across texts */
    assert_int_equal(evidence.logs[0].text, 0);
    assert_int_equal(evidence.logs[1].text, 2);
    assert_int_equal(evidence.unread_count, 1);
    assert_int_equal(evidence.unread[0].text, 3);
    evidence = evidence_read(*state, NULL, 0);
    assert_int_equal(evidence.log_count + evidence.unread_count, 0);
}

static void runs_are_joined_over_blank_lines(void **state)
{
    struct evidence evidence = read_text(state, "one\n\n\r\n  \ntwo\n$ ls\nthree\nfour");
    assert_int_equal(evidence.unread_count, 3);
    assert_int_equal(evidence.unread[0].lines, 5);
    assert_int_equal(evidence.unread[2].line, 7);
    assert_int_equal(evidence.unread[2].lines, 2);
}

static void answers_of_backends(void **state)
{
    static const char *const answers[][2] = {
        {"<head><title>400 No required SSL certificate was sent</title></head>",
         "http-400-no-cert"},
        {"<center>The plain HTTP request was sent to HTTPS port</center>", "http-400-plain"},
        {"Client sent an HTTP request to an HTTPS server.", "http-400-plain"},
        {"HTTP/1.1 421 Misdirected Request", "http-421"},
        {"<center>The SSL certificate error</center>", "http-400-bad-cert"},
    };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct evidence evidence = read_text(state, answers[i][0]);
        assert_int_equal(evidence.log_count, 1);
        assert_string_equal(reason_id(evidence.logs[0].treated_as), answers[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(kinds_are_known_by_their_look),
        test_in_arena(a_piece_is_taken_whole),
        test_in_arena(every_kind_has_a_name),
        test_in_arena(a_mixed_paste_is_taken_apart),
        test_in_arena(every_beginning_of_a_paste_is_read),
        test_in_arena(every_tail_of_a_sample_is_read),
        test_in_arena(every_line_is_accounted_for),
        test_in_arena(several_texts),
        test_in_arena(runs_are_joined_over_blank_lines),
        test_in_arena(answers_of_backends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
