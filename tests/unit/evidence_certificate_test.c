#include "evidence_samples.h"

static void a_chain_of_pem(void **state)
{
    struct evidence evidence = read_str(state, read_sample(state, "pem-chain.txt"));
    assert_int_equal(evidence.backend_count, 1);
    assert_int_equal(evidence.backends[0].pems.count, 2);
    assert_int_equal(evidence.pem_count, 2);
    assert_int_equal(evidence.pems[1].backend, 0);
    assert_true(evidence.pems[0].whole);
    assert_int_equal(evidence.unread_count, 0);
}

/* Neither read nor kept, and said so. */
static void a_private_key(void **state)
{
    struct evidence evidence =
        read_text(state, "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n");
    assert_int_equal(evidence.backend_count, 0);
    assert_int_equal(evidence.pem_count, 1);
    assert_int_equal(evidence.pems[0].block.len, 0);
    assert_int_equal(evidence.unread_count, 1);
    assert_non_null(strstr(evidence.unread[0].why, "private key"));
}

static void pem_that_is_cut_off(void **state)
{
    struct evidence evidence = read_text(state, "-----BEGIN CERTIFICATE-----\nMIIE\nAAAA");
    assert_int_equal(evidence.backend_count, 0);
    assert_false(evidence.pems[0].whole);
    assert_int_equal(evidence.unread[0].lines, 3);
}

static void indented_with_crlf(void **state)
{
    const struct backend_fact *fact = fact_in(
        state, STR("  -----BEGIN CERTIFICATE-----\r\n  MIIE\r\n  -----END CERTIFICATE-----\r\n"));
    assert_str(fact->pems.item[0],
               "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n");
}

static void certificates_in_words(void **state)
{
    const struct backend_fact *fact = sample_fact(state, "x509-3.0-ec.txt");
    assert_int_equal(fact->dns.count, 2);
    assert_str(fact->dns.item[1], "*.ec.example.com");
    assert_int_equal(fact->key, KEY_EC);
    assert_int_equal(fact->key_bits, 256);
    fact = sample_fact(state, "x509-3.0-names.txt");
    assert_int_equal(fact->dns.count, 2);
}

static void suites_of_an_openssl(void **state)
{
    struct evidence evidence =
        read_str(state, read_sample(state, "ciphers_v-3.0-ecdhe-aesgcm.txt"));
    assert_int_equal(evidence.suites_count, 1);
    assert_int_equal(evidence.suites[0].count, 7);
    assert_str(evidence.suites[0].ciphers[0].name, "TLS_AES_256_GCM_SHA384");
    assert_int_equal(evidence.suites[0].ciphers[0].protocols, TLS13);
    assert_int_equal(evidence.backend_count + evidence.unread_count, 0);
}

static const char config[] = "http {\n"
                             "    ssl_protocols TLSv1.2;\n"
                             "    ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;\n"
                             "    server {\n"
                             "        listen 192.0.2.9:8443 ssl;\n"
                             "        listen 80;\n"
                             "        server_name api.example.com;\n"
                             "        ssl_verify_client on;\n"
                             "    }\n"
                             "    server {\n"
                             "        listen 443 ssl default_server;\n"
                             "        ssl_protocols TLSv1.3;\n"
                             "        ssl_reject_handshake on;\n"
                             "    }\n"
                             "    server { listen 8080; }\n"
                             "}\n";

static void a_backends_configuration(void **state)
{
    struct evidence evidence = read_text(state, config);
    assert_int_equal(evidence.backend_count, 2);
    const struct backend_fact *fact = &evidence.backends[0];
    assert_int_equal(fact->line, 4);
    assert_str(fact->address, "192.0.2.9");
    assert_int_equal(fact->port, 8443);
    assert_int_equal(fact->offered, TLS12);
    assert_int_equal(fact->refused, PROTOCOL_ALL & ~TLS12);
    assert_int_equal(fact->client_auth, CLIENT_AUTH_REQUIRED);
    assert_str(fact->cipher_list, "ECDHE-RSA-AES128-GCM-SHA256");
    assert_str(fact->names.item[0], "api.example.com");
    fact = &evidence.backends[1];
    assert_int_equal(fact->port, 443);
    assert_int_equal(fact->address.len, 0);
    assert_int_equal(fact->offered, TLS13);
    assert_true(fact->rejects_unknown_names);
}

/* nginx's defaults differ by version: not guessed. */
static void what_a_configuration_leaves_out(void **state)
{
    const struct backend_fact *fact =
        fact_in(state, STR("listen 443 ssl;\nssl_verify_client on;\n"));
    assert_int_equal(fact->offered | fact->refused, 0);
    assert_int_equal(fact->port, 443);
    struct evidence evidence = read_text(state, "location / {\n    proxy_pass https://be;\n}\n");
    assert_int_equal(evidence.backend_count, 0);
    assert_int_equal(evidence.unread_count, 1);
}

/* Before 1.29.2 the default server's versions hold for all at an address. */
static void servers_that_share_an_address(void **state)
{
    struct evidence evidence =
        read_text(state, "server { listen 443 ssl; ssl_protocols TLSv1.2; }\n"
                         "server { listen 443 ssl; ssl_protocols TLSv1.3; }\n");
    assert_int_equal(evidence.backends[0].offered, TLS12);
    assert_int_equal(evidence.backends[1].offered, 0);
    assert_non_null(evidence.backends[1].note);
}

static void a_dump_of_a_backend(void **state)
{
    const struct backend_fact *fact =
        fact_in(state, STR("# configuration file /etc/nginx/nginx.conf:\nhttp {\n}\n\n# "
                           "configuration file /etc/nginx/conf.d/a.conf:\nserver {\n    listen 443 "
                           "ssl;\n    ssl_protocols TLSv1.3;\n}\n"));
    assert_int_equal(fact->kind, EVIDENCE_NGINX_DUMP);
    assert_int_equal(fact->line, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(a_chain_of_pem),
        test_in_arena(a_private_key),
        test_in_arena(pem_that_is_cut_off),
        test_in_arena(indented_with_crlf),
        test_in_arena(certificates_in_words),
        test_in_arena(suites_of_an_openssl),
        test_in_arena(a_backends_configuration),
        test_in_arena(what_a_configuration_leaves_out),
        test_in_arena(servers_that_share_an_address),
        test_in_arena(a_dump_of_a_backend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
