/*
 * rule: what one rule is, what it sees, and what it says.
 *
 * A rule is one file that exports one `const struct rule`. Its check looks at
 * the hops, the scope and the evidence and reports findings; a finding may
 * carry changes, said in terms of directives. Rules never see bytes, indentation
 * or newlines, and never decide what is applied: that is the engine's.
 *
 * Ownership: everything in the check's arena. Errors: none.
 */
#ifndef TLSMEND_RULES_RULE_H
#define TLSMEND_RULES_RULE_H

#include "base/buf.h"
#include "evidence/evidence.h"
#include "nginx/hop.h"

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_INFO };

/* How sure a change is; contract: section 5. */
enum confidence {
    CONFIDENCE_PROVEN,   /* nginx does not start, or the hop fails, and this addresses it */
    CONFIDENCE_CERTAIN,  /* an answer or evidence makes it right */
    CONFIDENCE_SAFE,     /* no backend that works today can stop working */
    CONFIDENCE_PRESUMED, /* right for most, but a working hop might fail */
};

enum profile { PROFILE_MINIMAL, PROFILE_RECOMMENDED, PROFILE_HARDENED };

enum platform {
    PLATFORM_UNKNOWN,
    PLATFORM_DEBIAN,
    PLATFORM_RHEL,
    PLATFORM_ALPINE,
    PLATFORM_SUSE,
    PLATFORM_FREEBSD,
};

enum ask_key {
    ASK_UPSTREAM_NAME,
    ASK_CA_FILE,
    ASK_CLIENT_CERT,
    ASK_CLIENT_KEY,
    ASK_UPSTREAM_SCHEME,
    ASK_ALLOW_LEGACY,
    ASK_KEY_COUNT,
};

struct target {
    struct version nginx;
    struct version openssl;
    enum platform platform;
};

struct answer {
    enum ask_key key;
    str hop; /* the target of the hops it is for, or a hop's id; empty: all that ask */
    str value;
};

struct check;

struct rule {
    const char *id; /* names the fault, never the cure */
    const char *title;
    enum severity severity;
    const char *what;
    const char *why;
    const char *fix; /* what is done; of a rule without a fix, why it has none */
    bool no_fix;
    const char *bad;      /* run by the tests: fix(bad) == good, */
    const char *good;     /* and good is silent; without a fix, bad stays as it is */
    const char *options;  /* how the tests run `bad`: "--nginx 1.26.3 --answer …"; NULL: as is */
    const char *evidence; /* what they give with it, such as a log line; NULL: nothing */
    const char *refs[4];  /* ends with NULL */
    void (*check)(struct check *check);
};

/* ---- what a rule sees --------------------------------------------------- */

enum name_source {
    NAME_UNKNOWN, /* nobody knows: ask */
    NAME_SET,     /* *_ssl_name holds a good one already */
    NAME_ANSWERED,
    NAME_CERTIFICATE, /* of the certificate in evidence */
    NAME_DIALLED,     /* the DNS host of the target */
    NAME_HOST_HEADER,
    NAME_SERVERS, /* the one DNS name of the upstream block's servers */
    NAME_BLOCK,   /* the upstream block is itself named like a DNS name */
};

/* The name that a hop should send and verify, as far as it can be known. */
struct wanted_name {
    enum name_source source;
    str name;        /* may hold variables when dialled */
    str from;        /* what it rests on, for people */
    bool certain;    /* of NAME_CERTIFICATE: its only name, fetched from that very backend */
    str *candidates; /* when unknown, or for an ask */
    u32 candidate_count;
};

struct check {
    struct arena *arena;
    const struct scope *scope;
    const struct hops *hops;
    const struct evidence *evidence;
    struct target target;
    enum profile profile;
    const struct answer *answers;
    u32 answer_count;
    const struct wanted_name *names;                   /* by hop */
    const struct log_fact *const *const *facts;        /* by hop: its facts, up to a NULL */
    const struct backend_fact *const *const *backends; /* the same, of scans and certificates */
    const struct evidence_text *texts; /* what the facts were read from, for their names */
    struct ciphers *ciphers;           /* tls/ciphers.h */

    /* What the rules say; filled by the functions below. */
    const struct rule *rule; /* the one that is running */
    struct finding *findings;
    u32 finding_count;
    u32 finding_room;
    struct change *changes;
    u32 change_count;
    u32 change_room;
    struct ask *asks;
    u32 ask_count;
    u32 ask_room;
    u32 ask;        /* the one that rule_ask_choice and rule_ask_suggest add to */
    u32 *ask_slots; /* by hash of key and target: index + 1 of the newest ask; 0 none */
};

/* ---- what a rule says --------------------------------------------------- */

struct finding {
    const struct rule *rule;
    enum severity severity;
    enum confidence confidence;
    u32 *hops; /* ids, ascending */
    u32 hop_count;
    u32 hop_room;
    u32 file;
    span at;
    str message;
    str why;       /* the rule's, unless it says its own */
    str *rests_on; /* "error.log:1", "the answer upstream-name", "nginx.conf:12" */
    u32 rest_count;
    u32 rest_room;
    u32 first_change; /* in check.changes; contiguous */
    u32 change_count;
    str withheld;    /* by the rule: why no change may be made; empty: it may */
    bool applied;    /* the engine's verdict */
    str not_applied; /* why not; empty when applied */
};

enum change_kind {
    CHANGE_SET,    /* this directive, in this block: replaced in place or inserted */
    CHANGE_ARGS,   /* all arguments of this directive */
    CHANGE_WORD,   /* one word of it */
    CHANGE_REMOVE, /* this directive */
    CHANGE_HEADER, /* this header in this block, inherited ones copied along */
};

struct change {
    enum change_kind kind;
    u32 finding;
    u32 block; /* SET, HEADER: where; the anchor is `item` when it stands there */
    u32 item;  /* ARGS, WORD, REMOVE: which; SET, HEADER: behind which it is inserted */
    u32 word;  /* WORD: which */
    str name;  /* SET: the directive; HEADER: its directive (proxy_set_header) */
    str text;  /* SET, ARGS: the arguments; WORD: the word; HEADER: "Host name" */
};

struct ask {
    enum ask_key key;
    u32 hop; /* id */
    str question;
    str why;
    str *choices;
    u32 choice_count;
    str suggested; /* empty: none */
    u32 older;     /* index + 1 of the ask before it in its slot; 0 none */
};

/* ---- reporting ---------------------------------------------------------- */

/* The running rule has a finding at this place already: its file is included twice. */
bool rule_is_reported(const struct check *check, u32 item);
/*
 * Reports a finding of the running rule at a directive, and makes it the one
 * that the functions below add to. `confidence` is that of its changes.
 */
struct finding *rule_report(struct check *check, u32 item, enum confidence confidence, str message);
/* The same at bytes of a file, for what is no directive. */
struct finding *rule_report_at(struct check *check, u32 file, span at, str message);
/* The same about one hop. */
struct finding *rule_report_hop(struct check *check, const struct hop *hop, u32 item,
                                enum confidence confidence, str message);
void rule_add_hop(struct check *check, const struct hop *hop);
/* All hops in `block` that a setting of `family` written there may reach. */
void rule_add_hops_in(struct check *check, u32 block, enum family family);
void rule_rests_on(struct check *check, str what);
/* No change will be made, and why: for findings that need an answer, or have no fix. */
void rule_withhold(struct check *check, str why);

/* Asks once for all hops of the same target; what follows is about that ask. */
void rule_ask(struct check *check, const struct hop *hop, enum ask_key key, str question, str why);
void rule_ask_choice(struct check *check, str choice);
void rule_ask_suggest(struct check *check, str value);

/*
 * Sets `setting` to `args` at the hop and nowhere else; replaced in place where its home has it.
 * One that stands there for another module, and does nothing, is given the right name. A version
 * that has no such directive withholds the finding.
 */
void rule_set(struct check *check, const struct hop *hop, enum setting setting, str args);
void rule_set_args(struct check *check, u32 item, str args);
void rule_set_word(struct check *check, u32 item, u32 word, str text);
void rule_remove(struct check *check, u32 item);
/* A directive that is no TLS setting, at the hop; the caller has seen to its version. */
void rule_set_plain(struct check *check, const struct hop *hop, str name, str args);
/* The same in any block, behind one of its directives. */
void rule_insert(struct check *check, u32 block, u32 behind, str name, str args);
/* `*_set_header NAME VALUE` at the hop, with what it inherits copied along. */
void rule_set_header(struct check *check, const struct hop *hop, str name, str value);
/* `*_ssl_conf_command COMMAND VALUE`, likewise. */
void rule_set_command(struct check *check, const struct hop *hop, str command, str value);

/* ---- questions that many rules ask -------------------------------------- */

/* nginx builds, and so checks, the hop's TLS settings: https, or a variable that may say so. */
bool rule_is_checked(const struct check *check, const struct hop *hop);

/*
 * The hop is TLS: by its scheme, or, where that is a variable's, by evidence.
 * One that an answer or evidence turns into TLS or into plain text counts as
 * what it will be.
 */
bool rule_is_tls(const struct check *check, const struct hop *hop);

/* The answer for a hop; one that names the hop beats one for all. NULL: none. */
const struct answer *rule_find_answer(const struct check *check, const struct hop *hop,
                                      enum ask_key key);
/* Its value, or an empty text. */
str rule_answer(const struct check *check, const struct hop *hop, enum ask_key key);

/*
 * The fact that says the hop fails in a way that the running rule addresses: a
 * cause of its reason names the rule, or the peer refused the ClientHello. NULL
 * when the hop is not known to fail so.
 */
const struct log_fact *rule_evidence(const struct check *check, const struct hop *hop);
/* PROVEN where rule_evidence finds something, and then it is what the finding rests on. */
enum confidence rule_confidence(const struct check *check, const struct hop *hop,
                                enum confidence otherwise);
/* How likely the running rule's fault is the fact's cause, 1 to 100; 0: it is none. */
u32 rule_weight(const struct check *check, const struct log_fact *fact);
/* The fact of the hop that gives the running rule the most weight; NULL: none of `least`. */
const struct log_fact *rule_likely(const struct check *check, const struct hop *hop, u32 least);
/* The first line of `nginx -t` with this reason id about this directive, or NULL. */
const struct log_fact *rule_refusal(const struct check *check, u32 item, str reason);
/* The first fact of the hop with this reason id, or NULL. */
const struct log_fact *rule_reason(const struct check *check, const struct hop *hop, str reason);
/* Adds the fact to what the finding rests on: "error.log:3". NULL adds nothing. */
void rule_rests_on_fact(struct check *check, const struct log_fact *fact);

/* A change of this confidence is made in the profile of the request. */
bool rule_applies(const struct check *check, enum confidence confidence);
/*
 * Replaces the arguments of the directive that is in force at the hop, where
 * every hop that it serves is among the finding's hops; else overrides it at
 * each of those hops. Empty `args` removes it, or overrides with `otherwise`.
 */
void rule_set_where_set(struct check *check, enum setting setting, u32 item, str args,
                        str otherwise);
/* A setting of another module in the hop's home that no hop below uses, or SCOPE_NONE. */
u32 rule_dead_twin(const struct check *check, const struct hop *hop, enum setting setting);
/* A hop that is not among the finding's takes its value of `setting` from `item`, too. */
bool rule_serves_others(const struct check *check, enum setting setting, u32 item);
/* Template tags stand in the item's file: of two lines perhaps only one is ever written. */
bool rule_is_template(const struct check *check, u32 item);
/* The directive of a family, "grpc_ssl_name"; empty where it has none. */
str rule_directive(const struct hop *hop, enum setting setting);

/* All rules, in the order of the catalogue; ends with NULL. */
extern const struct rule *const rule_registry[];
const struct rule *rule_by_id(str id);

#endif
