#include "tls/lab_parts.h"

/* ---- bytes of a message, never read beyond their end --------------------- */

struct bytes {
    const u8 *p;
    size_t len;
};

/* A number of `size` bytes; 0 where there are fewer. */
static u32 take(struct bytes *from, u32 size)
{
    u32 number = 0;
    if (from->len < size) {
        from->len = 0;
        return 0;
    }
    for (u32 i = 0; i < size; i++)
        number = number << 8 | from->p[i];
    from->p += size;
    from->len -= size;
    return number;
}

static struct bytes take_bytes(struct bytes *from, size_t len)
{
    struct bytes taken = {from->p, len < from->len ? len : from->len};
    from->p += taken.len;
    from->len -= taken.len;
    return taken;
}

/* What stands behind a length of `size` bytes. */
static struct bytes take_vector(struct bytes *from, u32 size)
{
    u32 len = take(from, size);
    return take_bytes(from, len);
}

/* ---- hellos ------------------------------------------------------------- */

struct line {
    struct buf buf;
    SSL *ssl;
};

static void add(struct line *line, const char *what)
{
    if (line->buf.len > 0)
        buf_str(&line->buf, STR("; "));
    buf_str(&line->buf, str_of(what));
}

static const char *version_name(u32 version)
{
    switch (version) {
    case TLS1_3_VERSION:
        return "TLSv1.3";
    case TLS1_2_VERSION:
        return "TLSv1.2";
    case TLS1_1_VERSION:
        return "TLSv1.1";
    case TLS1_VERSION:
        return "TLSv1";
    default:
        return "SSLv3";
    }
}

static void add_group(struct line *line, u32 group)
{
    enum { BY_ITS_NUMBER = 0x1000000 }; /* SSL_group_to_name would read it as a NID */
    const char *name = SSL_group_to_name(line->ssl, (int)(BY_ITS_NUMBER | group));
    buf_fmt(&line->buf, " %s", name ? name : "unknown");
}

static void add_sni(struct line *line, struct bytes body)
{
    struct bytes list = take_vector(&body, 2);
    take(&list, 1);
    struct bytes name = take_vector(&list, 2);
    add(line, "SNI ");
    buf_str(&line->buf, (str){(const char *)name.p, (u32)name.len});
}

static void add_alpn(struct line *line, struct bytes body)
{
    struct bytes list = take_vector(&body, 2);
    add(line, "ALPN");
    while (list.len > 0) {
        struct bytes name = take_vector(&list, 1);
        buf_fmt(&line->buf, " %.*s", (int)name.len, (const char *)name.p);
    }
}

static void add_client_shares(struct line *line, struct bytes body)
{
    struct bytes list = take_vector(&body, 2);
    add(line, "key shares");
    while (list.len > 0) {
        add_group(line, take(&list, 2));
        take_vector(&list, 2);
    }
}

static void add_groups(struct line *line, struct bytes body)
{
    struct bytes list = take_vector(&body, 2);
    add(line, "groups");
    while (list.len > 0)
        add_group(line, take(&list, 2));
}

static void add_client_extension(struct line *line, u32 type, struct bytes body)
{
    switch (type) {
    case TLSEXT_TYPE_server_name:
        add_sni(line, body);
        break;
    case TLSEXT_TYPE_supported_groups:
        add_groups(line, body);
        break;
    case TLSEXT_TYPE_key_share:
        add_client_shares(line, body);
        break;
    case TLSEXT_TYPE_application_layer_protocol_negotiation:
        add_alpn(line, body);
        break;
    default:
        break;
    }
}

/* Finds an extension; empty where there is none. */
static struct bytes find_extension(struct bytes extensions, u32 wanted)
{
    while (extensions.len > 0) {
        u32 type = take(&extensions, 2);
        struct bytes body = take_vector(&extensions, 2);
        if (type == wanted)
            return body;
    }
    return (struct bytes){NULL, 0};
}

static void add_versions(struct line *line, struct bytes extensions, u32 legacy)
{
    struct bytes body = find_extension(extensions, TLSEXT_TYPE_supported_versions);
    struct bytes list = take_vector(&body, 1);
    if (list.len == 0)
        buf_fmt(&line->buf, "up to %s", version_name(legacy));
    while (list.len > 0) {
        buf_str(&line->buf, str_of(version_name(take(&list, 2))));
        if (list.len > 0)
            buf_char(&line->buf, ' ');
    }
}

/* Without what stands for no suite: the two signals that SSL 3.0 needed. */
static u32 count_suites(struct bytes suites)
{
    u32 count = 0;
    while (suites.len > 0) {
        u32 suite = take(&suites, 2);
        if (suite != 0x00ff && suite != 0x5600)
            count++;
    }
    return count;
}

static void client_hello(struct line *line, struct bytes body)
{
    u32 legacy = take(&body, 2);
    take_bytes(&body, 32);
    take_vector(&body, 1);
    struct bytes suites = take_vector(&body, 2);
    take_vector(&body, 1);
    struct bytes extensions = take_vector(&body, 2);
    add_versions(line, extensions, legacy);
    u32 count = count_suites(suites);
    buf_fmt(&line->buf, count == 1 ? "; %u suite" : "; %u suites", count);
    while (extensions.len > 0) {
        u32 type = take(&extensions, 2);
        add_client_extension(line, type, take_vector(&extensions, 2));
    }
    if (str_find(buf_view(&line->buf), STR("SNI ")) == STR_NONE)
        add(line, "no SNI");
}

/* A HelloRetryRequest is a ServerHello with this for its random number. */
static bool is_retry(struct bytes random)
{
    static const u8 START[] = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11};
    for (size_t i = 0; i < sizeof START; i++) {
        if (random.len < sizeof START || random.p[i] != START[i])
            return false;
    }
    return true;
}

static const char *suite_name(SSL *ssl, u32 suite)
{
    const u8 wire[] = {(u8)(suite >> 8), (u8)suite};
    const SSL_CIPHER *cipher = SSL_CIPHER_find(ssl, wire);
    return cipher ? SSL_CIPHER_get_name(cipher) : "an unknown suite";
}

static bool server_hello(struct line *line, struct bytes body)
{
    u32 legacy = take(&body, 2);
    bool retry = is_retry(take_bytes(&body, 32));
    take_vector(&body, 1);
    u32 suite = take(&body, 2);
    take(&body, 1);
    struct bytes extensions = take_vector(&body, 2);
    struct bytes version = find_extension(extensions, TLSEXT_TYPE_supported_versions);
    struct bytes share = find_extension(extensions, TLSEXT_TYPE_key_share);
    buf_str(&line->buf, str_of(version_name(version.len > 0 ? take(&version, 2) : legacy)));
    add(line, suite_name(line->ssl, suite));
    if (share.len > 0) {
        add(line, "group");
        add_group(line, take(&share, 2));
    }
    return retry;
}

static void certificate(struct line *line, struct bytes body)
{
    bool tls13 = SSL_version(line->ssl) == TLS1_3_VERSION;
    u32 count = 0;
    if (tls13)
        take_vector(&body, 1);
    for (struct bytes list = take_vector(&body, 3); list.len > 0; count++) {
        take_vector(&list, 3);
        if (tls13)
            take_vector(&list, 2);
    }
    buf_fmt(&line->buf, count == 1 ? "%u certificate" : "%u certificates", count);
}

/* ---- signatures --------------------------------------------------------- */

/*
 * ECDSA's differ by some bytes from one to the next, and from one build to
 * another; each is counted as its longest form: how much is missing to that.
 */
static u32 missing_to_longest(struct bytes signature)
{
    static const u32 LONGEST[] = {72, 104, 139}; /* P-256, P-384, P-521 */
    bool der = signature.len > 2 && signature.p[0] == 0x30;
    for (size_t i = 0; der && i < sizeof LONGEST / sizeof *LONGEST; i++) {
        if (signature.len <= LONGEST[i] && signature.len + 8 >= LONGEST[i])
            return LONGEST[i] - (u32)signature.len;
    }
    return 0;
}

static u32 missing_in_verify(const struct line *line, struct bytes body)
{
    if (SSL_version(line->ssl) >= TLS1_2_VERSION)
        take(&body, 2);
    return missing_to_longest(take_vector(&body, 2));
}

/* ECDHE's parameters: the kind, the group, the point. DHE goes with RSA only. */
static u32 missing_in_exchange(const struct line *line, struct bytes body)
{
    take(&body, 3);
    take_vector(&body, 1);
    return missing_in_verify(line, body);
}

/* ---- messages ----------------------------------------------------------- */

static struct lab_message *next_message(struct lab_pair *pair, bool from_client)
{
    struct lab_outcome *outcome = pair->outcome;
    pair->messages = arena_grow(pair->lab->arena, pair->messages, outcome->message_count,
                                &pair->message_room, sizeof *pair->messages);
    struct lab_message *message = &pair->messages[outcome->message_count++];
    *message = (struct lab_message){.from_client = from_client};
    return message;
}

void lab_record_event(struct lab_pair *pair, bool from_client, str name, u32 size, str summary)
{
    struct lab_message *message = next_message(pair, from_client);
    message->name = name;
    message->size = size;
    message->summary = summary;
}

static const char *handshake_name(u32 type)
{
    static const char *const NAMES[] = {
        [SSL3_MT_HELLO_REQUEST] = "HelloRequest",
        [SSL3_MT_CLIENT_HELLO] = "ClientHello",
        [SSL3_MT_SERVER_HELLO] = "ServerHello",
        [SSL3_MT_NEWSESSION_TICKET] = "NewSessionTicket",
        [SSL3_MT_ENCRYPTED_EXTENSIONS] = "EncryptedExtensions",
        [SSL3_MT_CERTIFICATE] = "Certificate",
        [SSL3_MT_SERVER_KEY_EXCHANGE] = "ServerKeyExchange",
        [SSL3_MT_CERTIFICATE_REQUEST] = "CertificateRequest",
        [SSL3_MT_SERVER_DONE] = "ServerHelloDone",
        [SSL3_MT_CERTIFICATE_VERIFY] = "CertificateVerify",
        [SSL3_MT_CLIENT_KEY_EXCHANGE] = "ClientKeyExchange",
        [SSL3_MT_FINISHED] = "Finished",
        [SSL3_MT_CERTIFICATE_STATUS] = "CertificateStatus",
    };
    if (type < sizeof NAMES / sizeof *NAMES && NAMES[type])
        return NAMES[type];
    return "another message";
}

static void handshake(struct lab_pair *pair, bool from_client, struct bytes bytes)
{
    struct line line = {.buf = buf_new(pair->lab->arena), .ssl = pair->nginx};
    struct lab_message *message = next_message(pair, from_client);
    message->size = (u32)bytes.len;
    u32 type = take(&bytes, 1);
    struct bytes body = take_vector(&bytes, 3);
    message->name = str_of(handshake_name(type));
    if (type == SSL3_MT_CLIENT_HELLO)
        client_hello(&line, body);
    else if (type == SSL3_MT_SERVER_HELLO && server_hello(&line, body))
        message->name = STR("HelloRetryRequest");
    else if (type == SSL3_MT_CERTIFICATE)
        certificate(&line, body);
    else if (type == SSL3_MT_CERTIFICATE_REQUEST)
        pair->outcome->asked_for_certificate = true;
    else if (type == SSL3_MT_CERTIFICATE_VERIFY)
        message->size += missing_in_verify(&line, body);
    else if (type == SSL3_MT_SERVER_KEY_EXCHANGE)
        message->size += missing_in_exchange(&line, body);
    message->summary = buf_view(&line.buf);
}

static void alert(struct lab_pair *pair, bool from_client, struct bytes bytes)
{
    u32 level = take(&bytes, 1);
    u32 number = take(&bytes, 1);
    if (number == SSL_AD_CLOSE_NOTIFY)
        return;
    struct lab_message *message = next_message(pair, from_client);
    message->name = STR("alert");
    message->size = 2;
    message->alert = number;
    message->summary =
        str_fmt(pair->lab->arena, "%s, %s (%u)", level == SSL3_AL_FATAL ? "fatal" : "warning",
                SSL_alert_desc_string_long((int)number), number);
    if (from_client)
        pair->outcome->alert_sent = number;
}

static void watch(int from_client, int version, int type, const void *bytes, size_t len, SSL *ssl,
                  void *arg)
{
    struct bytes message = {bytes, len};
    struct lab_pair *pair = arg;
    (void)version;
    (void)ssl;
    if (type == SSL3_RT_HANDSHAKE)
        handshake(pair, from_client != 0, message);
    else if (type == SSL3_RT_ALERT)
        alert(pair, from_client != 0, message);
    else if (type == SSL3_RT_CHANGE_CIPHER_SPEC)
        lab_record_event(pair, from_client != 0, STR("ChangeCipherSpec"), (u32)len, (str){0});
}

/* Nothing of a message is kept but what its line says. */
void lab_record_watch(struct lab_pair *pair)
{
    SSL_set_msg_callback(pair->nginx, watch);
    SSL_set_msg_callback_arg(pair->nginx, pair);
}
