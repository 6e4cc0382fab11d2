#include "evidence_samples.h"

static void a_handshake(void **state)
{
    const struct backend_fact *fact = sample_fact(state, "s_client-3.0-tls13.txt");
    assert_int_equal(fact->kind, EVIDENCE_S_CLIENT);
    assert_int_equal(fact->handshake, HANDSHAKE_OK);
    assert_int_equal(fact->negotiated, TLS13);
    assert_int_equal(fact->offered, TLS13);
    assert_int_equal(fact->refused, 0); /* one handshake refuses nothing */
    assert_int_equal(fact->complete, 0);
    assert_non_null(cipher_named(fact, "TLS_AES_256_GCM_SHA384"));
    assert_str(fact->groups.item[0], "X25519");
    assert_int_equal(fact->pems.count, 1);
    assert_int_equal(fact->sent, 1);
    assert_str(fact->subject, "CN = api.example.com");
    assert_str(fact->issuer, "O = Example Trust, CN = Example Root");
    assert_int_equal(fact->key, KEY_RSA);
    assert_int_equal(fact->key_bits, 2048);
    assert_int_equal(fact->verify_code, 21);
    assert_str(fact->verify_text, "unable to verify the first certificate");
    assert_int_equal(fact->client_auth, CLIENT_AUTH_NONE);
    assert_int_equal(fact->secure_renegotiation, SAID_NOTHING); /* TLS 1.3 has none */
    assert_int_equal(fact->port, 0); /* 3.0 does not say whom it dialled */
}

static void a_handshake_that_failed(void **state)
{
    const struct backend_fact *fact = sample_fact(state, "s_client-3.0-no-name-refused.txt");
    assert_int_equal(fact->handshake, HANDSHAKE_FAILED);
    assert_string_equal(reason_id(fact->reason), "alert-unrecognized-name");
    assert_int_equal(fact->alert, 112);
    assert_false(fact->has_verify_code); /* it prints "0 (ok)" */
    assert_int_equal(fact->client_auth, CLIENT_AUTH_UNKNOWN);
    assert_int_equal(fact->offered | fact->refused, 0);
}

static void a_version_that_is_refused(void **state)
{
    const struct backend_fact *fact = sample_fact(state, "s_client-3.0-tls12-refused.txt");
    assert_int_equal(fact->alert, 70);
    assert_int_equal(fact->refused, TLS12);
    assert_int_equal(fact->offered, 0);
    assert_int_equal(fact->cipher_count, 0);
}

static void client_certificates(void **state)
{
    static const struct {
        const char *sample;
        enum backend_client_auth auth;
        enum backend_handshake handshake;
    } samples[] = {
        {"s_client-3.0-client-certificate-asked.txt", CLIENT_AUTH_REQUESTED, HANDSHAKE_OK},
        {"s_client-3.0-client-certificate-required-tls12.txt", CLIENT_AUTH_REQUIRED,
         HANDSHAKE_FAILED},
        {"s_client-3.0-client-certificate-required-tls13.txt", CLIENT_AUTH_REQUIRED, HANDSHAKE_OK},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const struct backend_fact *fact = sample_fact(state, samples[i].sample);
        assert_int_equal(fact->client_auth, samples[i].auth);
        assert_int_equal(fact->handshake, samples[i].handshake);
        assert_int_equal(fact->client_issuers.count, 1);
        assert_str(fact->client_issuers.item[0], "O = Example Trust, CN = Example Root");
    }
}

/* An empty list of CAs is no proof that nothing is asked for. */
static void signature_algorithms_are_the_sign(void **state)
{
    const struct backend_fact *fact = fact_in(
        state, STR("CONNECTED(00000003)\n---\nCertificate chain\n 0 s:CN = x\n   i:CN = y\n---\n"
                   "No client certificate CA names sent\nRequested Signature Algorithms: "
                   "RSA+SHA256\n---\nNew, TLSv1.3, Cipher is TLS_AES_128_GCM_SHA256\nVerify return "
                   "code: 0 (ok)\n"));
    assert_int_equal(fact->client_auth, CLIENT_AUTH_REQUESTED);
    assert_true(fact->has_verify_code);
}

static void the_command_says_who_was_dialled(void **state)
{
    str sample = read_sample(state, "s_client-3.0-no-name-refused.txt");
    const struct backend_fact *fact =
        fact_in(state, joined(state,
                              "root@web:~# openssl s_client -connect \\\n  [2001:db8::9]:8443 "
                              "-noservername </dev/null\n",
                              sample));
    assert_str(fact->address, "2001:db8::9");
    assert_int_equal(fact->port, 8443);
    assert_int_equal(fact->sni, SNI_NOT_SENT);
    fact = fact_in(
        state, joined(state, "$ openssl s_client -connect be.example:443 -servername x\n", sample));
    assert_str(fact->host, "be.example");
    assert_str(fact->sni_name, "x");
    assert_int_equal(fact->line, 2);
}

static void other_spellings(void **state)
{
    const struct backend_fact *fact = fact_in(
        state, STR("Connecting to 192.0.2.9\nCONNECTED(00000003)\nNew, TLSv1.2, Cipher is "
                   "DHE-RSA-AES128-GCM-SHA256\nProtocol: TLSv1.2\nPeer Temp Key: DH, 1024 bits\n"
                   "Secure Renegotiation IS NOT supported\nALPN protocol: h2\n"));
    assert_str(fact->address, "192.0.2.9");
    assert_int_equal(fact->dh_bits, 1024);
    assert_int_equal(fact->secure_renegotiation, SAID_NO);
    assert_str(fact->alpn, "h2");
    /* 1.0.2 names the suite's version first. */
    fact = fact_in(state, STR("CONNECTED(00000003)\nNew, TLSv1/SSLv3, Cipher is AES128-SHA\n"
                              "SSL-Session:\n    Protocol  : TLSv1.1\n"));
    assert_int_equal(fact->negotiated, PROTOCOL_TLS1_1);
    assert_int_equal(fact->handshake, HANDSHAKE_OK);
    fact = fact_in(state, STR("CONNECTED(00000003)\nNegotiated TLS1.3 group: X25519MLKEM768\n"));
    assert_str(fact->groups.item[0], "X25519MLKEM768");
    fact = sample_fact(state, "s_client-3.0-brief.txt");
    assert_int_equal(fact->handshake, HANDSHAKE_OK);
    assert_int_equal(fact->sni, SNI_NOT_SENT);
    assert_int_equal(fact->offered, TLS13);
}

/* The errors of the second run come before its "CONNECTED". */
static void runs_one_after_the_other(void **state)
{
    str first = read_sample(state, "s_client-3.0-ec-certificate.txt");
    str second = read_sample(state, "s_client-3.0-no-name-refused.txt");
    str third = read_sample(state, "s_client-3.0-tls13.txt");
    struct evidence evidence = read_str(
        state, str_fmt(*state, "%.*s%.*s%.*s", STR_ARG(first), STR_ARG(second), STR_ARG(third)));
    assert_int_equal(evidence.backend_count, 3);
    assert_int_equal(evidence.backends[0].key, KEY_EC);
    assert_int_equal(evidence.backends[1].alert, 112);
    assert_int_equal(evidence.backends[1].pems.count, 0);
    assert_int_equal(evidence.backends[2].key, KEY_RSA);
    assert_int_equal(evidence.unread_count, 0);
}

static void certificates_of_a_chain(void **state)
{
    const struct backend_fact *fact =
        sample_fact(state, "s_client-3.0-client-certificate-required-tls13.txt");
    assert_int_equal(fact->sent, 2);
    fact = sample_fact(state, "s_client-3.0-showcerts.txt");
    assert_int_equal(fact->pems.count, 1);
    assert_true(str_starts(fact->pems.item[0], STR("-----BEGIN CERTIFICATE-----\n")));
    assert_true(str_ends(fact->pems.item[0], STR("-----END CERTIFICATE-----\n")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(a_handshake),
        test_in_arena(a_handshake_that_failed),
        test_in_arena(a_version_that_is_refused),
        test_in_arena(client_certificates),
        test_in_arena(signature_algorithms_are_the_sign),
        test_in_arena(the_command_says_who_was_dialled),
        test_in_arena(other_spellings),
        test_in_arena(runs_one_after_the_other),
        test_in_arena(certificates_of_a_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
