#include "evidence_helpers.h"

/* Debian 12, with nothing changed. */
static const char debian12[] =
    "nginx version: nginx/1.22.1\n"
    "built with OpenSSL 3.0.20 7 Apr 2026 (running with OpenSSL 3.0.19 27 Jan 2026)\n"
    "TLS SNI support enabled\n"
    "configure arguments: --with-cc-opt='-g -O2 -ffile-prefix-map=/build/reproducible-path/"
    "nginx-1.22.1=. -fstack-protector-strong -Wformat -Werror=format-security -fPIC' "
    "--prefix=/usr/share/nginx --conf-path=/etc/nginx/nginx.conf --with-compat --with-debug "
    "--with-http_ssl_module --with-http_v2_module --with-threads --with-mail=dynamic "
    "--with-mail_ssl_module --with-stream=dynamic --with-stream_ssl_module\n";

static void of_debian(void **state)
{
    struct evidence evidence = read_text(state, debian12);
    assert_int_equal(evidence.build_count, 1);
    assert_int_equal(evidence.unread_count, 0);
    const struct build_fact *build = &evidence.builds[0];
    assert_int_equal(build->flavour, BUILD_NGINX);
    assert_str(build->nginx, "1.22.1");
    assert_str(build->library, "OpenSSL");
    assert_str(build->openssl, "3.0.19");
    assert_str(build->built_with, "OpenSSL 3.0.20 7 Apr 2026");
    assert_str(build->running_with, "OpenSSL 3.0.19 27 Jan 2026");
    assert_str(build->platform, "debian");
    assert_true(build->has_configure && build->http_ssl && build->http_v2 && build->stream);
    assert_true(build->stream_ssl && build->mail_ssl);
    assert_true(str_starts(build->configure, STR("--with-cc-opt=")));
    assert_true(str_ends(build->configure, STR("--with-stream_ssl_module")));
    assert_int_equal(build->line, 1);
    assert_int_equal(build->at.end, strlen(debian12) - 1);
}

static const struct build_case {
    const char *text;
    enum build_flavour flavour;
    const char *nginx, *flavour_version, *library, *openssl, *platform;
} builds[] = {
    {"nginx version: nginx/1.26.3\n"
     "built by gcc 12.2.0 (Debian 12.2.0-14)\n"
     "built with OpenSSL 3.0.15 3 Sep 2024 (running with OpenSSL 3.0.22 25 Aug 2026)\n",
     BUILD_NGINX, "1.26.3", "", "OpenSSL", "3.0.22", "debian"},
    {"nginx version: nginx/1.18.0 (Ubuntu)\nbuilt with OpenSSL 1.1.1f  31 Mar 2020\n", BUILD_NGINX,
     "1.18.0", "", "OpenSSL", "1.1.1f", "debian"},
    {"nginx version: nginx/1.27.4\nbuilt by gcc 14.2.0 (Alpine 14.2.0)\n"
     "built with OpenSSL 3.3.2 3 Sep 2024 (running with OpenSSL 3.3.3 11 Feb 2025)\n",
     BUILD_NGINX, "1.27.4", "", "OpenSSL", "3.3.3", "alpine"},
    {"nginx version: nginx/1.20.1\nbuilt by gcc 11.4.1 20231218 (Red Hat 11.4.1-3) (GCC)\n"
     "built with OpenSSL 3.0.7 1 Nov 2022\n",
     BUILD_NGINX, "1.20.1", "", "OpenSSL", "3.0.7", "rhel"},
    {"nginx version: nginx/1.16.1\nbuilt by gcc 4.8.5 20150623 (Red Hat 4.8.5-44) (GCC)\n"
     "built with OpenSSL 1.0.2k-fips  26 Jan 2017\n",
     BUILD_NGINX, "1.16.1", "", "OpenSSL", "1.0.2k-fips", "rhel"},
    {"nginx version: nginx/1.21.5\nbuilt by gcc 7.5.0 (SUSE Linux)\n", BUILD_NGINX, "1.21.5", "",
     "", "", "suse"},
    {"nginx version: nginx/1.26.2\nbuilt by clang 14.0.5 "
     "(https://github.com/llvm/llvm-project.git)\n"
     "built with OpenSSL 1.1.1t-freebsd  7 Feb 2023\n"
     "configure arguments: --prefix=/usr/local/etc/nginx --with-cc-opt='-I /usr/local/include'\n",
     BUILD_NGINX, "1.26.2", "", "OpenSSL", "1.1.1t-freebsd", "freebsd"},
    {"nginx version: nginx/1.25.5 (nginx-plus-r32-p1)\n", BUILD_PLUS, "1.25.5", "r32-p1", "", "",
     ""},
    {"nginx version: openresty/1.27.1.2\nbuilt with OpenSSL 3.0.15 3 Sep 2024\n", BUILD_OPENRESTY,
     "1.27.1", "1.27.1.2", "OpenSSL", "3.0.15", ""},
    {"Angie version: Angie/1.12.1\nnginx version: nginx/1.29.3\nbuilt with OpenSSL 3.5.4 30 Sep "
     "2025\n",
     BUILD_ANGIE, "1.29.3", "1.12.1", "OpenSSL", "3.5.4", ""},
    {"nginx version: freenginx/1.27.1\n", BUILD_FREENGINX, "1.27.1", "", "", "", ""},
    {"Tengine version: Tengine/3.1.0\nnginx version: nginx/1.24.0\n", BUILD_TENGINE, "1.24.0",
     "3.1.0", "", "", ""},
    {"nginx version: nginx/1.26.0\nbuilt with LibreSSL 3.9.2\n", BUILD_NGINX, "1.26.0", "",
     "LibreSSL", "3.9.2", ""},
    {"nginx version: nginx/1.25.0\n"
     "built with OpenSSL 1.1.1 (compatible; BoringSSL) (running with BoringSSL)\n",
     BUILD_NGINX, "1.25.0", "", "BoringSSL", "", ""},
    {"nginx version: nginx/1.27.5\nbuilt with OpenSSL 1.1.1 (compatible; AWS-LC 1.34.0) (running "
     "with AWS-LC 1.35.1)\n",
     BUILD_NGINX, "1.27.5", "", "AWS-LC", "1.35.1", ""},
    {"built with OpenSSL 3.0.15 3 Sep 2024\n", BUILD_UNKNOWN, "", "", "OpenSSL", "3.0.15", ""},
};

static void of_many_builds(void **state)
{
    for (size_t i = 0; i < sizeof builds / sizeof *builds; i++) {
        struct evidence evidence = read_text(state, builds[i].text);
        if (evidence.build_count != 1 || evidence.unread_count)
            fail_msg("%u builds: %s", evidence.build_count, builds[i].text);
        const struct build_fact *build = &evidence.builds[0];
        assert_int_equal(build->flavour, builds[i].flavour);
        assert_str(build->nginx, builds[i].nginx);
        assert_str(build->flavour_version, builds[i].flavour_version);
        assert_str(build->library, builds[i].library);
        assert_str(build->openssl, builds[i].openssl);
        assert_str(build->platform, builds[i].platform);
    }
}

static void among_other_lines(void **state)
{
    struct evidence evidence = read_text(state, "root@web:~# nginx -V\n"
                                                "nginx version: nginx/1.26.3\r\n"
                                                "built with OpenSSL 3.0.15 3 Sep 2024\r\n"
                                                "TLS SNI support enabled\r\n"
                                                "configure arguments: --with-http_ssl_module\r\n"
                                                "--with-stream --with-cc-opt='-g\r\n"
                                                "-O2 -fPIC' --with-stream_ssl_module\r\n"
                                                "--- and now the other one ---\r\n"
                                                "nginx version: nginx/1.22.1\r\n"
                                                "nginx version: nginx/1.24.0\r\n"
                                                "built with love\r\n");
    assert_int_equal(evidence.build_count, 3);
    assert_str(evidence.builds[0].nginx, "1.26.3");
    assert_str(evidence.builds[0].configure,
               "--with-http_ssl_module --with-stream --with-cc-opt='-g -O2 -fPIC' "
               "--with-stream_ssl_module");
    assert_true(evidence.builds[0].stream_ssl && evidence.builds[0].stream);
    assert_str(evidence.builds[1].nginx, "1.22.1");
    assert_false(evidence.builds[1].has_configure);
    assert_str(evidence.builds[2].nginx, "1.24.0");
    assert_int_equal(evidence.builds[2].line, 10);
    assert_int_equal(evidence.unread_count, 3);
}

/* A container's log begins so. */
static void the_banner_in_a_log(void **state)
{
    struct evidence evidence = read_text(
        state, "2026/03/04 10:11:12 [notice] 1#1: using the \"epoll\" event method\n"
               "2026/03/04 10:11:12 [notice] 1#1: nginx/1.27.4\n"
               "2026/03/04 10:11:12 [notice] 1#1: built by gcc 12.2.0 (Debian 12.2.0-14)\n"
               "2026/03/04 10:11:12 [notice] 1#1: OS: Linux 6.1.0\n"
               "2026/03/05 10:11:12 [notice] 1#1: nginx/1.27.4\n"
               "2026/03/05 10:11:12 [notice] 1#1: built by gcc 12.2.0 (Debian 12.2.0-14)\n");
    assert_int_equal(evidence.build_count, 1);
    assert_str(evidence.builds[0].nginx, "1.27.4");
    assert_str(evidence.builds[0].platform, "debian");
    assert_int_equal(evidence.unread_count, 1);
    assert_int_equal(evidence.unread[0].lines, 2);
}

static void every_beginning_is_read(void **state)
{
    for (u32 len = 0; len < sizeof debian12 - 1; len++) {
        struct arena arena = {0};
        char *exact = malloc(len + 1);
        memcpy(exact, debian12, len);
        exact = realloc(exact, len ? len : 1);
        struct evidence_text text = {STR("cut"), {exact, len}};
        struct evidence evidence = evidence_read(&arena, &text, 1);
        assert_true(evidence.build_count <= 1);
        arena_end(&arena);
        free(exact);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test_in_arena(of_debian),
        test_in_arena(of_many_builds),
        test_in_arena(among_other_lines),
        test_in_arena(the_banner_in_a_log),
        test_in_arena(every_beginning_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
