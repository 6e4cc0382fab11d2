#include "evidence_helpers.h"

/* What nginx 1.22.1 and 1.26.3 print. */
static const struct named {
    const char *text;
    const char *file;
    u32 line;
    const char *directive, *value;
} named[] = {
    {"unknown directive \"proxy_ssl_sni\" in /e/c.conf:5", "/e/c.conf", 5, "proxy_ssl_sni", ""},
    {"\"proxy_ssl_verify\" directive is not allowed here in /e/c.conf:5", "/e/c.conf", 5,
     "proxy_ssl_verify", ""},
    {"\"proxy_ssl_verify\" directive is duplicate in /e/c.conf:5", "/e/c.conf", 5,
     "proxy_ssl_verify", ""},
    {"\"proxy_ssl_verify_depth\" directive invalid number in /e/c.conf:5", "/e/c.conf", 5,
     "proxy_ssl_verify_depth", ""},
    {"invalid number of arguments in \"proxy_pass\" directive in /e/c.conf:5", "/e/c.conf", 5,
     "proxy_pass", ""},
    {"invalid value \"yes\" in \"proxy_ssl_verify\" directive, it must be \"on\" or \"off\" in "
     "/e/c.conf:5",
     "/e/c.conf", 5, "proxy_ssl_verify", "yes"},
    {"invalid value \"TLSv1.4\" in C:\\nginx/conf/a b.conf:12", "C:\\nginx/conf/a b.conf", 12, "",
     "TLSv1.4"},
    {"no proxy_ssl_trusted_certificate for proxy_ssl_verify", "", 0, "proxy_ssl_verify",
     "proxy_ssl_trusted_certificate"},
    {"no uwsgi_ssl_trusted_certificate for uwsgi_ssl_verify", "", 0, "uwsgi_ssl_verify",
     "uwsgi_ssl_trusted_certificate"},
    {"no \"proxy_ssl_certificate_key\" is defined for certificate \"c.pem\"", "", 0,
     "proxy_ssl_certificate_key", "c.pem"},
    {"no \"ssl_certificate\" is defined for the \"listen ... ssl\" directive in /e/c.conf:5",
     "/e/c.conf", 5, "ssl_certificate", ""},
    {"SSL_CTX_set_cipher_list(\"FOO\") failed (SSL: error:0A0000B9:SSL routines::no cipher match)",
     "", 0, "", "FOO"},
    {"SSL_CONF_cmd(\"Groups\", \"X25519MLKEM768\") failed (SSL: error:0A080106:SSL "
     "routines::passed invalid argument:group 'X25519MLKEM768' cannot be set error:0A000180:SSL "
     "routines::bad value:cmd=Groups, value=X25519MLKEM768)",
     "", 0, "", "Groups"},
    {"cannot load certificate \"/nope.pem\": BIO_new_file() failed (SSL: error:80000002:system "
     "library::No such file or directory:calling fopen(/nope.pem, r) error:10000080:BIO "
     "routines::no such file)",
     "", 0, "", "/nope.pem"},
    {"host not found in upstream \"nosuch.invalid\" in /e/c.conf:5", "/e/c.conf", 5, "",
     "nosuch.invalid"},
    {"upstream \"be\" may not have port 443 in /e/c.conf:5", "/e/c.conf", 5, "", "be"},
    {"\"proxy_pass\" cannot have URI part in location given by regular expression, or inside named "
     "location, or inside \"if\" statement, or inside \"limit_except\" block in /e/c.conf:5",
     "/e/c.conf", 5, "proxy_pass", "if"},
    {"unexpected \"}\" in /e/c.conf:6", "/e/c.conf", 6, "", "}"},
    {"unknown \"nosuch\" variable", "", 0, "", "nosuch"},
    {"open() \"/nope.conf\" failed (2: No such file or directory) in /e/c.conf:5", "/e/c.conf", 5,
     "", "/nope.conf"},
};

static void messages_name_file_directive_and_value(void **state)
{
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        str line = str_fmt(*state, "nginx: [emerg] %s\n", named[i].text);
        struct evidence evidence = read_str(state, line);
        assert_int_equal(evidence.log_count, 1);
        const struct log_fact *fact = &evidence.logs[0];
        assert_int_equal(fact->side, SIDE_CONFIG);
        assert_non_null(fact->reason);
        assert_str(fact->level, "emerg");
        assert_str(fact->file, named[i].file);
        assert_int_equal(fact->file_line, named[i].line);
        assert_str(fact->directive, named[i].directive);
        assert_str(fact->value, named[i].value);
    }
}

static void a_whole_run(void **state)
{
    struct evidence evidence =
        read_text(state, "$ sudo nginx -t\n"
                         "nginx: [warn] duplicate value \"TLSv1.2\" in /etc/nginx/nginx.conf:12\n"
                         "nginx: [emerg] \"proxy_ssl_verify\" directive is duplicate in "
                         "/etc/nginx/conf.d/a.conf:7\n"
                         "nginx: configuration file /etc/nginx/nginx.conf test failed\n"
                         "$ sudo nginx -t\r\n"
                         "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\r\n"
                         "nginx: configuration file /etc/nginx/nginx.conf test is successful\r\n");
    assert_int_equal(evidence.log_count, 2);
    assert_str(evidence.logs[0].level, "warn");
    assert_int_equal(evidence.logs[1].line, 3);
    assert_int_equal(evidence.test_count, 2);
    assert_false(evidence.tests[0].ok);
    assert_str(evidence.tests[0].file, "/etc/nginx/nginx.conf");
    assert_int_equal(evidence.tests[0].line, 4);
    assert_true(evidence.tests[1].ok);
    assert_int_equal(evidence.unread_count, 2);
    assert_int_equal(evidence.unread[0].kind, EVIDENCE_COMMAND);
}

static void systemd_and_other_flavours(void **state)
{
    struct evidence evidence =
        read_text(state, "Jul 15 03:41:22 web1 nginx[1187]: nginx: [emerg] unknown directive "
                         "\"a\" in /e:1\n"
                         "Jul 15 03:41:22 web1 nginx[1187]: nginx: configuration file "
                         "/etc/nginx/nginx.conf test failed\n"
                         "angie: [emerg] unknown directive \"b\" in /e:1\n"
                         "openresty: [emerg] unknown directive \"c\" in /e:1\n"
                         "web-1  | nginx: [emerg] unknown directive \"d\" in /e:1\n"
                         "apache: [emerg] unknown directive \"e\" in /e:1\n");
    assert_int_equal(evidence.log_count, 4);
    assert_int_equal(evidence.test_count, 1);
    assert_int_equal(evidence.unread_count, 1);
}

static void wrapped_messages_are_joined(void **state)
{
    struct evidence evidence =
        read_text(state, "nginx: [emerg] SSL_CTX_use_PrivateKey(\"/etc/nginx/certs/client.key\")\n"
                         "failed (SSL: error:05800074:x509 certificate routines::key values\n"
                         "mismatch)\n"
                         "nginx: configuration file /etc/nginx/nginx.conf test failed\n");
    assert_int_equal(evidence.log_count, 1);
    assert_string_equal(reason_id(evidence.logs[0].reason), "key-mismatch");
    assert_str(evidence.logs[0].value, "/etc/nginx/certs/client.key");
    assert_int_equal(evidence.test_count, 1);
    assert_int_equal(evidence.unread_count, 0);
}

/* nginx -t without root complains about its log first: no fault of the configuration. */
static void words_about_other_things(void **state)
{
    struct evidence evidence =
        read_text(state, "nginx: [alert] kill(123, 1) failed (3: No such process)\n"
                         "nginx: [emerg] something quite new in /e:1\n");
    assert_int_equal(evidence.log_count, 1);
    assert_null(evidence.logs[0].reason);
    assert_str(evidence.logs[0].file, "/e");
    assert_int_equal(evidence.unread_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(messages_name_file_directive_and_value),
        test_in_arena(a_whole_run),
        test_in_arena(systemd_and_other_flavours),
        test_in_arena(wrapped_messages_are_joined),
        test_in_arena(words_about_other_things),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
