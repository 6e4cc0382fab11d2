#include "base/buf.h"
#include "tls/cert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "cert_fixtures.inc"

enum { NOW = 1800000000 /* in 2027 */ };
static const int64_t LATER = 4102444800; /* 2100 */

static struct arena arena;

static int begin(void **state)
{
    (void)state;
    arena = (struct arena){0};
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_end(&arena);
    return 0;
}

static void assert_str(str s, const char *expected)
{
    assert_string_equal(arena_c_string(&arena, s), expected);
}

static struct cert_list read_all(const char *text)
{
    return cert_read(&arena, str_of(text));
}

static void reads_an_ec_certificate(void **state)
{
    struct cert_list list = read_all(PEM_LEAF);
    (void)state;
    assert_int_equal(list.count, 1);
    const struct cert *cert = &list.cert[0];
    assert_str(cert->subject, "CN=api.example.test,O=Example");
    assert_str(cert->issuer, "CN=intermediate 2");
    assert_str(cert->common_name, "api.example.test");
    assert_int_equal(cert->dns_count, 2);
    assert_str(cert->dns[1], "*.wild.example.test");
    assert_int_equal(cert->ip_count, 2);
    assert_str(cert->ip[0], "192.0.2.7");
    assert_str(cert->ip[1], "2001:db8:0:0:0:0:0:1");
    assert_int_equal(cert->key, CERT_KEY_EC);
    assert_int_equal(cert->bits, 256);
    assert_str(cert->curve, "P-256");
    assert_str(cert->digest, "SHA256");
    assert_false(cert->self_signed);
    assert_false(cert->authority);
    assert_int_equal(cert->fingerprint.len, 95);
    assert_true(cert->not_before < NOW && cert->not_after > NOW);
    assert_int_equal(cert->at.start, 0);
}

static void reads_rsa_and_self_signed(void **state)
{
    struct cert_list list = read_all(PEM_SELF);
    (void)state;
    assert_int_equal(list.cert[0].key, CERT_KEY_RSA);
    assert_int_equal(list.cert[0].bits, 2048);
    assert_true(list.cert[0].self_signed);
    assert_int_equal(list.cert[0].dns_count, 0);
    assert_str(cert_plain_name(&list.cert[0]), "self.example.test");
}

static void finds_blocks_among_other_text(void **state)
{
    str text = str_fmt(&arena,
                       "Certificate chain\r\n 0 s:CN\r\n%s---\n%s-----BEGIN CERTIFICATE-----\n"
                       "bm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n",
                       PEM_LEAF, PEM_ROOT);
    struct cert_list list = cert_read(&arena, text);
    (void)state;
    assert_int_equal(list.count, 2);
    assert_int_equal(list.bad, 1);
    assert_true(list.cert[0].at.start > 0);
    assert_true(list.cert[1].authority);
}

static void a_block_that_is_cut_off_is_bad(void **state)
{
    struct cert_list list = cert_read(&arena, str_sub(str_of(PEM_LEAF), 0, 200));
    (void)state;
    assert_int_equal(list.count, 0);
    assert_int_equal(list.bad, 1);
}

/* Out of a log or a mail: indented, with CRLF. */
static void blanks_do_not_matter(void **state)
{
    struct buf buf = buf_new(&arena);
    str rest = str_of(PEM_LEAF);
    (void)state;
    while (rest.len > 0) {
        str line = str_cut(&rest, '\n');
        buf_fmt(&buf, "    %.*s \r\n", STR_ARG(line));
    }
    assert_int_equal(cert_read(&arena, buf_view(&buf)).count, 1);
}

static void names_match_as_in_nginx(void **state)
{
    struct cert_list leaf = read_all(PEM_LEAF);
    struct cert_list self = read_all(PEM_SELF);
    (void)state;
    assert_true(cert_matches(&leaf.cert[0], STR("api.example.test")));
    assert_true(cert_matches(&leaf.cert[0], STR("API.example.TEST")));
    assert_true(cert_matches(&leaf.cert[0], STR("a.wild.example.test")));
    assert_false(cert_matches(&leaf.cert[0], STR("a.b.wild.example.test")));
    assert_false(cert_matches(&leaf.cert[0], STR("192.0.2.7")));
    assert_false(cert_matches(&leaf.cert[0], STR("[2001:db8::1]")));
    assert_false(cert_matches(&leaf.cert[0], STR("")));
    assert_true(cert_matches(&self.cert[0], STR("self.example.test")));
}

static void knows_who_issued_what(void **state)
{
    struct cert_list chain = read_all(PEM_LEAF PEM_INTERMEDIATE_2 PEM_INTERMEDIATE_1 PEM_ROOT);
    (void)state;
    for (u32 i = 0; i + 1 < chain.count; i++)
        assert_true(cert_is_issued_by(&chain.cert[i], &chain.cert[i + 1]));
    assert_false(cert_is_issued_by(&chain.cert[0], &chain.cert[3]));
}

static void knows_whose_key_it_is(void **state)
{
    struct cert_list leaf = read_all(PEM_LEAF);
    struct cert_list root = read_all(PEM_ROOT);
    (void)state;
    assert_int_equal(cert_private_fits(&leaf.cert[0], STR(KEY_LEAF)), CERT_PRIVATE_FITS);
    assert_int_equal(cert_private_fits(&root.cert[0], STR(KEY_LEAF)), CERT_PRIVATE_OTHER);
    assert_int_equal(cert_private_fits(&leaf.cert[0], STR(PEM_LEAF)), CERT_PRIVATE_NONE);
    assert_int_equal(cert_private_fits(&leaf.cert[0], STR(KEY_LOCKED)), CERT_PRIVATE_ENCRYPTED);
    assert_int_equal(cert_private_fits(&leaf.cert[0], STR("-----BEGIN PRIVATE KEY-----\nxx\n")),
                     CERT_PRIVATE_BROKEN);
}

static u32 verdict(const char *sent, const char *roots, u32 depth, int64_t now)
{
    struct cert_list chain = read_all(sent);
    struct cert_list anchors = read_all(roots);
    struct cert_trust trust = {.roots = &anchors, .depth = depth, .level = 2, .now = now};
    return cert_verify(&arena, &chain, &trust).code;
}

#define FULL PEM_LEAF PEM_INTERMEDIATE_2 PEM_INTERMEDIATE_1

static void verifies_as_nginx_does(void **state)
{
    (void)state;
    assert_int_equal(verdict(FULL, PEM_ROOT, 2, NOW), 0);
    assert_int_equal(verdict(FULL, PEM_ROOT, 1, NOW), 20);
    assert_int_equal(verdict(FULL, PEM_SELF, 2, NOW), 20);
    assert_int_equal(verdict(FULL PEM_ROOT, PEM_SELF, 2, NOW), 19);
    assert_int_equal(verdict(PEM_LEAF, PEM_ROOT, 2, NOW), 21);
    assert_int_equal(verdict(PEM_LEAF, PEM_INTERMEDIATE_2 PEM_INTERMEDIATE_1 PEM_ROOT, 2, NOW), 0);
    assert_int_equal(verdict(PEM_LEAF, PEM_INTERMEDIATE_2, 2, NOW), 2);
    assert_int_equal(verdict(FULL, PEM_ROOT, 2, LATER), 10);
    assert_int_equal(verdict(FULL, PEM_ROOT, 2, 1), 9);
    assert_int_equal(verdict(FULL, PEM_ROOT, 2, 0), 0);
    assert_int_equal(verdict(PEM_SELF, PEM_ROOT, 2, NOW), 18);
    assert_int_equal(verdict(PEM_SELF, PEM_SELF, 0, NOW), 0);
    assert_int_equal(verdict(PEM_SHA1, PEM_ROOT, 1, NOW), 68);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_an_ec_certificate, begin, end),
        cmocka_unit_test_setup_teardown(reads_rsa_and_self_signed, begin, end),
        cmocka_unit_test_setup_teardown(finds_blocks_among_other_text, begin, end),
        cmocka_unit_test_setup_teardown(a_block_that_is_cut_off_is_bad, begin, end),
        cmocka_unit_test_setup_teardown(blanks_do_not_matter, begin, end),
        cmocka_unit_test_setup_teardown(names_match_as_in_nginx, begin, end),
        cmocka_unit_test_setup_teardown(knows_who_issued_what, begin, end),
        cmocka_unit_test_setup_teardown(knows_whose_key_it_is, begin, end),
        cmocka_unit_test_setup_teardown(verifies_as_nginx_does, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
