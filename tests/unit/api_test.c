/* mend_run as its clients see it: what is refused, where, and what the answers hold. */
#include "api/answer.h"
#include "api/utf8.h"
#include "tlsmend.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The answer as a value; the caller's. */
static json_t *ask_bytes(const char *request, size_t len)
{
    struct mend_response response = mend_run(request, len);
    json_error_t error;
    json_t *answer = json_loadb(response.data, response.len, JSON_ALLOW_NUL, &error);
    if (!answer)
        fail_msg("no JSON: %s in %.*s", error.text, (int)response.len, response.data);
    mend_free(response);
    return answer;
}

static json_t *ask(const char *request)
{
    return ask_bytes(request, strlen(request));
}

static const char *text_at(json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        fail_msg("%s is no string", key);
    return json_string_value(value);
}

/* ---- what is refused ---------------------------------------------------- */

struct refusal {
    const char *request;
    const char *code;
    const char *at;
};

#define FILES "\"files\":[{\"path\":\"nginx.conf\",\"text\":\"\"}]"

static const struct refusal refusals[] = {
    {"", "bad-json", "1:1"},
    {"{\"api\":1,", "bad-json", "1:9"},
    {"{} {}", "bad-json", "1:4"},
    {"{\"api\":1,\"api\":1}", "bad-json", "1:14"},
    {"{\"api\":1e999}", "bad-json", "1:12"},
    {"{\"api\":\"\xff\"}", "bad-encoding", "1:8"},
    {"[]", "wrong-type", ""},
    {"{}", "missing-key", ""},
    {"{\"api\":1}", "missing-key", ""},
    {"{\"op\":\"version\"}", "missing-key", ""},
    {"{\"api\":2,\"op\":\"telepathy\",\"later\":1}", "unsupported-api", "/api"},
    {"{\"api\":1.5,\"op\":\"version\"}", "wrong-type", "/api"},
    {"{\"api\":\"1\",\"op\":\"version\"}", "wrong-type", "/api"},
    {"{\"api\":1,\"op\":\"telepathy\"}", "unknown-op", "/op"},
    {"{\"api\":1,\"op\":null}", "wrong-type", "/op"},
    {"{\"api\":1,\"op\":\"prove\"}", "not-available", "/op"},
    {"{\"api\":1,\"op\":\"redact\"}", "not-available", "/op"},
    {"{\"api\":1,\"op\":\"restore\"}", "not-available", "/op"},
    {"{\"api\":1,\"op\":\"version\",\"a/b~c\":1}", "unknown-key", "/a~1b~0c"},
    {"{\"api\":1,\"op\":\"fix\"}", "missing-key", ""},
    {"{\"api\":1,\"op\":\"fix\",\"files\":[]}", "missing-key", ""},
    {"{\"api\":1,\"op\":\"effective\"}", "missing-key", ""},
    {"{\"api\":1,\"op\":\"explain\"}", "missing-key", ""},
    {"{\"api\":1,\"op\":\"fix\",\"files\":{}}", "wrong-type", "/files"},
    {"{\"api\":1,\"op\":\"fix\",\"files\":[1]}", "wrong-type", "/files/0"},
    {"{\"api\":1,\"op\":\"fix\",\"files\":[{\"path\":\"a\"}]}", "missing-key", "/files/0"},
    {"{\"api\":1,\"op\":\"fix\",\"files\":[{\"path\":\"\",\"text\":\"\"}]}", "bad-value",
     "/files/0/path"},
    {"{\"api\":1,\"op\":\"fix\",\"files\":[{\"path\":\"a\",\"text\":\"\",\"x\":1}]}", "unknown-key",
     "/files/0/x"},
    {"{\"api\":1,\"op\":\"fix\",\"files\":[{\"path\":\"a\",\"text\":\"\"},"
     "{\"path\":\"b\",\"text\":\"\"},{\"path\":\"a\",\"text\":\"\"}]}",
     "duplicate-path", "/files/2/path"},
    {"{\"api\":1,\"op\":\"fix\"," FILES ",\"evidence\":[{\"name\":\"e\",\"text\":5}]}",
     "wrong-type", "/evidence/0/text"},
    {"{\"api\":1,\"op\":\"fix\"," FILES ",\"target\":null}", "wrong-type", "/target"},
    {"{\"api\":1,\"op\":\"fix\"," FILES ",\"target\":{\"nginx\":\"new\"}}", "bad-value",
     "/target/nginx"},
    {"{\"api\":1,\"op\":\"fix\"," FILES ",\"target\":{\"platform\":\"beos\"}}", "bad-value",
     "/target/platform"},
    {"{\"api\":1,\"op\":\"fix\"," FILES ",\"profile\":\"maximal\"}", "bad-value", "/profile"},
    {"{\"api\":1,\"op\":\"fix\"," FILES ",\"answers\":[{\"ask\":\"age\",\"value\":\"1\"}]}",
     "bad-value", "/answers/0/ask"},
    {"{\"api\":1,\"op\":\"fix\"," FILES ",\"answers\":[{\"value\":\"1\"}]}", "missing-key",
     "/answers/0"},
    {"{\"api\":1,\"op\":\"fix\"," FILES
     ",\"answers\":[{\"ask\":\"upstream-name\",\"value\":\"10.0.0.1\"}]}",
     "bad-value", "/answers/0/value"},
    {"{\"api\":1,\"op\":\"fix\"," FILES ",\"rules\":{\"only\":[\"no-such-rule\"]}}", "unknown-rule",
     "/rules/only/0"},
    {"{\"api\":1,\"op\":\"fix\"," FILES ",\"rules\":{\"skip\":\"upstream-sni-off\"}}", "wrong-type",
     "/rules/skip"},
    {"{\"api\":1,\"op\":\"version\",\"now\":-1}", "bad-value", "/now"},
    {"{\"api\":1,\"op\":\"version\",\"now\":1.5}", "wrong-type", "/now"},
};

static void refuses_what_the_schema_does_not_allow(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        json_t *answer = ask(refusals[i].request);
        json_t *error = json_object_get(answer, "error");
        if (!error || strcmp(text_at(error, "code"), refusals[i].code) != 0 ||
            strcmp(text_at(error, "at"), refusals[i].at) != 0) {
            char *got = json_dumps(answer, JSON_COMPACT);
            fail_msg("%s: expected %s at %s, got %s", refusals[i].request, refusals[i].code,
                     refusals[i].at, got);
        }
        assert_true(strlen(text_at(error, "message")) > 10);
        json_decref(answer);
    }
}

static void refuses_to_nest_without_end(void **state)
{
    (void)state;
    char *deep = malloc(100000);
    assert_non_null(deep);
    memset(deep, '[', 100000);
    json_t *answer = ask_bytes(deep, 100000);
    assert_string_equal(text_at(json_object_get(answer, "error"), "code"), "bad-json");
    json_decref(answer);
    free(deep);
}

static void says_what_keys_there_are(void **state)
{
    (void)state;
    json_t *answer = ask("{\"api\":1,\"op\":\"fix\",\"file\":[]}");
    const char *message = text_at(json_object_get(answer, "error"), "message");
    assert_non_null(strstr(message, "`file`"));
    assert_non_null(strstr(message, "files, evidence"));
    json_decref(answer);
}

/* ---- what is answered --------------------------------------------------- */

static void takes_whole_numbers_however_they_are_written(void **state)
{
    (void)state;
    json_t *answer = ask("{\"api\":1.0,\"op\":\"version\",\"now\":1.7e9}");
    assert_string_equal(text_at(answer, "version"), mend_version());
    json_decref(answer);
}

static void tells_its_version(void **state)
{
    (void)state;
    assert_int_equal(strncmp(mend_version(), "tlsmend ", 8), 0);
    assert_non_null(strstr(mend_version(), "(OpenSSL 3."));
    assert_non_null(strstr(mend_version(), ", jansson 2."));
}

/* A request for `fix` or `effective` of one text, as bytes. */
static char *request_for(const char *op, const char *text, size_t len)
{
    json_t *request = json_pack("{s:i,s:s,s:[{s:s,s:s%}]}", "api", 1, "op", op, "files", "path",
                                "nginx.conf", "text", text, len);
    char *bytes = json_dumps(request, JSON_COMPACT);
    json_decref(request);
    assert_non_null(bytes);
    return bytes;
}

static json_t *ask_about(const char *op, const char *text)
{
    char *request = request_for(op, text, strlen(text));
    json_t *answer = ask(request);
    free(request);
    return answer;
}

static const char failing[] = "http {\n"
                              "    proxy_set_header X-A a;\n"
                              "    proxy_set_header X-B \"b c\";\n"
                              "    server {\n"
                              "        location / {\n"
                              "            proxy_pass https://api.example.com;\n"
                              "            proxy_ssl_protocols TLSv1.2;\n"
                              "        }\n"
                              "    }\n"
                              "}\n";

static void answers_the_same_bytes_twice(void **state)
{
    (void)state;
    char *request = request_for("fix", failing, strlen(failing));
    struct mend_response first = mend_run(request, strlen(request));
    struct mend_response second = mend_run(request, strlen(request));
    assert_int_equal(first.len, second.len);
    assert_memory_equal(first.data, second.data, first.len);
    mend_free(first);
    mend_free(second);
    free(request);
}

static json_t *first_of(json_t *object, const char *key)
{
    json_t *array = json_object_get(object, key);
    assert_true(json_is_array(array) && json_array_size(array) > 0);
    return json_array_get(array, 0);
}

static void mends_and_says_what_is_in_force(void **state)
{
    (void)state;
    json_t *answer = ask_about("fix", failing);
    assert_non_null(strstr(text_at(answer, "diff"), "\n+            proxy_ssl_server_name on;\n"));
    json_t *file = first_of(answer, "files");
    assert_string_equal(text_at(file, "path"), "nginx.conf");
    assert_true(json_is_true(json_object_get(file, "changed")));
    json_t *hop = first_of(answer, "hops");
    json_t *before = json_object_get(json_object_get(hop, "before"), "proxy_ssl_server_name");
    json_t *after = json_object_get(json_object_get(hop, "after"), "proxy_ssl_server_name");
    assert_string_equal(text_at(before, "value"), "off");
    assert_string_equal(text_at(before, "from"), "default");
    assert_string_equal(text_at(after, "value"), "on");
    assert_int_equal(strncmp(text_at(after, "from"), "nginx.conf:", 11), 0);
    assert_string_equal(text_at(first_of(answer, "findings"), "hop"), text_at(hop, "id"));
    json_decref(answer);
}

static void keeps_every_byte_of_a_text(void **state)
{
    static const char text[] = "# \xc3\xbc \xf0\x9f\x94\x92 \xe2\x80\xa8 \t\x01 nul:\0:\r\n"
                               "user www;\n\n# no newline at the end";
    (void)state;
    char *request = request_for("fix", text, sizeof text - 1);
    json_t *answer = ask(request);
    json_t *kept = json_object_get(first_of(answer, "files"), "text");
    assert_int_equal(json_string_length(kept), sizeof text - 1);
    assert_memory_equal(json_string_value(kept), text, sizeof text - 1);
    json_decref(answer);
    free(request);
}

static json_t *setting(json_t *answer, const char *directive)
{
    json_t *settings = json_object_get(first_of(answer, "hops"), "settings");
    json_t *value = json_object_get(settings, directive);
    if (!value)
        fail_msg("no %s", directive);
    return value;
}

static void lists_settings_with_their_origins(void **state)
{
    (void)state;
    json_t *answer = ask_about("effective", failing);
    json_t *headers = setting(answer, "proxy_set_header");
    assert_string_equal(text_at(setting(answer, "proxy_pass"), "value"), "https://api.example.com");
    assert_string_equal(text_at(setting(answer, "proxy_pass"), "from"), "nginx.conf:6");
    assert_string_equal(text_at(setting(answer, "proxy_ssl_protocols"), "from"), "nginx.conf:7");
    assert_string_equal(text_at(headers, "from"), "nginx.conf:2");
    assert_string_equal(json_string_value(json_array_get(json_object_get(headers, "value"), 1)),
                        "X-B b c");
    assert_true(
        json_is_null(json_object_get(setting(answer, "proxy_ssl_trusted_certificate"), "value")));
    assert_string_equal(text_at(first_of(answer, "hops"), "module"), "proxy");
    assert_true(json_is_true(json_object_get(first_of(answer, "hops"), "tls")));
    json_decref(answer);
}

static void does_not_know_what_a_missing_include_may_set(void **state)
{
    (void)state;
    json_t *answer = ask_about("effective", "location / {\n"
                                            "    include tls.conf;\n"
                                            "    proxy_pass https://b;\n"
                                            "}\n");
    json_t *verify = setting(answer, "proxy_ssl_verify");
    assert_true(json_is_null(json_object_get(verify, "value")));
    assert_string_equal(text_at(verify, "from"), "unknown");
    assert_string_equal(text_at(setting(answer, "proxy_pass"), "value"), "https://b");
    assert_true(json_array_size(json_object_get(answer, "not_handled")) > 0);
    json_decref(answer);
}

static void joins_what_repeats_as_nginx_does(void **state)
{
    (void)state;
    json_t *answer = ask_about("effective", "location / {\n"
                                            "    proxy_ssl_protocols TLSv1;\n"
                                            "    proxy_ssl_protocols TLSv1.2;\n"
                                            "    proxy_ssl_conf_command Options a;\n"
                                            "    proxy_ssl_conf_command Groups b;\n"
                                            "    proxy_pass https://b;\n"
                                            "}\n");
    json_t *commands = setting(answer, "proxy_ssl_conf_command");
    assert_string_equal(text_at(setting(answer, "proxy_ssl_protocols"), "value"), "TLSv1 TLSv1.2");
    assert_string_equal(text_at(setting(answer, "proxy_ssl_protocols"), "from"), "nginx.conf:2");
    assert_int_equal(json_array_size(json_object_get(commands, "value")), 2);
    json_decref(answer);
}

static void explains_each_piece_of_evidence(void **state)
{
    (void)state;
    json_t *answer = ask("{\"api\":1,\"op\":\"explain\",\"evidence\":["
                         "{\"name\":\"1\",\"text\":\" upstream-sni-off\\n\"},"
                         "{\"name\":\"2\",\"text\":\"what is this\"}]}");
    json_t *list = json_object_get(answer, "explanations");
    assert_int_equal(json_array_size(list), 2);
    assert_string_equal(text_at(json_array_get(list, 0), "kind"), "rule");
    assert_string_equal(text_at(json_array_get(list, 0), "subject"), "upstream-sni-off");
    assert_string_equal(text_at(json_array_get(list, 1), "kind"), "unknown");
    json_decref(answer);
}

static void lists_the_rules(void **state)
{
    (void)state;
    json_t *answer = ask("{\"api\":1,\"op\":\"rules\"}");
    assert_true(json_is_string(json_object_get(first_of(answer, "rules"), "why")));
    json_decref(answer);
}

static void frees_an_empty_response(void **state)
{
    (void)state;
    mend_free((struct mend_response){NULL, 0});
}

/* ---- helpers ------------------------------------------------------------ */

static void makes_utf8_of_any_bytes(void **state)
{
    static const struct {
        const char *bytes;
        const char *clean;
    } cases[] = {
        {"plain", "plain"},
        {"\xc3\xbc", "\xc3\xbc"},
        {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
        {"a\xe4z", "a\xef\xbf\xbdz"},
        {"\xc3", "\xef\xbf\xbd"},
        {"\xe2\x82", "\xef\xbf\xbd"},
        {"\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xf0\x9f\x94 ", "\xef\xbf\xbd "},
    };
    (void)state;
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        str clean = utf8_clean(&arena, str_of(cases[i].bytes));
        assert_true(str_eq(clean, str_of(cases[i].clean)));
        assert_int_equal(utf8_fault(clean), STR_NONE);
        /* jansson must agree, or a response could not be printed. */
        json_t *value = json_stringn(clean.p, clean.len);
        assert_non_null(value);
        json_decref(value);
    }
    arena_end(&arena);
}

static void knows_which_answers_can_be_meant(void **state)
{
    static const struct {
        enum ask_key key;
        const char *value;
        bool fits;
    } cases[] = {
        {ASK_UPSTREAM_NAME, "api.example.com", true},
        {ASK_UPSTREAM_NAME, "backend", true},
        {ASK_UPSTREAM_NAME, "$backend_name", true},
        {ASK_UPSTREAM_NAME, "", false},
        {ASK_UPSTREAM_NAME, " ", false},
        {ASK_UPSTREAM_NAME, "10.0.0.1", false},
        {ASK_UPSTREAM_NAME, "2001:db8::1", false},
        {ASK_UPSTREAM_NAME, "*.example.com", false},
        {ASK_UPSTREAM_NAME, "https://api.example.com", false},
        {ASK_UPSTREAM_NAME, "a b", false},
        {ASK_UPSTREAM_NAME, "a; proxy_ssl_verify off", false},
        {ASK_CA_FILE, "/etc/ssl/my ca.pem", true},
        {ASK_CA_FILE, "system", true},
        {ASK_CA_FILE, "a\nb", false},
        {ASK_UPSTREAM_SCHEME, "http", true},
        {ASK_UPSTREAM_SCHEME, "ftp", false},
        {ASK_ALLOW_LEGACY, "yes", true},
        {ASK_ALLOW_LEGACY, "no", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *fault = answer_fault(cases[i].key, str_of(cases[i].value));
        if ((fault == NULL) != cases[i].fits)
            fail_msg("\"%s\": %s", cases[i].value, fault ? fault : "taken");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_the_schema_does_not_allow),
        cmocka_unit_test(refuses_to_nest_without_end),
        cmocka_unit_test(says_what_keys_there_are),
        cmocka_unit_test(takes_whole_numbers_however_they_are_written),
        cmocka_unit_test(tells_its_version),
        cmocka_unit_test(answers_the_same_bytes_twice),
        cmocka_unit_test(mends_and_says_what_is_in_force),
        cmocka_unit_test(keeps_every_byte_of_a_text),
        cmocka_unit_test(lists_settings_with_their_origins),
        cmocka_unit_test(does_not_know_what_a_missing_include_may_set),
        cmocka_unit_test(joins_what_repeats_as_nginx_does),
        cmocka_unit_test(explains_each_piece_of_evidence),
        cmocka_unit_test(lists_the_rules),
        cmocka_unit_test(frees_an_empty_response),
        cmocka_unit_test(makes_utf8_of_any_bytes),
        cmocka_unit_test(knows_which_answers_can_be_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
