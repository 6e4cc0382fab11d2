#include "api/emit.h"

#include "api/utf8.h"

#include <stdlib.h>

/* jansson gives NULL for want of memory only: texts are UTF-8, keys are literals. */
static json_t *there(json_t *value)
{
    if (!value)
        base_out_of_memory();
    return value;
}

json_t *emit_object(void)
{
    return there(json_object());
}

json_t *emit_array(void)
{
    return there(json_array());
}

json_t *emit_text(struct arena *arena, str text)
{
    str clean = utf8_clean(arena, text);
    return there(json_stringn_nocheck(clean.len ? clean.p : "", clean.len));
}

json_t *emit_word(const char *word)
{
    return word ? there(json_string_nocheck(word)) : json_null();
}

json_t *emit_text_or_null(struct arena *arena, str text)
{
    return text.len ? emit_text(arena, text) : json_null();
}

json_t *emit_number_or_null(u32 number)
{
    return number ? there(json_integer(number)) : json_null();
}

json_t *emit_split(struct arena *arena, str words)
{
    json_t *array = emit_array();
    for (str word = str_word(&words); word.len; word = str_word(&words))
        emit_append(array, emit_text(arena, word));
    return array;
}

json_t *emit_list(const char *const *words)
{
    json_t *array = emit_array();
    for (; words && *words; words++)
        emit_append(array, emit_word(*words));
    return array;
}

void emit_put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new_nocheck(object, key, value) != 0)
        base_out_of_memory();
}

void emit_append(json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        base_out_of_memory();
}

struct mend_response emit_print(json_t *value, enum emit_style style)
{
    size_t flags = style == EMIT_INDENTED ? JSON_INDENT(2) : JSON_COMPACT;
    size_t len = json_dumpb(value, NULL, 0, flags);
    char *data = malloc(len ? len : 1);
    if (!data || json_dumpb(value, data, len, flags) != len)
        base_out_of_memory();
    json_decref(value);
    return (struct mend_response){data, len};
}
