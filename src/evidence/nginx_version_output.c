#include "evidence/nginx_version_output.h"

#include "base/buf.h"
#include "evidence/parser.h"

static const char *const libraries[] = {"OpenSSL", "LibreSSL", "BoringSSL", "AWS-LC"};
static const char *const compilers[] = {"gcc ", "clang ", "cc ", "Apple ", "FreeBSD ", "icc "};

static const struct flavour_name {
    const char *name;
    enum build_flavour flavour;
} flavour_names[] = {
    {"nginx/", BUILD_NGINX},         {"openresty/", BUILD_OPENRESTY}, {"Angie/", BUILD_ANGIE},
    {"freenginx/", BUILD_FREENGINX}, {"Tengine/", BUILD_TENGINE},     {"angie/", BUILD_ANGIE},
};

/* Signs of a platform in the compiler's name, the version and the arguments. */
static const struct platform_sign {
    const char *sign;
    const char *platform;
} platform_signs[] = {
    {"Debian", "debian"},
    {"Ubuntu", "debian"},
    {"/build/reproducible-path/", "debian"},
    {"-prefix-map=/build/nginx-", "debian"},
    {"-prefix-map=/data/builder/debuild/", "debian"},
    {"Alpine", "alpine"},
    {"alpine", "alpine"},
    {"Red Hat", "rhel"},
    {"/usr/lib/rpm/redhat/", "rhel"},
    {"--with-compat --with-cc-opt='-O2 -g -pipe", "rhel"},
    {"SUSE", "suse"},
    {"FreeBSD", "freebsd"},
    {"/usr/local/etc/nginx", "freebsd"},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool starts_with_digit(str s)
{
    return s.len && char_is_digit(s.p[0]);
}

/* --- One line ------------------------------------------------------------- */

static str version_word(str s)
{
    u32 end = 0;
    while (end < s.len &&
           (char_is_alnum(s.p[end]) || s.p[end] == '.' || s.p[end] == '-' || s.p[end] == '+'))
        end++;
    return str_sub(s, 0, end);
}

/* "1.27.1.2" of OpenResty is nginx 1.27.1. */
static str three_parts(str version)
{
    u32 dots = 0;
    for (u32 i = 0; i < version.len; i++)
        if (version.p[i] == '.' && ++dots == 3)
            return str_sub(version, 0, i);
    return version;
}

static void guess_platform(struct build_fact *build, str text)
{
    for (size_t i = 0; !build->platform.len && i < COUNT(platform_signs); i++)
        if (str_has(text, str_of(platform_signs[i].sign)))
            build->platform = str_of(platform_signs[i].platform);
}

static void read_plus(struct build_fact *build, str rest)
{
    str mark = STR("(nginx-plus-");
    u32 at = str_find(rest, mark);
    if (at == STR_NONE)
        return;
    build->flavour = BUILD_PLUS;
    build->flavour_version = version_word(str_from(rest, at + mark.len));
}

/* "nginx/1.26.3 (Ubuntu)": false when it is no such thing. */
static bool read_version(struct build_fact *build, str text)
{
    for (size_t i = 0; i < COUNT(flavour_names); i++) {
        str name = str_of(flavour_names[i].name);
        if (!str_starts(text, name) || !starts_with_digit(str_from(text, name.len)))
            continue;
        enum build_flavour flavour = flavour_names[i].flavour;
        str version = version_word(str_from(text, name.len));
        if (flavour == BUILD_NGINX || flavour == BUILD_FREENGINX || flavour == BUILD_OPENRESTY)
            build->nginx = three_parts(version);
        if (flavour != BUILD_NGINX && flavour != BUILD_FREENGINX)
            build->flavour_version = version;
        if (build->flavour == BUILD_UNKNOWN)
            build->flavour = flavour;
        read_plus(build, text);
        guess_platform(build, text);
        return true;
    }
    return false;
}

/* "OpenSSL 3.0.15 3 Sep 2024", "OpenSSL 1.1.1 (compatible; BoringSSL)". */
static bool read_library(struct build_fact *build, str text)
{
    bool known = false;
    for (size_t i = 0; i < COUNT(libraries); i++) {
        str name = str_of(libraries[i]);
        u32 at = str_find(text, name);
        if (at == STR_NONE)
            continue;
        build->library = name;
        str behind = str_trim(str_from(text, at + name.len));
        build->openssl = starts_with_digit(behind) ? version_word(behind) : (str){0};
        known = true;
    }
    return known;
}

/* "OpenSSL 3.0.15 3 Sep 2024 (running with OpenSSL 3.0.22 25 Aug 2026)". */
static bool read_built_with(struct build_fact *build, str text)
{
    str mark = STR("(running with ");
    u32 at = str_find(text, mark);
    str built = str_trim(str_sub(text, 0, at));
    if (!read_library(build, built))
        return false;
    build->built_with = built;
    if (at == STR_NONE)
        return true;
    str running = str_trim(str_from(text, at + mark.len));
    if (str_ends(running, STR(")")))
        running.len--;
    build->running_with = running;
    read_library(build, running);
    return true;
}

static bool read_compiler(struct build_fact *build, str text)
{
    for (size_t i = 0; i < COUNT(compilers); i++) {
        if (!str_starts(text, str_of(compilers[i])))
            continue;
        build->compiler = text;
        guess_platform(build, text);
        return true;
    }
    return false;
}

static void read_configure(struct build_fact *build, str arguments)
{
    build->configure = arguments;
    build->has_configure = true;
    build->http_ssl = str_has(arguments, STR("--with-http_ssl_module"));
    build->stream_ssl = str_has(arguments, STR("--with-stream_ssl_module"));
    build->mail_ssl = str_has(arguments, STR("--with-mail_ssl_module"));
    build->http_v2 = str_has(arguments, STR("--with-http_v2_module"));
    str rest = arguments;
    for (str word = str_word(&rest); word.len; word = str_word(&rest))
        if (str_eq(word, STR("--with-stream")) || str_eq(word, STR("--with-stream=dynamic")))
            build->stream = true;
    guess_platform(build, arguments);
}

/* Behind `prefix`, or false. */
static bool behind(str line, str prefix, str *rest)
{
    if (!str_starts_nocase(line, prefix))
        return false;
    *rest = str_trim(str_from(line, prefix.len));
    return true;
}

/* "nginx version: nginx/1.26.3", "Angie version: Angie/1.12.1": a second one of another name
 * belongs to the same build. */
static bool read_version_line(struct build_fact *build, str line)
{
    str mark = STR(" version: ");
    u32 at = str_find(str_sub(line, 0, 24), mark);
    return at != STR_NONE && read_version(build, str_from(line, at + mark.len));
}

/* Any line of `nginx -V` but the arguments. */
static bool read_line(struct build_fact *build, str line)
{
    str rest;
    if (read_version_line(build, line) || str_starts(line, STR("TLS SNI support ")))
        return true;
    if (behind(line, STR("built with "), &rest))
        return read_built_with(build, rest);
    return behind(line, STR("built by "), &rest) && read_compiler(build, rest);
}

static bool is_arguments(str line)
{
    return str_starts(line, STR("configure arguments:"));
}

static bool begins(const struct reader *reader, u32 line)
{
    str text = str_trim(reader_line(reader, line));
    struct build_fact ignored = {0};
    return is_arguments(text) || read_line(&ignored, text);
}

/* --- The piece ------------------------------------------------------------ */

/* Wrapped arguments go on with another "-", or within an open quote. */
static bool carries_on(str arguments, str next)
{
    bool quoted = false;
    for (u32 i = 0; i < arguments.len; i++)
        quoted ^= arguments.p[i] == '\'';
    if (!next.len)
        return false;
    bool option = str_starts(next, STR("--")) && next.len > 2 && char_is_alnum(next.p[2]);
    return option || (quoted && str_find_char(next, '-') != STR_NONE);
}

enum { ARGUMENTS_LINES = 100 };

static u32 read_arguments(const struct reader *reader, u32 line, struct build_fact *build)
{
    str first = str_trim(reader_line(reader, line));
    struct buf buf = buf_new(reader->arena);
    buf_str(&buf, str_trim(str_from(first, STR("configure arguments:").len)));
    u32 count = 1;
    for (; count < ARGUMENTS_LINES; count++) {
        str next = str_trim(reader_line(reader, line + count));
        if (!carries_on(buf_view(&buf), next))
            break;
        if (buf.len)
            buf_char(&buf, ' ');
        buf_str(&buf, next);
    }
    read_configure(build, buf_view(&buf));
    return count;
}

/* A second "nginx version: nginx/..." is another build's, but behind Angie's own. */
static bool is_another(const struct build_fact *build, str line)
{
    struct build_fact next = {0};
    return read_version_line(&next, line) && build->nginx.len && next.nginx.len;
}

static u32 read(struct reader *reader, u32 line)
{
    struct build_fact *build = reader_build(reader, line);
    u32 count = 0;
    for (;;) {
        str text = str_trim(reader_line(reader, line + count));
        if (!text.len || (count && is_another(build, text)))
            break;
        if (is_arguments(text)) {
            count += read_arguments(reader, line + count, build);
            break;
        }
        if (!read_line(build, text))
            break;
        count++;
    }
    build->at = reader_span(reader, line, count);
    return count;
}

const struct parser parser_nginx_version_output = {EVIDENCE_NGINX_VERSION, "nginx -V", begins,
                                                   read};

/* --- The banner in a log -------------------------------------------------- */

static struct build_fact *build_of_text(const struct reader *reader)
{
    u32 n = reader->build_count;
    return n && reader->builds[n - 1].text == reader->text ? &reader->builds[n - 1] : NULL;
}

static void add_banner(struct reader *reader, u32 line, struct build_fact banner)
{
    struct build_fact *last = build_of_text(reader);
    if (last && str_eq(last->nginx, banner.nginx))
        return; /* at every start: once is enough */
    last = reader_build(reader, line);
    banner.text = last->text;
    banner.line = line;
    banner.at = reader_span(reader, line, 1);
    *last = banner;
}

bool nginx_version_banner(struct reader *reader, u32 line, str message)
{
    struct build_fact banner = {0};
    str rest;
    if (read_version(&banner, message)) {
        add_banner(reader, line, banner);
        return true;
    }
    if (!behind(message, STR("built by "), &rest) || !read_compiler(&banner, rest))
        return false;
    struct build_fact *last = build_of_text(reader);
    if (last && !last->compiler.len)
        read_compiler(last, rest);
    return true;
}
