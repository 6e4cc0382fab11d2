#include "evidence_samples.h"

static const char *const samples[] = {
    "s_client-3.0-client-certificate-required-tls12.txt",
    "s_client-3.0-brief.txt",
    "sslscan-2.0-client-certificate.txt",
    "sslscan-2.0-coloured-cut.txt",
    "sslscan-2.0-tls12.xml",
    "nmap-7.93-dhe.txt",
    "nmap-7.93-tls12.xml",
    "testssl-3.0.8-coloured-tls13.txt",
    "x509-3.0-ec.txt",
    "pem-chain.txt",
    "ciphers_v-3.0-ecdhe-aesgcm.txt",
};

/* In memory of just that size, so that the sanitizer sees every step too far. */
static void read_exactly(str text)
{
    struct arena arena = {0};
    char *exact = malloc(text.len ? text.len : 1);
    memcpy(exact, text.p, text.len);
    struct evidence_text one = {STR("cut"), {exact, text.len}};
    struct evidence evidence = evidence_read(&arena, &one, 1);
    for (u32 i = 0; i < evidence.backend_count; i++) {
        assert_true(evidence.backends[i].at.start <= evidence.backends[i].at.end);
        assert_true(evidence.backends[i].at.end <= text.len);
        assert_int_equal(evidence.backends[i].offered & evidence.backends[i].refused, 0);
    }
    arena_end(&arena);
    free(exact);
}

static void every_beginning_and_every_end(void **state)
{
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        str text = read_sample(state, samples[i]);
        for (u32 cut = 0; cut <= text.len; cut += cut < 2000 ? 1 : 7)
            read_exactly(str_sub(text, 0, cut));
        for (u32 cut = 0; cut <= text.len; cut += 7)
            read_exactly(str_from(text, cut));
    }
}

/* Large ones, at the places that matter: where a line or a value ends. */
static void json_cut_anywhere(void **state)
{
    static const char *const json[] = {"testssl-3.0.8-flat.json", "testssl-3.0.8-pretty.json"};
    for (size_t i = 0; i < sizeof json / sizeof *json; i++) {
        str text = read_sample(state, json[i]);
        for (u32 cut = 0; cut <= text.len; cut += cut < 2000 ? 1 : 61)
            read_exactly(str_sub(text, 0, cut));
    }
}

static void with_crlf_and_colours(void **state)
{
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        str text = read_sample(state, samples[i]);
        struct evidence plain = read_str(state, text);
        struct buf changed = buf_new(*state);
        while (text.len) {
            str line = str_cut(&text, '\n');
            buf_fmt(&changed, "\x1b[1;32m%.*s\x1b[0m\r\n", STR_ARG(line));
        }
        struct evidence evidence = read_str(state, buf_view(&changed));
        assert_int_equal(evidence.backend_count, plain.backend_count);
        for (u32 k = 0; k < plain.backend_count; k++) {
            if (evidence.backends[k].offered != plain.backends[k].offered)
                fail_msg("%s, fact %u", samples[i], k);
            assert_int_equal(evidence.backends[k].line, plain.backends[k].line);
            assert_int_equal(evidence.backends[k].cipher_count, plain.backends[k].cipher_count);
        }
    }
}

enum { FLOOD = 1 << 18 };

/* A flood of each line that begins something. */
static void floods(void **state)
{
    static const char *const lines[] = {
        "CONNECTED(00000003)\n",
        "depth=0 CN = x\n",
        "1:error:0A000410:\n",
        "-----BEGIN CERTIFICATE-----\n",
        "{\"finding\"\"severity\"\n",
        "[{\"id\":\"TLS1\",\"finding\":\"offered\",\"severity\":\"\"},\n",
        "<ssltest host=\"a\" port=\"1\"\n",
        "<ssltest host=\"a\" port=\"1\">\n",
        "<nmaprun \n",
        "| ssl-enum-ciphers\n",
        "|       TLS_A (rsa) - A\n",
        "Nmap scan report for a\n",
        "Testing SSL server a on port 1 using SNI name a\n",
        "Accepted  TLSv1.2  256 bits  A\n",
        "-->> 127.0.0.1:443 (be) <<--\n",
        "server {\n",
        "listen 443 ssl;\n",
        "server { listen 443 ssl; }\n",
        "$ openssl s_client \\\n",
        "0x13,0x02 - A TLSv1.3 Kx=any\n",
        "Certificate:\n",
        "\x1b[31m",
        "\x1b[",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        str line = str_of(lines[i]);
        struct arena arena = {0};
        struct buf flood = buf_new(&arena);
        while (flood.len < FLOOD)
            buf_str(&flood, line);
        struct evidence_text one = {STR("flood"), buf_view(&flood)};
        evidence_read(&arena, &one, 1);
        arena_end(&arena);
    }
    (void)state;
}

static void a_megabyte_of_junk(void **state)
{
    char *junk = malloc(1 << 20);
    u32 seed = 7;
    for (u32 i = 0; i < 1 << 20; i++) {
        seed = seed * 1664525u + 1013904223u;
        junk[i] = (char)(seed >> 24);
    }
    read_exactly((str){junk, 1 << 20});
    free(junk);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(every_beginning_and_every_end),
        test_in_arena(json_cut_anywhere),
        test_in_arena(with_crlf_and_colours),
        test_in_arena(floods),
        test_in_arena(a_megabyte_of_junk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
