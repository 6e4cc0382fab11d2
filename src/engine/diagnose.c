#include "engine/diagnose.h"

#include "engine/dial.h"
#include "engine/match.h"
#include "engine/plan.h"
#include "engine/smoke.h"

enum {
    WEIGHT_MAX = 100,
    WEIGHT_SUPPORTED = 40, /* added where a rule found the fault at the hop */
    COMMAND_HOPS = 8,      /* hops for which commands are printed */
};

/* ---- causes ------------------------------------------------------------- */

static bool about_one_of(const struct finding *finding, const u32 *hops, u32 hop_count)
{
    for (u32 i = 0; i < finding->hop_count; i++)
        for (u32 k = 0; k < hop_count; k++)
            if (finding->hops[i] == hops[k])
                return true;
    return finding->hop_count == 0;
}

static bool is_supported(const struct check *check, str rules, const u32 *hops, u32 hop_count)
{
    for (str id = str_word(&rules); id.len; id = str_word(&rules))
        for (u32 i = 0; i < check->finding_count; i++)
            if (str_eq(str_of(check->findings[i].rule->id), id) &&
                about_one_of(&check->findings[i], hops, hop_count))
                return true;
    return false;
}

static u32 ranked_weight(const struct check *check, const struct reason_cause *cause,
                         const u32 *hops, u32 hop_count)
{
    str rules = str_of(cause->rules);
    if (!check || !hop_count || !rules.len)
        return cause->weight;
    /* A fault that rules look for and did not find is not excluded, but less likely. */
    u32 weight = is_supported(check, rules, hops, hop_count) ? cause->weight + WEIGHT_SUPPORTED
                                                             : cause->weight / 2;
    return weight < WEIGHT_MAX ? weight : WEIGHT_MAX;
}

struct cause_text *diagnose_causes(const struct check *check, struct arena *arena,
                                   const struct reason_advice *advice, const u32 *hops,
                                   u32 hop_count, u32 *count)
{
    u32 total = 0;
    while (advice->causes && advice->causes[total].text)
        total++;
    struct cause_text *causes = arena_array(arena, total, sizeof *causes);
    for (u32 i = 0; i < total; i++) {
        const struct reason_cause *cause = &advice->causes[i];
        u32 weight = ranked_weight(check, cause, hops, hop_count);
        u32 to = i;
        for (; to > 0 && causes[to - 1].weight < weight; to--)
            causes[to] = causes[to - 1];
        causes[to] = (struct cause_text){str_of(cause->text), str_of(cause->rules), weight};
    }
    *count = total;
    return causes;
}

/* ---- diagnoses ---------------------------------------------------------- */

static str peer_of(const struct check *check, const struct log_fact *fact, struct hop_list hops)
{
    if (fact->upstream.host.len && fact->upstream.port)
        return str_fmt(check->arena, "%.*s:%u", STR_ARG(fact->upstream.host), fact->upstream.port);
    if (fact->upstream.host.len)
        return fact->upstream.host;
    return hops.count == 1 ? check->hops->hop[hops.hop[0]].target : (str){0};
}

static str title_of(const struct check *check, const struct log_fact *fact, struct hop_list hops)
{
    if (!fact->treated_as)
        return str_fmt(check->arena, "nginx says \"%.*s\", which is not in our catalogue.",
                       STR_ARG(fact->message));
    const char *meaning = reason_advice(fact->treated_as, fact->side)->meaning;
    str peer = peer_of(check, fact, hops);
    if (fact->side != SIDE_UPSTREAM || !peer.len)
        return str_of(meaning);
    return str_fmt(check->arena, "%.*s: %s", STR_ARG(peer), meaning);
}

static void put_sentence(struct buf *out, str sentence)
{
    if (!sentence.len)
        return;
    if (out->len)
        buf_char(out, ' ');
    buf_str(out, sentence);
}

static str note_of(const struct check *check, const struct log_fact *fact, struct hop_list hops)
{
    struct buf out = buf_new(check->arena);
    put_sentence(&out, str_of(fact->note));
    if (fact->treated_as)
        put_sentence(&out, str_of(reason_advice(fact->treated_as, fact->side)->not_help));
    if (fact->side == SIDE_UPSTREAM && !hops.count && check->hops->count) {
        str peer = peer_of(check, fact, hops);
        put_sentence(&out, peer.len ? str_fmt(check->arena,
                                              "No TLS hop of this configuration dials %.*s: a part "
                                              "of it may be missing here.",
                                              STR_ARG(peer))
                                    : STR("The line does not name its upstream, and this "
                                          "configuration has several: paste the whole line."));
    }
    return buf_view(&out);
}

static struct diagnosis diagnosis_of(const struct check *check, const struct log_fact *fact)
{
    struct hop_list hops = match_fact(check->arena, check->hops, fact);
    struct diagnosis diagnosis = {
        .evidence = check->texts[fact->text].name,
        .fact = fact,
        .title = title_of(check, fact, hops),
        .reason = fact->message,
        .hops = hops.hop,
        .hop_count = hops.count,
        .note = note_of(check, fact, hops),
    };
    if (fact->treated_as)
        diagnosis.causes =
            diagnose_causes(check, check->arena, reason_advice(fact->treated_as, fact->side),
                            hops.hop, hops.count, &diagnosis.cause_count);
    return diagnosis;
}

void diagnose_facts(const struct check *check, struct fix *fix)
{
    u32 count = check->evidence->log_count;
    fix->diagnoses = arena_array(check->arena, count, sizeof *fix->diagnoses);
    for (u32 i = 0; i < count; i++)
        fix->diagnoses[fix->diagnosis_count++] = diagnosis_of(check, &check->evidence->logs[i]);
}

/* ---- commands ----------------------------------------------------------- */

/* HOST:PORT to dial by hand, or empty when it is not known. */
static str address_of(const struct check *check, const struct hop *hop)
{
    const struct log_fact *const *fact = check->facts[hop->id];
    for (; *fact; fact++)
        if ((*fact)->upstream.host.len && (*fact)->upstream.port &&
            hop_host_kind((*fact)->upstream.host) != HOST_DNS)
            return str_fmt(check->arena, "%.*s:%u", STR_ARG((*fact)->upstream.host),
                           (*fact)->upstream.port);
    return dial_hop_address(check->arena, hop);
}

static str s_client(const struct check *check, const struct hops *hops, u32 hop, str address)
{
    struct buf out = buf_new(check->arena);
    buf_str(&out, STR("openssl s_client "));
    dial_put_options(&out, hops, &hops->hop[hop], address);
    buf_str(&out, STR(" </dev/null"));
    return buf_view(&out);
}

static void push_command(struct fix *fix, str title, str text)
{
    fix->commands[fix->command_count++] = (struct command){title, text};
}

/* The request by curl, with the fix: to the same address, by the same name. */
static str curl(const struct check *check, const struct fix *fix, u32 hop, str address)
{
    const struct hop *after = &fix->after->hop[hop];
    struct hop_name name = hop_name_in_force(fix->after, after);
    struct value ca = hop_value(fix->after, after, SETTING_SSL_TRUSTED_CERTIFICATE);
    u32 colon = str_find_last(address, STR(":"));
    str host = str_sub(address, 0, colon);
    str port = str_from(address, colon + 1);
    if (after->family != FAMILY_PROXY || hop_host_kind(name.name) != HOST_DNS)
        return (str){0};
    struct buf out = buf_new(check->arena);
    buf_str(&out, STR("curl -sv -o /dev/null"));
    if (hop_host_kind(host) != HOST_DNS)
        buf_fmt(&out, " --resolve %.*s",
                STR_ARG(dial_word(check->arena,
                                  str_fmt(check->arena, "%.*s:%.*s:%.*s", STR_ARG(name.name),
                                          STR_ARG(port), STR_ARG(host)))));
    if (hop_is_on(fix->after, after, SETTING_SSL_VERIFY) && ca.set)
        buf_fmt(&out, " --cacert %.*s", STR_ARG(dial_word(check->arena, ca.text)));
    else
        buf_str(&out, STR(" -k"));
    buf_fmt(&out, " %.*s",
            STR_ARG(dial_word(check->arena, str_fmt(check->arena, "https://%.*s:%.*s/",
                                                    STR_ARG(name.name), STR_ARG(port)))));
    return buf_view(&out);
}

static void add_hop_commands(const struct check *check, struct fix *fix, u32 id)
{
    const struct hop *hop = &fix->before->hop[id];
    str address = address_of(check, hop);
    if (!address.len || fix->after->hop[id].transport == TRANSPORT_PLAIN)
        return;
    str now = s_client(check, fix->before, id, address);
    str then = s_client(check, fix->after, id, address);
    push_command(
        fix, str_fmt(check->arena, "What nginx does now towards %.*s", STR_ARG(hop->target)), now);
    if (!str_eq(now, then))
        push_command(fix,
                     str_fmt(check->arena, "What it will do with the fix, towards %.*s",
                             STR_ARG(hop->target)),
                     then);
    str request = curl(check, fix, id, address);
    if (request.len && hop_is_on(fix->after, &fix->after->hop[id], SETTING_SSL_SERVER_NAME))
        push_command(
            fix,
            str_fmt(check->arena, "A request with the fix, towards %.*s", STR_ARG(hop->target)),
            request);
}

void diagnose_commands(const struct check *check, struct fix *fix)
{
    fix->commands = arena_array(check->arena, 3 * COMMAND_HOPS + 2, sizeof *fix->commands);
    const bool *changed = plan_named_hops(check);
    u32 shown = 0;
    for (u32 i = 0; i < fix->before->count && shown < COMMAND_HOPS; i++) {
        if (!changed[i] && !check->facts[i][0])
            continue;
        add_hop_commands(check, fix, i);
        shown++;
    }
    if (shown)
        push_command(fix, STR("A smoke test for a pipeline: every hop, as it will be"),
                     smoke_script(check->arena, fix->after));
    if (fix->diff.len)
        push_command(fix, STR("Check the configuration, then reload"),
                     STR("nginx -t && nginx -s reload"));
}
