#include "tls/lab_parts.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "tls/fixtures.inc"

/* ---- keys --------------------------------------------------------------- */

static const struct {
    const unsigned char *der;
    size_t len;
} FIXTURES[FIXTURE_COUNT] = {
    [FIXTURE_RSA_2048] = {KEY_RSA_2048, sizeof KEY_RSA_2048},
    [FIXTURE_RSA_1024] = {KEY_RSA_1024, sizeof KEY_RSA_1024},
    [FIXTURE_P256] = {KEY_P256, sizeof KEY_P256},
    [FIXTURE_P384] = {KEY_P384, sizeof KEY_P384},
    [FIXTURE_ED25519] = {KEY_ED25519, sizeof KEY_ED25519},
    [FIXTURE_ROOT] = {KEY_ROOT, sizeof KEY_ROOT},
    [FIXTURE_INTERMEDIATE] = {KEY_INTERMEDIATE, sizeof KEY_INTERMEDIATE},
    [FIXTURE_STRANGER] = {KEY_STRANGER, sizeof KEY_STRANGER},
    [FIXTURE_CLIENT] = {KEY_CLIENT, sizeof KEY_CLIENT},
};

static void free_key(void *thing)
{
    EVP_PKEY_free(thing);
}

static void free_x509(void *thing)
{
    X509_free(thing);
}

EVP_PKEY *lab_make_key(struct lab *lab, enum lab_fixture which)
{
    if (lab->keys[which])
        return lab->keys[which];
    const unsigned char *der = FIXTURES[which].der;
    PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &der, (long)FIXTURES[which].len);
    EVP_PKEY *key = info ? EVP_PKCS82PKEY_ex(info, lab->library, NULL) : NULL;
    PKCS8_PRIV_KEY_INFO_free(info);
    if (!key)
        base_out_of_memory();
    arena_hook(lab->arena, free_key, key);
    return lab->keys[which] = key;
}

/* ---- certificates ------------------------------------------------------- */

struct plan {
    str common_name;
    const str *names; /* alternatives */
    u32 name_count;
    EVP_PKEY *key;
    X509 *issuer; /* NULL: itself */
    EVP_PKEY *signer;
    const EVP_MD *digest;
    int purpose; /* NID of the extended key usage; 0: an authority */
    int64_t not_before;
    int64_t not_after;
};

static void set_name(X509_NAME *name, str common_name)
{
    X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                               (const unsigned char *)common_name.p, (int)common_name.len, -1, 0);
}

static void set_time(ASN1_TIME *to, int64_t seconds)
{
    int64_t days = seconds / 86400 - (seconds % 86400 < 0 ? 1 : 0);
    ASN1_TIME_adj(to, 0, (int)days, (long)(seconds - days * 86400));
}

/* Both 0: from the beginning to the end, whatever the clock says. */
static void set_validity(X509 *x509, const struct plan *plan)
{
    if (plan->not_before == 0 && plan->not_after == 0) {
        ASN1_TIME_set_string(X509_getm_notBefore(x509), "19700101000000Z");
        ASN1_TIME_set_string(X509_getm_notAfter(x509), "99991231235959Z");
        return;
    }
    set_time(X509_getm_notBefore(x509), plan->not_before);
    set_time(X509_getm_notAfter(x509), plan->not_after);
}

static GENERAL_NAME *general_name(struct arena *arena, str text)
{
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_OCTET_STRING *ip = a2i_IPADDRESS(arena_c_string(arena, text));
    if (ip) {
        GENERAL_NAME_set0_value(name, GEN_IPADD, ip);
        return name;
    }
    ASN1_IA5STRING *dns = ASN1_IA5STRING_new();
    ASN1_STRING_set(dns, text.p, (int)text.len);
    GENERAL_NAME_set0_value(name, GEN_DNS, dns);
    return name;
}

static void add_alternatives(struct arena *arena, X509 *x509, const struct plan *plan)
{
    if (plan->name_count == 0)
        return;
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
    for (u32 i = 0; i < plan->name_count; i++)
        sk_GENERAL_NAME_push(names, general_name(arena, plan->names[i]));
    X509_add1_ext_i2d(x509, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT);
    GENERAL_NAMES_free(names);
}

static void add_constraints(X509 *x509, bool authority)
{
    BASIC_CONSTRAINTS *constraints = BASIC_CONSTRAINTS_new();
    constraints->ca = authority ? 0xff : 0;
    X509_add1_ext_i2d(x509, NID_basic_constraints, constraints, 1, X509V3_ADD_DEFAULT);
    BASIC_CONSTRAINTS_free(constraints);
}

static void add_purpose(X509 *x509, int purpose)
{
    EXTENDED_KEY_USAGE *uses = sk_ASN1_OBJECT_new_null();
    sk_ASN1_OBJECT_push(uses, OBJ_nid2obj(purpose));
    X509_add1_ext_i2d(x509, NID_ext_key_usage, uses, 0, X509V3_ADD_DEFAULT);
    sk_ASN1_OBJECT_pop_free(uses, ASN1_OBJECT_free);
}

static X509 *issue(struct lab *lab, const struct plan *plan)
{
    X509 *x509 = X509_new_ex(lab->library, NULL);
    if (!x509)
        base_out_of_memory();
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    set_name(X509_get_subject_name(x509), plan->common_name);
    X509_set_issuer_name(x509, X509_get_subject_name(plan->issuer ? plan->issuer : x509));
    set_validity(x509, plan);
    X509_set_pubkey(x509, plan->key);
    add_constraints(x509, plan->purpose == 0);
    add_alternatives(lab->arena, x509, plan);
    if (plan->purpose != 0)
        add_purpose(x509, plan->purpose);
    lab_begin_random(lab);
    if (X509_sign(x509, plan->signer, plan->digest) == 0)
        base_out_of_memory();
    return x509;
}

static X509 *authority(struct lab *lab, str name, enum lab_fixture key, X509 *issuer,
                       enum lab_fixture signer)
{
    struct plan plan = {
        .common_name = name,
        .key = lab_make_key(lab, key),
        .issuer = issuer,
        .signer = lab_make_key(lab, signer),
    };
    X509 *x509 = issue(lab, &plan);
    arena_hook(lab->arena, free_x509, x509);
    return x509;
}

X509 *lab_make_root(struct lab *lab)
{
    if (!lab->root)
        lab->root = authority(lab, STR("Replay root"), FIXTURE_ROOT, NULL, FIXTURE_ROOT);
    return lab->root;
}

X509 *lab_make_stranger(struct lab *lab)
{
    if (!lab->stranger)
        lab->stranger =
            authority(lab, STR("Another root"), FIXTURE_STRANGER, NULL, FIXTURE_STRANGER);
    return lab->stranger;
}

/* ---- the backend's ------------------------------------------------------ */

static const str DEFAULT_NAME = STR_INIT("backend.test");

/* Down from the root; all have the same key, what differs is their names. */
static X509 *add_intermediates(struct lab *lab, const struct lab_backend *backend,
                               STACK_OF(X509) * others)
{
    X509 *issuer = lab_make_root(lab);
    for (u32 i = 0; i < backend->intermediates; i++) {
        str name = str_fmt(lab->arena, "Replay intermediate %u", i + 1);
        issuer = authority(lab, name, FIXTURE_INTERMEDIATE, issuer,
                           i == 0 ? FIXTURE_ROOT : FIXTURE_INTERMEDIATE);
        X509_up_ref(issuer);
        sk_X509_unshift(others, issuer);
    }
    return issuer;
}

static bool signs_without_digest(enum lab_fixture key)
{
    return key == FIXTURE_ED25519 || key == FIXTURE_ROOT || key == FIXTURE_INTERMEDIATE;
}

/* Ed25519 has no digest to be weak: only a leaf that signs itself can have one. */
static void set_signer(struct lab *lab, const struct lab_backend *backend, enum lab_fixture key,
                       struct plan *plan)
{
    enum lab_fixture signer = backend->intermediates > 0 ? FIXTURE_INTERMEDIATE : FIXTURE_ROOT;
    if (backend->self_signed) {
        plan->issuer = NULL;
        signer = key;
    }
    plan->signer = lab_make_key(lab, signer);
    if (!signs_without_digest(signer))
        plan->digest = backend->weak_digest ? EVP_sha1() : EVP_sha256();
}

static void fix_chain(struct lab *lab, const struct lab_backend *backend, STACK_OF(X509) * others)
{
    while (backend->sends_no_chain && sk_X509_num(others) > 0)
        X509_free(sk_X509_pop(others));
    if (backend->sends_root && !backend->self_signed) {
        X509_up_ref(lab_make_root(lab));
        sk_X509_push(others, lab_make_root(lab));
    }
}

struct lab_issued lab_make_backend(struct lab *lab, const struct lab_backend *backend,
                                   enum lab_fixture key)
{
    const str *names = backend->name_count > 0 ? backend->names : &DEFAULT_NAME;
    u32 count = backend->name_count > 0 ? backend->name_count : 1;
    struct lab_issued issued = {.others = sk_X509_new_null(), .key = lab_make_key(lab, key)};
    struct plan plan = {
        .common_name =
            str_sub(backend->common_name.len > 0 ? backend->common_name : names[0], 0, 64),
        .names = names,
        .name_count = backend->no_alternatives ? 0 : count,
        .key = issued.key,
        .purpose = NID_server_auth,
        .not_before = backend->not_before,
        .not_after = backend->not_after,
    };
    if (!backend->self_signed)
        plan.issuer = add_intermediates(lab, backend, issued.others);
    set_signer(lab, backend, key, &plan);
    issued.leaf = issue(lab, &plan);
    fix_chain(lab, backend, issued.others);
    return issued;
}

/* ---- nginx's own -------------------------------------------------------- */

struct lab_issued lab_make_client(struct lab *lab, enum lab_identity identity)
{
    bool stranger = identity == LAB_IDENTITY_STRANGER;
    bool expired = identity == LAB_IDENTITY_EXPIRED;
    struct lab_issued issued = {.others = sk_X509_new_null(),
                                .key = lab_make_key(lab, FIXTURE_CLIENT)};
    struct plan plan = {
        .common_name = STR("nginx"),
        .key = issued.key,
        .issuer = stranger ? lab_make_stranger(lab) : lab_make_root(lab),
        .signer = lab_make_key(lab, stranger ? FIXTURE_STRANGER : FIXTURE_ROOT),
        .purpose = identity == LAB_IDENTITY_SERVER ? NID_server_auth : NID_client_auth,
        .not_after = expired ? 86400 : 0,
    };
    issued.leaf = issue(lab, &plan);
    return issued;
}
