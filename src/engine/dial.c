#include "engine/dial.h"

#include <string.h>

static bool is_plain(char c)
{
    return char_is_alnum(c) || (c && strchr("._-:/@%+=,", c));
}

str dial_word(struct arena *arena, str word)
{
    bool plain = word.len > 0;
    for (u32 i = 0; i < word.len; i++)
        plain = plain && is_plain(word.p[i]);
    if (plain)
        return word;
    struct buf out = buf_new(arena);
    buf_char(&out, '\'');
    for (u32 i = 0; i < word.len; i++)
        buf_str(&out, word.p[i] == '\'' ? STR("'\\''") : str_sub(word, i, i + 1));
    buf_char(&out, '\'');
    return buf_view(&out);
}

str dial_address(struct arena *arena, const struct endpoint *endpoint)
{
    switch (endpoint->kind) {
    case HOST_DNS:
    case HOST_IPV4:
        break;
    case HOST_IPV6:
        return str_fmt(arena, "[%.*s]:%u", STR_ARG(endpoint->host), endpoint->port);
    case HOST_UNIX:
    case HOST_VARIABLE:
    case HOST_UPSTREAM:
        return (str){0};
    }
    if (!endpoint->port)
        return (str){0};
    return str_fmt(arena, "%.*s:%u", STR_ARG(endpoint->host), endpoint->port);
}

str dial_hop_address(struct arena *arena, const struct hop *hop)
{
    return dial_address(arena, hop->server_count ? &hop->servers[0] : &hop->endpoint);
}

static void put_option(struct buf *out, const char *option, str value)
{
    buf_fmt(out, " %s %.*s", option, STR_ARG(dial_word(out->arena, value)));
}

static const char *version_option(u32 protocol)
{
    switch (protocol) {
    case PROTOCOL_TLS1:
        return "TLSv1";
    case PROTOCOL_TLS1_1:
        return "TLSv1.1";
    case PROTOCOL_TLS1_2:
        return "TLSv1.2";
    default:
        return "TLSv1.3";
    }
}

/* Only what the configuration says: its default is near enough to s_client's own. */
static void put_versions(struct buf *out, struct value protocols)
{
    u32 offered = hop_protocols_offered(hop_protocols_parse(protocols.text));
    if (!protocols.set || !offered)
        return;
    u32 lowest = offered & (~offered + 1);
    u32 highest = offered;
    while (highest & (highest - 1))
        highest &= highest - 1;
    put_option(out, "-min_protocol", str_of(version_option(lowest)));
    put_option(out, "-max_protocol", str_of(version_option(highest)));
}

static void put_verification(struct buf *out, const struct hops *hops, const struct hop *hop)
{
    struct value ca = hop_value(hops, hop, SETTING_SSL_TRUSTED_CERTIFICATE);
    if (!hop_is_on(hops, hop, SETTING_SSL_VERIFY) || !ca.set)
        return;
    put_option(out, "-CAfile", ca.text);
    put_option(out, "-verify_depth", hop_value(hops, hop, SETTING_SSL_VERIFY_DEPTH).text);
    put_option(out, "-verify_hostname", hop_name_in_force(hops, hop).name);
    buf_str(out, STR(" -verify_return_error"));
}

void dial_put_options(struct buf *out, const struct hops *hops, const struct hop *hop, str address)
{
    struct hop_name name = hop_name_in_force(hops, hop);
    struct value ciphers = hop_value(hops, hop, SETTING_SSL_CIPHERS);
    struct value certificate = hop_value(hops, hop, SETTING_SSL_CERTIFICATE);
    struct value key = hop_value(hops, hop, SETTING_SSL_CERTIFICATE_KEY);
    buf_fmt(out, "-connect %.*s", STR_ARG(dial_word(out->arena, address)));
    if (hop_is_on(hops, hop, SETTING_SSL_SERVER_NAME) && hop_host_kind(name.name) == HOST_DNS)
        put_option(out, "-servername", name.name);
    else
        buf_str(out, STR(" -noservername"));
    put_versions(out, hop_value(hops, hop, SETTING_SSL_PROTOCOLS));
    if (ciphers.set)
        put_option(out, "-cipher", ciphers.text);
    put_verification(out, hops, hop);
    if (certificate.text.len && key.text.len) {
        put_option(out, "-cert", certificate.text);
        put_option(out, "-key", key.text);
    }
}
