#include "nginx/catalogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static const struct directive *find(const char *name, enum context where)
{
    return catalogue_find(str_of(name), where);
}

static void assert_str(str got, const char *expected)
{
    assert_int_equal(got.len, strlen(expected));
    assert_memory_equal(got.p, expected, got.len);
}

/* --- the table --- */

static void is_sorted_and_found_again(void **state)
{
    u32 count;
    const struct directive *rows = catalogue_rows(&count);
    for (u32 i = 0; i < count; i++) {
        if (i > 0)
            assert_true(str_cmp(rows[i - 1].name, rows[i].name) <= 0);
        const struct directive *row = catalogue_find(rows[i].name, CONTEXT_UNKNOWN);
        while (row && row != &rows[i])
            row = catalogue_next(row);
        assert_ptr_equal(row, &rows[i]);
    }
    (void)state;
}

/* Two rows of one name and module would be one row written twice. */
static void has_each_row_once(void **state)
{
    u32 count;
    const struct directive *rows = catalogue_rows(&count);
    for (u32 i = 0; i < count; i++)
        for (const struct directive *next = catalogue_next(&rows[i]); next;
             next = catalogue_next(next))
            assert_string_not_equal(next->module, rows[i].module);
    (void)state;
}

static void rows_make_sense(void **state)
{
    u32 count;
    const struct directive *rows = catalogue_rows(&count);
    for (u32 i = 0; i < count; i++) {
        const struct directive *row = &rows[i];
        assert_true(row->name.len > 0 && row->contexts != 0 && row->arity != 0);
        assert_true(row->flavours != 0 && row->opens < CONTEXT_COUNT);
        assert_true(row->opens != CONTEXT_UNKNOWN);
        assert_false(version_known(row->gone) && version_cmp(row->since, row->gone) >= 0);
        bool arguments = catalogue_arity_fits(row, row->secret);
        assert_true(row->secret == 0 || arguments);
        /* A switch has one value: to repeat it could only be a mistake. */
        if (row->arity == ARITY_FLAG && (row->flavours & FLAVOUR_OPEN) && !version_known(row->gone))
            assert_true(!row->repeats || str_eq(row->name, STR("http2_push_preload")));
    }
    (void)state;
}

/* --- finding --- */

static void finds_the_row_of_the_block(void **state)
{
    assert_string_equal(find("proxy_pass", CONTEXT_LOCATION)->module, "http_proxy");
    assert_string_equal(find("proxy_pass", CONTEXT_STREAM_SERVER)->module, "stream_proxy");
    assert_string_equal(find("server", CONTEXT_HTTP)->module, "http_core");
    assert_string_equal(find("server", CONTEXT_UPSTREAM)->module, "http_upstream");
    assert_string_equal(find("server", CONTEXT_STREAM)->module, "stream_core");
    assert_string_equal(find("server", CONTEXT_MAIL)->module, "mail_core");
    assert_string_equal(find("error_log", CONTEXT_MAIN)->module, "core");
    (void)state;
}

static void a_misplaced_name_is_known_nonetheless(void **state)
{
    const struct directive *row = find("proxy_ssl", CONTEXT_LOCATION);
    assert_non_null(row);
    assert_false(catalogue_allowed(row, CONTEXT_LOCATION));
    assert_true(catalogue_allowed(row, CONTEXT_STREAM_SERVER));
    assert_true(catalogue_allowed(row, CONTEXT_UNKNOWN));
    row = find("proxy_ssl_verify", CONTEXT_LOCATION_IF);
    assert_false(catalogue_allowed(row, CONTEXT_LOCATION_IF));
    assert_false(catalogue_allowed(row, CONTEXT_LIMIT_EXCEPT));
    assert_false(catalogue_allowed(row, CONTEXT_UPSTREAM));
    (void)state;
}

static void names_are_whole_and_case_sensitive(void **state)
{
    assert_null(find("", CONTEXT_UNKNOWN));
    assert_null(find("Server", CONTEXT_UNKNOWN));
    assert_null(find("serve", CONTEXT_UNKNOWN));
    assert_null(find("servers", CONTEXT_UNKNOWN));
    assert_null(find("zzzz", CONTEXT_UNKNOWN));
    assert_null(catalogue_find((str){0}, CONTEXT_HTTP));
    assert_non_null(catalogue_find((str){"proxy_passed", 10}, CONTEXT_LOCATION));
    (void)state;
}

static void words_of_foreign_blocks_are_not_directives(void **state)
{
    assert_null(find("server", CONTEXT_MODULE));
    assert_null(find("default", CONTEXT_TABLE));
    assert_null(find("return", CONTEXT_LUA));
    assert_non_null(find("include", CONTEXT_TABLE));
    assert_null(find("include", CONTEXT_LUA));
    assert_true(catalogue_allowed(find("server", CONTEXT_HTTP), CONTEXT_MODULE));
    (void)state;
}

static void the_shape_tells_a_snippet_apart(void **state)
{
    const struct directive *block = catalogue_find_shape(STR("server"), CONTEXT_UNKNOWN, true);
    const struct directive *line = catalogue_find_shape(STR("server"), CONTEXT_UNKNOWN, false);
    assert_string_equal(block->module, "http_core");
    assert_string_equal(line->module, "http_upstream");
    line = catalogue_find_shape(STR("server"), CONTEXT_HTTP, false);
    assert_string_equal(line->module, "http_core"); /* wrong as it is, there is no other */
    assert_null(catalogue_find_shape(STR("nothing"), CONTEXT_HTTP, true));
    assert_null(catalogue_find_shape(STR("server"), CONTEXT_TABLE, true));
    (void)state;
}

static void blocks_open_contexts(void **state)
{
    static const struct {
        const char *name;
        enum context where, opens;
    } BLOCKS[] = {
        {"http", CONTEXT_MAIN, CONTEXT_HTTP},
        {"events", CONTEXT_MAIN, CONTEXT_EVENTS},
        {"server", CONTEXT_HTTP, CONTEXT_SERVER},
        {"location", CONTEXT_SERVER, CONTEXT_LOCATION},
        {"location", CONTEXT_LOCATION, CONTEXT_LOCATION},
        {"if", CONTEXT_SERVER, CONTEXT_SERVER_IF},
        {"if", CONTEXT_LOCATION, CONTEXT_LOCATION_IF},
        {"if", CONTEXT_UNKNOWN, CONTEXT_UNKNOWN},
        {"limit_except", CONTEXT_LOCATION, CONTEXT_LIMIT_EXCEPT},
        {"upstream", CONTEXT_HTTP, CONTEXT_UPSTREAM},
        {"upstream", CONTEXT_STREAM, CONTEXT_STREAM_UPSTREAM},
        {"server", CONTEXT_STREAM, CONTEXT_STREAM_SERVER},
        {"server", CONTEXT_MAIL, CONTEXT_MAIL_SERVER},
        {"server", CONTEXT_UPSTREAM, CONTEXT_NONE},
        {"map", CONTEXT_HTTP, CONTEXT_TABLE},
        {"types", CONTEXT_LOCATION, CONTEXT_TABLE},
        {"geo", CONTEXT_STREAM, CONTEXT_TABLE},
        {"content_by_lua_block", CONTEXT_LOCATION, CONTEXT_LUA},
        {"otel_exporter", CONTEXT_HTTP, CONTEXT_MODULE},
        {"proxy_pass", CONTEXT_LOCATION, CONTEXT_NONE},
    };
    for (size_t i = 0; i < sizeof BLOCKS / sizeof BLOCKS[0]; i++) {
        const struct directive *row = find(BLOCKS[i].name, BLOCKS[i].where);
        assert_int_equal(catalogue_opens(row, BLOCKS[i].where), BLOCKS[i].opens);
    }
    (void)state;
}

static void counts_arguments(void **state)
{
    static const struct {
        const char *name;
        enum context where;
        const char *fits; /* of 0 to 9 arguments: y or n */
    } COUNTS[] = {
        {"internal", CONTEXT_LOCATION, "ynnnnnnnnn"},
        {"proxy_ssl_verify", CONTEXT_LOCATION, "nynnnnnnnn"},
        {"proxy_ssl_name", CONTEXT_LOCATION, "nynnnnnnnn"},
        {"proxy_ssl_conf_command", CONTEXT_LOCATION, "nnynnnnnnn"},
        {"uwsgi_param", CONTEXT_LOCATION, "nnyynnnnnn"},
        {"proxy_ssl_protocols", CONTEXT_LOCATION, "nyyyyyyyyy"},
        {"try_files", CONTEXT_LOCATION, "nnyyyyyyyy"},
        {"more_set_headers", CONTEXT_LOCATION, "yyyyyyyyyy"},
    };
    for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS[0]; i++)
        for (u32 n = 0; n < 10; n++)
            assert_int_equal(catalogue_arity_fits(find(COUNTS[i].name, COUNTS[i].where), n),
                             COUNTS[i].fits[n] == 'y');
    assert_false(catalogue_arity_fits(find("internal", CONTEXT_LOCATION), UINT32_MAX));
    (void)state;
}

static void knows_what_a_version_has(void **state)
{
    const struct directive *conf_command = find("proxy_ssl_conf_command", CONTEXT_LOCATION);
    assert_false(catalogue_in_version(conf_command, VERSION(1, 18, 0)));
    assert_true(catalogue_in_version(conf_command, VERSION(1, 19, 4)));
    assert_false(catalogue_in_version(conf_command, VERSION_UNKNOWN));
    const struct directive *certificate = find("proxy_ssl_certificate", CONTEXT_LOCATION);
    assert_true(catalogue_in_version(certificate, VERSION_UNKNOWN));
    assert_false(catalogue_in_version(certificate, VERSION(1, 7, 7)));
    const struct directive *ssl = find("ssl", CONTEXT_SERVER);
    assert_true(catalogue_in_version(ssl, VERSION(1, 22, 1)));
    assert_false(catalogue_in_version(ssl, VERSION(1, 25, 1)));
    assert_false(catalogue_in_version(ssl, VERSION_UNKNOWN));
    (void)state;
}

static void names_every_context(void **state)
{
    for (int i = 0; i < CONTEXT_COUNT; i++)
        assert_non_null(catalogue_context_name((enum context)i));
    (void)state;
}

/* --- settings --- */

static void settings_and_rows_lead_to_each_other(void **state)
{
    u32 count;
    u32 rows_that_are = 0;
    u32 settings_that_are = 0;
    enum family family;
    enum setting setting;
    const struct directive *rows = catalogue_rows(&count);
    for (u32 i = 0; i < count; i++)
        rows_that_are += catalogue_setting_of(&rows[i], &family, &setting);
    for (int f = 0; f < FAMILY_COUNT; f++)
        for (int s = 0; s < SETTING_COUNT; s++) {
            const struct directive *row = catalogue_setting((enum family)f, (enum setting)s);
            if (!row)
                continue;
            settings_that_are++;
            assert_true(catalogue_setting_of(row, &family, &setting));
            assert_int_equal(family, f);
            assert_int_equal(setting, s);
        }
    assert_int_equal(rows_that_are, settings_that_are);
    (void)state;
}

static void families_are_alike(void **state)
{
    static const char *const PREFIX[FAMILY_COUNT] = {"proxy_ssl_", "grpc_ssl_", "uwsgi_ssl_",
                                                     "proxy_ssl_"};
    for (int s = 0; s < SETTING_SSL; s++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            const struct directive *row = catalogue_setting((enum family)f, (enum setting)s);
            const struct directive *proxy = catalogue_setting(FAMILY_PROXY, (enum setting)s);
            assert_true(str_starts(row->name, str_of(PREFIX[f])));
            assert_int_equal(row->arity, proxy->arity);
            assert_int_equal(row->inherit, proxy->inherit);
            assert_int_equal(row->repeats, proxy->repeats);
        }
    assert_null(catalogue_setting(FAMILY_PROXY, SETTING_SSL));
    assert_null(catalogue_setting(FAMILY_GRPC, SETTING_SSL_ALPN));
    assert_null(catalogue_setting(FAMILY_STREAM, SETTING_SET_HEADER));
    assert_str(catalogue_setting(FAMILY_UWSGI, SETTING_SET_HEADER)->name, "uwsgi_param");
    (void)state;
}

static void defaults_follow_the_version(void **state)
{
    enum setting p = SETTING_SSL_PROTOCOLS;
    assert_str(catalogue_default(p, VERSION(1, 8, 0)), "SSLv3 TLSv1 TLSv1.1 TLSv1.2");
    assert_str(catalogue_default(p, VERSION(1, 22, 1)), "TLSv1 TLSv1.1 TLSv1.2");
    assert_str(catalogue_default(p, VERSION(1, 23, 4)), "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3");
    assert_str(catalogue_default(p, VERSION(1, 27, 2)), "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3");
    assert_str(catalogue_default(p, VERSION(1, 27, 3)), "TLSv1.2 TLSv1.3");
    assert_str(catalogue_default(p, VERSION_UNKNOWN), "");
    assert_str(catalogue_default(SETTING_SSL_VERIFY, VERSION_UNKNOWN), "off");
    assert_str(catalogue_default(SETTING_SSL_SERVER_NAME, VERSION_UNKNOWN), "off");
    assert_str(catalogue_default(SETTING_SSL_SESSION_REUSE, VERSION_UNKNOWN), "on");
    assert_str(catalogue_default(SETTING_SSL_VERIFY_DEPTH, VERSION_UNKNOWN), "1");
    assert_str(catalogue_default(SETTING_SSL_CIPHERS, VERSION_UNKNOWN), "DEFAULT");
    assert_str(catalogue_default(SETTING_SSL_TRUSTED_CERTIFICATE, VERSION(1, 26, 3)), "");
    (void)state;
}

/* --- wrong names --- */

static void assert_wrong(const char *name, enum context where, const char *meant,
                         const char *module)
{
    struct wrong_name wrong = catalogue_wrong_name(str_of(name), where);
    assert_true(wrong.known);
    assert_non_null(wrong.why);
    if (!meant) {
        assert_null(wrong.meant);
        return;
    }
    assert_str(wrong.meant->name, meant);
    assert_string_equal(wrong.meant->module, module);
}

static void knows_what_was_meant(void **state)
{
    enum context in = CONTEXT_LOCATION;
    assert_wrong("proxy_ssl_prefer_server_ciphers", in, NULL, NULL);
    assert_wrong("grpc_ssl_ecdh_curve", in, NULL, NULL);
    assert_wrong("fastcgi_ssl_verify", in, NULL, NULL);
    assert_wrong("proxy_ssl_sni", in, "proxy_ssl_server_name", "http_proxy");
    assert_wrong("proxy_ssl_verify_name", in, "proxy_ssl_name", "http_proxy");
    assert_wrong("grpc_ssl_ca", in, "grpc_ssl_trusted_certificate", "http_grpc");
    assert_wrong("uwsgi_ssl_key", in, "uwsgi_ssl_certificate_key", "http_uwsgi");
    assert_wrong("proxy_ssl_ca", CONTEXT_STREAM_SERVER, "proxy_ssl_trusted_certificate",
                 "stream_proxy");
    assert_wrong("proxy_tls_verify", in, "proxy_ssl_verify", "http_proxy");
    assert_wrong("grpc_tls_server_name", in, "grpc_ssl_server_name", "http_grpc");
    assert_wrong("uwsgi_tls_sni", in, "uwsgi_ssl_server_name", "http_uwsgi");
    assert_false(catalogue_wrong_name(STR("proxy_ssl_client_certificate"), in).sure);
    assert_true(catalogue_wrong_name(STR("proxy_ssl_sni"), in).sure);
    (void)state;
}

static void says_nothing_of_other_names(void **state)
{
    static const char *const OTHER[] = {
        "",        "proxy_ssl_",       "proxy_ssl_verify", "proxy_pass", "proxy_ssl_keylog",
        "ssl_sni", "my_proxy_ssl_sni", "proxy_tls_"};
    for (size_t i = 0; i < sizeof OTHER / sizeof OTHER[0]; i++)
        assert_false(catalogue_wrong_name(str_of(OTHER[i]), CONTEXT_LOCATION).known);
    (void)state;
}

/* A wrong name that some nginx has would be taken out of a config that works. */
static void no_wrong_name_is_a_real_one(void **state)
{
    u32 count;
    const struct directive *rows = catalogue_rows(&count);
    for (u32 i = 0; i < count; i++)
        for (int where = 0; where < CONTEXT_COUNT; where++)
            assert_false(catalogue_wrong_name(rows[i].name, (enum context)where).known);
    (void)state;
}

static void assert_suggests(const char *name, enum context where, const char *nearest, u32 far)
{
    u32 distance = 0;
    const struct directive *row = catalogue_suggest(str_of(name), where, &distance);
    if (!nearest) {
        assert_null(row);
        return;
    }
    assert_non_null(row);
    assert_str(row->name, nearest);
    assert_int_equal(distance, far);
}

static void suggests_the_nearest_name(void **state)
{
    enum context in = CONTEXT_LOCATION;
    assert_suggests("proxy_ssl_verfy", in, "proxy_ssl_verify", 1);
    assert_suggests("proxy_ssl_verifyy", in, "proxy_ssl_verify", 1);
    assert_suggests("proxy_ssl_evrify", in, "proxy_ssl_verify", 1);
    assert_suggests("proxy_ssl_protocol", in, "proxy_ssl_protocols", 1);
    assert_suggests("proxyssl_verfy", in, "proxy_ssl_verify", 2);
    assert_suggests("grpc_ssl_tursted_certificat", in, "grpc_ssl_trusted_certificate", 2);
    assert_suggests("proxy_ssl_vrfy", in, "proxy_ssl_verify", 2);
    assert_suggests("proxy-pass", in, "proxy_pass", 1);
    assert_suggests("lisen", CONTEXT_SERVER, "listen", 1);
    (void)state;
}

static void suggests_nothing_far_off(void **state)
{
    assert_suggests("proxy_ssl_vfy", CONTEXT_LOCATION, NULL, 0);
    assert_suggests("lsn", CONTEXT_SERVER, NULL, 0);
    assert_suggests("", CONTEXT_SERVER, NULL, 0);
    assert_suggests("lsten_x", CONTEXT_SERVER, NULL, 0);
    assert_suggests("completely_different_thing", CONTEXT_SERVER, NULL, 0);
    char endless[300];
    memset(endless, 'a', sizeof endless);
    assert_null(catalogue_suggest((str){endless, sizeof endless}, CONTEXT_HTTP, NULL));
    (void)state;
}

static void of_equals_suggests_one_that_fits_the_block(void **state)
{
    u32 distance;
    const struct directive *row =
        catalogue_suggest(STR("proxy_ssl_verfy"), CONTEXT_STREAM_SERVER, &distance);
    assert_string_equal(row->module, "stream_proxy");
    row = catalogue_suggest(STR("proxy_ssl_verfy"), CONTEXT_SERVER, NULL);
    assert_string_equal(row->module, "http_proxy");
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_sorted_and_found_again),
        cmocka_unit_test(has_each_row_once),
        cmocka_unit_test(rows_make_sense),
        cmocka_unit_test(finds_the_row_of_the_block),
        cmocka_unit_test(a_misplaced_name_is_known_nonetheless),
        cmocka_unit_test(names_are_whole_and_case_sensitive),
        cmocka_unit_test(words_of_foreign_blocks_are_not_directives),
        cmocka_unit_test(the_shape_tells_a_snippet_apart),
        cmocka_unit_test(blocks_open_contexts),
        cmocka_unit_test(counts_arguments),
        cmocka_unit_test(knows_what_a_version_has),
        cmocka_unit_test(names_every_context),
        cmocka_unit_test(settings_and_rows_lead_to_each_other),
        cmocka_unit_test(families_are_alike),
        cmocka_unit_test(defaults_follow_the_version),
        cmocka_unit_test(knows_what_was_meant),
        cmocka_unit_test(says_nothing_of_other_names),
        cmocka_unit_test(no_wrong_name_is_a_real_one),
        cmocka_unit_test(suggests_the_nearest_name),
        cmocka_unit_test(suggests_nothing_far_off),
        cmocka_unit_test(of_equals_suggests_one_that_fits_the_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
