#include "tls/cert.h"

#include "base/buf.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <string.h>

static void free_x509(void *thing)
{
    X509_free(thing);
}

/* ---- what a certificate says -------------------------------------------- */

static str take_bio(struct arena *arena, BIO *bio)
{
    char *bytes = NULL;
    long len = BIO_get_mem_data(bio, &bytes);
    str text = arena_copy(arena, (str){bytes, len > 0 ? (u32)len : 0});
    BIO_free(bio);
    return text;
}

static str name_text(struct arena *arena, const X509_NAME *name)
{
    BIO *bio = BIO_new(BIO_s_mem());
    X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    return take_bio(arena, bio);
}

static str common_name(struct arena *arena, const X509 *x509)
{
    const X509_NAME *subject = X509_get_subject_name(x509);
    int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    unsigned char *text = NULL;
    int len = at < 0 ? -1
                     : ASN1_STRING_to_UTF8(
                           &text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    str name = {0};
    if (len > 0)
        name = arena_copy(arena, (str){(const char *)text, (u32)len});
    OPENSSL_free(text);
    return name;
}

static str ip_text(struct arena *arena, const ASN1_OCTET_STRING *ip)
{
    const unsigned char *b = ASN1_STRING_get0_data(ip);
    if (ASN1_STRING_length(ip) == 4)
        return str_fmt(arena, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
    struct buf buf = buf_new(arena);
    for (int i = 0; i + 1 < ASN1_STRING_length(ip); i += 2)
        buf_fmt(&buf, i > 0 ? ":%x" : "%x", (unsigned)b[i] << 8 | b[i + 1]);
    return buf_view(&buf);
}

static void read_alternatives(struct arena *arena, struct cert *cert)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(cert->x509, NID_subject_alt_name, NULL, NULL);
    int count = names ? sk_GENERAL_NAME_num(names) : 0;
    cert->dns = arena_array(arena, (size_t)count + 1, sizeof *cert->dns);
    cert->ip = arena_array(arena, (size_t)count + 1, sizeof *cert->ip);
    for (int i = 0; i < count; i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type == GEN_DNS) {
            str dns = {(const char *)ASN1_STRING_get0_data(name->d.dNSName),
                       (u32)ASN1_STRING_length(name->d.dNSName)};
            cert->dns[cert->dns_count++] = arena_copy(arena, dns);
        } else if (name->type == GEN_IPADD) {
            cert->ip[cert->ip_count++] = ip_text(arena, name->d.iPAddress);
        }
    }
    GENERAL_NAMES_free(names);
}

static str curve_name(struct arena *arena, const EVP_PKEY *key)
{
    char group[64];
    size_t len = 0;
    if (EVP_PKEY_get_group_name(key, group, sizeof group, &len) != 1)
        return (str){0};
    const char *nist = EC_curve_nid2nist(OBJ_txt2nid(group));
    return nist ? str_of(nist) : arena_copy(arena, (str){group, (u32)len});
}

static void read_key(struct arena *arena, struct cert *cert)
{
    const EVP_PKEY *key = X509_get0_pubkey(cert->x509);
    if (!key)
        return;
    cert->bits = (u32)EVP_PKEY_get_bits(key);
    if (EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "RSA-PSS")) {
        cert->key = CERT_KEY_RSA;
    } else if (EVP_PKEY_is_a(key, "EC")) {
        cert->key = CERT_KEY_EC;
        cert->curve = curve_name(arena, key);
    } else if (EVP_PKEY_is_a(key, "ED25519")) {
        cert->key = CERT_KEY_ED25519;
    }
}

static int64_t unix_time(const ASN1_TIME *time)
{
    struct tm tm;
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    int days = 0;
    int seconds = 0;
    bool known =
        ASN1_TIME_to_tm(time, &tm) == 1 && ASN1_TIME_diff(&days, &seconds, epoch, time) == 1;
    ASN1_TIME_free(epoch);
    return known ? (int64_t)days * 86400 + seconds : 0;
}

static str fingerprint(struct arena *arena, const X509 *x509)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    struct buf buf = buf_new(arena);
    if (X509_digest(x509, EVP_sha256(), digest, &len) != 1)
        return (str){0};
    for (unsigned int i = 0; i < len; i++)
        buf_fmt(&buf, i > 0 ? ":%02X" : "%02X", digest[i]);
    return buf_view(&buf);
}

struct cert cert_of(struct arena *arena, X509 *x509)
{
    int digest = NID_undef;
    X509_up_ref(x509);
    arena_hook(arena, free_x509, x509);
    struct cert cert = {.x509 = x509};
    u32 flags = X509_get_extension_flags(x509);
    u32 uses = X509_get_extended_key_usage(x509);
    cert.subject = name_text(arena, X509_get_subject_name(x509));
    cert.issuer = name_text(arena, X509_get_issuer_name(x509));
    cert.common_name = common_name(arena, x509);
    read_alternatives(arena, &cert);
    read_key(arena, &cert);
    cert.not_before = unix_time(X509_get0_notBefore(x509));
    cert.not_after = unix_time(X509_get0_notAfter(x509));
    if (X509_get_signature_info(x509, &digest, NULL, NULL, NULL) == 1 && digest != NID_undef)
        cert.digest = str_of(OBJ_nid2sn(digest));
    cert.self_signed = X509_self_signed(x509, 1) == 1;
    cert.authority = (flags & EXFLAG_CA) != 0;
    cert.for_server = uses == UINT32_MAX || (uses & XKU_SSL_SERVER) != 0;
    cert.for_client = uses == UINT32_MAX || (uses & XKU_SSL_CLIENT) != 0;
    cert.fingerprint = fingerprint(arena, x509);
    ERR_clear_error();
    return cert;
}

/* ---- reading ------------------------------------------------------------ */

static const str BEGINS[] = {
    STR_INIT("-----BEGIN CERTIFICATE-----"),
    STR_INIT("-----BEGIN X509 CERTIFICATE-----"),
    STR_INIT("-----BEGIN TRUSTED CERTIFICATE-----"),
};

/* The next block of certificates; `*label` is which of BEGINS. */
static bool next_block(str text, u32 from, span *block)
{
    u32 begin = STR_NONE;
    for (size_t i = 0; i < sizeof BEGINS / sizeof *BEGINS; i++) {
        u32 found = str_find_from(text, from, BEGINS[i]);
        if (found < begin)
            begin = found;
    }
    if (begin == STR_NONE)
        return false;
    u32 end = str_find_from(text, begin, STR("-----END "));
    u32 tail = end == STR_NONE ? STR_NONE : str_find_from(text, end + 9, STR("-----"));
    *block = (span){begin, tail == STR_NONE ? text.len : tail + 5};
    return true;
}

/* Pasted out of a log or a mail, lines are indented or end in blanks; PEM forbids both. */
static str without_blanks(struct arena *arena, str block)
{
    struct buf buf = buf_new(arena);
    while (block.len > 0) {
        str line = str_trim(str_cut(&block, '\n'));
        if (line.len > 0) {
            buf_str(&buf, line);
            buf_char(&buf, '\n');
        }
    }
    return buf_view(&buf);
}

static X509 *read_block(struct arena *arena, str block)
{
    str pem = without_blanks(arena, block);
    BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.len);
    X509 *x509 = PEM_read_bio_X509_AUX(bio, NULL, NULL, NULL);
    BIO_free(bio);
    ERR_clear_error();
    return x509;
}

struct cert_list cert_read(struct arena *arena, str text)
{
    struct cert_list list = {0};
    u32 room = 0;
    span block = {0, 0};
    while (next_block(text, block.end, &block)) {
        X509 *x509 = read_block(arena, str_sub(text, block.start, block.end));
        if (!x509) {
            list.bad++;
            continue;
        }
        list.cert = arena_grow(arena, list.cert, list.count, &room, sizeof *list.cert);
        list.cert[list.count] = cert_of(arena, x509);
        list.cert[list.count++].at = block;
        X509_free(x509);
    }
    return list;
}

/* ---- questions ---------------------------------------------------------- */

bool cert_matches(const struct cert *cert, str name)
{
    bool matches = name.len > 0 && X509_check_host(cert->x509, name.p, name.len, 0, NULL) == 1;
    ERR_clear_error();
    return matches;
}

str cert_plain_name(const struct cert *cert)
{
    for (u32 i = 0; i < cert->dns_count; i++) {
        if (!str_has(cert->dns[i], STR("*")))
            return cert->dns[i];
    }
    return cert->dns_count > 0 ? (str){0} : cert->common_name;
}

bool cert_is_issued_by(const struct cert *cert, const struct cert *issuer)
{
    bool is = X509_check_issued(issuer->x509, cert->x509) == X509_V_OK &&
              X509_verify(cert->x509, X509_get0_pubkey(issuer->x509)) == 1;
    ERR_clear_error();
    return is;
}

/* Refuses: OpenSSL would ask on a terminal. */
static int no_password(char *buf, int size, int rwflag, void *asked)
{
    (void)buf;
    (void)size;
    (void)rwflag;
    *(bool *)asked = true;
    return -1;
}

enum cert_private cert_private_fits(const struct cert *cert, str text)
{
    bool asked = false;
    if (!str_has(text, STR("PRIVATE KEY-----")))
        return CERT_PRIVATE_NONE;
    BIO *bio = BIO_new_mem_buf(text.p, (int)text.len);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, no_password, &asked);
    enum cert_private fits = asked ? CERT_PRIVATE_ENCRYPTED : CERT_PRIVATE_BROKEN;
    if (key)
        fits =
            X509_check_private_key(cert->x509, key) == 1 ? CERT_PRIVATE_FITS : CERT_PRIVATE_OTHER;
    EVP_PKEY_free(key);
    BIO_free(bio);
    ERR_clear_error();
    return fits;
}

/* ---- verification ------------------------------------------------------- */

static int pass_all(int ok, X509_STORE_CTX *context)
{
    (void)ok;
    (void)context;
    return 1;
}

static X509_STORE *store_of(const struct cert_list *roots)
{
    X509_STORE *store = X509_STORE_new();
    if (!store)
        base_out_of_memory();
    for (u32 i = 0; roots && i < roots->count; i++)
        X509_STORE_add_cert(store, roots->cert[i].x509);
    return store;
}

static STACK_OF(X509) * stack_of(const struct cert_list *list)
{
    STACK_OF(X509) *stack = sk_X509_new_null();
    for (u32 i = 0; i < list->count; i++)
        sk_X509_push(stack, list->cert[i].x509);
    return stack;
}

static void set_parameters(X509_STORE_CTX *context, const struct cert_trust *trust)
{
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_depth(param, (int)trust->depth);
    X509_VERIFY_PARAM_set_auth_level(param, trust->level);
    if (trust->now == 0)
        X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_NO_CHECK_TIME);
    else
        X509_VERIFY_PARAM_set_time(param, (time_t)trust->now);
    X509_STORE_CTX_set_verify_cb(context, pass_all);
}

static struct cert_verdict run(X509_STORE_CTX *context)
{
    X509_verify_cert(context);
    int code = X509_STORE_CTX_get_error(context);
    STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(context);
    return (struct cert_verdict){
        .code = (u32)code,
        .text = str_of(X509_verify_cert_error_string(code)),
        .at = code == X509_V_OK ? 0 : (u32)X509_STORE_CTX_get_error_depth(context),
        .length = chain ? (u32)sk_X509_num(chain) : 0,
    };
}

struct cert_verdict cert_verify(struct arena *arena, const struct cert_list *sent,
                                const struct cert_trust *trust)
{
    struct cert_verdict verdict = {.code = X509_V_ERR_UNSPECIFIED, .text = STR("no certificate")};
    if (sent->count == 0)
        return verdict;
    X509_STORE *store = store_of(trust->roots);
    STACK_OF(X509) *others = stack_of(sent);
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (X509_STORE_CTX_init(context, store, sent->cert[0].x509, others) == 1) {
        X509_STORE_CTX_set_default(context, "ssl_server");
        set_parameters(context, trust);
        verdict = run(context);
    }
    X509_STORE_CTX_free(context);
    sk_X509_free(others);
    X509_STORE_free(store);
    ERR_clear_error();
    verdict.text = arena_copy(arena, verdict.text);
    return verdict;
}
