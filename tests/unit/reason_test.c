#include "evidence_helpers.h"

/* The rules of the catalogue: no cause may name another. */
static const char rule_ids[] =
    " upstream-sni-off upstream-name-wrong upstream-name-dead upstream-host-mismatch "
    "upstream-verify-off upstream-verify-no-ca upstream-verify-depth upstream-verify-ca-wrong "
    "upstream-ip-san upstream-protocols-mismatch upstream-protocols-legacy upstream-protocols-hole "
    "upstream-ciphers-mismatch upstream-ciphers-weak upstream-ciphers-tls13 upstream-ciphers-iana "
    "upstream-groups upstream-dh-small upstream-legacy-backend upstream-renegotiation "
    "upstream-client-cert-missing upstream-client-key-missing upstream-session-crosstalk "
    "upstream-keepalive-crosstalk upstream-keepalive-inert upstream-scheme-https-to-plain "
    "upstream-scheme-http-to-tls upstream-port-missing upstream-settings-dead "
    "upstream-directive-unknown upstream-directive-misplaced upstream-flag-invalid "
    "upstream-directive-too-new upstream-duplicate upstream-resolver-missing "
    "server-protocols-legacy server-protocols-ignored server-ciphers-weak server-ciphers-narrow "
    "server-prefer-ciphers server-groups server-listen-plain server-default-vhost "
    "server-plain-client ";

/* --- The laws of the table ------------------------------------------------ */

static bool is_id(str id)
{
    for (u32 i = 0; i < id.len; i++)
        if (!char_is_digit(id.p[i]) && id.p[i] != '-' && (id.p[i] < 'a' || id.p[i] > 'z'))
            return false;
    return id.len > 0;
}

static bool is_sentence(const char *text)
{
    size_t len = text ? strlen(text) : 0;
    return len > 5 && text[len - 1] == '.' && !strstr(text, "  ");
}

static void check_rules(const struct reason *reason, str rules)
{
    for (str id = str_word(&rules); id.len; id = str_word(&rules)) {
        char padded[64];
        snprintf(padded, sizeof padded, " %.*s ", STR_ARG(id));
        if (!strstr(rule_ids, padded))
            fail_msg("%s: no rule %s", reason->id, padded);
    }
}

static void check_advice(const struct reason *reason, const struct reason_advice *advice)
{
    if (!is_sentence(advice->meaning) || (advice->not_help && !is_sentence(advice->not_help)))
        fail_msg("%s: no sentence", reason->id);
    u32 last = 100;
    u32 count = 0;
    for (const struct reason_cause *cause = advice->causes; cause->text; cause++, count++) {
        if (!is_sentence(cause->text))
            fail_msg("%s: no sentence: %s", reason->id, cause->text);
        if (!cause->weight || cause->weight > last)
            fail_msg("%s: weight %u after %u", reason->id, cause->weight, last);
        last = cause->weight;
        check_rules(reason, str_of(cause->rules));
        assert_null(strstr(cause->text, "proxy_ssl_verify off"));
    }
    assert_in_range(count, 1, 8);
}

static void check_texts(const struct reason *reason)
{
    for (u32 i = 0; i < REASON_TEXTS && reason->texts[i]; i++) {
        const char *text = reason->texts[i];
        for (; *text && reason->texts[i][0] != '^'; text++)
            if (*text == '_' || *text == '-' || char_lower(*text) != *text)
                fail_msg("%s: \"%s\" is not plain", reason->id, reason->texts[i]);
    }
}

static void every_row_is_whole(void **state)
{
    (void)state;
    u32 count;
    const struct reason *table = reason_table(&count);
    assert_in_range(count, 120, 250);
    for (u32 i = 0; i < count; i++) {
        const struct reason *reason = &table[i];
        assert_true(is_id(str_of(reason->id)));
        assert_ptr_equal(reason_by_id(str_of(reason->id)), reason); /* ids are unique */
        assert_true(reason->title && *reason->title);
        assert_true(reason->texts[0] || reason->verify);
        check_texts(reason);
        assert_null(reason->advice[SIDE_UNKNOWN]);
        u32 sides = 0;
        for (u32 side = 0; side < SIDE_COUNT; side++) {
            if (!reason->advice[side])
                continue;
            check_advice(reason, reason->advice[side]);
            sides++;
        }
        assert_true(sides > 0);
        assert_ptr_equal(reason_by_anything(str_of(reason->id)), reason);
    }
}

static void numbers_lead_back_to_their_row(void **state)
{
    (void)state;
    u32 count;
    const struct reason *table = reason_table(&count);
    for (u32 i = 0; i < count; i++) {
        const struct reason *reason = &table[i];
        if (reason->alert)
            assert_ptr_equal(reason_by_alert(reason->alert), reason);
        if (reason->verify)
            assert_ptr_equal(reason_by_verify(reason->verify), reason);
        for (u32 k = 0; k < REASON_CODES && reason->codes[k]; k++) {
            u64 three = (u64)reason->library << 23 | reason->codes[k];
            u64 one = (u64)reason->library << 24 | 0x094000u | reason->codes[k];
            if (reason_by_code(three) != reason || reason_by_code(one) != reason)
                fail_msg("%s: code %X is another row's too", reason->id, reason->codes[k]);
        }
    }
}

/* --- What does not help --------------------------------------------------- */

static void assert_not_help(const char *id, const char *word)
{
    const struct reason *reason = reason_by_id(str_of(id));
    const char *not_help = reason_advice(reason, SIDE_UPSTREAM)->not_help;
    if (!not_help || !strstr(not_help, word))
        fail_msg("%s does not say that %s is no help", id, word);
}

static void what_does_not_help_is_said(void **state)
{
    (void)state;
    static const u32 client_certificate[] = {40, 42, 43, 44, 45, 46, 48, 49, 116};
    for (size_t i = 0; i < sizeof client_certificate / sizeof *client_certificate; i++)
        assert_not_help(reason_by_alert(client_certificate[i])->id, "proxy_ssl_verify");
    assert_not_help("alert-certificate-required", "proxy_ssl_trusted_certificate");
    assert_not_help("wrong-version-number", "proxy_ssl_protocols");
    assert_not_help("timed-out", "timeouts");
    assert_not_help("peer-closed", "timeouts");
    assert_not_help("verify-20", "proxy_ssl_verify off");
    assert_not_help("name-mismatch", "proxy_ssl_verify off");
    assert_not_help("no-trusted-certificate", "proxy_ssl_verify off");
    assert_not_help("no-live-upstreams", "proxy_next_upstream");
}

/* --- Look-ups ------------------------------------------------------------- */

static void codes_of_every_spelling(void **state)
{
    (void)state;
    static const struct {
        u64 code;
        const char *id;
        u32 alert;
    } codes[] = {
        {0x0A000410, "alert-handshake-failure", 40},
        {0x14094410, "alert-handshake-failure", 40},
        {0x14077410, "alert-handshake-failure", 40},
        {0x10000410, "alert-handshake-failure", 40}, /* BoringSSL */
        {0x1407742E, "alert-protocol-version", 70},
        {0x1404B42E, "alert-protocol-version", 70}, /* LibreSSL */
        {0x0A00044D, "alert-other", 101},
        {0x140770FC, "wrong-version-number", 0},
        {0x1408A0C1, "no-shared-cipher", 0},
        {0x14082174, "dh-key-too-small", 0},
        {0x05800074, "key-mismatch", 0},
        {0x0B080074, "key-mismatch", 0},
        {0x1410D0B9, "cipher-no-match", 0},
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        assert_string_equal(reason_id(reason_by_code(codes[i].code)), codes[i].id);
        assert_int_equal(reason_code_alert(codes[i].code), codes[i].alert);
    }
}

static void codes_of_nothing(void **state)
{
    (void)state;
    static const u64 codes[] = {0,          1,          0x80000002, 0x10000080,
                                0x0A080106, 0x0480006C, 0xFFFFFFFF, 0x0A00041000000000};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_null(reason_by_code(codes[i]));
    assert_null(reason_by_alert(0));
    assert_null(reason_by_alert(255));
    assert_null(reason_by_verify(0));
    assert_null(reason_by_id(STR("")));
    assert_null(reason_by_text(STR("")));
    assert_null(reason_by_start((str){0}, (str){0}));
}

static void whatever_a_person_types(void **state)
{
    (void)state;
    static const char *const typed[][2] = {
        {"0A000410", "alert-handshake-failure"},
        {"0x0A000410", "alert-handshake-failure"},
        {"0a000410", "alert-handshake-failure"},
        {"A000410", "alert-handshake-failure"},
        {"14094410", "alert-handshake-failure"},
        {"1407742E", "alert-protocol-version"},
        {"140770FC", "wrong-version-number"},
        {"error:0A000410:SSL routines::sslv3 alert handshake failure", "alert-handshake-failure"},
        {"error:14094410:SSL routines:ssl3_read_bytes:sslv3 alert", "alert-handshake-failure"},
        {" error:0A00018A ", "dh-key-too-small"},
        {"40", "alert-handshake-failure"},
        {"alert 112", "alert-unrecognized-name"},
        {"alert number 70", "alert-protocol-version"},
        {"SSL alert number 116", "alert-certificate-required"},
        {"ALERT 80", "alert-internal-error"},
        {"alert 77", "alert-other"},
        {"verify error 20", "verify-20"},
        {"verify error:num=21:unable to verify the first certificate", "verify-21"},
        {"verify-22", "verify-22"},
        {"(20:unable to get local issuer certificate)", "verify-20"},
        {"no shared cipher", "no-shared-cipher"},
        {"No Shared Cipher", "no-shared-cipher"},
        {"NO_SHARED_CIPHER", "no-shared-cipher"},
        {"SSLV3_ALERT_HANDSHAKE_FAILURE", "alert-handshake-failure"},
        {"handshake failure", "alert-handshake-failure"},
        {"unrecognized_name", "alert-unrecognized-name"},
        {"wrong version number", "wrong-version-number"},
        {"self signed certificate", "verify-18"},
        {"self-signed certificate in certificate chain", "verify-19"},
        {"peer closed connection in SSL handshake", "peer-closed"},
        {"no live upstreams", "no-live-upstreams"},
        {"400 No required SSL certificate was sent", "http-400-no-cert"},
        {"unknown directive \"proxy_ssl_sni\"", "unknown-directive"},
        {"unknown directive", "unknown-directive"},
    };
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
        if (strcmp(reason_id(reason_by_anything(str_of(typed[i][0]))), typed[i][1]) != 0)
            fail_msg("%s -> %s", typed[i][0], reason_id(reason_by_anything(str_of(typed[i][0]))));
    static const char *const nothing[] = {"", "  ", "hello world", "256", "0", "FFFFFFFF", "tls"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        assert_null(reason_by_anything(str_of(nothing[i])));
}

static void advice_is_there_for_every_side(void **state)
{
    (void)state;
    u32 count;
    const struct reason *table = reason_table(&count);
    for (u32 i = 0; i < count; i++)
        for (u32 side = 0; side < SIDE_COUNT; side++)
            assert_true(*reason_advice(&table[i], (enum log_side)side)->meaning);
    const struct reason *cipher = reason_by_id(STR("no-shared-cipher"));
    assert_ptr_equal(reason_advice(cipher, SIDE_UPSTREAM), cipher->advice[SIDE_CLIENT]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(numbers_lead_back_to_their_row),
        cmocka_unit_test(what_does_not_help_is_said),
        cmocka_unit_test(codes_of_every_spelling),
        cmocka_unit_test(codes_of_nothing),
        cmocka_unit_test(whatever_a_person_types),
        cmocka_unit_test(advice_is_there_for_every_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
