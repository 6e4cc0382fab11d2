/*
 * lab_tool: replays what standard input describes, for tests against real nginx.
 *
 * In: lines of "key=value" (the tables below); an empty line ends a replay's
 * description. Out: one line of JSON for each.
 */
#include "tls/lab.h"

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_WORDS = 8 };

struct request {
    struct lab_client client;
    struct lab_backend backend;
    struct lab_command commands[MAX_WORDS];
    str names[MAX_WORDS];
    str served[MAX_WORDS];
};

/* ---- in ----------------------------------------------------------------- */

static u32 one_of(str word, const char *const *words)
{
    for (u32 i = 0; words[i]; i++) {
        if (str_eq(word, str_of(words[i])))
            return i;
    }
    fprintf(stderr, "lab_tool: what is \"%.*s\"?\n", STR_ARG(word));
    exit(2);
}

static u32 number(str value)
{
    u32 n = 0;
    if (!str_to_u32(value, &n))
        exit(2);
    return n;
}

static u32 words(str value, str *into)
{
    u32 count = 0;
    for (str word = str_word(&value); word.len > 0 && count < MAX_WORDS; word = str_word(&value))
        into[count++] = word;
    return count;
}

static u32 keys(str value)
{
    static const char *const KEYS[] = {"rsa2048", "rsa1024", "p256", "p384", "ed25519", NULL};
    u32 bits = 0;
    for (str word = str_word(&value); word.len > 0; word = str_word(&value))
        bits |= (u32)1 << one_of(word, KEYS);
    return bits;
}

static bool set_client(struct request *to, str key, str value)
{
    static const char *const TRUST[] = {"backend", "stranger", NULL};
    static const char *const IDENTITY[] = {"none", "good", "stranger", "expired", "server", NULL};
    static const char *const FAMILY[] = {"proxy", "grpc", "uwsgi", "stream", NULL};
    struct lab_client *c = &to->client;
    if (str_eq(key, STR("nginx")))
        c->nginx = version_parse(value);
    else if (str_eq(key, STR("openssl")))
        c->openssl = version_parse(value);
    else if (str_eq(key, STR("family")))
        c->family = (enum family)one_of(value, FAMILY);
    else if (str_eq(key, STR("protocols")))
        c->protocols = hop_protocols_parse(value);
    else if (str_eq(key, STR("ciphers")))
        c->ciphers = value;
    else if (str_eq(key, STR("sni")))
        c->server_name = str_eq(value, STR("on"));
    else if (str_eq(key, STR("name")))
        c->name = value;
    else if (str_eq(key, STR("verify")))
        c->verify = str_eq(value, STR("on"));
    else if (str_eq(key, STR("depth")))
        c->depth = number(value);
    else if (str_eq(key, STR("trust")))
        c->trust = (enum lab_trust)one_of(value, TRUST);
    else if (str_eq(key, STR("identity")))
        c->identity = (enum lab_identity)one_of(value, IDENTITY);
    else if (str_eq(key, STR("command")))
        to->commands[c->command_count++] = (struct lab_command){str_word(&value), str_trim(value)};
    else
        return false;
    return true;
}

static bool set_handshake(struct request *to, str key, str value)
{
    static const char *const KIND[] = {"tls", "http", "closes", "resets", "silent", NULL};
    static const char *const REFUSAL[] = {"alert", "closing", "reset", NULL};
    static const char *const ASKING[] = {"no", "asks", "needs", NULL};
    struct lab_backend *b = &to->backend;
    if (str_eq(key, STR("kind")))
        b->kind = (enum lab_kind)one_of(value, KIND);
    else if (str_eq(key, STR("has-protocols")))
        b->protocols = hop_protocols_parse(value);
    else if (str_eq(key, STR("has-ciphers")))
        b->ciphers = value;
    else if (str_eq(key, STR("has-suites")))
        b->suites = value;
    else if (str_eq(key, STR("has-groups")))
        b->groups = value;
    else if (str_eq(key, STR("dh")))
        b->dh_bits = number(value);
    else if (str_eq(key, STR("http1")))
        b->alpn_http1 = true;
    else if (str_eq(key, STR("served")))
        b->served_count = words(value, to->served);
    else if (str_eq(key, STR("refusal")))
        b->refusal = (enum lab_refusal)one_of(value, REFUSAL);
    else if (str_eq(key, STR("refusal-alert")))
        b->refusal_alert = number(value);
    else if (str_eq(key, STR("asking")))
        b->asking = (enum lab_asking)one_of(value, ASKING);
    else
        return false;
    return true;
}

static bool set_certificate(struct request *to, str key, str value)
{
    struct lab_backend *b = &to->backend;
    if (str_eq(key, STR("keys")))
        b->keys = keys(value);
    else if (str_eq(key, STR("names")))
        b->name_count = words(value, to->names);
    else if (str_eq(key, STR("self-signed")))
        b->self_signed = true;
    else if (str_eq(key, STR("intermediates")))
        b->intermediates = number(value);
    else if (str_eq(key, STR("leaf-only")))
        b->sends_no_chain = true;
    else if (str_eq(key, STR("sends-root")))
        b->sends_root = true;
    else if (str_eq(key, STR("expired")))
        b->not_after = 86400;
    else
        return false;
    return true;
}

static void set(struct request *to, str line)
{
    str key = str_cut(&line, '=');
    if (set_client(to, key, line) || set_handshake(to, key, line) || set_certificate(to, key, line))
        return;
    fprintf(stderr, "lab_tool: what is \"%.*s\"?\n", STR_ARG(key));
    exit(2);
}

static struct request *request_new(struct arena *arena)
{
    struct request *request = arena_alloc(arena, sizeof *request);
    request->client.level = LAB_LEVEL_DEFAULT;
    request->client.depth = 1;
    request->client.commands = request->commands;
    request->backend.level = LAB_LEVEL_DEFAULT;
    request->backend.names = request->names;
    request->backend.served = request->served;
    return request;
}

/* ---- out ---------------------------------------------------------------- */

static void add_string(struct buf *buf, str s)
{
    buf_char(buf, '"');
    for (u32 i = 0; i < s.len; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\')
            buf_char(buf, '\\');
        if ((unsigned char)s.p[i] < ' ')
            buf_fmt(buf, "\\u%04x", (unsigned)s.p[i]);
        else
            buf_char(buf, s.p[i]);
    }
    buf_char(buf, '"');
}

static void add_field(struct buf *buf, const char *name, str value)
{
    buf_fmt(buf, ",\"%s\":", name);
    add_string(buf, value);
}

static void print_outcome(struct arena *arena, const struct lab_outcome *outcome)
{
    struct buf buf = buf_new(arena);
    buf_fmt(&buf, "{\"ok\":%s,\"alert\":%u,\"reason\":%u", outcome->ok ? "true" : "false",
            outcome->alert, outcome->reason);
    add_field(&buf, "level", outcome->level);
    add_field(&buf, "message", outcome->message);
    add_field(&buf, "action", outcome->action);
    add_field(&buf, "protocol", outcome->protocol);
    add_field(&buf, "suite", outcome->suite);
    add_field(&buf, "group", outcome->group);
    add_field(&buf, "sni", outcome->sni);
    add_field(&buf, "text", lab_text(arena, outcome));
    buf_str(&buf, STR(",\"notes\":["));
    for (u32 i = 0; i < outcome->note_count; i++) {
        if (i > 0)
            buf_char(&buf, ',');
        add_string(&buf, outcome->notes[i]);
    }
    printf("%.*s]}\n", STR_ARG(buf_view(&buf)));
}

static str read_all(struct arena *arena)
{
    struct buf buf = buf_new(arena);
    char piece[4096];
    for (size_t n; (n = fread(piece, 1, sizeof piece, stdin)) > 0;)
        buf_str(&buf, (str){piece, (u32)n});
    return buf_view(&buf);
}

int main(void)
{
    struct arena arena = {0};
    struct lab *lab = lab_new(&arena, 1767225600);
    str rest = read_all(&arena);
    struct request *request = request_new(&arena);
    while (rest.len > 0) {
        str line = str_cut(&rest, '\n');
        if (line.len > 0) {
            set(request, line);
            continue;
        }
        print_outcome(&arena, lab_run(lab, &request->client, &request->backend));
        request = request_new(&arena);
    }
    arena_end(&arena);
    return 0;
}
