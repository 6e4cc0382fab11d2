#include "api/strict.h"

static void put_escaped(struct buf *out, const char *key)
{
    for (; *key; key++) {
        if (*key == '~')
            buf_str(out, STR("~0"));
        else if (*key == '/')
            buf_str(out, STR("~1"));
        else
            buf_char(out, *key);
    }
}

static void put_pointer(struct buf *out, const struct place *at)
{
    if (!at)
        return;
    put_pointer(out, at->parent);
    buf_char(out, '/');
    if (at->key)
        put_escaped(out, at->key);
    else
        buf_fmt(out, "%zu", at->index);
}

bool strict_fail(struct strict *strict, const struct place *at, const char *code, str message)
{
    struct buf pointer = buf_new(strict->arena);
    put_pointer(&pointer, at);
    *strict->fault = (struct request_fault){code, message, buf_view(&pointer)};
    return false;
}

static const char *type_name(json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "a boolean";
    case JSON_NULL:
        break;
    }
    return "null";
}

static bool wrong_type(struct strict *strict, const struct place *at, json_t *value,
                       const char *wanted)
{
    return strict_fail(strict, at, "wrong-type",
                       str_fmt(strict->arena, "this must be %s, not %s", wanted, type_name(value)));
}

static const struct field *find_field(const struct fields *fields, const char *key)
{
    for (size_t i = 0; i < fields->count; i++) {
        if (str_eq(str_of(fields->field[i].key), str_of(key)))
            return &fields->field[i];
    }
    return NULL;
}

static str field_list(struct arena *arena, const struct fields *fields)
{
    struct buf out = buf_new(arena);
    for (size_t i = 0; i < fields->count; i++)
        buf_fmt(&out, "%s%s", i ? ", " : "", fields->field[i].key);
    return buf_view(&out);
}

static bool check_keys(struct strict *strict, const struct place *at, json_t *value,
                       const struct fields *fields)
{
    const char *key;
    json_t *member;
    json_object_foreach(value, key, member)
    {
        if (find_field(fields, key))
            continue;
        str known = field_list(strict->arena, fields);
        return strict_fail(strict, &(struct place){at, key, 0}, "unknown-key",
                           str_fmt(strict->arena, "%s has no key `%.100s`; it has %.*s",
                                   fields->what, key, STR_ARG(known)));
    }
    return true;
}

bool strict_object(struct strict *strict, const struct place *at, json_t *value,
                   const struct fields *fields, void *into)
{
    if (!json_is_object(value))
        return wrong_type(strict, at, value, "an object");
    if (!check_keys(strict, at, value, fields))
        return false;
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *field = &fields->field[i];
        json_t *member = json_object_get(value, field->key);
        if (!member && field->required)
            return strict_fail(
                strict, at, "missing-key",
                str_fmt(strict->arena, "%s needs the key `%s`", fields->what, field->key));
        if (member && !field->read(strict, &(struct place){at, field->key, 0}, member, into))
            return false;
    }
    return true;
}

bool strict_list(struct strict *strict, const struct place *at, json_t *value, strict_fn *read,
                 size_t size, void **items, u32 *count)
{
    if (!json_is_array(value))
        return wrong_type(strict, at, value, "an array");
    size_t length = json_array_size(value);
    char *room = arena_array(strict->arena, length, size);
    for (size_t i = 0; i < length; i++) {
        const struct place item = {at, NULL, i};
        if (!read(strict, &item, json_array_get(value, i), room + i * size))
            return false;
    }
    *items = room;
    *count = (u32)length;
    return true;
}

bool strict_text(struct strict *strict, const struct place *at, json_t *value, str *text)
{
    if (!json_is_string(value))
        return wrong_type(strict, at, value, "a string");
    *text = (str){json_string_value(value), (u32)json_string_length(value)};
    return true;
}

bool strict_text_not_empty(struct strict *strict, const struct place *at, json_t *value, str *text)
{
    if (!strict_text(strict, at, value, text))
        return false;
    return text->len > 0 || strict_fail(strict, at, "bad-value", STR("this must not be empty"));
}

bool strict_word(struct strict *strict, const struct place *at, json_t *value,
                 const struct words *words, u32 *number)
{
    str word = {0};
    if (!strict_text(strict, at, value, &word))
        return false;
    if (words_find(words, word, number))
        return true;
    str list = words_list(strict->arena, words);
    return strict_fail(
        strict, at, "bad-value",
        str_fmt(strict->arena, "this must be one of %.*s, not `%.100s`", STR_ARG(list), word.p));
}

bool strict_integer(struct strict *strict, const struct place *at, json_t *value,
                    json_int_t *number)
{
    const double largest = 9007199254740992.0; /* 2^53: beyond, a double skips numbers */
    double real = json_real_value(value);
    bool fits = json_is_real(value) && real >= -largest && real <= largest;
    if (json_is_integer(value))
        *number = json_integer_value(value);
    else if (fits && (double)(json_int_t)real == real)
        *number = (json_int_t)real;
    else
        return wrong_type(strict, at, value, "a whole number");
    return true;
}
