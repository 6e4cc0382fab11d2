#include "evidence/json.h"

#include "base/buf.h"

#include <jansson.h>

enum { DEPTH = 64 }; /* deeper nesting is no scanner's */

/* --- Where it ends -------------------------------------------------------- */

struct walk {
    str text;
    char open[DEPTH];
    u32 depth;
    u32 at;
    u32 whole;       /* the text up to here needs nothing but its brackets closed, */
    u32 whole_depth; /* so many of them; 0: there is no such place */
    bool quoted;
    bool closed; /* the value is whole */
    bool broken;
};

static void keep(struct walk *walk, u32 at)
{
    walk->whole = at;
    walk->whole_depth = walk->depth;
}

static void open_bracket(struct walk *walk, char c)
{
    if (walk->depth == DEPTH) {
        walk->broken = true;
        return;
    }
    walk->open[walk->depth++] = c;
    keep(walk, walk->at + 1);
}

static void close_bracket(struct walk *walk, char c)
{
    char opener = c == '}' ? '{' : '[';
    if (!walk->depth || walk->open[walk->depth - 1] != opener) {
        walk->broken = true;
        return;
    }
    walk->depth--;
    walk->closed = walk->depth == 0;
    keep(walk, walk->at + 1);
}

static void step(struct walk *walk)
{
    char c = walk->text.p[walk->at];
    if (walk->quoted) {
        walk->at += c == '\\';
        walk->quoted = c != '"';
        return;
    }
    if (c == '"')
        walk->quoted = true;
    else if (c == '{' || c == '[')
        open_bracket(walk, c);
    else if (c == '}' || c == ']')
        close_bracket(walk, c);
    else if (c == ',')
        keep(walk, walk->at); /* what is before a comma is whole */
}

static struct walk walk_over(str text)
{
    struct walk walk = {.text = text};
    for (; walk.at < text.len && !walk.closed && !walk.broken; walk.at++)
        step(&walk);
    return walk;
}

u32 json_extent(str text)
{
    struct walk walk = walk_over(text);
    return walk.at < text.len ? walk.at : text.len;
}

/* --- Opening -------------------------------------------------------------- */

static void drop(void *value)
{
    json_decref(value);
}

static str mended(struct arena *arena, const struct walk *walk)
{
    struct buf out = buf_new(arena);
    buf_str(&out, str_sub(walk->text, 0, walk->whole));
    for (u32 i = walk->whole_depth; i > 0; i--)
        buf_char(&out, walk->open[i - 1] == '{' ? '}' : ']');
    return buf_view(&out);
}

const struct json_t *json_open(struct arena *arena, str text)
{
    struct walk walk = walk_over(text);
    str whole = walk.closed ? str_sub(text, 0, walk.at) : mended(arena, &walk);
    if (!whole.len)
        return NULL;
    json_t *value = json_loadb(whole.p, whole.len, JSON_DISABLE_EOF_CHECK, NULL);
    if (value)
        arena_hook(arena, drop, value);
    return value;
}

/* --- Values --------------------------------------------------------------- */

const struct json_t *json_field(const struct json_t *value, const char *key)
{
    return json_object_get(value, key);
}

const struct json_t *json_path(const struct json_t *value, const char *dotted)
{
    str rest = str_of(dotted);
    while (value && rest.len) {
        str key = str_cut(&rest, '.');
        value = json_object_getn(value, key.p, key.len);
    }
    return value;
}

void json_each(const struct json_t *value, json_visit *each, void *context)
{
    for (size_t i = 0; i < json_array_size(value); i++)
        each(context, json_array_get(value, i));
    json_t *object = (json_t *)value;
    for (void *iter = json_object_iter(object); iter; iter = json_object_iter_next(object, iter))
        each(context, json_object_iter_value(iter));
}

bool json_says_true(const struct json_t *value)
{
    return json_is_true(value);
}

bool json_says_false(const struct json_t *value)
{
    return json_is_false(value);
}

str json_text(const struct json_t *value)
{
    return json_is_string(value) ? (str){json_string_value(value), (u32)json_string_length(value)}
                                 : (str){0};
}

str json_field_text(const struct json_t *value, const char *key)
{
    return json_text(json_field(value, key));
}

u32 json_number(const struct json_t *value)
{
    u32 number = 0;
    if (json_is_integer(value) && json_integer_value(value) >= 0 &&
        json_integer_value(value) <= UINT32_MAX)
        return (u32)json_integer_value(value);
    return str_to_u32(json_text(value), &number) ? number : 0;
}
