#include "nginx/meant.h"

/* Other names may be a module's: only these are looked at for slips. */
static bool is_ours(str name)
{
    static const str prefixes[] = {STR_INIT("proxy_"), STR_INIT("grpc_"), STR_INIT("uwsgi_"),
                                   STR_INIT("ssl_")};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (str_starts(name, prefixes[i]))
            return true;
    return false;
}

/* Two slips in a short name may be another name. */
enum { LONG = 16 };

static struct meant nearest(str name, enum context where)
{
    u32 distance = 0;
    const struct directive *row = is_ours(name) ? catalogue_suggest(name, where, &distance) : NULL;
    if (!row || !catalogue_allowed(row, where) || !(row->flavours & FLAVOUR_OPEN))
        return (struct meant){0};
    return (struct meant){.row = row, .unsure = distance > 1 && name.len < LONG};
}

struct meant meant_by_name(str name, enum context where)
{
    struct wrong_name wrong = catalogue_wrong_name(name, where);
    if (!wrong.known)
        return nearest(name, where);
    return (struct meant){
        .row = wrong.meant, .drop = !wrong.meant, .unsure = !wrong.sure, .why = wrong.why};
}

static bool is_one_of(str value, const str *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_nocase(value, words[i]))
            return true;
    return false;
}

str meant_by_flag(str value)
{
    static const str yes[] = {STR_INIT("on"), STR_INIT("true"),   STR_INIT("yes"),
                              STR_INIT("1"),  STR_INIT("enable"), STR_INIT("enabled")};
    static const str no[] = {STR_INIT("off"), STR_INIT("false"),   STR_INIT("no"),
                             STR_INIT("0"),   STR_INIT("disable"), STR_INIT("disabled")};
    if (is_one_of(value, yes, sizeof yes / sizeof *yes))
        return STR("on");
    return is_one_of(value, no, sizeof no / sizeof *no) ? STR("off") : (str){0};
}
