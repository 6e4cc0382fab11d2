#include "evidence/reader.h"

#include <string.h>

static const char *const why_other = "error.log lines about other things than TLS";

struct reader reader_new(struct arena *arena)
{
    return (struct reader){.arena = arena};
}

/* --- Colours -------------------------------------------------------------- */

/* Of "ESC [ 1 ; 3 4 m" at `at`; 0: none is there. */
static u32 colour_len(str text, u32 at)
{
    if (text.p[at] != '\x1b' || at + 1 >= text.len || text.p[at + 1] != '[')
        return 0;
    u32 end = at + 2;
    while (end < text.len && (char_is_digit(text.p[end]) || text.p[end] == ';'))
        end++;
    bool ends = end < text.len && char_is_alnum(text.p[end]);
    return end - at + ends;
}

static str without_colours(struct arena *arena, str text)
{
    if (str_find_char(text, '\x1b') == STR_NONE)
        return text;
    char *plain = arena_alloc(arena, text.len);
    u32 len = 0;
    for (u32 i = 0; i < text.len;) {
        u32 skip = colour_len(text, i);
        if (!skip)
            plain[len++] = text.p[i++];
        i += skip;
    }
    return (str){plain, len};
}

void reader_open(struct reader *reader, u32 text, const struct evidence_text *evidence)
{
    reader->text = text;
    reader->other = 0;
    reader->command = (str){0};
    reader->source = source_open(reader->arena, evidence->name, evidence->text);
    str plain = without_colours(reader->arena, evidence->text);
    reader->plain = plain.p == evidence->text.p ? reader->source
                                                : source_open(reader->arena, evidence->name, plain);
}

static str line_of(const struct source *source, u32 line)
{
    str text = source_slice(source, source_line(source, line));
    while (text.len && (text.p[text.len - 1] == '\n' || text.p[text.len - 1] == '\r'))
        text.len--;
    return text;
}

str reader_line(const struct reader *reader, u32 line)
{
    return line_of(&reader->plain, line);
}

span reader_span(const struct reader *reader, u32 line, u32 count)
{
    span first = source_line(&reader->source, line);
    span last = source_line(&reader->source, line + count - 1);
    str text = line_of(&reader->source, line + count - 1);
    return (span){first.start, last.start + text.len};
}

/* --- Groups of log facts -------------------------------------------------- */

static u64 hash_bytes(u64 hash, const void *p, size_t len)
{
    const u8 *byte = p;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ byte[i]) * 0x100000001B3u;
    return hash;
}

/* With its length, so that "a" + "bc" is not "ab" + "c". */
static u64 hash_str(u64 hash, str s)
{
    return hash_bytes(hash_bytes(hash, &s.len, sizeof s.len), s.p, s.len);
}

static u64 hash_number(u64 hash, u32 n)
{
    return hash_bytes(hash, &n, sizeof n);
}

/* Of a reason that we know, the message's wording is no matter. */
static str wording(const struct log_fact *fact)
{
    return fact->reason ? str_of(fact->reason->id) : fact->message;
}

static u64 fact_hash(const struct log_fact *fact)
{
    u64 hash = 0xCBF29CE484222325u;
    hash = hash_number(hash, fact->text);
    hash = hash_number(hash, (u32)fact->side);
    hash = hash_number(hash, fact->alert);
    hash = hash_number(hash, fact->verify_code);
    hash = hash_number(hash, fact->upstream.port);
    hash = hash_number(hash, fact->file_line);
    hash = hash_str(hash, wording(fact));
    hash = hash_str(hash, fact->upstream.host);
    hash = hash_str(hash, fact->server);
    hash = hash_str(hash, fact->mismatch_name);
    hash = hash_str(hash, fact->file);
    return hash_str(hash, fact->value);
}

static bool same_group(const struct log_fact *a, const struct log_fact *b)
{
    return a->text == b->text && a->side == b->side && a->reason == b->reason &&
           a->alert == b->alert && a->verify_code == b->verify_code &&
           a->impossible == b->impossible && a->upstream.port == b->upstream.port &&
           a->file_line == b->file_line && str_eq(wording(a), wording(b)) &&
           str_eq(a->upstream.scheme, b->upstream.scheme) &&
           str_eq(a->upstream.host, b->upstream.host) && str_eq(a->server, b->server) &&
           str_eq(a->mismatch_name, b->mismatch_name) && str_eq(a->file, b->file) &&
           str_eq(a->directive, b->directive) && str_eq(a->value, b->value);
}

/* The slot of the fact's group, or the empty one where it belongs. */
static u32 *group_slot(struct reader *reader, const struct log_fact *fact, u64 hash)
{
    struct log_table *table = &reader->groups;
    u32 mask = table->slot_count - 1;
    for (u32 i = (u32)(hash ^ hash >> 32) & mask;; i = (i + 1) & mask) {
        u32 *slot = &table->slots[i];
        if (!*slot)
            return slot;
        if (!fact)
            continue;
        if (table->hashes[*slot - 1] == hash && same_group(&reader->logs[*slot - 1], fact))
            return slot;
    }
}

/* At most half full, so that a walk over it is short and ends. */
static void groups_grow(struct reader *reader)
{
    struct log_table *table = &reader->groups;
    if (reader->log_count < table->slot_count / 2)
        return;
    table->slot_count = table->slot_count ? table->slot_count * 2 : 64;
    table->slots = arena_array(reader->arena, table->slot_count, sizeof *table->slots);
    for (u32 i = 0; i < reader->log_count; i++)
        *group_slot(reader, NULL, table->hashes[i]) = i + 1;
}

static void add_uri(struct reader *reader, struct log_fact *group, str uri)
{
    str path = str_sub(uri, 0, str_find_char(uri, '?'));
    if (!path.len || group->uri_count == LOG_URIS)
        return;
    for (u32 i = 0; i < group->uri_count; i++)
        if (str_eq(group->uris[i], path))
            return;
    /* Rooms of 1, 2, 4 ...: full whenever the count is a power of two. */
    str *uris = (str *)group->uris;
    u32 n = group->uri_count;
    if ((n & (n - 1)) == 0) {
        uris = arena_array(reader->arena, n ? n * 2 : 1, sizeof *uris);
        if (n)
            memcpy(uris, group->uris, n * sizeof *uris);
    }
    uris[n] = path;
    group->uris = uris;
    group->uri_count = n + 1;
}

static struct log_fact *new_group(struct reader *reader, const struct log_fact *fact, u64 hash)
{
    struct log_table *table = &reader->groups;
    u32 count = reader->log_count;
    reader->logs =
        arena_grow(reader->arena, reader->logs, count, &reader->log_room, sizeof *reader->logs);
    table->hashes =
        arena_grow(reader->arena, table->hashes, count, &table->hash_room, sizeof *table->hashes);
    reader->logs[count] = *fact;
    table->hashes[count] = hash;
    reader->log_count++;
    return &reader->logs[count];
}

void reader_log(struct reader *reader, struct log_fact fact, u32 line, u32 count)
{
    fact.text = reader->text;
    fact.line = line;
    fact.at = reader_span(reader, line, count);
    groups_grow(reader);
    u64 hash = fact_hash(&fact);
    u32 *slot = group_slot(reader, &fact, hash);
    struct log_fact *group = *slot ? &reader->logs[*slot - 1] : new_group(reader, &fact, hash);
    if (!*slot)
        *slot = reader->log_count;
    group->count++;
    if (fact.last_time.len)
        group->last_time = fact.last_time;
    add_uri(reader, group, fact.uri);
}

/* --- Other facts ---------------------------------------------------------- */

struct build_fact *reader_build(struct reader *reader, u32 line)
{
    reader->builds = arena_grow(reader->arena, reader->builds, reader->build_count,
                                &reader->build_room, sizeof *reader->builds);
    struct build_fact *build = &reader->builds[reader->build_count++];
    *build = (struct build_fact){.text = reader->text, .line = line};
    return build;
}

void reader_test(struct reader *reader, u32 line, str file, bool ok)
{
    reader->tests = arena_grow(reader->arena, reader->tests, reader->test_count, &reader->test_room,
                               sizeof *reader->tests);
    reader->tests[reader->test_count++] = (struct test_fact){
        .text = reader->text,
        .line = line,
        .at = reader_span(reader, line, 1),
        .file = file,
        .ok = ok,
    };
}

struct backend_fact *reader_backend(struct reader *reader, u32 line, enum evidence_kind kind)
{
    reader->backends = arena_grow(reader->arena, reader->backends, reader->backend_count,
                                  &reader->backend_room, sizeof *reader->backends);
    struct backend_fact *fact = &reader->backends[reader->backend_count++];
    *fact = (struct backend_fact){
        .text = reader->text, .line = line, .at = reader_span(reader, line, 1), .kind = kind};
    return fact;
}

struct pem_fact *reader_pem(struct reader *reader, u32 line, u32 count)
{
    reader->pems = arena_grow(reader->arena, reader->pems, reader->pem_count, &reader->pem_room,
                              sizeof *reader->pems);
    struct pem_fact *pem = &reader->pems[reader->pem_count++];
    *pem = (struct pem_fact){.text = reader->text,
                             .line = line,
                             .at = reader_span(reader, line, count),
                             .backend = EVIDENCE_NONE};
    return pem;
}

struct suites_fact *reader_suites(struct reader *reader, u32 line, u32 count)
{
    reader->suites = arena_grow(reader->arena, reader->suites, reader->suites_count,
                                &reader->suites_room, sizeof *reader->suites);
    struct suites_fact *suites = &reader->suites[reader->suites_count++];
    *suites = (struct suites_fact){
        .text = reader->text, .line = line, .at = reader_span(reader, line, count)};
    return suites;
}

/* --- What gave no fact ---------------------------------------------------- */

static bool only_blank_between(const struct reader *reader, u32 from, u32 to)
{
    str between = str_sub(reader->source.text, from, to);
    return str_trim(between).len == 0;
}

/* The last run, when these lines carry it on. */
static struct evidence_unread *run_before(struct reader *reader, span at, enum evidence_kind kind,
                                          const char *why)
{
    if (!reader->unread_count)
        return NULL;
    struct evidence_unread *run = &reader->unread[reader->unread_count - 1];
    bool same = run->text == reader->text && run->kind == kind && run->why == why;
    return same && only_blank_between(reader, run->at.end, at.start) ? run : NULL;
}

static void new_unread(struct reader *reader, struct evidence_unread unread)
{
    reader->unread = arena_grow(reader->arena, reader->unread, reader->unread_count,
                                &reader->unread_room, sizeof *reader->unread);
    reader->unread[reader->unread_count++] = unread;
}

void reader_remark(struct reader *reader, const struct backend_fact *fact, const char *why)
{
    new_unread(reader, (struct evidence_unread){.text = fact->text,
                                                .line = fact->line,
                                                .lines = 1,
                                                .at = fact->at,
                                                .kind = fact->kind,
                                                .why = why});
}

void reader_unread(struct reader *reader, u32 line, u32 count, enum evidence_kind kind,
                   const char *why)
{
    span at = reader_span(reader, line, count);
    struct evidence_unread *run = run_before(reader, at, kind, why);
    if (run) {
        run->at.end = at.end;
        run->lines = line + count - run->line;
        return;
    }
    new_unread(reader, (struct evidence_unread){.text = reader->text,
                                                .line = line,
                                                .lines = count,
                                                .at = at,
                                                .kind = kind,
                                                .why = why});
}

void reader_other(struct reader *reader, u32 line, u32 count)
{
    if (reader->other) {
        reader->unread[reader->other - 1].lines += count;
        return;
    }
    new_unread(reader, (struct evidence_unread){.text = reader->text,
                                                .line = line,
                                                .lines = count,
                                                .at = reader_span(reader, line, count),
                                                .kind = EVIDENCE_ERROR_LOG,
                                                .why = why_other});
    reader->other = reader->unread_count;
}
