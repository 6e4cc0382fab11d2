/*
 * soup: random texts of tricky bytes, read by nginx's own lexer and by ours.
 *
 *   soup FIRST COUNT    compare the soups FIRST … FIRST+COUNT-1
 *   soup --load FIRST COUNT
 *                       each soup behind `load_module `, a line of JSON: the text, what
 *                       we make of this first statement, and our complaints. Texts are
 *                       hexadecimal.
 *
 * Prints each difference, and at last a line of JSON with the sums. Soups in
 * which we see a template tag are left out: there we differ on purpose.
 */
#include "base/buf.h"
#include "nginx.h"
#include "syntax/tree.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void base_out_of_memory(void)
{
    abort();
}

/* ---- soups -------------------------------------------------------------- */

struct random {
    uint64_t state;
};

static uint32_t pick(struct random *random, uint32_t below)
{
    /* splitmix64 */
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ z >> 31) % below);
}

#define PIECE(literal)                                                                             \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

static const struct piece {
    const char *bytes;
    size_t len;
} pieces[] = {
    PIECE(";"),    PIECE(";"),        PIECE(";\n"),
    PIECE("; "),   PIECE(" "),        PIECE(" "),
    PIECE("\n"),   PIECE("\r\n"),     PIECE("\t"),
    PIECE("\r"),   PIECE("\f"),       PIECE("\v"),
    PIECE("a"),    PIECE("set"),      PIECE("b"),
    PIECE("x1"),   PIECE("\xc2\xa0"), PIECE("\0"),
    PIECE("\xff"), PIECE("\""),       PIECE("\""),
    PIECE("'"),    PIECE("'"),        PIECE("\"\""),
    PIECE("''"),   PIECE("\"a\""),    PIECE("'b c'"),
    PIECE("\\"),   PIECE("\\"),       PIECE("\\\\"),
    PIECE("\\n"),  PIECE("\\t"),      PIECE("\\r"),
    PIECE("\\."),  PIECE("\\\""),     PIECE("\\'"),
    PIECE("\\;"),  PIECE("\\{"),      PIECE("\\}"),
    PIECE("\\$"),  PIECE("\\ "),      PIECE("\\\n"),
    PIECE("$"),    PIECE("$a"),       PIECE("${"),
    PIECE("${a}"), PIECE("${{"),      PIECE("$"),
    PIECE("{"),    PIECE("{"),        PIECE(" { "),
    PIECE("}"),    PIECE(" }\n"),     PIECE("}"),
    PIECE("#"),    PIECE("#"),        PIECE(" # c\n"),
    PIECE("#;\n"), PIECE("#\"\r\n"),  PIECE("("),
    PIECE(")"),    PIECE("\")"),      PIECE(") {"),
    PIECE("="),    PIECE("~*"),       PIECE("<"),
    PIECE("%"),    PIECE("-"),        PIECE("\xef\xbb\xbf"),
};
enum { PIECE_COUNT = sizeof pieces / sizeof *pieces, MOST_BYTES = 16384 };

struct soup {
    char bytes[MOST_BYTES];
    size_t len;
};

static void put(struct soup *soup, const char *bytes, size_t len)
{
    if (soup->len + len > MOST_BYTES)
        return;
    memcpy(soup->bytes + soup->len, bytes, len);
    soup->len += len;
}

/* A run that ends near the size of nginx's buffer, which bounds a token. */
static void put_long(struct soup *soup, struct random *random)
{
    static const char fillers[] = "aaaa \n#\\\"";
    char filler = fillers[pick(random, sizeof fillers - 1)];
    for (uint32_t i = 4088 + pick(random, 12); i > 0; i--)
        put(soup, &filler, 1);
}

static void make_soup(struct soup *soup, uint64_t seed)
{
    struct random random = {seed * 0x2545f4914f6cdd1du};
    soup->len = 0;
    bool calm = pick(&random, 2);
    bool is_long = pick(&random, 25) == 0;
    uint32_t count = 1 + pick(&random, calm ? 12 : 40);
    for (uint32_t i = 0; i < count; i++) {
        const struct piece *piece = &pieces[pick(&random, PIECE_COUNT)];
        put(soup, piece->bytes, piece->len);
        if (is_long && pick(&random, 6) == 0)
            put_long(soup, &random);
    }
    /* Half of them end as whole statements do, or few would be accepted. */
    if (calm)
        put(soup, ";\n", pick(&random, 3));
}

/* ---- the comparison ----------------------------------------------------- */

struct compare {
    struct arena arena;
    struct source source;
    const struct tree *tree;
    struct nginx_reader *nginx;
    u32 token;  /* ours, the next */
    u32 node;   /* ours, the last */
    u32 behind; /* the last byte of what both have accepted, exclusive */
    u32 depth;
    const char *difference;
};

static bool has_tags(const struct tree *tree)
{
    for (u32 i = 0; i < tree->lex.count; i++)
        if (tree->lex.tokens[i].kind == TOKEN_TEMPLATE || tree->lex.tokens[i].kind == TOKEN_MARK ||
            tree->lex.tokens[i].flags & TOKEN_HAS_TAG)
            return true;
    return false;
}

static bool is_word(const struct token *token)
{
    return token->kind == TOKEN_WORD || token->kind == TOKEN_QUOTED;
}

/* Past spaces and comments. */
static const struct token *next_token(struct compare *compare)
{
    const struct token *tokens = compare->tree->lex.tokens;
    while (tokens[compare->token].kind == TOKEN_SPACE ||
           tokens[compare->token].kind == TOKEN_COMMENT)
        compare->token++;
    return &tokens[compare->token];
}

static bool differ(struct compare *compare, const char *difference)
{
    compare->difference = difference;
    return false;
}

static bool same_words(struct compare *compare)
{
    size_t count;
    const struct nginx_word *words = nginx_words(compare->nginx, &count);
    for (size_t i = 0; i < count; i++) {
        const struct token *token = next_token(compare);
        if (!is_word(token))
            return differ(compare, "nginx sees more words");
        if (token->flags & (TOKEN_IS_OPEN | TOKEN_IS_GLUED))
            return differ(compare, "a word is marked that nginx accepts");
        str value =
            lex_value(&compare->arena, compare->source.text, &compare->tree->lex, compare->token);
        if (value.len != words[i].len ||
            (value.len && memcmp(value.p, words[i].data, value.len) != 0))
            return differ(compare, "a word has another value");
        compare->token++;
    }
    return is_word(next_token(compare)) ? differ(compare, "we see more words") : true;
}

static bool same_mark(struct compare *compare, enum token_kind kind)
{
    const struct token *token = next_token(compare);
    if (token->kind != kind)
        return differ(compare, "another terminator");
    compare->token++;
    compare->behind = token[1].start;
    return compare->behind == nginx_offset(compare->nginx)
               ? true
               : differ(compare, "the terminator is elsewhere");
}

static bool same_node(struct compare *compare, enum nginx_result result)
{
    const struct tree *tree = compare->tree;
    u32 node = ++compare->node;
    size_t count;
    nginx_words(compare->nginx, &count);
    if (node >= tree->count || tree->nodes[node].words != count)
        return differ(compare, "the tree has another node");
    if (!(tree->nodes[node].flags & NODE_IS_BLOCK) != (result == NGINX_STATEMENT))
        return differ(compare, "the tree's node is of another kind");
    if (tree_nginx_line(tree, node) != nginx_line(compare->nginx))
        return differ(compare, "the tree's node is on another line");
    return true;
}

static bool same_statement(struct compare *compare, enum nginx_result result)
{
    return same_words(compare) &&
           same_mark(compare, result == NGINX_OPEN ? TOKEN_OPEN : TOKEN_SEMICOLON) &&
           same_node(compare, result);
}

/* nginx shows one byte of a character, we all of it. */
static bool says(str message, const char *nginx)
{
    size_t len = strlen(nginx);
    if (len == sizeof "unexpected \"x\"" - 1)
        len -= 2;
    return str_starts(message, (str){nginx, (u32)len});
}

/* nginx stops with `message`; we say that too, and nothing before. */
static bool same_error(struct compare *compare, const char *message)
{
    const struct tree *tree = compare->tree;
    bool said = false;
    for (u32 i = 0; i < tree->diagnostic_count; i++) {
        const struct diagnostic *diagnostic = &tree->diagnostics[i];
        bool at_end = str_has(diagnostic->message, STR("expecting \"}\""));
        if (!at_end && diagnostic->at.end <= compare->behind)
            return differ(compare, "a complaint about what nginx accepts");
        said |= says(diagnostic->message, message);
    }
    return said ? true : differ(compare, "nginx complains of something else");
}

static bool same_end(struct compare *compare)
{
    if (next_token(compare)->kind != TOKEN_END)
        return differ(compare, "nginx is at the end");
    return compare->tree->diagnostic_count == compare->depth
               ? true
               : differ(compare, "a complaint about a text that nginx accepts");
}

/* One step; false at the end or at a difference. */
static bool step(struct compare *compare)
{
    enum nginx_result result = nginx_next(compare->nginx);
    switch (result) {
    case NGINX_STATEMENT:
        return same_statement(compare, result);
    case NGINX_OPEN:
        compare->depth++;
        return same_statement(compare, result);
    case NGINX_CLOSE:
        if (!compare->depth--)
            return same_error(compare, "unexpected \"}\"") && false;
        return same_mark(compare, TOKEN_CLOSE);
    case NGINX_END:
        return same_end(compare) && false;
    case NGINX_ERROR:
        return same_error(compare, nginx_message(compare->nginx)) && false;
    }
    return false;
}

struct sums {
    uint64_t compared;
    uint64_t accepted;
    uint64_t statements;
    uint64_t left_out;
    uint64_t differences;
};

static void put_escaped(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c >= 0x20 && c < 0x7f && c != '\\' && c != '"')
            putchar(c);
        else
            printf("\\x%02x", c);
    }
}

static void show(const struct compare *compare, const struct soup *soup, uint64_t seed)
{
    printf("soup %" PRIu64 ": %s, behind byte %u: \"", seed, compare->difference, compare->behind);
    put_escaped(soup->bytes, soup->len < 300 ? soup->len : 300);
    printf("\"\n  nginx: %s\n", nginx_message(compare->nginx));
    for (u32 i = 0; i < compare->tree->diagnostic_count && i < 4; i++)
        printf("  ours: %u: %.*s\n", compare->tree->diagnostics[i].at.start,
               STR_ARG(compare->tree->diagnostics[i].message));
}

static void compare_soup(struct sums *sums, const struct soup *soup, uint64_t seed)
{
    struct compare compare = {.depth = 0};
    /* A copy of its exact size, so that a sanitizer sees the first byte read behind it. */
    char *text = malloc(soup->len ? soup->len : 1);
    if (!text)
        abort();
    memcpy(text, soup->bytes, soup->len);
    compare.source = source_open(&compare.arena, STR("soup"), (str){text, (u32)soup->len});
    compare.tree = tree_parse(&compare.arena, &compare.source);
    if (has_tags(compare.tree)) {
        sums->left_out++;
    } else {
        compare.nginx = nginx_begin(text, soup->len);
        while (step(&compare))
            sums->statements++;
        sums->compared++;
        sums->accepted += !*nginx_message(compare.nginx) && !compare.difference;
        sums->differences += compare.difference != NULL;
        if (compare.difference && sums->differences <= 5)
            show(&compare, soup, seed);
        nginx_end(compare.nginx);
    }
    arena_end(&compare.arena);
    free(text);
}

/* ---- what the program itself is asked ------------------------------------ */

static void put_hex(const char *name, str bytes)
{
    printf("\"%s\":\"", name);
    for (u32 i = 0; i < bytes.len; i++)
        printf("%02x", (unsigned)(unsigned char)bytes.p[i]);
    printf("\"");
}

static void put_first(const struct tree *tree)
{
    const struct node *node = &tree->nodes[1];
    bool block = node->flags & NODE_IS_BLOCK;
    printf(",\"line\":%u,\"words\":%u,", tree_nginx_line(tree, 1), node->words);
    put_hex("value", tree_value(tree, 1, 1));
    printf(",\"block\":%s,\"broken\":%s,\"complaints\":[", block ? "true" : "false",
           !block && node->flags & NODE_IS_BROKEN ? "true" : "false");
    for (u32 i = 0; i < tree->diagnostic_count && i < 10; i++) {
        printf(i ? ",{" : "{");
        put_hex("message", tree->diagnostics[i].message);
        printf("}");
    }
    puts("]}");
}

/* `load_module WORD;` answers with the word, as nginx reads it. */
static void show_load(const struct soup *soup, uint64_t seed)
{
    struct arena arena = {0};
    struct buf text = buf_new(&arena);
    buf_str(&text, STR("load_module "));
    buf_str(&text, (str){soup->bytes, (u32)soup->len});
    struct source source = source_open(&arena, STR("soup"), buf_view(&text));
    struct tree *tree = tree_parse(&arena, &source);
    if (!has_tags(tree)) {
        printf("{\"seed\":%" PRIu64 ",", seed);
        put_hex("text", source.text);
        put_first(tree);
    }
    arena_end(&arena);
}

int main(int argc, char **argv)
{
    static struct soup soup;
    bool load = argc == 4 && strcmp(argv[1], "--load") == 0;
    if (argc != 3 && !load)
        return 2;
    struct sums sums = {0};
    uint64_t first = strtoull(argv[argc - 2], NULL, 10);
    uint64_t end = first + strtoull(argv[argc - 1], NULL, 10);
    for (uint64_t seed = first; seed < end; seed++) {
        make_soup(&soup, seed);
        if (load)
            show_load(&soup, seed);
        else
            compare_soup(&sums, &soup, seed);
    }
    if (load)
        return 0;
    printf("{\"compared\":%" PRIu64 ",\"accepted\":%" PRIu64 ",\"statements\":%" PRIu64
           ",\"left_out\":%" PRIu64 ",\"differences\":%" PRIu64 "}\n",
           sums.compared, sums.accepted, sums.statements, sums.left_out, sums.differences);
    return sums.differences != 0;
}
