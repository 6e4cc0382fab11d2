#include "rules/legacy.h"

#include "rules/protocols.h"

bool legacy_is_allowed(const struct check *check, const struct hop *hop)
{
    return str_eq_nocase(rule_answer(check, hop, ASK_ALLOW_LEGACY), STR("yes"));
}

const struct log_fact *legacy_evidence(const struct check *check, const struct hop *hop)
{
    static const str reasons[] = {STR_INIT("alert-protocol-version"),
                                  STR_INIT("unsupported-protocol"), STR_INIT("legacy-sigalg")};
    struct protocols protocols = protocols_at(check, hop);
    u32 modern = protocols_modern(check);
    bool enough = protocols.known && (protocols.offered & modern) == modern;
    if (!enough && !legacy_is_allowed(check, hop))
        return NULL;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        const struct log_fact *fact = rule_reason(check, hop, reasons[i]);
        if (fact)
            return fact;
    }
    return NULL;
}

void legacy_ask(struct check *check, const struct hop *hop, str what, str why)
{
    rule_withhold(check, STR("it would weaken this hop: answer allow-legacy=yes to have it"));
    rule_ask(check, hop, ASK_ALLOW_LEGACY, what, why);
    rule_ask_choice(check, STR("yes"));
}
