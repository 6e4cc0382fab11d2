/* Dumps and their headers, globs, and which file includes which. */
#include "nginx/files.h"
#include "text_helpers.h"

#include <fnmatch.h>

#define HEAD(path) "# configuration file " path ":\n"

/* "PATH=TEXT" of each file, "!PATH" of each that was passed over; by |. */
static str files_text(void **state, const struct files *files)
{
    struct buf out = buf_new(*state);
    for (u32 i = 0; i < files->count; i++)
        buf_fmt(&out, "%s%.*s=%.*s", i ? "|" : "", STR_ARG(files->file[i].source.path),
                STR_ARG(files->file[i].source.text));
    for (u32 i = 0; i < files->stray_count; i++)
        buf_fmt(&out, "|!%.*s", STR_ARG(files->stray[i].path));
    return buf_view(&out);
}

static struct files *open_text(void **state, const char *text)
{
    const struct file_text one = {STR("in"), str_of(text)};
    return files_open(*state, &one, 1);
}

static void dumps_are_split(void **state)
{
    static const struct {
        const char *text, *files;
    } rows[] = {
        {"", "in="},
        {"a;\n", "in=a;\n"},
        {HEAD("/n") "a;\n\n" HEAD("/b") "c;\n\n", "/n=a;\n|/b=c;\n"},
        /* The last newline got lost. */
        {HEAD("/n") "a;\n\n" HEAD("/b") "c;\n", "/n=a;\n|/b=c;\n"},
        {HEAD("/n") "a;\n\n" HEAD("/b") "c;", "/n=a;\n|/b=c;"},
        /* Files without a last newline, and empty ones. */
        {HEAD("/n") "a;\n" HEAD("/b") "c;\n\n", "/n=a;|/b=c;\n"},
        {HEAD("/n") "\n" HEAD("/b") "\n", "/n=|/b="},
        {HEAD("/n"), "/n="},
        {HEAD("/n") "a;\n\n\n" HEAD("/b") "c;\n", "/n=a;\n\n|/b=c;\n"},
        /* CR LF: a dump that was converted, and a file that has them. */
        {"# configuration file /n:\r\na;\r\n\r\n# configuration file /b:\r\nc;\r\n\r\n",
         "/n=a;\r\n|/b=c;\r\n"},
        {HEAD("/n") "a;\r\n\n" HEAD("/b") "c;\r\n\n", "/n=a;\r\n|/b=c;\r\n"},
        /* What nginx -t says before, and the prompt. */
        {"nginx: the configuration file /n syntax is ok\nnginx: configuration file /n test is "
         "successful\n" HEAD("/n") "a;\n\n",
         "/n=a;\n|!in"},
        {"root@h:~# nginx -T\n" HEAD("/n") "a;\n", "/n=a;\n|!in"},
        {"\n\n" HEAD("/n") "a;\n", "/n=a;\n"},
        /* A dump that was cut at its front. */
        {"  a;\n}\n\n" HEAD("/b") "c;\n", "in=  a;\n}\n\n|/b=c;\n"},
        {"a;\n" HEAD("/b") "c;\n", "in=a;\n|/b=c;\n"},
        {HEAD("./conf/n") "a;\n", "./conf/n=a;\n"},
        {HEAD("/n") "x {\n  a;\n\n" HEAD("/b") "c;\n", "/n=x {\n  a;\n|/b=c;\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        same_text(files_text(state, open_text(state, rows[i].text)), rows[i].files, rows[i].text);
}

static void comments_that_look_like_headers(void **state)
{
    static const char *const same[] = {
        "a;\n # configuration file /b:\nc;\n",
        "a; # configuration file /b:\nc;\n",
        "a;\n# configuration file /b: see there\nc;\n",
        "a;\n# configuration file of the proxy:\nc;\n",
        "a;\n# configuration file /b\nc;\n",
        "x {\n# configuration file /b:\nc;\n}\n",
        "x {\n y { a; }\n# configuration file /b:\nc;\n# configuration file /d:\n}\n",
    };
    for (size_t i = 0; i < COUNT(same); i++) {
        same_text(files_text(state, open_text(state, same[i])), str_fmt(*state, "in=%s", same[i]).p,
                  same[i]);
        str dump = str_fmt(*state, "%s%s\n%sd;\n", HEAD("/n"), same[i], HEAD("/z"));
        same_text(files_text(state, open_text(state, arena_c_string(*state, dump))),
                  str_fmt(*state, "/n=%s|/z=d;\n", same[i]).p, same[i]);
    }
}

static void many_false_headers_take_no_time(void **state)
{
    struct buf text = buf_new(*state);
    buf_str(&text, STR("x {\n"));
    for (u32 i = 0; i < 100000; i++)
        buf_str(&text, STR("# configuration file /b:\n"));
    const struct file_text one = {STR("in"), buf_view(&text)};
    assert_int_equal(files_open(*state, &one, 1)->count, 1);
}

static void a_file_that_was_dumped_twice(void **state)
{
    same_text(files_text(state, open_text(state, HEAD("/n") "a;\n\n" HEAD("/b") "c;\n\n" HEAD(
                                                     "/b") "c;\n\n" HEAD("/n") "d;\n\n")),
              "/n=a;\n|/b=c;\n|!/n", "");
}

/* ---- globs -------------------------------------------------------------- */

static void globs(void **state)
{
    static const struct {
        const char *pattern, *path;
        bool matches;
    } rows[] = {
        {"*.conf", "a.conf", true},
        {"*.conf", ".a.conf", false},
        {"*.conf", "d/a.conf", false},
        {"d/*.conf", "d/a.conf", true},
        {"*/*.conf", "d/a.conf", true},
        {"*", "", true},
        {"**", "a", true},
        {"a*b*c", "axbxbxc", true},
        {"a*b*c", "axbxb", false},
        {"?", "a", true},
        {"?", "/", false},
        {"?", ".", false},
        {"[ab]", "b", true},
        {"[!ab]", "b", false},
        {"[^ab]", "c", true},
        {"[a-c]x", "bx", true},
        {"[]]", "]", true},
        {"[!]]", "a", true},
        {"[a-]", "-", true},
        {"[", "[", true},
        {"[a", "[a", true},
        {"\\*", "*", true},
        {"\\*", "a", false},
        {"d/.*", "d/.a", true},
        {"d/?a", "d/.a", false},
        {"d/[.]a", "d/.a", false},
        {"sites-enabled/*", "sites-enabled/a/b", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (files_glob_matches(str_of(rows[i].pattern), str_of(rows[i].path)) != rows[i].matches)
            fail_msg("%s and %s", rows[i].pattern, rows[i].path);
    assert_true(files_is_glob(STR("a*")) && files_is_glob(STR("a?")) && files_is_glob(STR("[a]")));
    assert_false(files_is_glob(STR("a.conf")));
}

static void globs_are_those_of_the_system(void **state)
{
    static const char in_pattern[] = "**?[]!-ab./\\";
    static const char in_path[] = "ab./-!]*";
    u32 seed = 3;
    (void)state;
    for (u32 round = 0; round < 300000; round++) {
        char pattern[9] = "";
        char path[7] = "";
        for (u32 i = 0; i < 14; i++) {
            seed = seed * 1664525 + 1013904223;
            u32 random = seed >> 12;
            if (i < 8 && i < round % 9)
                pattern[i] = in_pattern[random % (sizeof in_pattern - 1)];
            if (i >= 8 && i - 8 < round % 7)
                path[i - 8] = in_path[random % (sizeof in_path - 1)];
        }
        /* Sets with a slash, and backslashes there, at the end or before one, name nothing. */
        const char *set = strchr(pattern, '[');
        if (set && (strchr(set, '/') || strchr(set, '\\')))
            continue;
        size_t len = strlen(pattern);
        if ((len && pattern[len - 1] == '\\') || strstr(pattern, "\\/"))
            continue;
        bool theirs = fnmatch(pattern, path, FNM_PATHNAME | FNM_PERIOD) == 0;
        if (files_glob_matches(str_of(pattern), str_of(path)) != theirs)
            fail_msg("\"%s\" and \"%s\": the system says %d", pattern, path, theirs);
    }
}

/* ---- includes ----------------------------------------------------------- */

struct named {
    const char *path, *text;
};

static struct files *open_files(void **state, const struct named *named)
{
    struct file_text texts[8];
    u32 count = 0;
    for (; named[count].path; count++)
        texts[count] = (struct file_text){str_of(named[count].path), str_of(named[count].text)};
    return files_open(*state, texts, count);
}

static str included(void **state, const struct files *files, const char *pattern)
{
    struct file_list list = files_included(files, str_of(pattern));
    struct buf out = buf_new(*state);
    for (u32 i = 0; i < list.count; i++)
        buf_fmt(&out, "%s%.*s", i ? " " : "", STR_ARG(files->file[list.file[i]].source.path));
    return buf_view(&out);
}

static void includes_are_found_as_nginx_finds_them(void **state)
{
    static const struct named disk[] = {{"/etc/nginx/nginx.conf", ""},
                                        {"/etc/nginx/conf.d/b.conf", ""},
                                        {"/etc/nginx/conf.d/a.conf", ""},
                                        {"/etc/nginx/conf.d/.c.conf", ""},
                                        {"/etc/nginx/conf.d/x/d.conf", ""},
                                        {"/srv/a.conf", ""},
                                        {0}};
    static const struct named relative[] = {
        {"./n/nginx.conf", ""}, {"n/conf.d/b.conf", ""}, {"n/conf.d/a.conf", ""}, {0}};
    static const struct named flat[] = {{"nginx.conf", ""}, {"site.conf", ""}, {0}};
    static const struct {
        const struct named *files;
        const char *pattern, *found;
    } rows[] = {
        {disk, "conf.d/*.conf", "/etc/nginx/conf.d/a.conf /etc/nginx/conf.d/b.conf"},
        {disk, "/etc/nginx/conf.d/*.conf", "/etc/nginx/conf.d/a.conf /etc/nginx/conf.d/b.conf"},
        {disk, "conf.d/a.conf", "/etc/nginx/conf.d/a.conf"},
        {disk, "conf.d/*/*.conf", "/etc/nginx/conf.d/x/d.conf"},
        {disk, "conf.d/?.conf", "/etc/nginx/conf.d/a.conf /etc/nginx/conf.d/b.conf"},
        {disk, "/srv/*", "/srv/a.conf"},
        {disk, "a.conf", ""},
        {disk, "/conf.d/a.conf", ""},
        {disk, "mime.types", ""},
        {relative, "conf.d/*.conf", "n/conf.d/a.conf n/conf.d/b.conf"},
        {relative, "/etc/nginx/conf.d/*.conf", "n/conf.d/a.conf n/conf.d/b.conf"},
        {relative, "/etc/nginx/conf.d/b.conf", "n/conf.d/b.conf"},
        {flat, "/etc/nginx/site.conf", "site.conf"},
        /* Else modules-enabled would hold what is a site. */
        {flat, "/etc/nginx/modules-enabled/*.conf", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        same_text(included(state, open_files(state, rows[i].files), rows[i].pattern), rows[i].found,
                  rows[i].pattern);
}

static void who_is_included(void **state)
{
    static const struct {
        struct named files[5];
        const char *included; /* a 1 each */
    } rows[] = {
        {{{"a", ""}, {"b", ""}}, "00"},
        {{{"a", "include b;"}, {"b", ""}}, "01"},
        {{{"a", "x { include b; }"}, {"b", "include c;"}, {"c", ""}}, "011"},
        {{{"a", ""}, {"b", "include a;"}}, "00"}, /* the first is the main one */
        {{{"a", "include a;"}}, "0"},
        {{{"a", "include *;"}, {"b", ""}, {"c", "include b;"}}, "011"},
        {{{"a", ""}, {"b", "include c;"}, {"c", "include b;"}}, "001"}, /* or nobody reads them */
        {{{"a", ""}, {"b", "include c;"}, {"c", "include b;"}, {"d", "include b;"}}, "0110"},
        {{{"a", ""}, {"b", ""}, {"c", "include b;"}}, "010"},
        {{{"a", "include b"}, {"b", ""}}, "01"},
        {{{"a", "include b c;"}, {"b", ""}}, "00"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct files *files = open_files(state, rows[i].files);
        for (u32 k = 0; k < files->count; k++)
            if (files->file[k].included != (rows[i].included[k] == '1'))
                fail_msg("row %zu, file %u", i, k);
    }
}

static void paths_are_the_main_files(void **state)
{
    static const struct {
        const char *main, *pattern, *resolved;
    } rows[] = {
        {"/etc/nginx/nginx.conf", "a", "/etc/nginx/a"},
        {"/etc/nginx/nginx.conf", "/a", "/a"},
        {"nginx.conf", "a", "a"},
        {"conf/nginx.conf", "a/b", "conf/a/b"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct named files[] = {{rows[i].main, ""}, {0}};
        same_text(files_resolve(open_files(state, files), str_of(rows[i].pattern)),
                  rows[i].resolved, "");
    }
}

static void no_files_at_all(void **state)
{
    const struct files *files = files_open(*state, NULL, 0);
    assert_int_equal(files->count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(dumps_are_split),
        IN_ARENA(comments_that_look_like_headers),
        IN_ARENA(many_false_headers_take_no_time),
        IN_ARENA(a_file_that_was_dumped_twice),
        IN_ARENA(globs),
        IN_ARENA(globs_are_those_of_the_system),
        IN_ARENA(includes_are_found_as_nginx_finds_them),
        IN_ARENA(who_is_included),
        IN_ARENA(paths_are_the_main_files),
        IN_ARENA(no_files_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
