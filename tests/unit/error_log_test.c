#include "evidence_helpers.h"

#include <time.h>

/* --- Every line we know of ------------------------------------------------ */

struct known_line {
    const char *text;
    enum log_side side;
    const char *reason;
    u32 alert;
    const char *treated_as;
    const char *rule;
};

static const struct known_line known_lines[] = {
#define LINE(text, side, reason, alert, treated_as, rule)                                          \
    {text, side, reason, alert, treated_as, rule},
#include "error_lines.inc"
};

enum { KNOWN_COUNT = sizeof known_lines / sizeof *known_lines };

static str first_rule(const struct log_fact *fact)
{
    str rules = str_of(reason_advice(fact->treated_as, fact->side)->causes[0].rules);
    return str_word(&rules);
}

static void check_known(void **state, const struct known_line *line)
{
    struct evidence evidence = read_text(state, line->text);
    if (evidence.log_count != 1 || evidence.unread_count != 0)
        fail_msg("%u facts, %u unread: %s", evidence.log_count, evidence.unread_count, line->text);
    const struct log_fact *fact = &evidence.logs[0];
    if (strcmp(reason_id(fact->reason), line->reason) != 0)
        fail_msg("reason %s: %s", reason_id(fact->reason), line->text);
    if (strcmp(reason_id(fact->treated_as), line->treated_as) != 0)
        fail_msg("treated as %s: %s", reason_id(fact->treated_as), line->text);
    if (fact->side != line->side || fact->alert != line->alert)
        fail_msg("side %d, alert %u: %s", (int)fact->side, fact->alert, line->text);
    if (!str_eq(first_rule(fact), str_of(line->rule)))
        fail_msg("first rule \"%.*s\": %s", STR_ARG(first_rule(fact)), line->text);
    assert_true(fact->impossible == (strcmp(line->reason, line->treated_as) != 0));
    assert_true(fact->impossible == (fact->note != NULL));
}

static void every_known_line_is_decoded(void **state)
{
    for (size_t i = 0; i < KNOWN_COUNT; i++)
        check_known(state, &known_lines[i]);
}

/* As `explain` is given it. */
static void a_line_alone_says_the_same(void **state)
{
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        struct log_fact fact;
        assert_true(evidence_log_line(*state, str_of(known_lines[i].text), &fact));
        assert_string_equal(reason_id(fact.reason), known_lines[i].reason);
        assert_int_equal(fact.side, known_lines[i].side);
        assert_int_equal(fact.count, 1);
    }
    struct log_fact fact;
    assert_false(evidence_log_line(*state, STR("Immediate consequence: 502"), &fact));
    assert_false(evidence_log_line(*state, STR(""), &fact));
}

/* Cut anywhere, as nginx cuts at 2048 bytes and people when they copy: in memory of just that
 * size, so that ASan sees a step too far. */
static void every_beginning_of_a_line_is_read(void **state)
{
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        size_t whole = strlen(known_lines[i].text);
        for (size_t len = 0; len < whole; len++) {
            struct arena arena = {0};
            char *cut = malloc(len + 1);
            memcpy(cut, known_lines[i].text, len);
            char *exact = realloc(cut, len ? len : 1);
            struct evidence_text text = {STR("cut"), {exact, (u32)len}};
            struct evidence evidence = evidence_read(&arena, &text, 1);
            assert_true(evidence.log_count <= 3);
            arena_end(&arena);
            free(exact);
        }
    }
    (void)state;
}

/* --- Fields --------------------------------------------------------------- */

static const char alert40[] =
    "2026/03/04 10:11:12 [error] 31#31: *905 SSL_do_handshake() failed (SSL: error:0A000410:SSL "
    "routines::ssl/tls alert handshake failure:SSL alert number 40) while SSL handshaking to "
    "upstream, client: 192.0.2.7, server: shop.example, request: \"GET /api/x?y=1 HTTP/1.1\", "
    "upstream: \"https://198.51.100.20:443/x\", host: \"shop.example\", referrer: \"https://r/\"";

static void fields_of_a_line(void **state)
{
    struct evidence evidence = read_text(state, alert40);
    const struct log_fact *fact = &evidence.logs[0];
    assert_str(fact->first_time, "2026/03/04 10:11:12");
    assert_str(fact->last_time, "2026/03/04 10:11:12");
    assert_str(fact->level, "error");
    assert_str(fact->code, "0A000410");
    assert_str(fact->action, "SSL handshaking to upstream");
    assert_true(str_ends(fact->message, STR("SSL alert number 40)")));
    assert_str(fact->client, "192.0.2.7");
    assert_str(fact->server, "shop.example");
    assert_str(fact->request, "GET /api/x?y=1 HTTP/1.1");
    assert_str(fact->method, "GET");
    assert_str(fact->uri, "/api/x?y=1");
    assert_int_equal(fact->uri_count, 1);
    assert_str(fact->uris[0], "/api/x");
    assert_str(fact->upstream.scheme, "https");
    assert_str(fact->upstream.host, "198.51.100.20");
    assert_int_equal(fact->upstream.port, 443);
    assert_str(fact->upstream.uri, "/x");
    assert_str(fact->host, "shop.example");
    assert_int_equal(fact->line, 1);
    assert_int_equal(fact->at.start, 0);
    assert_int_equal(fact->at.end, strlen(alert40));
}

struct upstream_case {
    const char *text, *scheme, *host;
    u32 port;
    const char *uri;
};

static const struct upstream_case upstreams[] = {
    {"\"https://198.51.100.9:8443/a/b?c\"", "https", "198.51.100.9", 8443, "/a/b?c"},
    {"\"https://[2001:db8::9]:8443/\"", "https", "[2001:db8::9]", 8443, "/"},
    {"\"https://[2001:db8::9]/\"", "https", "[2001:db8::9]", 0, "/"},
    {"\"https://be/\"", "https", "be", 0, "/"},
    {"\"grpcs://be:50051\"", "grpcs", "be", 50051, ""},
    {"\"https://unix:/run/x.sock:/uri\"", "https", "unix:/run/x.sock", 0, "/uri"},
    {"\"10.0.0.9:443\", bytes from/to client:0/0, bytes from/to upstream:0/0", "", "10.0.0.9", 443,
     ""},
    {"\"[::1]:443\", bytes from/to client:0/0, bytes from/to upstream:0/0", "", "[::1]", 443, ""},
    {"\"unix:/run/x.sock\", bytes from/to client:0/0", "", "unix:/run/x.sock", 0, ""},
    {"\"https://198.51.100.9:84", "https", "198.51.100.9", 84, ""}, /* cut */
    {"\"https://198.51.100.9:99999/\"", "https", "198.51.100.9:99999", 0, "/"},
};

static void upstreams_of_every_form(void **state)
{
    for (size_t i = 0; i < sizeof upstreams / sizeof *upstreams; i++) {
        str line = str_fmt(*state,
                           "2026/03/04 10:11:12 [error] 1#1: *2 peer closed connection in SSL "
                           "handshake while SSL handshaking to upstream, client: 192.0.2.7, "
                           "server: s, upstream: %s",
                           upstreams[i].text);
        struct evidence evidence = read_str(state, line);
        assert_int_equal(evidence.log_count, 1);
        const struct log_upstream *upstream = &evidence.logs[0].upstream;
        assert_str(upstream->scheme, upstreams[i].scheme);
        assert_str(upstream->host, upstreams[i].host);
        assert_int_equal(upstream->port, upstreams[i].port);
        assert_str(upstream->uri, upstreams[i].uri);
    }
}

/* Anybody can send such a Referer: it names no upstream. */
static void a_referrer_cannot_pass_for_fields(void **state)
{
    struct evidence evidence = read_text(
        state, "2026/03/04 10:11:12 [error] 1#1: *2 peer closed connection in SSL handshake while "
               "SSL handshaking to upstream, client: 192.0.2.7, server: s, request: \"GET / "
               "HTTP/1.1\", upstream: \"https://198.51.100.9:8443/\", host: \"s\", referrer: "
               "\"x, client: 1.1.1.1, upstream: \"https://evil:1/\", host: \"evil\"");
    const struct log_fact *fact = &evidence.logs[0];
    assert_str(fact->client, "192.0.2.7");
    assert_str(fact->upstream.host, "198.51.100.9");
    assert_str(fact->host, "s");
}

static void names_in_messages(void **state)
{
    struct evidence evidence = read_text(
        state,
        "upstream SSL certificate does not match \"be\" while SSL handshaking to upstream\n"
        "2026/03/04 10:11:12 [error] 1#1: *2 upstream SSL certificate verify error: (66:EE "
        "certificate key too weak) while SSL handshaking to upstream, client: 192.0.2.7\n"
        "2026/03/04 10:11:12 [error] 1#1: *2 no resolver defined to resolve api.test, client: "
        "192.0.2.7\n"
        "2026/03/04 10:11:12 [error] 1#1: *2 api.test could not be resolved (3: Host not found), "
        "client: 192.0.2.7\n");
    assert_int_equal(evidence.log_count, 4);
    assert_str(evidence.logs[0].mismatch_name, "be");
    assert_int_equal(evidence.logs[1].verify_code, 66);
    assert_str(evidence.logs[2].value, "api.test");
    assert_str(evidence.logs[3].value, "api.test");
}

/* --- What log shippers put around a line ---------------------------------- */

#define PLAIN                                                                                      \
    "2024/07/15 03:41:22 [error] 31#31: *905 upstream SSL certificate does not match \"be\" "      \
    "while "                                                                                       \
    "SSL handshaking to upstream, client: 192.0.2.7, server: s, request: \"GET / HTTP/1.1\", "     \
    "upstream: \"https://198.51.100.9:8443/\", host: \"s\""
#define ESCAPED                                                                                    \
    "2024/07/15 03:41:22 [error] 31#31: *905 upstream SSL certificate does not match \\\"be\\\" "  \
    "while SSL handshaking to upstream, client: 192.0.2.7, server: s, request: \\\"GET / "         \
    "HTTP/1.1\\\", upstream: \\\"https:\\/\\/198.51.100.9:8443/\\\", host: \\\"s\\\""

static const char *const wrapped_lines[] = {
    PLAIN,
    "<187>Jul 15 03:41:22 web1 nginx: " PLAIN,
    "<187>1 2024-07-15T03:41:22Z web1 nginx 31 - - " PLAIN,
    "Jul 15 03:41:22 web1 nginx[31]: " PLAIN,
    "2024-07-15T03:41:22.123456789Z stderr F " PLAIN,
    "web-1  | " PLAIN,
    "[pod/web-7d9f/nginx] " PLAIN,
    "> " PLAIN,
    "    " PLAIN "\r",
    "{\"log\":\"" ESCAPED "\\n\",\"stream\":\"stderr\",\"time\":\"2024-07-15T03:41:22.1Z\"}",
    "{\"time\":\"x\", \"message\" : \"" ESCAPED "\", \"level\": \"error\"}",
    "{\"MESSAGE\":\"" ESCAPED "\",\"PRIORITY\":\"3\"}",
    "{\"insertId\":\"1\",\"textPayload\":\"" ESCAPED "\"}",
};

static void prefixes_are_passed_over(void **state)
{
    for (size_t i = 0; i < sizeof wrapped_lines / sizeof *wrapped_lines; i++) {
        struct evidence evidence = read_text(state, wrapped_lines[i]);
        if (evidence.log_count != 1 || evidence.unread_count)
            fail_msg("%s", wrapped_lines[i]);
        const struct log_fact *fact = &evidence.logs[0];
        assert_str(fact->first_time, "2024/07/15 03:41:22");
        assert_str(fact->mismatch_name, "be");
        assert_str(fact->upstream.text, "https://198.51.100.9:8443/");
        assert_str(fact->host, "s");
    }
}

static void json_escapes(void **state)
{
    struct evidence evidence =
        read_text(state, "{\"msg\":\"upstream SSL certificate does not match \\\"b\\u00fc.\\u4e2d"
                         "\\ud83d\\\" while SSL handshaking to upstream\"}");
    assert_str(evidence.logs[0].mismatch_name, "b\xc3\xbc.\xe4\xb8\xad?");
}

static void without_level_or_time(void **state)
{
    struct evidence evidence = read_text(
        state, "2024/07/15 03:41:22 31#31: *905 peer closed connection in SSL handshake while SSL "
               "handshaking to upstream, client: 192.0.2.7\n"
               "[error] 31#31: *906 peer closed connection in SSL handshake while SSL handshaking "
               "to upstream, client: 192.0.2.8\n"
               "31#31: *907 peer closed connection in SSL handshake while SSL handshaking to "
               "upstream, client: 192.0.2.9\n");
    assert_int_equal(evidence.log_count, 1);
    assert_int_equal(evidence.logs[0].count, 3);
    assert_int_equal(evidence.unread_count, 0);
}

/* The date is Go's too, and "[error]" is anybody's. */
static void lines_of_others_are_not_ours(void **state)
{
    struct evidence evidence =
        read_text(state, "2024/07/15 03:41:22 http: TLS handshake error from 10.0.0.5:51234: "
                         "remote error: tls: bad certificate\n"
                         "[error] could not connect: SSL\n"
                         "{\"log\":\"some other SSL program\"}\n"
                         "SSL_do_handshake() is the OpenSSL call NGINX uses\n");
    assert_int_equal(evidence.log_count, 0);
    assert_int_equal(evidence.unread_count, 1);
    assert_int_equal(evidence.unread[0].lines, 4);
}

/* --- Wrapped lines -------------------------------------------------------- */

static const char *const broken_lines[] = {
    /* by words, as mail does */
    "2026/03/04 10:11:12 [error] 31#31: *905 SSL_do_handshake() failed (SSL:\n"
    "error:0A000410:SSL routines::ssl/tls alert handshake failure:SSL alert number\n"
    "40) while SSL handshaking to upstream, client: 192.0.2.7, server: shop.example,\n"
    "request: \"GET /api/x?y=1 HTTP/1.1\", upstream: \"https://198.51.100.20:443/x\", host:\n"
    "\"shop.example\"\n",
    "> 2026/03/04 10:11:12 [error] 31#31: *905\n"
    "> SSL_do_handshake() failed (SSL: error:0A000410:SSL routines::ssl/tls\n"
    "> alert handshake failure:SSL alert number 40) while SSL\n"
    "> handshaking to upstream, client: 192.0.2.7, server:\n"
    "> shop.example, request: \"GET\n"
    "> /api/x?y=1 HTTP/1.1\", upstream:\n"
    "> \"https://198.51.100.20:443/x\", host: \"shop.example\"\n",
};

static void check_joined(void **state, str lines)
{
    struct buf buf = buf_new(*state);
    buf_str(&buf, lines);
    buf_str(&buf, STR("Immediate consequence: Every request (all of them) returns \"502\".\n"));
    struct evidence evidence = read_str(state, buf_view(&buf));
    assert_int_equal(evidence.log_count, 1);
    const struct log_fact *fact = &evidence.logs[0];
    assert_string_equal(reason_id(fact->reason), "alert-handshake-failure");
    assert_int_equal(fact->alert, 40);
    assert_str(fact->code, "0A000410");
    assert_str(fact->server, "shop.example");
    assert_str(fact->request, "GET /api/x?y=1 HTTP/1.1");
    assert_str(fact->upstream.text, "https://198.51.100.20:443/x");
    assert_str(fact->host, "shop.example");
    assert_int_equal(evidence.unread_count, 1);
    assert_int_equal(evidence.unread[0].lines, 1);
}

static void broken_lines_are_joined(void **state)
{
    for (size_t i = 0; i < sizeof broken_lines / sizeof *broken_lines; i++)
        check_joined(state, str_of(broken_lines[i]));
}

/* A terminal breaks at its edge, within words too. */
static void hard_wrapped_lines_are_joined(void **state)
{
    str line = str_of(alert40);
    for (u32 width = 60; width < line.len / 2; width++) {
        struct buf buf = buf_new(*state);
        for (u32 at = 0; at < line.len; at += width) {
            buf_str(&buf, str_sub(line, at, at + width));
            buf_char(&buf, '\n');
        }
        struct evidence evidence = read_str(state, buf_view(&buf));
        if (evidence.log_count != 1 || evidence.unread_count)
            fail_msg("at %u columns: %u facts, %u unread", width, evidence.log_count,
                     evidence.unread_count);
        const struct log_fact *fact = &evidence.logs[0];
        assert_string_equal(reason_id(fact->reason), "alert-handshake-failure");
        assert_str(fact->upstream.text, "https://198.51.100.20:443/x");
    }
}

static void joined_lines_lose_no_space_before_a_colon(void **state)
{
    struct evidence evidence =
        read_text(state, "2024/07/15 03:41:22 [error] 1#1: *1 SSL_do_handshake() failed\n"
                         "(SSL: error:14094410:SSL routines:ssl3_read_bytes:sslv3 alert handshake "
                         "failure\n"
                         ":s3_pkt.c:1493:SSL alert number 40)\n"
                         "while SSL handshaking to upstream,\n"
                         "client: 10.0.1.55\n");
    assert_true(str_has(evidence.logs[0].message, STR("failure:s3_pkt.c:1493:SSL alert")));
    assert_int_equal(evidence.logs[0].line, 1);
    assert_int_equal(evidence.unread_count, 0);
}

static void whole_lines_are_not_joined(void **state)
{
    struct buf buf = buf_new(*state);
    for (u32 i = 0; i < 3; i++) {
        buf_str(&buf, str_of(alert40));
        buf_str(&buf, STR("\r\n"));
    }
    buf_str(&buf, STR("Note: (SSL) client said \"no\".\r\n"));
    struct evidence evidence = read_str(state, buf_view(&buf));
    assert_int_equal(evidence.log_count, 1);
    assert_int_equal(evidence.logs[0].count, 3);
    assert_int_equal(evidence.unread_count, 1);
}

/* --- Groups --------------------------------------------------------------- */

static void lines_alike_are_one_fact(void **state)
{
    struct buf buf = buf_new(*state);
    for (u32 i = 0; i < 10; i++)
        buf_fmt(&buf,
                "2026/03/04 10:11:%02u [error] 1#1: *%u peer closed connection in SSL handshake "
                "while SSL handshaking to upstream, client: 192.0.2.%u, server: s, request: \"GET "
                "/%u?q HTTP/1.1\", upstream: \"https://198.51.100.9:%u/\", host: \"s\"\n",
                i, i, i, i % 3, i % 2 ? 8443 : 443);
    struct evidence evidence = read_str(state, buf_view(&buf));
    assert_int_equal(evidence.log_count, 2);
    assert_int_equal(evidence.logs[0].count, 5);
    assert_int_equal(evidence.logs[1].count, 5);
    assert_str(evidence.logs[1].first_time, "2026/03/04 10:11:01");
    assert_str(evidence.logs[1].last_time, "2026/03/04 10:11:09");
    assert_int_equal(evidence.logs[1].line, 2);
    assert_int_equal(evidence.logs[1].uri_count, 3);
    assert_str(evidence.logs[1].uris[0], "/1");
}

static void different_names_are_different_facts(void **state)
{
    struct evidence evidence =
        read_text(state, "upstream SSL certificate does not match \"a\" while SSL handshaking to "
                         "upstream\n"
                         "upstream SSL certificate does not match \"b\" while SSL handshaking to "
                         "upstream\n"
                         "unknown directive \"x\" in /e:1\n"
                         "unknown directive \"x\" in /e:2\n");
    assert_int_equal(evidence.log_count, 4);
}

static str long_log(struct arena *arena, u32 lines)
{
    struct buf buf = buf_new(arena);
    for (u32 i = 0; i < lines; i++) {
        u32 n = i / 10;
        if (i % 10 == 9)
            buf_fmt(
                &buf,
                "2026/03/04 10:11:12 [error] 1#1: *%u open() \"/usr/share/nginx/html/%u\" failed "
                "(2: No such file or directory), client: 192.0.2.7, server: s, request: \"GET "
                "/%u HTTP/1.1\", host: \"s\"\n",
                i, i, i);
        else
            buf_fmt(&buf,
                    "2026/03/04 10:11:12 [error] 1#1: *%u SSL_do_handshake() failed (SSL: "
                    "error:0A000410:SSL routines::sslv3 alert handshake failure:SSL alert number "
                    "40) while SSL handshaking to upstream, client: 192.0.2.7, server: s%u.test, "
                    "request: \"GET /%u HTTP/1.1\", upstream: \"https://198.51.100.%u:443/\", "
                    "host: \"s\"\n",
                    i, n % 500, i, i % 10);
    }
    return buf_view(&buf);
}

/* 100,000 lines, 4,500 groups: below a second even here, with the sanitizers. */
static void a_long_log_is_read_in_time(void **state)
{
    str log = long_log(*state, 100000);
    clock_t start = clock();
    struct evidence evidence = read_str(state, log);
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    assert_int_equal(evidence.log_count, 500 * 9);
    assert_int_equal(evidence.logs[0].count, 20);
    assert_int_equal(evidence.unread_count, 1);
    assert_int_equal(evidence.unread[0].lines, 10000);
    print_message("100,000 lines (%u MB) in %.2f s\n", log.len >> 20, seconds);
    assert_true(seconds < 5.0); /* a loaded machine; quadratic would be minutes */
}

/* --- Trouble -------------------------------------------------------------- */

static void about_other_things(void **state)
{
    struct evidence evidence =
        read_text(state, "2026/03/04 10:11:12 [error] 1#1: *1 access forbidden by rule, client: "
                         "192.0.2.7, server: s\n"
                         "plain words\n"
                         "2026/03/04 10:11:12 [notice] 1#1: signal process started\n"
                         "2026/03/04 10:11:12 [emerg] 1#1: something quite new\n"
                         "2026/03/04 10:11:12 [error] 1#1: *1 SSL_frob() failed while frobbing\n");
    assert_int_equal(evidence.log_count, 2);
    assert_null(evidence.logs[0].reason);
    assert_null(evidence.logs[0].treated_as);
    assert_int_equal(evidence.logs[0].side, SIDE_CONFIG);
    assert_null(evidence.logs[1].reason);
    assert_int_equal(evidence.unread_count, 2);
    assert_int_equal(evidence.unread[0].kind, EVIDENCE_ERROR_LOG);
    assert_int_equal(evidence.unread[0].lines, 2);
    assert_int_equal(evidence.unread[1].kind, EVIDENCE_UNKNOWN);
}

static void hostile_texts(void **state)
{
    static const char *const texts[] = {
        "\n\n\r\n \t\n",
        "\"\"\"\"\"(((((((((",
        "2026/03/04 10:11:12 [error] 1#1: *1 ",
        "2026/03/04 10:11:12 [",
        "2026/03/04 10:11:12",
        "{\"log\":\"",
        "{\"log\":\"\\",
        "{\"log\":\"2026/03/04 10:11:12 [error] 1#1: *1 SSL\\u12",
        "{\"log\":\"2026/03/04 10:11:12 [error] 1#1: *1 SSL\\",
        "nginx: [emerg] ",
        "nginx: [emerg] \"",
        "nginx: [emerg] in :1",
        "nginx: [emerg] in x:",
        "SSL_do_handshake() failed (SSL: error:",
        "SSL_do_handshake() failed (SSL: error:0A00041",
        "peer closed connection in SSL handshake, client: , server: , upstream: \"",
        "peer closed connection in SSL handshake, upstream: \"https://[",
        "peer closed connection in SSL handshake, upstream: \"://:\"",
        "peer closed connection in SSL handshake, upstream: \"unix:\"",
        "upstream SSL certificate does not match \"",
        "upstream SSL certificate verify error: (99999999999999999999:x)",
        "SSL_read() failed (SSL alert number 4294967296)",
        ": [emerg] x",
        "verify error: (",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        read_text(state, texts[i]);
    read_str(state, (str){NULL, 0});
    char zeros[64] = {0};
    read_str(state, (str){zeros, sizeof zeros});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(every_known_line_is_decoded),
        test_in_arena(a_line_alone_says_the_same),
        test_in_arena(every_beginning_of_a_line_is_read),
        test_in_arena(fields_of_a_line),
        test_in_arena(upstreams_of_every_form),
        test_in_arena(a_referrer_cannot_pass_for_fields),
        test_in_arena(names_in_messages),
        test_in_arena(prefixes_are_passed_over),
        test_in_arena(json_escapes),
        test_in_arena(without_level_or_time),
        test_in_arena(lines_of_others_are_not_ours),
        test_in_arena(broken_lines_are_joined),
        test_in_arena(hard_wrapped_lines_are_joined),
        test_in_arena(joined_lines_lose_no_space_before_a_colon),
        test_in_arena(whole_lines_are_not_joined),
        test_in_arena(lines_alike_are_one_fact),
        test_in_arena(different_names_are_different_facts),
        test_in_arena(a_long_log_is_read_in_time),
        test_in_arena(about_other_things),
        test_in_arena(hostile_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
