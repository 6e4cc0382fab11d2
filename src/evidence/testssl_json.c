/*
 * testssl.sh's --jsonfile (a flat list of findings, each with its target) and
 * --jsonfile-pretty (lists by section, below one target each).
 */
#include "evidence/json.h"
#include "evidence/json_piece.h"
#include "evidence/parser.h"
#include "evidence/testssl.h"

struct scan {
    struct reader *reader;
    u32 line;
    u32 first;  /* the first fact of this piece */
    str target; /* of the findings read last: "host/ip" and port */
    str port;
    struct backend_fact *fact;
    u32 depth;
    bool done; /* "scanTime" is the last finding */
};

enum { DEPTH = 16 };

static bool begins(const struct reader *reader, u32 line)
{
    str text = json_piece_glance(reader, line);
    return (str_has(text, STR("\"finding\"")) && str_has(text, STR("\"severity\""))) ||
           str_has(text, STR("\"scanResult\""));
}

/* A fact of the same target, or a new one. */
static struct backend_fact *fact_for(struct scan *scan, str target, str port)
{
    if (scan->fact && str_eq(scan->target, target) && str_eq(scan->port, port))
        return scan->fact;
    if (scan->fact && !target.len)
        return scan->fact;
    scan->target = target;
    scan->port = port;
    scan->fact = reader_backend(scan->reader, scan->line, EVIDENCE_TESTSSL_JSON);
    scan->fact->port = scan_number(port);
    str rest = target;
    scan_host(scan->fact, str_cut(&rest, '/'));
    if (rest.len)
        scan_host(scan->fact, rest);
    return scan->fact;
}

static void visit(void *context, const struct json_t *value)
{
    struct scan *scan = context;
    if (scan->depth == DEPTH)
        return;
    str id = json_field_text(value, "id");
    if (id.len && json_field(value, "finding")) {
        struct backend_fact *fact =
            fact_for(scan, json_field_text(value, "ip"), json_field_text(value, "port"));
        testssl_finding(scan->reader, fact, id, json_field_text(value, "finding"));
        return;
    }
    str host = json_field_text(value, "targetHost");
    if (host.len)
        scan_host(fact_for(scan, json_field_text(value, "ip"), json_field_text(value, "port")),
                  host);
    scan->depth++;
    json_each(value, visit, scan);
    scan->depth--;
}

/* Every suite was tried when the cipher tests were run to their end. */
static void settle(struct backend_fact *fact, bool whole)
{
    if (whole)
        fact->complete = scan_listed(fact);
    testssl_settle(fact);
}

static u32 read(struct reader *reader, u32 line)
{
    struct json_piece piece = json_piece_at(reader, line);
    struct scan scan = {.reader = reader, .line = line, .first = reader->backend_count};
    visit(&scan, json_open(reader->arena, piece.text));
    for (u32 i = scan.first; i < reader->backend_count; i++) {
        reader->backends[i].at = reader_span(reader, line, piece.lines);
        settle(&reader->backends[i], piece.whole && json_piece_is_list(&piece));
    }
    if (scan.first == reader->backend_count)
        reader_unread(reader, line, piece.lines, EVIDENCE_TESTSSL_JSON, json_piece_why);
    return piece.lines;
}

const struct parser parser_testssl_json = {EVIDENCE_TESTSSL_JSON, "testssl.sh JSON", begins, read};
