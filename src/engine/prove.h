/*
 * prove: each hop's handshake, replayed as it is and as fixed.
 *
 * A PROPOSAL: nothing implements this yet (issue 4).
 *
 * For a hop, the client comes from its effective settings (before: the texts as
 * given; after: the texts as fixed), the backend from the facts that match the
 * hop, and from nothing else. What those facts leave open is supposed both ways:
 * each way is a branch, with a sentence that says what was supposed.
 *
 * Ownership: the arena; the lab lives as long. Errors: none; a hop that cannot
 * be replayed (plain text, a name or a scheme that a variable holds) has a
 * reason in `skipped` and no branch.
 * Cost: two replays a branch, at most PROVE_BRANCHES branches a hop; a hop with
 * the same client and backend as another shares its outcomes.
 */
#ifndef TLSMEND_ENGINE_PROVE_H
#define TLSMEND_ENGINE_PROVE_H

#include "engine/engine.h"
#include "tls/lab.h"

enum { PROVE_BRANCHES = 6 };

enum proof_verdict {
    PROOF_MENDS,    /* fails before, works after */
    PROOF_FAILS,    /* fails both times */
    PROOF_WORKS,    /* works both times */
    PROOF_BREAKS,   /* works before, fails after: what was changed must be withheld */
    PROOF_UNPROVEN, /* only one of the two could be replayed */
};

/* One way to suppose what evidence leaves open. */
struct proof_branch {
    str supposes; /* "the backend needs the server name"; empty: nothing is left open */
    struct lab_backend backend;
    const struct lab_outcome *before;
    const struct lab_outcome *after;
    enum proof_verdict verdict;
    /* The log line of the hop is what `before` says, reason and alert: this branch is the likely
     * one. */
    bool fits_evidence;
};

struct proof {
    u32 hop;
    str skipped; /* why there is no branch; empty: there is one */
    struct lab_client before;
    struct lab_client after;
    const struct proof_branch *branches; /* those that fit the evidence first */
    u32 branch_count;
    /* The hop has a log line that no branch makes: settings and log are not of the same place,
     * or of the same time. One sentence; empty: no contradiction. */
    str contradiction;
    /* What of the models is a guess: "the CA file is taken to vouch for the backend". */
    const str *assumes;
    u32 assume_count;
};

struct proofs {
    const struct proof *proof; /* by hop */
    u32 count;
};

/*
 * Hop to client. Each setting maps to one field; where the hop is at its default,
 * the field is at its zero:
 *
 *   SSL_PROTOCOLS          protocols      hop_protocols_parse; 0 where not set
 *   SSL_CIPHERS            ciphers
 *   SSL_CONF_COMMAND       commands       name and value of each, in order
 *   SSL_SERVER_NAME        server_name
 *   hop_name_in_force      name           variables: skipped, unless one literal is known
 *   SSL_VERIFY, _DEPTH     verify, depth
 *   SSL_TRUSTED_CERTIFICATE trust, trusted  LAB_TRUST_PEM where a given file or evidence of that
 *                                         name holds it; else LAB_TRUST_BACKEND and `assumes`,
 *                                         or LAB_TRUST_STRANGER where the log says 19, 20 or 21
 *   SSL_CERTIFICATE, _KEY  identity       GOOD where set, NONE where not; STRANGER, EXPIRED or
 *                                         SERVER where the log says 48, 45 or 43
 *   family, http version   family, http2
 *   target                 nginx, openssl
 *   platform               level          2, or what a crypto policy of it says
 */
struct lab_client prove_client(struct arena *arena, const struct hops *hops, const struct hop *hop,
                               struct target target);

/*
 * Facts to backends, one for each branch:
 *
 *   a log line             what makes it: facts 8.2 and 8.3 (tests/lab/cases.c has one for each)
 *   a scan                 protocols, ciphers, suites, groups, keys; a partial one leaves the
 *                          rest open
 *   s_client               the same, of one handshake; asking; chain
 *   a certificate, a chain chain
 *   a backend's nginx      protocols, ciphers, groups, served, asking, refusal
 *   nothing                a modern server with the wanted name; needs_sni both ways
 */
u32 prove_backends(struct arena *arena, const struct check *check, const struct hop *hop,
                   struct proof_branch branches[PROVE_BRANCHES]);

/* `fixed` has as many hops as `check`, in the same order. */
struct proofs prove_all(struct arena *arena, const struct check *check, const struct hops *fixed,
                        int64_t now);

/* For the engine: the hop's edits are refuted when every branch that fits the evidence breaks or
 * fails in the same words as before. */
bool prove_refutes(const struct proof *proof);

#endif
