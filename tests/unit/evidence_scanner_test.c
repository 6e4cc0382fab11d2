#include "evidence_samples.h"

static void versions_and_suites(void **state)
{
    static const struct {
        const char *sample;
        u32 offered, refused, complete, ciphers;
        const char *one;
    } samples[] = {
        {"nmap-7.93-dhe.txt", TLS12, PROTOCOL_ALL & ~(TLS12 | PROTOCOL_SSL2), TLS12, 2,
         "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"},
        /* No word of nmap's version: its TLS 1.3 may be missing. */
        {"nmap-7.93-tls12.xml", TLS12, PROTOCOL_SSL3 | PROTOCOL_TLS1 | PROTOCOL_TLS1_1, TLS12, 2,
         "TLS_RSA_WITH_AES_256_CBC_SHA"},
        {"sslscan-2.0-tls12-tls13.txt", TLS12 | TLS13, PROTOCOL_ALL & ~(TLS12 | TLS13),
         TLS12 | TLS13, 30, "ECDHE-RSA-AES256-SHA384"},
        {"sslscan-2.0-client-certificate.txt", TLS12, PROTOCOL_ALL & ~TLS12, TLS12, 2,
         "AES256-SHA"},
        {"sslscan-2.0-tls12.xml", TLS12, PROTOCOL_ALL & ~TLS12, TLS12, 2, "AES256-SHA"},
        {"testssl-3.0.8-tls12-tls13.txt", TLS12 | TLS13, PROTOCOL_ALL & ~(TLS12 | TLS13),
         TLS12 | TLS13, 30, "TLS_AES_256_GCM_SHA384"},
        {"testssl-3.0.8-flat.json", TLS12 | TLS13, PROTOCOL_ALL & ~(TLS12 | TLS13), TLS12 | TLS13,
         30, "TLS_AES_256_GCM_SHA384"},
        {"testssl-3.0.8-pretty.json", TLS12, PROTOCOL_ALL & ~TLS12, TLS12, 2,
         "ECDHE-RSA-AES128-GCM-SHA256"},
        {"testssl-3.0.8-coloured-tls13.txt", TLS13, PROTOCOL_ALL & ~TLS13, 0, 0, NULL},
        {"sslscan-2.0-coloured-cut.txt", TLS12 | TLS13, PROTOCOL_ALL & ~(TLS12 | TLS13), 0, 0,
         NULL},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const struct backend_fact *fact = sample_fact(state, samples[i].sample);
        print_message("%s\n", samples[i].sample);
        assert_int_equal(fact->offered, samples[i].offered);
        assert_int_equal(fact->refused, samples[i].refused);
        assert_int_equal(fact->complete, samples[i].complete);
        assert_int_equal(fact->cipher_count, samples[i].ciphers);
        assert_str(fact->address, "127.0.0.1");
        assert_true(fact->port > 18000);
        if (samples[i].one)
            assert_non_null(cipher_named(fact, samples[i].one));
    }
}

static void certificates_in_words(void **state)
{
    static const char *const samples[] = {"sslscan-2.0-tls12-tls13.txt", "sslscan-2.0-tls12.xml",
                                          "testssl-3.0.8-tls12-tls13.txt",
                                          "testssl-3.0.8-flat.json"};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const struct backend_fact *fact = sample_fact(state, samples[i]);
        assert_int_equal(fact->dns.count, 1);
        assert_str(fact->dns.item[0], "api.example.com");
        assert_str(fact->common_name, "api.example.com");
        assert_int_equal(fact->key, KEY_RSA);
        assert_int_equal(fact->key_bits, 2048);
    }
    assert_int_equal(sample_fact(state, "testssl-3.0.8-flat.json")->pems.count, 1);
}

/* It found nothing, because it sent no name that the backend knows. */
static void a_scan_that_was_turned_away(void **state)
{
    struct evidence evidence =
        read_str(state, read_sample(state, "sslscan-2.0-no-name-refused.txt"));
    assert_int_equal(evidence.backends[0].refused, 0);
    assert_int_equal(evidence.backends[0].handshake, HANDSHAKE_FAILED);
    assert_non_null(evidence.backends[0].note);
    assert_int_equal(evidence.unread_count, 1);
    /* A backend that demands a client certificate shows its version, and no suite. */
    const struct backend_fact *fact =
        sample_fact(state, "sslscan-2.0-client-certificate-required.txt");
    assert_int_equal(fact->offered, TLS12);
    assert_int_equal(fact->complete, 0);
}

static void ports_of_one_nmap(void **state)
{
    struct evidence evidence = read_str(state, read_sample(state, "nmap-7.93-three-ports.txt"));
    assert_int_equal(evidence.backend_count, 3);
    assert_int_equal(evidence.backends[1].port, 18444);
    assert_int_equal(evidence.backends[1].offered, TLS13);
    assert_non_null(cipher_named(&evidence.backends[1], "TLS_AES_128_GCM_SHA256"));
    assert_int_equal(evidence.unread_count, 0);
    /* Cut off within the second port: nothing is said of what would have followed. */
    str text = read_sample(state, "nmap-7.93-three-ports.txt");
    u32 cut = str_find(text, STR("TLS_AKE_WITH_AES_256_GCM_SHA384"));
    evidence = read_str(state, str_sub(text, 0, cut));
    assert_int_equal(evidence.backend_count, 1);
    assert_int_equal(evidence.backends[0].refused, 0);
    assert_int_equal(evidence.backends[0].complete, 0);
    assert_int_equal(evidence.backends[0].offered, TLS12 | TLS13);
}

static void nmap_without_the_script(void **state)
{
    struct evidence evidence =
        read_text(state, "Starting Nmap 7.93 ( https://nmap.org )\nNmap scan report for be "
                         "(192.0.2.9)\n\nPORT    STATE SERVICE\n443/tcp open  https\n");
    assert_int_equal(evidence.backend_count, 0);
    assert_int_equal(evidence.unread_count, 1);
    assert_int_equal(evidence.unread[0].lines, 5);
}

static void an_old_nmap_knows_no_tls13(void **state)
{
    const struct backend_fact *fact = fact_in(
        state, STR("Starting Nmap 7.80 ( https://nmap.org )\nNmap scan report for 192.0.2.9\n"
                   "443/tcp open  https\n| ssl-enum-ciphers: \n|   TLSv1.2: \n|     ciphers: \n"
                   "|       TLS_RSA_WITH_AES_128_CBC_SHA (rsa 2048) - A\n|_  least strength: A\n"));
    assert_int_equal(fact->refused & TLS13, 0);
    assert_str(fact->address, "192.0.2.9");
    assert_int_equal(fact->port, 443);
}

static void flat_json_of_two_backends(void **state)
{
#define ROW(ip, id, finding)                                                                       \
    "{\"id\":\"" id "\",\"ip\":\"" ip                                                              \
    "\",\"port\":\"443\",\"severity\":\"OK\",\"finding\":\"" finding "\"}"
    struct evidence evidence = read_text(
        state, "[\n" ROW("be.example/192.0.2.9", "TLS1_2", "offered") ",\n" ROW(
                   "be.example/192.0.2.9", "clientAuth",
                   "required") ",\n" ROW("other/192.0.2.10", "TLS1_2", "not offered") "\n]\n");
    assert_int_equal(evidence.backend_count, 2);
    assert_str(evidence.backends[0].host, "be.example");
    assert_int_equal(evidence.backends[0].client_auth, CLIENT_AUTH_REQUIRED);
    assert_str(evidence.backends[1].address, "192.0.2.10");
    assert_int_equal(evidence.backends[1].refused, 0); /* it found no version at all */
}

/* Written after the schema of sslyze's json_output.py. */
static const char sslyze[] =
    "{\"sslyze_version\": \"6.0.0\", \"server_scan_results\": [{\n"
    "  \"server_location\": {\"hostname\": \"be.example\", \"ip_address\": \"192.0.2.9\", "
    "\"port\": 8443},\n"
    "  \"network_configuration\": {\"tls_server_name_indication\": \"be.example\"},\n"
    "  \"connectivity_result\": {\"highest_tls_version_supported\": \"TLS_1_2\",\n"
    "    \"client_auth_requirement\": \"OPTIONAL\"},\n"
    "  \"scan_result\": {\n"
    "    \"tls_1_2_cipher_suites\": {\"status\": \"COMPLETED\", \"result\": {\n"
    "      \"is_tls_version_supported\": true, \"accepted_cipher_suites\": [\n"
    "        {\"cipher_suite\": {\"name\": \"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\",\n"
    "          \"openssl_name\": \"ECDHE-RSA-AES128-GCM-SHA256\"},\n"
    "         \"ephemeral_key\": {\"type_name\": \"ECDH\", \"size\": 253, \"curve_name\": "
    "\"X25519\"}}]}},\n"
    "    \"tls_1_3_cipher_suites\": {\"status\": \"COMPLETED\", \"result\": {\n"
    "      \"is_tls_version_supported\": false, \"accepted_cipher_suites\": []}},\n"
    "    \"certificate_info\": {\"result\": {\"certificate_deployments\": [\n"
    "      {\"received_certificate_chain\": [{\"as_pem\": \"-----BEGIN "
    "CERTIFICATE-----\\nAA==\\n\",\n"
    "        \"subject_alternative_name\": {\"dns_names\": [\"be.example\", \"*.be.example\"]},\n"
    "        \"public_key\": {\"algorithm\": \"_RSAPublicKey\", \"key_size\": 4096}}]}]}}\n"
    "  }}]}\n";

static void sslyze_json(void **state)
{
    const struct backend_fact *fact = fact_in(state, str_of(sslyze));
    assert_str(fact->host, "be.example");
    assert_str(fact->address, "192.0.2.9");
    assert_int_equal(fact->port, 8443);
    assert_int_equal(fact->sni, SNI_SENT);
    assert_int_equal(fact->offered, TLS12);
    assert_int_equal(fact->refused, TLS13); /* the others were not tried */
    assert_int_equal(fact->complete, TLS12);
    assert_int_equal(fact->client_auth, CLIENT_AUTH_OPTIONAL);
    assert_non_null(cipher_named(fact, "ECDHE-RSA-AES128-GCM-SHA256"));
    assert_int_equal(fact->dns.count, 2);
    assert_int_equal(fact->key_bits, 4096);
    assert_int_equal(fact->pems.count, 1);
}

/* Cut off behind the first version: read as far as it goes. */
static void json_that_is_cut_off(void **state)
{
    u32 cut = str_find(str_of(sslyze), STR("\"tls_1_3_cipher_suites\""));
    const struct backend_fact *fact = fact_in(state, str_sub(str_of(sslyze), 0, cut));
    assert_int_equal(fact->offered, TLS12);
    assert_int_equal(fact->refused, 0);
    struct evidence evidence =
        read_text(state, "{\"sslyze_version\": 1, \"server_scan_results\": ");
    assert_int_equal(evidence.backend_count, 0);
    assert_int_equal(evidence.unread_count, 1);
}

static void facts_that_contradict(void **state)
{
    str scan = read_sample(state, "sslscan-2.0-tls12-tls13.txt");
    struct evidence_text texts[] = {
        {STR("old.txt"), STR("server { listen 127.0.0.1:18443 ssl; ssl_protocols TLSv1.2; }\n")},
        {STR("new.txt"), scan},
    };
    struct evidence evidence = evidence_read(*state, texts, 2);
    assert_int_equal(evidence.backend_count, 2);
    assert_int_equal(evidence.unread_count, 1);
    assert_non_null(strstr(evidence.unread[0].why, "old.txt:1"));
    assert_non_null(strstr(evidence.unread[0].why, "TLSv1.3"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(versions_and_suites),         test_in_arena(certificates_in_words),
        test_in_arena(a_scan_that_was_turned_away), test_in_arena(ports_of_one_nmap),
        test_in_arena(nmap_without_the_script),     test_in_arena(an_old_nmap_knows_no_tls13),
        test_in_arena(flat_json_of_two_backends),   test_in_arena(sslyze_json),
        test_in_arena(json_that_is_cut_off),        test_in_arena(facts_that_contradict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
