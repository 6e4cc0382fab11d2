#include "engine/smoke.h"

#include "engine/dial.h"

static const char head[] =
    "#!/bin/sh\n"
    "# Shakes hands with every TLS backend of an nginx configuration, as nginx would,\n"
    "# and checks name and chain where nginx does. Run it where nginx runs.\n"
    "# Exit status: 0 all is well, 1 a hop fails, 2 it could not be run.\n"
    "set -u\n"
    "\n"
    "command -v openssl >/dev/null 2>&1 || {\n"
    "    echo 'openssl is not installed' >&2\n"
    "    exit 2\n"
    "}\n"
    "passed=0\n"
    "failed=0\n"
    "\n"
    "bounded() {\n"
    "    if command -v timeout >/dev/null 2>&1; then\n"
    "        timeout 15 \"$@\"\n"
    "    else\n"
    "        \"$@\"\n"
    "    fi\n"
    "}\n"
    "\n"
    "check() { # TITLE, then options of openssl s_client\n"
    "    title=$1\n"
    "    shift\n"
    "    said=$(bounded openssl s_client \"$@\" </dev/null 2>&1)\n"
    "    status=$?\n"
    "    case $said in\n"
    "    *'Cipher is (NONE)'*) status=1 ;;\n"
    "    esac\n"
    "    if [ \"$status\" -eq 0 ]; then\n"
    "        passed=$((passed + 1))\n"
    "        printf 'ok    %s\\n' \"$title\"\n"
    "    else\n"
    "        failed=$((failed + 1))\n"
    "        printf 'FAIL  %s\\n' \"$title\"\n"
    "        printf '%s\\n' \"$said\" | grep -iE 'error|alert|errno' | head -n 3 | sed 's/^/      "
    "/'\n"
    "    fi\n"
    "}\n"
    "\n";

static const char tail[] = "\n"
                           "printf '%s ok, %s failed\\n' \"$passed\" \"$failed\"\n"
                           "[ \"$failed\" -eq 0 ]\n";

/* A comment must not end before its line does. */
static void put_comment(struct buf *out, str where, str target, const char *why)
{
    buf_str(out, STR("# not checked: "));
    str parts[] = {where, STR(" "), target, STR(": "), str_of(why)};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (u32 k = 0; k < parts[i].len; k++)
            buf_char(out, (unsigned char)parts[i].p[k] < ' ' ? ' ' : parts[i].p[k]);
    buf_char(out, '\n');
}

static void put_check(struct buf *out, const struct hops *hops, const struct hop *hop, str address)
{
    bool verified = hop_is_on(hops, hop, SETTING_SSL_VERIFY);
    str title = str_fmt(out->arena, "%.*s %.*s at %.*s%s",
                        STR_ARG(scope_where(hops->scope, hop->item)), STR_ARG(hop->target),
                        STR_ARG(address), verified ? "" : " (nginx does not verify it)");
    buf_fmt(out, "check %.*s ", STR_ARG(dial_word(out->arena, title)));
    dial_put_options(out, hops, hop, address);
    buf_char(out, '\n');
}

static void put_endpoint(struct buf *out, const struct hops *hops, const struct hop *hop,
                         const struct endpoint *endpoint)
{
    str address = dial_address(out->arena, endpoint);
    if (address.len)
        put_check(out, hops, hop, address);
    else
        put_comment(out, scope_where(hops->scope, endpoint->item), hop->target,
                    "its address is a variable's, or a socket's of this machine");
}

static void put_hop(struct buf *out, const struct hops *hops, const struct hop *hop)
{
    if (hop->transport == TRANSPORT_PLAIN)
        return;
    if (hop->upstream == SCOPE_NONE)
        put_endpoint(out, hops, hop, &hop->endpoint);
    for (u32 i = 0; i < hop->server_count; i++)
        put_endpoint(out, hops, hop, &hop->servers[i]);
    if (hop->upstream != SCOPE_NONE && !hop->server_count)
        put_comment(out, scope_where(hops->scope, hop->item), hop->target,
                    "its upstream block names no server");
}

str smoke_script(struct arena *arena, const struct hops *hops)
{
    struct buf out = buf_new(arena);
    buf_str(&out, STR(head));
    for (u32 i = 0; i < hops->count; i++)
        put_hop(&out, hops, &hops->hop[i]);
    buf_str(&out, STR(tail));
    return buf_view(&out);
}
