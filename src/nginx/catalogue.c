#include "nginx/catalogue.h"

#include <string.h>

/* The short words of directives.inc. */
enum {
    MAIN = CONTEXT_BIT(CONTEXT_MAIN),
    EVENTS = CONTEXT_BIT(CONTEXT_EVENTS),
    HTTP = CONTEXT_BIT(CONTEXT_HTTP),
    SERVER = CONTEXT_BIT(CONTEXT_SERVER),
    LOCATION = CONTEXT_BIT(CONTEXT_LOCATION),
    SERVER_IF = CONTEXT_BIT(CONTEXT_SERVER_IF),
    LOCATION_IF = CONTEXT_BIT(CONTEXT_LOCATION_IF),
    LIMIT_EXCEPT = CONTEXT_BIT(CONTEXT_LIMIT_EXCEPT),
    UPSTREAM = CONTEXT_BIT(CONTEXT_UPSTREAM),
    STREAM = CONTEXT_BIT(CONTEXT_STREAM),
    STREAM_SERVER = CONTEXT_BIT(CONTEXT_STREAM_SERVER),
    STREAM_UPSTREAM = CONTEXT_BIT(CONTEXT_STREAM_UPSTREAM),
    MAIL = CONTEXT_BIT(CONTEXT_MAIL),
    MAIL_SERVER = CONTEXT_BIT(CONTEXT_MAIL_SERVER),
    MODULE_BLOCK = CONTEXT_BIT(CONTEXT_MODULE),
    ALL = CONTEXT_BIT(CONTEXT_TABLE) | (CONTEXT_BIT(CONTEXT_MODULE) - CONTEXT_BIT(CONTEXT_MAIN))
};
enum {
    N0 = 1 << 0,
    N1 = 1 << 1,
    N2 = 1 << 2,
    N3 = 1 << 3,
    N4 = 1 << 4,
    FLAG = ARITY_FLAG,
    ANY = ARITY_ANY,
    MORE1 = ARITY_MORE1,
    MORE2 = ARITY_MORE2
};
enum { ONCE = false, MANY = true };
enum {
    OPEN = FLAVOUR_OPEN,
    PLUS = FLAVOUR_PLUS,
    ANGIE = FLAVOUR_ANGIE,
    LUA = FLAVOUR_LUA,
    MODULE = FLAVOUR_MODULE
};
#define V(major, minor, patch) VERSION_PACK(major, minor, patch)

static const struct directive ROWS[] = {
#define D(name_, module_, contexts_, arity_, opens_, inherit_, repeats_, since_, gone_, flavours_, \
          secret_)                                                                                 \
    {.name = STR_INIT(#name_),                                                                     \
     .module = #module_,                                                                           \
     .contexts = (contexts_),                                                                      \
     .since = {since_},                                                                            \
     .gone = {gone_},                                                                              \
     .arity = (arity_),                                                                            \
     .opens = CONTEXT_##opens_,                                                                    \
     .inherit = INHERIT_##inherit_,                                                                \
     .flavours = (flavours_),                                                                      \
     .secret = (secret_),                                                                          \
     .repeats = (repeats_)},
#include "nginx/directives.inc"
#undef D
};

/* ROW_name_module: the row's place in ROWS. */
enum {
#define D(name_, module_, ...) ROW_##name_##__##module_,
#include "nginx/directives.inc"
#undef D
    ROW_COUNT
};

/* --- rows --- */

const struct directive *catalogue_rows(u32 *count)
{
    *count = ROW_COUNT;
    return ROWS;
}

/* The first row whose name is not below `name`. */
static u32 lower_bound(str name)
{
    u32 low = 0;
    u32 high = ROW_COUNT;
    while (low < high) {
        u32 middle = low + (high - low) / 2;
        if (str_cmp(ROWS[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct directive *row_named(u32 i, str name)
{
    return i < ROW_COUNT && str_eq(ROWS[i].name, name) ? &ROWS[i] : NULL;
}

const struct directive *catalogue_next(const struct directive *row)
{
    return row_named((u32)(row - ROWS) + 1, row->name);
}

/* In these blocks a word means what the module says, so only rows made for them count. */
static bool is_foreign(enum context where)
{
    return where == CONTEXT_MODULE || where == CONTEXT_TABLE || where == CONTEXT_LUA;
}

static bool stands_in(const struct directive *row, enum context where)
{
    return (row->contexts & CONTEXT_BIT(where)) != 0;
}

bool catalogue_allowed(const struct directive *row, enum context where)
{
    return where == CONTEXT_UNKNOWN || is_foreign(where) || stands_in(row, where);
}

const struct directive *catalogue_find(str name, enum context where)
{
    const struct directive *first = row_named(lower_bound(name), name);
    for (const struct directive *row = first; row; row = catalogue_next(row))
        if (where == CONTEXT_UNKNOWN || stands_in(row, where))
            return row;
    return is_foreign(where) ? NULL : first;
}

const struct directive *catalogue_find_shape(str name, enum context where, bool block)
{
    const struct directive *found = catalogue_find(name, where);
    const struct directive *row = found ? catalogue_find(name, CONTEXT_UNKNOWN) : NULL;
    for (; row; row = catalogue_next(row))
        if (catalogue_allowed(row, where) && (row->opens != CONTEXT_NONE) == block)
            return row;
    return found;
}

enum context catalogue_opens(const struct directive *row, enum context where)
{
    if (row->opens != CONTEXT_LOCATION_IF)
        return (enum context)row->opens;
    if (where == CONTEXT_UNKNOWN)
        return CONTEXT_UNKNOWN;
    return where == CONTEXT_SERVER ? CONTEXT_SERVER_IF : CONTEXT_LOCATION_IF;
}

bool catalogue_arity_fits(const struct directive *row, u32 arguments)
{
    if (row->arity & ARITY_ANY)
        return true;
    if (row->arity & ARITY_FLAG)
        return arguments == 1;
    if (row->arity & ARITY_MORE1)
        return arguments >= 1;
    if (row->arity & ARITY_MORE2)
        return arguments >= 2;
    return arguments < 8 && (row->arity >> arguments & 1) != 0;
}

bool catalogue_in_version(const struct directive *row, struct version v)
{
    struct version asked = version_known(v) ? v : VERSION(1, 7, 8);
    bool stays = version_known(v) || !version_known(row->gone);
    return stays && version_cmp(row->since, asked) <= 0 &&
           (!version_known(row->gone) || version_before(asked, row->gone));
}

const char *catalogue_context_name(enum context where)
{
    static const char *const NAMES[CONTEXT_COUNT] = {
        [CONTEXT_UNKNOWN] = "an unknown block",
        [CONTEXT_MAIN] = "main",
        [CONTEXT_EVENTS] = "events",
        [CONTEXT_HTTP] = "http",
        [CONTEXT_SERVER] = "server",
        [CONTEXT_LOCATION] = "location",
        [CONTEXT_SERVER_IF] = "if in server",
        [CONTEXT_LOCATION_IF] = "if in location",
        [CONTEXT_LIMIT_EXCEPT] = "limit_except",
        [CONTEXT_UPSTREAM] = "upstream",
        [CONTEXT_STREAM] = "stream",
        [CONTEXT_STREAM_SERVER] = "server in stream",
        [CONTEXT_STREAM_UPSTREAM] = "upstream in stream",
        [CONTEXT_MAIL] = "mail",
        [CONTEXT_MAIL_SERVER] = "server in mail",
        [CONTEXT_MODULE] = "a module's block",
        [CONTEXT_TABLE] = "a table",
        [CONTEXT_LUA] = "Lua code",
        [CONTEXT_NONE] = "nothing",
    };
    return NAMES[where];
}

/* --- the settings of a TLS client --- */

/* S(family, setting, name, module), for the fourteen that all families have. */
#define ALIKE(S, family, prefix, module)                                                           \
    S(family, SSL_NAME, prefix##_ssl_name, module)                                                 \
    S(family, SSL_SERVER_NAME, prefix##_ssl_server_name, module)                                   \
    S(family, SSL_VERIFY, prefix##_ssl_verify, module)                                             \
    S(family, SSL_VERIFY_DEPTH, prefix##_ssl_verify_depth, module)                                 \
    S(family, SSL_TRUSTED_CERTIFICATE, prefix##_ssl_trusted_certificate, module)                   \
    S(family, SSL_CRL, prefix##_ssl_crl, module)                                                   \
    S(family, SSL_CERTIFICATE, prefix##_ssl_certificate, module)                                   \
    S(family, SSL_CERTIFICATE_KEY, prefix##_ssl_certificate_key, module)                           \
    S(family, SSL_PASSWORD_FILE, prefix##_ssl_password_file, module)                               \
    S(family, SSL_CERTIFICATE_CACHE, prefix##_ssl_certificate_cache, module)                       \
    S(family, SSL_PROTOCOLS, prefix##_ssl_protocols, module)                                       \
    S(family, SSL_CIPHERS, prefix##_ssl_ciphers, module)                                           \
    S(family, SSL_CONF_COMMAND, prefix##_ssl_conf_command, module)                                 \
    S(family, SSL_SESSION_REUSE, prefix##_ssl_session_reuse, module)                               \
    S(family, PASS, prefix##_pass, module)

#define SETTINGS(S)                                                                                \
    ALIKE(S, PROXY, proxy, http_proxy)                                                             \
    S(PROXY, SET_HEADER, proxy_set_header, http_proxy)                                             \
    ALIKE(S, GRPC, grpc, http_grpc)                                                                \
    S(GRPC, SET_HEADER, grpc_set_header, http_grpc)                                                \
    ALIKE(S, UWSGI, uwsgi, http_uwsgi)                                                             \
    S(UWSGI, SET_HEADER, uwsgi_param, http_uwsgi)                                                  \
    ALIKE(S, STREAM, proxy, stream_proxy)                                                          \
    S(STREAM, SSL, proxy_ssl, stream_proxy)                                                        \
    S(STREAM, SSL_ALPN, proxy_ssl_alpn, stream_proxy)

/* Row numbers plus one; 0 is none. */
static const u16 ROW_OF[FAMILY_COUNT][SETTING_COUNT] = {
#define S(family, setting, name, module)                                                           \
    [FAMILY_##family][SETTING_##setting] = ROW_##name##__##module + 1,
    SETTINGS(S)
#undef S
};

/* family * SETTING_COUNT + setting + 1; 0 is none. */
static const u8 SETTING_OF[ROW_COUNT] = {
#define S(family, setting, name, module)                                                           \
    [ROW_##name##__##module] = FAMILY_##family * SETTING_COUNT + SETTING_##setting + 1,
    SETTINGS(S)
#undef S
};

const struct directive *catalogue_setting(enum family family, enum setting setting)
{
    u16 row = ROW_OF[family][setting];
    return row ? &ROWS[row - 1] : NULL;
}

bool catalogue_setting_of(const struct directive *row, enum family *family, enum setting *setting)
{
    u8 code = SETTING_OF[row - ROWS];
    if (!code)
        return false;
    *family = (enum family)((code - 1) / SETTING_COUNT);
    *setting = (enum setting)((code - 1) % SETTING_COUNT);
    return true;
}

static str default_protocols(struct version nginx)
{
    if (!version_known(nginx))
        return STR("");
    if (version_before(nginx, VERSION(1, 9, 1)))
        return STR("SSLv3 TLSv1 TLSv1.1 TLSv1.2");
    if (version_before(nginx, VERSION(1, 23, 4)))
        return STR("TLSv1 TLSv1.1 TLSv1.2");
    if (version_before(nginx, VERSION(1, 27, 3)))
        return STR("TLSv1 TLSv1.1 TLSv1.2 TLSv1.3");
    return STR("TLSv1.2 TLSv1.3");
}

str catalogue_default(enum setting setting, struct version nginx)
{
    switch (setting) {
    case SETTING_SSL:
    case SETTING_SSL_SERVER_NAME:
    case SETTING_SSL_VERIFY:
    case SETTING_SSL_CERTIFICATE_CACHE:
        return STR("off");
    case SETTING_SSL_SESSION_REUSE:
        return STR("on");
    case SETTING_SSL_VERIFY_DEPTH:
        return STR("1");
    case SETTING_SSL_CIPHERS:
        return STR("DEFAULT");
    case SETTING_SSL_PROTOCOLS:
        return default_protocols(nginx);
    case SETTING_SSL_NAME:
    case SETTING_SSL_TRUSTED_CERTIFICATE:
    case SETTING_SSL_CRL:
    case SETTING_SSL_CERTIFICATE:
    case SETTING_SSL_CERTIFICATE_KEY:
    case SETTING_SSL_PASSWORD_FILE:
    case SETTING_SSL_CONF_COMMAND:
    case SETTING_SSL_ALPN:
    case SETTING_PASS:
    case SETTING_SET_HEADER:
    case SETTING_COUNT:
        break;
    }
    return STR("");
}

/* --- names that no nginx has --- */

/* What people write after "proxy_ssl_"; SETTING_COUNT means: leave it out. */
struct wrong_tail {
    str tail;
    enum setting meant;
    bool sure;
    const char *why;
};

#define LEAVE_OUT SETTING_COUNT
#define SERVER_SIDE "Only a TLS server has this setting; towards an upstream nginx is the client."
#define CA_WHY "The file of CAs that may sign the upstream's certificate has another name."
#define NAME_WHY "The name to send as SNI and to verify has another name."

static const struct wrong_tail TAILS[] = {
    {STR_INIT("prefer_server_ciphers"), LEAVE_OUT, true, SERVER_SIDE},
    {STR_INIT("dhparam"), LEAVE_OUT, true, SERVER_SIDE},
    {STR_INIT("session_cache"), LEAVE_OUT, true, SERVER_SIDE},
    {STR_INIT("session_tickets"), LEAVE_OUT, true, SERVER_SIDE},
    {STR_INIT("session_ticket_key"), LEAVE_OUT, true, SERVER_SIDE},
    {STR_INIT("session_timeout"), LEAVE_OUT, true, SERVER_SIDE},
    {STR_INIT("stapling"), LEAVE_OUT, true, SERVER_SIDE},
    {STR_INIT("stapling_verify"), LEAVE_OUT, true, SERVER_SIDE},
    {STR_INIT("verify_client"), LEAVE_OUT, true, SERVER_SIDE},
    {STR_INIT("early_data"), LEAVE_OUT, true, SERVER_SIDE},
    {STR_INIT("buffer_size"), LEAVE_OUT, true, SERVER_SIDE},
    {STR_INIT("ecdh_curve"), LEAVE_OUT, true,
     "Towards an upstream, groups are set by the Groups command of *_ssl_conf_command."},
    {STR_INIT("curves"), LEAVE_OUT, true,
     "Towards an upstream, groups are set by the Groups command of *_ssl_conf_command."},
    {STR_INIT("ciphersuites"), LEAVE_OUT, true,
     "TLS 1.3 suites are set by the Ciphersuites command of *_ssl_conf_command."},
    {STR_INIT("verify_host"), LEAVE_OUT, true,
     "The name is always verified along with the chain, by *_ssl_verify and *_ssl_name."},
    {STR_INIT("verify_hostname"), LEAVE_OUT, true,
     "The name is always verified along with the chain, by *_ssl_verify and *_ssl_name."},
    {STR_INIT("sni"), SETTING_SSL_SERVER_NAME, true, "The switch for SNI has another name."},
    {STR_INIT("servername"), SETTING_SSL_SERVER_NAME, true, "The switch for SNI has another name."},
    {STR_INIT("sni_name"), SETTING_SSL_NAME, true, NAME_WHY},
    {STR_INIT("verify_name"), SETTING_SSL_NAME, true, NAME_WHY},
    {STR_INIT("hostname"), SETTING_SSL_NAME, true, NAME_WHY},
    {STR_INIT("host"), SETTING_SSL_NAME, true, NAME_WHY},
    {STR_INIT("common_name"), SETTING_SSL_NAME, true, NAME_WHY},
    {STR_INIT("ca"), SETTING_SSL_TRUSTED_CERTIFICATE, true, CA_WHY},
    {STR_INIT("ca_file"), SETTING_SSL_TRUSTED_CERTIFICATE, true, CA_WHY},
    {STR_INIT("cafile"), SETTING_SSL_TRUSTED_CERTIFICATE, true, CA_WHY},
    {STR_INIT("ca_cert"), SETTING_SSL_TRUSTED_CERTIFICATE, true, CA_WHY},
    {STR_INIT("ca_certificate"), SETTING_SSL_TRUSTED_CERTIFICATE, true, CA_WHY},
    {STR_INIT("ca_certificates"), SETTING_SSL_TRUSTED_CERTIFICATE, true, CA_WHY},
    {STR_INIT("root_certificate"), SETTING_SSL_TRUSTED_CERTIFICATE, true, CA_WHY},
    {STR_INIT("trusted_ca"), SETTING_SSL_TRUSTED_CERTIFICATE, true, CA_WHY},
    {STR_INIT("trusted_certificates"), SETTING_SSL_TRUSTED_CERTIFICATE, true, CA_WHY},
    {STR_INIT("client_certificate"), SETTING_SSL_TRUSTED_CERTIFICATE, false,
     "By analogy with ssl_client_certificate it is the file of CAs; it may also be meant as "
     "the client's own certificate."},
    {STR_INIT("cert"), SETTING_SSL_CERTIFICATE, true, "The name has to be written out."},
    {STR_INIT("crt"), SETTING_SSL_CERTIFICATE, true, "The name has to be written out."},
    {STR_INIT("client_cert"), SETTING_SSL_CERTIFICATE, true, "The name has to be written out."},
    {STR_INIT("certificate_file"), SETTING_SSL_CERTIFICATE, true, "It takes a file as it is."},
    {STR_INIT("key"), SETTING_SSL_CERTIFICATE_KEY, true, "The name has to be written out."},
    {STR_INIT("cert_key"), SETTING_SSL_CERTIFICATE_KEY, true, "The name has to be written out."},
    {STR_INIT("client_key"), SETTING_SSL_CERTIFICATE_KEY, true, "The name has to be written out."},
    {STR_INIT("private_key"), SETTING_SSL_CERTIFICATE_KEY, true,
     "The key belongs to the certificate and is named after it."},
    {STR_INIT("client_certificate_key"), SETTING_SSL_CERTIFICATE_KEY, true,
     "The key belongs to the certificate and is named after it."},
    {STR_INIT("protocol"), SETTING_SSL_PROTOCOLS, true, "The name is in the plural."},
    {STR_INIT("versions"), SETTING_SSL_PROTOCOLS, true, "Versions are called protocols."},
    {STR_INIT("cipher"), SETTING_SSL_CIPHERS, true, "The name is in the plural."},
    {STR_INIT("cipher_list"), SETTING_SSL_CIPHERS, true, "The list is called ciphers."},
    {STR_INIT("reuse_session"), SETTING_SSL_SESSION_REUSE, true, "The words are swapped."},
    {STR_INIT("verify_peer"), SETTING_SSL_VERIFY, true, "The peer is always the upstream."},
    {STR_INIT("verify_server"), SETTING_SSL_VERIFY, true, "The peer is always the upstream."},
    {STR_INIT("crl_file"), SETTING_SSL_CRL, true, "It takes a file as it is."},
};

static bool is_stream(enum context where)
{
    return where == CONTEXT_STREAM || where == CONTEXT_STREAM_SERVER ||
           where == CONTEXT_STREAM_UPSTREAM;
}

/* Cuts the prefix that makes `name` a TLS client's setting off it. */
static bool cut_family(str *name, enum context where, enum family *family)
{
    static const struct {
        str prefix;
        enum family family;
    } PREFIXES[] = {
        {STR_INIT("proxy_ssl_"), FAMILY_PROXY}, {STR_INIT("proxy_tls_"), FAMILY_PROXY},
        {STR_INIT("grpc_ssl_"), FAMILY_GRPC},   {STR_INIT("grpc_tls_"), FAMILY_GRPC},
        {STR_INIT("uwsgi_ssl_"), FAMILY_UWSGI}, {STR_INIT("uwsgi_tls_"), FAMILY_UWSGI},
    };
    for (u32 i = 0; i < sizeof PREFIXES / sizeof PREFIXES[0]; i++) {
        if (!str_starts(*name, PREFIXES[i].prefix))
            continue;
        *name = str_from(*name, PREFIXES[i].prefix.len);
        bool stream = PREFIXES[i].family == FAMILY_PROXY && is_stream(where);
        *family = stream ? FAMILY_STREAM : PREFIXES[i].family;
        return true;
    }
    return false;
}

static struct wrong_name wrong_tail(str tail, enum family family)
{
    for (u32 i = 0; i < sizeof TAILS / sizeof TAILS[0]; i++) {
        if (!str_eq(TAILS[i].tail, tail))
            continue;
        bool out = TAILS[i].meant == LEAVE_OUT;
        return (struct wrong_name){
            .known = true,
            .sure = TAILS[i].sure,
            .meant = out ? NULL : catalogue_setting(family, TAILS[i].meant),
            .why = TAILS[i].why,
        };
    }
    return (struct wrong_name){0};
}

/* "proxy_tls_verify": right but for the prefix. */
static const struct directive *right_tail(str tail, enum family family)
{
    u32 shared = (u32)(family == FAMILY_GRPC ? sizeof "grpc_ssl_" : sizeof "proxy_ssl_") - 1;
    for (u32 i = 0; i < SETTING_PASS; i++) {
        const struct directive *row = catalogue_setting(family, (enum setting)i);
        if (row && str_eq(str_from(row->name, shared), tail))
            return row;
    }
    return NULL;
}

static bool is_without_tls(str name)
{
    return str_starts(name, STR("fastcgi_ssl_")) || str_starts(name, STR("scgi_ssl_")) ||
           str_starts(name, STR("memcached_ssl_"));
}

struct wrong_name catalogue_wrong_name(str name, enum context where)
{
    if (is_without_tls(name))
        return (struct wrong_name){.known = true,
                                   .sure = true,
                                   .why = "nginx speaks no TLS to FastCGI, SCGI or memcached."};
    enum family family;
    str tail = name;
    if (!cut_family(&tail, where, &family))
        return (struct wrong_name){0};
    struct wrong_name wrong = wrong_tail(tail, family);
    const struct directive *right = wrong.known ? NULL : right_tail(tail, family);
    if (!right || str_eq(right->name, name))
        return wrong;
    return (struct wrong_name){
        .known = true, .sure = true, .meant = right, .why = "nginx says ssl for TLS."};
}

/* --- the nearest name --- */

enum { NAME_MAX = 64, FAR = 3 };

static u32 least(u32 a, u32 b)
{
    return a < b ? a : b;
}

/* Letters added, left out, changed, or swapped with their neighbour; FAR and above is FAR. */
static u32 distance_of(str a, str b)
{
    u32 rows[3][NAME_MAX + 1];
    for (u32 j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (u32 i = 1; i <= a.len; i++) {
        u32 *row = rows[i % 3];
        const u32 *above = rows[(i + 2) % 3];
        u32 nearest = row[0] = i;
        for (u32 j = 1; j <= b.len; j++) {
            u32 change = above[j - 1] + (a.p[i - 1] != b.p[j - 1]);
            row[j] = least(change, least(above[j], row[j - 1]) + 1);
            bool swapped = i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1];
            if (swapped)
                row[j] = least(row[j], rows[(i + 1) % 3][j - 2] + 1);
            nearest = least(nearest, row[j]);
        }
        if (nearest >= FAR)
            return FAR;
    }
    return least(rows[a.len % 3][b.len], FAR);
}

static bool lengths_are_near(u32 a, u32 b, u32 limit)
{
    return a > b ? a - b <= limit : b - a <= limit;
}

const struct directive *catalogue_suggest(str name, enum context where, u32 *distance)
{
    const struct directive *best = NULL;
    u32 limit = name.len < 4 || name.len > NAME_MAX ? 0 : name.len < 8 ? 1 : 2;
    u32 best_score = 2 * limit + 2;
    for (const struct directive *row = ROWS; limit && row < ROWS + ROW_COUNT; row++) {
        if (row->name.len > NAME_MAX || !lengths_are_near(row->name.len, name.len, limit))
            continue;
        u32 score = 2 * distance_of(row->name, name) + !catalogue_allowed(row, where);
        if (score < best_score) {
            best_score = score;
            best = row;
        }
    }
    if (distance && best)
        *distance = best_score / 2;
    return best;
}
