#include "evidence/evidence.h"

#include "evidence/conflict.h"
#include "evidence/parser.h"

static const struct parser *const parsers[] = {
#define PARSER(name) &parser_##name,
#include "evidence/parsers.inc"
#undef PARSER
};

enum { PARSER_COUNT = sizeof(parsers) / sizeof(const struct parser *) };

static const char *const why_unknown = "not a kind of evidence that tlsmend knows";

const struct parser *parser_of_line(const struct reader *reader, u32 line)
{
    for (u32 i = 0; i < PARSER_COUNT; i++)
        if (parsers[i]->begins(reader, line))
            return parsers[i];
    return NULL;
}

const char *evidence_kind_name(enum evidence_kind kind)
{
    for (u32 i = 0; i < PARSER_COUNT; i++)
        if (parsers[i]->kind == kind)
            return parsers[i]->name;
    return "unknown";
}

static u32 read_piece(struct reader *reader, u32 line)
{
    if (!str_trim(reader_line(reader, line)).len)
        return 1;
    const struct parser *parser = parser_of_line(reader, line);
    if (parser)
        return parser->read(reader, line);
    reader_unread(reader, line, 1, EVIDENCE_UNKNOWN, why_unknown);
    return 1;
}

static void read_text(struct reader *reader)
{
    for (u32 line = 1; line <= reader->source.line_count;)
        line += read_piece(reader, line);
}

struct evidence evidence_read(struct arena *arena, const struct evidence_text *texts, u32 count)
{
    struct reader reader = reader_new(arena);
    for (u32 i = 0; i < count; i++) {
        reader_open(&reader, i, &texts[i]);
        read_text(&reader);
    }
    conflict_remark_all(&reader, texts);
    for (u32 i = 0; i < reader.backend_count; i++)
        if (reader.backends[i].note)
            reader_remark(&reader, &reader.backends[i], reader.backends[i].note);
    return (struct evidence){
        .logs = reader.logs,
        .log_count = reader.log_count,
        .builds = reader.builds,
        .build_count = reader.build_count,
        .tests = reader.tests,
        .test_count = reader.test_count,
        .backends = reader.backends,
        .backend_count = reader.backend_count,
        .pems = reader.pems,
        .pem_count = reader.pem_count,
        .suites = reader.suites,
        .suites_count = reader.suites_count,
        .unread = reader.unread,
        .unread_count = reader.unread_count,
    };
}
