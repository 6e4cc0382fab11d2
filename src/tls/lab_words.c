#include "tls/lab_parts.h"

#include <openssl/err.h>
#include <openssl/sslerr.h>

/* ---- OpenSSL's errors, as nginx writes them ----------------------------- */

/* Up to 3.1 the alerts that SSL 3.0 had were named after it. */
static str old_words(struct arena *arena, str text)
{
    struct buf buf = buf_new(arena);
    u32 at = str_find(text, STR("ssl/tls alert"));
    if (at == STR_NONE)
        return text;
    buf_str(&buf, str_sub(text, 0, at));
    buf_str(&buf, STR("sslv3 alert"));
    buf_str(&buf, str_from(text, at + 13));
    return buf_view(&buf);
}

/* The queue is emptied, as nginx does. */
str lab_words_errors(struct arena *arena, str head)
{
    struct buf buf = buf_new(arena);
    const char *data = NULL;
    char text[256];
    int flags = 0;
    buf_str(&buf, head);
    if (ERR_peek_error() == 0)
        return buf_view(&buf);
    buf_str(&buf, STR(" (SSL:"));
    for (unsigned long code; (code = ERR_get_error_all(NULL, NULL, NULL, &data, &flags)) != 0;) {
        ERR_error_string_n(code, text, sizeof text);
        buf_fmt(&buf, " %s", text);
        if (data && *data && (flags & ERR_TXT_STRING))
            buf_fmt(&buf, ":%s", data);
    }
    buf_char(&buf, ')');
    return buf_view(&buf);
}

/* ---- the level ---------------------------------------------------------- */

#define SINCE(minor, patch)                                                                        \
    {                                                                                              \
        VERSION_PACK(1, minor, patch)                                                              \
    }

/* Reasons that nginx expects of a peer, and so logs as errors; since when. */
static const struct {
    u16 reason;
    struct version since;
} EXPECTED[] = {
    {SSL_R_BAD_CHANGE_CIPHER_SPEC, {0}},
    {SSL_R_NO_SUITABLE_KEY_SHARE, {0}},
    {SSL_R_BAD_KEY_SHARE, SINCE(23, 1)},
    {SSL_R_BAD_EXTENSION, SINCE(23, 1)},
    {SSL_R_BAD_DIGEST_LENGTH, SINCE(23, 4)},
    {SSL_R_MISSING_SIGALGS_EXTENSION, SINCE(23, 4)},
    {SSL_R_BAD_PACKET_LENGTH, {0}},
    {SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, {0}},
    {SSL_R_BAD_KEY_UPDATE, SINCE(23, 4)},
    {SSL_R_BLOCK_CIPHER_PAD_IS_WRONG, {0}},
    {SSL_R_CCS_RECEIVED_EARLY, SINCE(23, 4)},
    {SSL_R_DATA_BETWEEN_CCS_AND_FINISHED, SINCE(23, 4)},
    {SSL_R_DATA_LENGTH_TOO_LONG, SINCE(23, 4)},
    {SSL_R_DIGEST_CHECK_FAILED, {0}},
    {SSL_R_ENCRYPTED_LENGTH_TOO_LONG, SINCE(23, 4)},
    {SSL_R_ERROR_IN_RECEIVED_CIPHER_LIST, {0}},
    {SSL_R_EXCESSIVE_MESSAGE_SIZE, {0}},
    {SSL_R_GOT_A_FIN_BEFORE_A_CCS, SINCE(23, 4)},
    {SSL_R_HTTPS_PROXY_REQUEST, {0}},
    {SSL_R_HTTP_REQUEST, {0}},
    {SSL_R_LENGTH_MISMATCH, {0}},
    {SSL_R_LENGTH_TOO_SHORT, SINCE(23, 4)},
    {SSL_R_NO_RENEGOTIATION, {0}},
    {SSL_R_NO_CIPHERS_SPECIFIED, {0}},
    {SSL_R_BAD_CIPHER, SINCE(23, 1)},
    {SSL_R_NO_COMPRESSION_SPECIFIED, {0}},
    {SSL_R_NO_SHARED_CIPHER, {0}},
    {SSL_R_PACKET_LENGTH_TOO_LONG, SINCE(23, 4)},
    {SSL_R_RECORD_LENGTH_MISMATCH, {0}},
    {SSL_R_CLIENTHELLO_TLSEXT, {0}},
    {SSL_R_PARSE_TLSEXT, {0}},
    {SSL_R_CALLBACK_FAILED, {0}},
    {SSL_R_NO_APPLICATION_PROTOCOL, {0}},
    {SSL_R_UNEXPECTED_MESSAGE, {0}},
    {SSL_R_UNEXPECTED_RECORD, {0}},
    {SSL_R_UNKNOWN_ALERT_TYPE, {0}},
    {SSL_R_UNKNOWN_PROTOCOL, {0}},
    {SSL_R_UNSUPPORTED_PROTOCOL, {0}},
    {SSL_R_NO_SHARED_GROUPS, {0}},
    {SSL_R_WRONG_VERSION_NUMBER, {0}},
    {SSL_R_BAD_LENGTH, SINCE(23, 4)},
    {SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC, {0}},
    {SSL_R_APPLICATION_DATA_AFTER_CLOSE_NOTIFY, SINCE(23, 0)},
    {SSL_R_BAD_LEGACY_VERSION, SINCE(23, 4)},
    {SSL_R_MIXED_HANDSHAKE_AND_NON_HANDSHAKE_DATA, SINCE(23, 4)},
    {SSL_R_RECORD_TOO_SMALL, SINCE(23, 4)},
    {SSL_R_SSL3_SESSION_ID_TOO_LONG, {0}},
    {SSL_R_BAD_ECPOINT, SINCE(23, 1)},
    {SSL_R_RENEGOTIATE_EXT_TOO_LONG, {0}},
    {SSL_R_RENEGOTIATION_ENCODING_ERR, {0}},
    {SSL_R_RENEGOTIATION_MISMATCH, {0}},
    {SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED, {0}},
    {SSL_R_SCSV_RECEIVED_WHEN_RENEGOTIATING, {0}},
    {SSL_R_INAPPROPRIATE_FALLBACK, {0}},
    {SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS, SINCE(23, 4)},
    {SSL_R_CERT_CB_ERROR, {0}},
    {SSL_R_VERSION_TOO_LOW, {0}},
    {SSL_R_TOO_MANY_WARN_ALERTS, SINCE(23, 4)},
    {SSL_R_BAD_RECORD_TYPE, SINCE(23, 2)},
    {SSL_R_RECORD_LAYER_FAILURE, SINCE(31, 0)},
};

/* Before 1.31.0 the alerts of later TLS were unexpected. */
static bool is_expected_alert(u32 alert, struct version nginx)
{
    static const u8 OLD[] = {0,  10, 20, 21, 22, 30, 40, 41, 42, 43, 44, 45,
                             46, 47, 48, 49, 50, 51, 60, 70, 71, 80, 90, 100};
    if (version_at_least(nginx, VERSION(1, 31, 0)))
        return true;
    for (size_t i = 0; i < sizeof OLD; i++) {
        if (OLD[i] == alert)
            return true;
    }
    return false;
}

static bool is_expected(u32 reason, struct version nginx)
{
    if (reason >= SSL_AD_REASON_OFFSET)
        return is_expected_alert(reason - SSL_AD_REASON_OFFSET, nginx);
    for (size_t i = 0; i < sizeof EXPECTED / sizeof *EXPECTED; i++) {
        if (EXPECTED[i].reason == reason)
            return !version_before(nginx, EXPECTED[i].since);
    }
    return false;
}

/* ---- the line ----------------------------------------------------------- */

static str action_of(enum lab_stage stage)
{
    switch (stage) {
    case LAB_STAGE_HANDSHAKE:
    case LAB_STAGE_VERIFY:
        return STR(" while SSL handshaking to upstream");
    case LAB_STAGE_READ:
        return STR(" while reading response header from upstream");
    case LAB_STAGE_START:
    case LAB_STAGE_DONE:
        break;
    }
    return (str){0};
}

void lab_words_say(struct lab_pair *pair, enum lab_stage stage, enum lab_by by, str message)
{
    struct lab_outcome *outcome = pair->outcome;
    str shown = message;
    if (version_before(pair->client->openssl, VERSION(3, 2, 0)))
        shown = old_words(pair->lab->arena, message);
    outcome->ok = false;
    outcome->stage = stage;
    outcome->by = by;
    outcome->level = stage == LAB_STAGE_START ? STR("emerg") : STR("error");
    outcome->message = shown;
    outcome->action = action_of(stage);
    /* stream has its own words for what it was doing. */
    if (pair->client->family == FAMILY_STREAM && stage == LAB_STAGE_READ)
        outcome->action = STR(" while proxying and reading from upstream");
}

/* The first of libssl's own: a provider's may stand before it. */
static unsigned long first_of_ssl(str rest)
{
    unsigned long first = 0;
    for (u32 at; (at = str_find(rest, STR("error:"))) != STR_NONE;) {
        u64 code = 0;
        rest = str_from(rest, at + 6);
        if (!str_to_hex(str_sub(rest, 0, 8), &code))
            continue;
        if (first == 0 || ERR_GET_LIB(first) != ERR_LIB_SSL)
            first = (unsigned long)code;
    }
    return first;
}

static void say_code(struct lab_pair *pair, unsigned long last)
{
    struct lab_outcome *outcome = pair->outcome;
    struct version nginx = pair->client->nginx;
    if (!version_known(nginx))
        nginx = VERSION(1, 26, 3);
    unsigned long code = first_of_ssl(outcome->message);
    outcome->code = str_fmt(pair->lab->arena, "%08lX", code);
    outcome->reason = (u32)ERR_GET_REASON(code);
    if (ERR_GET_LIB(code) == ERR_LIB_SSL && outcome->reason >= SSL_AD_REASON_OFFSET) {
        outcome->alert = outcome->reason - SSL_AD_REASON_OFFSET;
        outcome->by = LAB_BY_BACKEND;
    }
    if (!is_expected((u32)ERR_GET_REASON(last), nginx))
        outcome->level = STR("crit");
}

/* ngx_ssl_handshake's and ngx_ssl_handle_recv's ends. */
void lab_words_failed(struct lab_pair *pair, enum lab_stage stage, int ssl_error, str head)
{
    unsigned long last = ERR_peek_last_error();
    bool closed = ssl_error == SSL_ERROR_ZERO_RETURN || last == 0;
    if (closed)
        lab_record_event(pair, false, pair->reset ? STR("reset") : STR("close"), 0, (str){0});
    if (closed && stage == LAB_STAGE_READ) {
        lab_words_say(pair, stage, LAB_BY_NETWORK, STR("upstream prematurely closed connection"));
    } else if (closed) {
        lab_words_say(pair, stage, LAB_BY_NETWORK,
                      pair->reset ? STR("peer closed connection in SSL handshake "
                                        "(104: Connection reset by peer)")
                                  : STR("peer closed connection in SSL handshake"));
    } else {
        lab_words_say(pair, stage, LAB_BY_CLIENT, lab_words_errors(pair->lab->arena, head));
        say_code(pair, last);
    }
    ERR_clear_error();
}

/* ---- an outcome as text ------------------------------------------------- */

static void add_fact(struct buf *buf, const char *what, str value)
{
    if (value.len > 0)
        buf_fmt(buf, "%s: %.*s\n", what, STR_ARG(value));
}

static void add_message(struct buf *buf, const struct lab_message *message)
{
    buf_fmt(buf, "%s %.*s", message->from_client ? "->" : "<-", STR_ARG(message->name));
    if (message->size > 0)
        buf_fmt(buf, ", %u bytes", message->size);
    if (message->summary.len > 0)
        buf_fmt(buf, ": %.*s", STR_ARG(message->summary));
    buf_char(buf, '\n');
}

static void add_verdict(struct buf *buf, const struct lab_outcome *outcome)
{
    static const char *const MATCHES[] = {"unchecked", "yes", "no"};
    if (outcome->verified)
        buf_fmt(buf, "verify: %u %.*s\n", outcome->verify_code, STR_ARG(outcome->verify_text));
    if (outcome->match != LAB_MATCH_UNCHECKED)
        buf_fmt(buf, "name %.*s matches: %s\n", STR_ARG(outcome->verify_name),
                MATCHES[outcome->match]);
}

str lab_text(struct arena *arena, const struct lab_outcome *outcome)
{
    struct buf buf = buf_new(arena);
    if (outcome->ok)
        buf_str(&buf, STR("works\n"));
    else
        buf_fmt(&buf, "[%.*s] %.*s%.*s\n", STR_ARG(outcome->level), STR_ARG(outcome->message),
                STR_ARG(outcome->action));
    add_fact(&buf, "protocol", outcome->protocol);
    add_fact(&buf, "suite", outcome->suite);
    add_fact(&buf, "group", outcome->group);
    add_fact(&buf, "sni", outcome->sni);
    if (outcome->certificate)
        add_fact(&buf, "certificate", outcome->certificate->subject);
    add_verdict(&buf, outcome);
    add_fact(&buf, "backend says", outcome->backend_says);
    for (u32 i = 0; i < outcome->message_count; i++)
        add_message(&buf, &outcome->transcript[i]);
    for (u32 i = 0; i < outcome->note_count; i++)
        add_fact(&buf, "note", outcome->notes[i]);
    return buf_view(&buf);
}
