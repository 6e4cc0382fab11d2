/* `openssl ciphers -V`: which suites some OpenSSL has. */
#include "evidence/parser.h"
#include "evidence/scan.h"

/* "          0x13,0x02 - TLS_AES_256_GCM_SHA384         TLSv1.3 Kx=any ..." */
static bool read_line(str line, struct backend_cipher *cipher)
{
    str rest = str_trim(line);
    u32 at = str_find(rest, STR(" - "));
    if (!str_starts(rest, STR("0x")) || at == STR_NONE || at > 24)
        return false;
    rest = str_from(rest, at + 3);
    cipher->name = str_word(&rest);
    cipher->protocols = scan_protocol(str_word(&rest));
    str exchange = str_word(&rest);
    if (!str_starts(exchange, STR("Kx=")))
        return false;
    cipher->exchange = str_from(exchange, 3);
    return cipher->protocols != 0;
}

static bool begins(const struct reader *reader, u32 line)
{
    struct backend_cipher ignored = {0};
    return read_line(reader_line(reader, line), &ignored);
}

static u32 read(struct reader *reader, u32 line)
{
    struct backend_cipher cipher = {0};
    u32 count = 0;
    while (read_line(reader_line(reader, line + count), &cipher))
        count++;
    struct suites_fact *suites = reader_suites(reader, line, count);
    for (u32 i = 0; i < count; i++) {
        read_line(reader_line(reader, line + i), &cipher);
        suites->ciphers = arena_grow(reader->arena, suites->ciphers, suites->count, &suites->room,
                                     sizeof *suites->ciphers);
        suites->ciphers[suites->count++] = cipher;
    }
    return count;
}

const struct parser parser_ciphers_v = {EVIDENCE_CIPHERS_V, "openssl ciphers -V", begins, read};
