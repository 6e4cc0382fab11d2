/* Other versions of OpenSSL, as far as the linked one's settings reach. */
#include "tls/lab_parts.h"

/* ---- defaults ----------------------------------------------------------- */

/* What the library does by default where no setting reaches: its rule for security. */
struct rule_before {
    int (*rest)(const SSL *ssl, const SSL_CTX *context, int op, int bits, int nid, void *other,
                void *extra);
};

static const struct version OPENSSL_3_0 = {VERSION_PACK(3, 0, 0)};
static const struct version OPENSSL_3_1 = {VERSION_PACK(3, 1, 0)};
static const struct version OPENSSL_3_2 = {VERSION_PACK(3, 2, 0)};
static const struct version OPENSSL_3_5 = {VERSION_PACK(3, 5, 0)};

/* Before 3.1 the security level did not forbid TLS 1.0 and 1.1, only what they sign with. */
static int security_before_3_1(const SSL *ssl, const SSL_CTX *context, int op, int bits, int nid,
                               void *other, void *extra)
{
    const struct rule_before *before = extra;
    int level = ssl ? SSL_get_security_level(ssl) : SSL_CTX_get_security_level(context);
    if (op == SSL_SECOP_VERSION && nid == TLS1_VERSION)
        return level < 3;
    if (op == SSL_SECOP_VERSION && nid == TLS1_1_VERSION)
        return level < 4;
    return before->rest(ssl, context, op, bits, nid, other, extra);
}

static void imitate_security(struct lab *lab, SSL_CTX *context)
{
    struct rule_before *before = arena_alloc(lab->arena, sizeof *before);
    before->rest = SSL_CTX_get_security_callback(context);
    SSL_CTX_set0_security_ex_data(context, before);
    SSL_CTX_set_security_callback(context, security_before_3_1);
}

static const char GROUPS_3_0[] = "X25519:P-256:X448:P-521:P-384:ffdhe2048:ffdhe3072:ffdhe4096:"
                                 "ffdhe6144:ffdhe8192";
static const char GROUPS_1_1_1[] = "X25519:P-256:X448:P-521:P-384";
static const char SIGALGS_BEFORE_3_5[] =
    "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:ed448:"
    "rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:"
    "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:"
    "RSA+SHA256:RSA+SHA384:RSA+SHA512:ECDSA+SHA224:ECDSA+SHA1:RSA+SHA224:RSA+SHA1:"
    "DSA+SHA224:DSA+SHA1:DSA+SHA256:DSA+SHA384:DSA+SHA512";

void lab_imitate_defaults(struct lab *lab, SSL_CTX *context, struct version openssl)
{
    if (version_before(openssl, OPENSSL_3_5)) {
        bool old = version_before(openssl, OPENSSL_3_0);
        SSL_CTX_set1_groups_list(context, old ? GROUPS_1_1_1 : GROUPS_3_0);
        SSL_CTX_set1_sigalgs_list(context, SIGALGS_BEFORE_3_5);
    }
    if (version_before(openssl, OPENSSL_3_1))
        imitate_security(lab, context);
    if (version_before(openssl, OPENSSL_3_0))
        SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT);
}

/* ---- what they do not know ---------------------------------------------- */

static bool is_iana_name(str element)
{
    return str_starts(element, STR("TLS_")) && str_has(element, STR("_WITH_"));
}

/* Before 3.2 the names of the IANA were unknown, and what is unknown is passed over. */
str lab_imitate_ciphers(struct arena *arena, struct version openssl, str list)
{
    struct buf buf = buf_new(arena);
    if (!version_before(openssl, OPENSSL_3_2))
        return list;
    while (list.len > 0) {
        str element = str_cut(&list, ':');
        if (is_iana_name(element))
            continue;
        if (buf.len > 0)
            buf_char(&buf, ':');
        buf_str(&buf, element);
    }
    return buf_view(&buf);
}

static bool knows_group(struct version openssl, str group)
{
    bool marked = str_starts(group, STR("?"));
    bool tuple = str_has(group, STR("/")) || str_has(group, STR("*"));
    if (marked)
        return !version_before(openssl, VERSION(3, 3, 0));
    return !version_before(openssl, OPENSSL_3_5) || !(tuple || str_has(group, STR("MLKEM")));
}

static str unknown_group(struct version openssl, str list)
{
    while (list.len > 0) {
        str group = str_cut(&list, ':');
        if (!knows_group(openssl, group))
            return group;
    }
    return (str){0};
}

/* The message with which nginx does not start where the linked OpenSSL sees no fault; or empty. */
str lab_imitate_refusal(struct arena *arena, struct version openssl,
                        const struct lab_command *command)
{
    str name = command->name;
    str value = command->value;
    bool groups = str_eq_nocase(name, STR("Groups")) || str_eq_nocase(name, STR("Curves"));
    str group = groups ? unknown_group(openssl, value) : (str){0};
    str legacy = STR("UnsafeLegacyServerConnect");
    if (group.len > 0)
        return str_fmt(arena,
                       "SSL_CONF_cmd(\"%.*s\", \"%.*s\") failed (SSL: error:0A080106:SSL "
                       "routines::passed invalid argument:group '%.*s' cannot be set "
                       "error:0A000180:SSL routines::bad value:cmd=%.*s, value=%.*s)",
                       STR_ARG(name), STR_ARG(value), STR_ARG(group), STR_ARG(name),
                       STR_ARG(value));
    if (version_before(openssl, OPENSSL_3_0) && str_eq_nocase(name, STR("Options")) &&
        str_find_nocase(value, legacy) != STR_NONE)
        return str_fmt(arena,
                       "SSL_CONF_cmd(\"%.*s\", \"%.*s\") failed (SSL: error:0A000180:SSL "
                       "routines::bad value:cmd=%.*s, value=%.*s)",
                       STR_ARG(name), STR_ARG(value), STR_ARG(name), STR_ARG(value));
    return (str){0};
}

/* ---- saying so ---------------------------------------------------------- */

void lab_imitate_say(struct lab_pair *pair)
{
    struct version openssl = pair->client->openssl;
    char text[VERSION_TEXT_MAX];
    version_print(openssl, text);
    if (version_before(openssl, OPENSSL_3_0))
        lab_note(pair, str_fmt(pair->lab->arena,
                               "Replayed with OpenSSL 3.5, set up like %s: groups, signatures and "
                               "versions are as there, codes and words are those of 3.x; a chain "
                               "that is too long is error 20 here and 22 there.",
                               text));
    else if (version_before(openssl, OPENSSL_3_5))
        lab_note(pair,
                 str_fmt(pair->lab->arena, "Replayed with OpenSSL 3.5, set up like %s.", text));
    if (version_before(openssl, OPENSSL_3_2) && pair->client->level == LAB_LEVEL_DEFAULT)
        lab_note(pair, STR("Security level 2 is assumed, as Debian, Ubuntu and Red Hat set it; "
                           "this OpenSSL's own default is 1."));
}
