#include "api/words.h"

static const char *const severity[] = {
    [SEVERITY_ERROR] = "error",
    [SEVERITY_WARNING] = "warning",
    [SEVERITY_INFO] = "info",
};

static const char *const confidence[] = {
    [CONFIDENCE_PROVEN] = "proven",
    [CONFIDENCE_CERTAIN] = "certain",
    [CONFIDENCE_SAFE] = "safe",
    [CONFIDENCE_PRESUMED] = "presumed",
};

static const char *const profile[] = {
    [PROFILE_MINIMAL] = "minimal",
    [PROFILE_RECOMMENDED] = "recommended",
    [PROFILE_HARDENED] = "hardened",
};

static const char *const platform[] = {
    [PLATFORM_UNKNOWN] = NULL,    [PLATFORM_DEBIAN] = "debian", [PLATFORM_RHEL] = "rhel",
    [PLATFORM_ALPINE] = "alpine", [PLATFORM_SUSE] = "suse",     [PLATFORM_FREEBSD] = "freebsd",
};

static const char *const ask_key[] = {
    [ASK_UPSTREAM_NAME] = "upstream-name",     [ASK_CA_FILE] = "ca-file",
    [ASK_CLIENT_CERT] = "client-cert",         [ASK_CLIENT_KEY] = "client-key",
    [ASK_UPSTREAM_SCHEME] = "upstream-scheme", [ASK_ALLOW_LEGACY] = "allow-legacy",
};

static const char *const family[] = {
    [FAMILY_PROXY] = "proxy",
    [FAMILY_GRPC] = "grpc",
    [FAMILY_UWSGI] = "uwsgi",
    [FAMILY_STREAM] = "stream",
};

static const char *const explanation[] = {
    [EXPLAIN_UNKNOWN] = "unknown", [EXPLAIN_RULE] = "rule",   [EXPLAIN_LOG] = "log",
    [EXPLAIN_CODE] = "code",       [EXPLAIN_ALERT] = "alert",
};

enum {
    SEVERITIES = sizeof severity / sizeof *severity,
    CONFIDENCES = sizeof confidence / sizeof *confidence,
    PROFILES = sizeof profile / sizeof *profile,
    PLATFORMS = sizeof platform / sizeof *platform,
    EXPLANATIONS = sizeof explanation / sizeof *explanation,
};

const struct words words_severity = {severity, SEVERITIES};
const struct words words_confidence = {confidence, CONFIDENCES};
const struct words words_profile = {profile, PROFILES};
const struct words words_platform = {platform, PLATFORMS};
const struct words words_ask_key = {ask_key, ASK_KEY_COUNT};
const struct words words_family = {family, FAMILY_COUNT};
const struct words words_explanation = {explanation, EXPLANATIONS};

const char *words_of(const struct words *words, u32 value)
{
    return value < words->count ? words->word[value] : NULL;
}

bool words_find(const struct words *words, str word, u32 *value)
{
    for (u32 i = 0; i < words->count; i++) {
        if (words->word[i] && str_eq(word, str_of(words->word[i]))) {
            *value = i;
            return true;
        }
    }
    return false;
}

str words_list(struct arena *arena, const struct words *words)
{
    struct buf out = buf_new(arena);
    for (u32 i = 0; i < words->count; i++) {
        if (words->word[i])
            buf_fmt(&out, "%s%s", out.len ? ", " : "", words->word[i]);
    }
    return buf_view(&out);
}
