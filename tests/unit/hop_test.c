/* The places where nginx is a client: their targets taken apart, names, hosts and settings. */
#include "nginx/hop.h"
#include "text_helpers.h"

static struct hops *hops_of(void **state, const char *text)
{
    const struct file_text one = {STR("n"), str_of(text)};
    const struct scope *scope = scope_build(*state, files_open(*state, &one, 1));
    return hops_find(*state, scope, version_parse(STR("1.22.1")));
}

static void put_endpoint(struct buf *out, const struct endpoint *endpoint)
{
    static const char *const kinds[] = {"dns", "ipv4", "ipv6", "unix", "upstream", "variable"};
    buf_fmt(out, " %s %.*s", kinds[endpoint->kind], STR_ARG(endpoint->host));
    if (endpoint->port)
        buf_fmt(out, " %u", endpoint->port);
}

/* "FAMILY TRANSPORT KIND HOST PORT URI (SERVERS)" a line. */
static str text_of(void **state, const struct hops *hops)
{
    static const char *const transports[] = {"plain", "tls", "unknown"};
    static const char *const families[] = {"proxy", "grpc", "uwsgi", "stream"};
    struct buf out = buf_new(*state);
    for (u32 i = 0; i < hops->count; i++) {
        const struct hop *hop = &hops->hop[i];
        buf_fmt(&out, "%s%s %s", i ? "\n" : "", families[hop->family], transports[hop->transport]);
        put_endpoint(&out, &hop->endpoint);
        if (hop->uri.len)
            buf_fmt(&out, " %.*s", STR_ARG(hop->uri));
        for (u32 k = 0; k < hop->server_count; k++) {
            buf_str(&out, k ? STR(",") : STR(" ("));
            put_endpoint(&out, &hop->servers[k]);
        }
        buf_str(&out, hop->server_count ? STR(" )") : STR(""));
    }
    return buf_view(&out);
}

struct row {
    const char *text, *hops;
};

static void check_rows(void **state, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        same_text(text_of(state, hops_of(state, rows[i].text)), rows[i].hops, rows[i].text);
}

static void targets_are_taken_apart(void **state)
{
    static const struct row rows[] = {
        {"proxy_pass https://a.example;", "proxy tls dns a.example 443"},
        {"proxy_pass https://a.example/;", "proxy tls dns a.example 443 /"},
        {"proxy_pass https://a.example:8443/b?c;", "proxy tls dns a.example 8443 /b?c"},
        {"proxy_pass https://a.example?c;", "proxy tls dns a.example 443 ?c"},
        {"proxy_pass HTTPS://A.example;", "proxy tls dns A.example 443"},
        {"proxy_pass http://a;", "proxy plain dns a 80"},
        {"proxy_pass \"https://a\";", "proxy tls dns a 443"},
        {"proxy_pass https://10.0.0.1:8443;", "proxy tls ipv4 10.0.0.1 8443"},
        {"proxy_pass https://[::1];", "proxy tls ipv6 ::1 443"},
        {"proxy_pass https://[2001:db8::1]:8443/x;", "proxy tls ipv6 2001:db8::1 8443 /x"},
        {"proxy_pass https://unix:/run/x.sock;", "proxy tls unix /run/x.sock"},
        {"proxy_pass https://unix:/run/x.sock:/y/;", "proxy tls unix /run/x.sock /y/"},
        {"proxy_pass https://1.2.3;", "proxy tls dns 1.2.3 443"},
        {"proxy_pass https://1.2.3.256;", "proxy tls dns 1.2.3.256 443"},
        {"proxy_pass ftp://a;", "proxy unknown dns a"},
        {"grpc_pass grpcs://a;", "grpc tls dns a 443"},
        {"grpc_pass grpc://a:50051;", "grpc plain dns a 50051"},
        {"grpc_pass a:50051;", "grpc plain dns a 50051"},
        {"grpc_pass a;", "grpc plain dns a 80"},
        {"uwsgi_pass suwsgi://a:3031;", "uwsgi tls dns a 3031"},
        {"uwsgi_pass uwsgi://a:3031;", "uwsgi plain dns a 3031"},
        {"uwsgi_pass a:3031;", "uwsgi plain dns a 3031"},
        {"uwsgi_pass unix:/run/u.sock;", "uwsgi plain unix /run/u.sock"},
        {"server { proxy_pass a:443; proxy_ssl on; }", "stream tls dns a 443"},
        {"server { proxy_pass a:443; }", "stream plain dns a 443"},
        {"stream { proxy_ssl on; server { proxy_pass [::1]:443; } }", "stream tls ipv6 ::1 443"},
        {"server { proxy_pass unix:/run/x; }", "stream plain unix /run/x"},
        {"fastcgi_pass a:9000;", ""},
        {"proxy_pass;", ""},
        {"proxy_pass https://a\n proxy_ssl_name b;", ""},
    };
    check_rows(state, rows, COUNT(rows));
}

static void hops_stand_in_many_blocks(void **state)
{
    static const struct row rows[] = {
        {"server { location / { proxy_pass https://a; if ($x) { proxy_pass https://b; } "
         "limit_except GET { proxy_pass https://c; } location /d { proxy_pass https://d; } } "
         "location @e { proxy_pass https://e; } }",
         "proxy tls dns a 443\nproxy tls dns b 443\nproxy tls dns c 443\nproxy tls dns d 443\n"
         "proxy tls dns e 443"},
        {"http { map $a $b { proxy_pass https://a; } server { location / { x_by_lua_block { "
         "proxy_pass https://b; } } } }",
         ""},
        {"http { server { location / { proxy_pass https://a; } } } stream { server { proxy_pass "
         "b:1; } }",
         "proxy tls dns a 443\nstream plain dns b 1"},
        {"if ($a) { proxy_pass https://a; }", "proxy tls dns a 443"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void a_home_takes_settings(void **state)
{
    const struct hops *hops =
        hops_of(state, "server { location / { if ($a) { proxy_pass https://a; } limit_except GET "
                       "{ proxy_pass https://b; } location /c { proxy_pass https://c; } } }");
    assert_int_equal(hops->count, 3);
    for (u32 i = 0; i < 3; i++) {
        const struct block *home = &hops->scope->blocks[hops->hop[i].home];
        assert_int_equal(home->context, CONTEXT_LOCATION);
        assert_true(scope_within(hops->scope, hops->hop[i].block, hops->hop[i].home));
    }
    same_text(hop_id_text(*state, &hops->hop[2]), "h3", "");
}

static void upstream_blocks_are_found_by_name(void **state)
{
#define POOL "upstream pool { server a.example:8443 weight=2; server 10.0.0.1; server unix:/s; } "
    static const struct row rows[] = {
        {"http { " POOL "server { location / { proxy_pass https://pool; } } }",
         "proxy tls upstream pool ( dns a.example 8443, ipv4 10.0.0.1 80, unix /s )"},
        {"http { server { location / { proxy_pass https://POOL/x; } } " POOL "}",
         "proxy tls upstream POOL /x ( dns a.example 8443, ipv4 10.0.0.1 80, unix /s )"},
        {"location / { proxy_pass https://pool; } upstream pool { server [::1]:1; }",
         "proxy tls upstream pool ( ipv6 ::1 1 )"},
        {"http { upstream 10.9.9.9 { server b:1; } server { location / { proxy_pass "
         "https://10.9.9.9; } } }",
         "proxy tls upstream 10.9.9.9 ( dns b 1 )"},
        {"http { " POOL "server { location / { proxy_pass https://pool:443; } } }",
         "proxy tls dns pool 443"},
        {"http { upstream pool { } server { location / { proxy_pass https://pool; } } }",
         "proxy tls upstream pool"},
        {"http { " POOL "} stream { server { proxy_pass pool; } }", "stream plain dns pool"},
        {"stream { upstream pool { server a:1; } server { proxy_pass pool; proxy_ssl on; } }",
         "stream tls upstream pool ( dns a 1 )"},
        {"http { " POOL "server { set $p pool; location / { proxy_pass https://$p; } } }",
         "proxy tls upstream pool ( dns a.example 8443, ipv4 10.0.0.1 80, unix /s )"},
        {"upstream pool { server a:1; } location / { grpc_pass grpcs://pool; }",
         "grpc tls upstream pool ( dns a 1 )"},
    };
    check_rows(state, rows, COUNT(rows));
}

static void variables_of_one_value_are_resolved(void **state)
{
    static const struct row rows[] = {
        {"location / { set $a b.example; proxy_pass https://$a; }", "proxy tls dns b.example 443"},
        {"location / { set $a b.example; proxy_pass https://${a}:8443/x; }",
         "proxy tls dns b.example 8443 /x"},
        {"location / { set $A b.example; proxy_pass https://$a; }", "proxy tls dns b.example 443"},
        {"server { set $a https://b.example:1; location / { proxy_pass $a; } }",
         "proxy tls dns b.example 1"},
        {"server { set $a c; location / { set $a b; proxy_pass https://$a; } }",
         "proxy tls dns b 443"},
        {"location / { set $a b; if ($x) { proxy_pass https://$a; } }", "proxy tls dns b 443"},
        {"location / { proxy_pass https://$a; }", "proxy tls variable $a 443"},
        {"location / { proxy_pass $a; }", "proxy unknown variable $a"},
        {"location / { proxy_pass $s://a; }", "proxy unknown dns a"},
        {"location / { proxy_pass https://$a:$b; }", "proxy tls variable $a"},
        {"location / { set $a b; proxy_pass https://$a$c; }", "proxy tls variable b$c 443"},
        {"location / { set $a $b; proxy_pass https://$a; }", "proxy tls variable $a 443"},
        {"location / { set $ab c; proxy_pass https://$a; }", "proxy tls variable $a 443"},
        {"location / { proxy_pass https://a$request_uri; }", "proxy tls dns a 443 $request_uri"},
        /* More than one value. */
        {"location / { set $a b; set $a c; proxy_pass https://$a; }", "proxy tls variable $a 443"},
        {"location / { set $a b; if ($x) { set $a c; } proxy_pass https://$a; }",
         "proxy tls variable $a 443"},
        {"server { set $a b; location / { if ($x) { set $a c; } proxy_pass https://$a; } }",
         "proxy tls variable $a 443"},
        {"server { set $a b; if ($x) { set $a c; } location / { proxy_pass https://$a; } }",
         "proxy tls variable $a 443"},
        {"location / { set $a b; if ($x) { set $a c; proxy_pass https://$a; } }",
         "proxy tls dns c 443"},
        /* nginx runs nothing of the location around a location. */
        {"server { set $a b; location / { set $a c; location /d { proxy_pass https://$a; } } }",
         "proxy tls dns b 443"},
        {"location / { set $a b; } location /c { proxy_pass https://$a; }",
         "proxy tls variable $a 443"},
        {"location / { proxy_pass https://{{ a }}:{{ b }}/; }", "proxy tls variable {{ a }} /"},
        {"location / { proxy_pass https://<%= a %>; }", "proxy tls variable <%= a %> 443"},
    };
    check_rows(state, rows, COUNT(rows));
}

/* ---- settings ----------------------------------------------------------- */

static void values_are_those_in_force(void **state)
{
    static const struct {
        const char *text;
        enum setting setting;
        const char *value;
        bool set;
    } rows[] = {
        {"proxy_pass https://a;", SETTING_SSL_SERVER_NAME, "off", false},
        {"proxy_ssl_server_name on; proxy_pass https://a;", SETTING_SSL_SERVER_NAME, "on", true},
        {"server { proxy_ssl_name b; location / { if ($x) { proxy_pass https://a; } } }",
         SETTING_SSL_NAME, "b", true},
        {"proxy_pass https://a;", SETTING_SSL_PROTOCOLS, "TLSv1 TLSv1.1 TLSv1.2", false},
        {"proxy_ssl_protocols TLSv1.2; proxy_ssl_protocols TLSv1.3; proxy_pass https://a;",
         SETTING_SSL_PROTOCOLS, "TLSv1.2 TLSv1.3", true},
        {"proxy_ssl_verify_depth 2; proxy_pass https://a;", SETTING_SSL_VERIFY_DEPTH, "2", true},
        {"proxy_pass https://a;", SETTING_SSL_VERIFY_DEPTH, "1", false},
        {"proxy_pass https://a;", SETTING_SSL_CIPHERS, "DEFAULT", false},
        {"proxy_pass https://a;", SETTING_SSL_TRUSTED_CERTIFICATE, "", false},
        {"proxy_pass https://a;", SETTING_SSL, "", false},
        {"grpc_ssl_name b; proxy_ssl_name c; grpc_pass grpcs://a;", SETTING_SSL_NAME, "b", true},
        {"uwsgi_ssl_verify on; uwsgi_pass suwsgi://a:1;", SETTING_SSL_VERIFY, "on", true},
        {"server { proxy_ssl on; proxy_ssl_name b; proxy_pass a:1; }", SETTING_SSL_NAME, "b", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct hops *hops = hops_of(state, rows[i].text);
        assert_int_equal(hops->count, 1);
        struct value value = hop_value(hops, &hops->hop[0], rows[i].setting);
        same_text(value.text, rows[i].value, rows[i].text);
        assert_int_equal(value.set, rows[i].set);
        assert_int_equal(value.item != SCOPE_NONE, rows[i].set);
    }
}

/* "KIND NAME", with ! where *_ssl_name sets it. */
static void the_name_is_nginxs(void **state)
{
    static const struct {
        const char *text, *name;
        enum host_kind kind;
        bool set;
    } rows[] = {
        {"proxy_pass https://a.example:8443/x;", "a.example", HOST_DNS, false},
        {"proxy_pass https://10.0.0.1;", "10.0.0.1", HOST_IPV4, false},
        {"proxy_pass https://unix:/run/x;", "/run/x", HOST_UNIX, false},
        {"upstream p { server a; } location / { proxy_pass https://p; }", "p", HOST_UPSTREAM,
         false},
        {"proxy_ssl_name b; proxy_pass https://a;", "b", HOST_DNS, true},
        {"proxy_ssl_name b:443; proxy_pass https://a;", "b", HOST_DNS, true},
        {"proxy_ssl_name $host; proxy_pass https://a;", "$host", HOST_VARIABLE, true},
        {"proxy_ssl_name $proxy_host; proxy_pass https://a;", "a", HOST_DNS, true},
        {"proxy_ssl_name 10.0.0.1; proxy_pass https://a;", "10.0.0.1", HOST_IPV4, true},
        {"upstream p { server a; } location / { proxy_ssl_name P; proxy_pass https://p; }", "P",
         HOST_UPSTREAM, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct hops *hops = hops_of(state, rows[i].text);
        assert_int_equal(hops->count, 1);
        struct hop_name name = hop_name_in_force(hops, &hops->hop[0]);
        same_text(name.name, rows[i].name, rows[i].text);
        assert_int_equal(name.kind, rows[i].kind);
        assert_int_equal(name.set, rows[i].set);
    }
}

static void the_host_header_is_nginxs(void **state)
{
    static const struct {
        const char *text, *value;
        enum host_kind kind;
        bool set;
    } rows[] = {
        {"proxy_pass https://a:8443;", "a", HOST_DNS, false},
        {"proxy_set_header Host b; proxy_pass https://a;", "b", HOST_DNS, true},
        {"proxy_set_header host $host; proxy_pass https://a;", "$host", HOST_VARIABLE, true},
        {"proxy_set_header Host $proxy_host; proxy_pass https://a;", "a", HOST_DNS, true},
        {"server { proxy_set_header Host b; location / { proxy_set_header X y; proxy_pass "
         "https://a; } }",
         "a", HOST_DNS, false},
        {"server { proxy_set_header Host b; location / { proxy_pass https://a; } }", "b", HOST_DNS,
         true},
        {"upstream p { server a; } location / { proxy_pass https://p; }", "p", HOST_UPSTREAM,
         false},
        {"grpc_set_header Host b; grpc_pass grpcs://a;", "b", HOST_DNS, true},
        {"uwsgi_param HTTP_HOST b; uwsgi_pass suwsgi://a:1;", "b", HOST_DNS, true},
        {"server { proxy_pass a:1; }", "a", HOST_DNS, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct hops *hops = hops_of(state, rows[i].text);
        assert_int_equal(hops->count, 1);
        struct hop_host host = hop_host_header(hops, &hops->hop[0]);
        same_text(host.value, rows[i].value, rows[i].text);
        assert_int_equal(host.kind, rows[i].kind);
        assert_int_equal(host.item != SCOPE_NONE, rows[i].set);
    }
}

/* ---- words -------------------------------------------------------------- */

static void protocols(void **state)
{
    static const struct {
        const char *list, *enabled, *offered;
    } rows[] = {
        {"", "", ""},
        {"TLSv1.3 TLSv1.2", "TLSv1.2 TLSv1.3", "TLSv1.2 TLSv1.3"},
        {"tlsv1.2", "TLSv1.2", "TLSv1.2"},
        {"SSLv3 TLSv1", "SSLv3 TLSv1", "TLSv1"},
        {"TLSv1 TLSv1.2 TLSv1.3", "TLSv1 TLSv1.2 TLSv1.3", "TLSv1"},
        {"TLSv1.1 TLSv1.3", "TLSv1.1 TLSv1.3", "TLSv1.1"},
        {"TLSv1.4 x", "", ""},
        {"SSLv2 SSLv3", "SSLv2 SSLv3", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        u32 enabled = hop_protocols_parse(str_of(rows[i].list));
        same_text(hop_protocols_text(*state, enabled), rows[i].enabled, rows[i].list);
        same_text(hop_protocols_text(*state, hop_protocols_offered(enabled)), rows[i].offered,
                  rows[i].list);
    }
}

static void kinds_of_hosts(void **state)
{
    static const struct {
        const char *host;
        enum host_kind kind;
        bool is_public;
    } rows[] = {
        {"a.example", HOST_DNS, true},
        {"localhost", HOST_DNS, false},
        {"a_b.example", HOST_DNS, false},
        {".example", HOST_DNS, false},
        {"a.example.", HOST_DNS, false},
        {"1.2.3.4", HOST_IPV4, false},
        {"1.2.3.4.5", HOST_DNS, false},
        {"1.2.3.", HOST_DNS, false},
        {"::1", HOST_IPV6, false},
        {"[::1]", HOST_IPV6, false},
        {"unix:/x", HOST_UNIX, false},
        {"/x", HOST_UNIX, false},
        {"$host", HOST_VARIABLE, false},
        {"a.$b", HOST_VARIABLE, false},
        {"{{ a }}.b", HOST_VARIABLE, false},
        {"", HOST_DNS, false},
        {"xn--bcher-kva.example", HOST_DNS, true},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (hop_host_kind(str_of(rows[i].host)) != rows[i].kind)
            fail_msg("the kind of %s", rows[i].host);
        if (hop_is_public_name(str_of(rows[i].host)) != rows[i].is_public)
            fail_msg("%s", rows[i].host);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(targets_are_taken_apart),
        IN_ARENA(hops_stand_in_many_blocks),
        IN_ARENA(a_home_takes_settings),
        IN_ARENA(upstream_blocks_are_found_by_name),
        IN_ARENA(variables_of_one_value_are_resolved),
        IN_ARENA(values_are_those_in_force),
        IN_ARENA(the_name_is_nginxs),
        IN_ARENA(the_host_header_is_nginxs),
        IN_ARENA(protocols),
        IN_ARENA(kinds_of_hosts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
