#include "evidence/pem.h"

#include "base/buf.h"
#include "evidence/parser.h"
#include "evidence/scan.h"

static const char *const why_key =
    "a private key: it is not needed here and was not read; replace it if this text was shared";
static const char *const why_other_pem = "a PEM block that is no certificate";
static const char *const why_cut = "a PEM block without its end: it is cut off";

static str label_of(str line)
{
    str text = str_trim(line);
    str begin = STR("-----BEGIN ");
    if (!str_starts(text, begin))
        return (str){0};
    str label = str_from(text, begin.len);
    return str_sub(label, 0, str_find(label, STR("-----")));
}

bool pem_begins(const struct reader *reader, u32 line)
{
    return str_starts(str_trim(reader_line(reader, line)), STR("-----BEGIN "));
}

static bool is_base64(str line)
{
    for (u32 i = 0; i < line.len; i++)
        if (!char_is_alnum(line.p[i]) && line.p[i] != '+' && line.p[i] != '/' && line.p[i] != '=')
            return false;
    return true;
}

static bool is_header(str line)
{
    return str_starts(line, STR("Proc-Type:")) || str_starts(line, STR("DEK-Info:"));
}

/* Lines of the block; `*whole`: its end is among them. */
static u32 block_lines(const struct reader *reader, u32 line, bool *whole)
{
    *whole = false;
    for (u32 next = line + 1; next <= reader->plain.line_count; next++) {
        str text = str_trim(reader_line(reader, next));
        *whole = str_starts(text, STR("-----END "));
        if (*whole)
            return next - line + 1;
        if (!is_base64(text) && !is_header(text))
            return next - line;
    }
    return reader->plain.line_count - line + 1;
}

/* Each line trimmed, ended by LF: what OpenSSL reads. */
static str block_text(const struct reader *reader, u32 line, u32 count)
{
    struct buf out = buf_new(reader->arena);
    for (u32 i = 0; i < count; i++) {
        buf_str(&out, str_trim(reader_line(reader, line + i)));
        buf_char(&out, '\n');
    }
    return buf_view(&out);
}

u32 pem_take(struct reader *reader, u32 line, struct backend_fact *fact)
{
    bool whole;
    u32 count = block_lines(reader, line, &whole);
    struct pem_fact *pem = reader_pem(reader, line, count);
    pem->label = label_of(reader_line(reader, line));
    pem->whole = whole;
    if (fact)
        pem->backend = (u32)(fact - reader->backends);
    if (str_ends(pem->label, STR("PRIVATE KEY"))) {
        reader_unread(reader, line, count, EVIDENCE_PEM, why_key);
        return count;
    }
    pem->block = block_text(reader, line, count);
    bool certificate = str_ends(pem->label, STR("CERTIFICATE"));
    if (certificate && whole && fact)
        scan_push(reader, &fact->pems, pem->block);
    else if (!certificate || !whole)
        reader_unread(reader, line, count, EVIDENCE_PEM, whole ? why_other_pem : why_cut);
    return count;
}

/* --- Certificates on their own --------------------------------------------- */

/* "subject=...", "issuer=..." of `openssl x509` or s_client, and comments, stand between. */
static bool stands_between(str line)
{
    str text = str_trim(line);
    return !text.len || str_starts(text, STR("subject=")) || str_starts(text, STR("issuer=")) ||
           str_starts(text, STR("#"));
}

/* The next block of the same run, or 0. */
static u32 next_block(const struct reader *reader, u32 line)
{
    while (line <= reader->plain.line_count && stands_between(reader_line(reader, line)))
        line++;
    return line <= reader->plain.line_count && pem_begins(reader, line) ? line : 0;
}

static u32 read(struct reader *reader, u32 line)
{
    struct backend_fact *fact = reader_backend(reader, line, EVIDENCE_PEM);
    u32 end = line;
    for (u32 block = line; block; block = next_block(reader, end))
        end = block + pem_take(reader, block, fact);
    fact->at = reader_span(reader, line, end - line);
    if (!fact->pems.count)
        reader->backend_count--;
    return end - line;
}

const struct parser parser_pem = {EVIDENCE_PEM, "PEM", pem_begins, read};
