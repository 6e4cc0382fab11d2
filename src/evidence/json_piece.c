#include "evidence/json_piece.h"

#include "evidence/json.h"

const char *const json_piece_why = "JSON of a scanner in which no finding could be read";

enum { GLANCE = 1024 };

static str text_from(const struct reader *reader, u32 line)
{
    str text = str_from(reader->plain.text, source_line(&reader->plain, line).start);
    u32 blanks = 0;
    while (blanks < text.len && char_is_space(text.p[blanks]))
        blanks++;
    return str_from(text, blanks);
}

str json_piece_glance(const struct reader *reader, u32 line)
{
    str first = str_trim(reader_line(reader, line));
    bool opens = str_starts(first, STR("{")) || str_starts(first, STR("["));
    return opens ? str_sub(text_from(reader, line), 0, GLANCE) : (str){0};
}

struct json_piece json_piece_at(const struct reader *reader, u32 line)
{
    struct json_piece piece = {.text = text_from(reader, line)};
    u32 extent = json_extent(piece.text);
    piece.whole =
        extent < piece.text.len || str_ends(piece.text, STR("]")) || str_ends(piece.text, STR("}"));
    piece.text = str_sub(piece.text, 0, extent);
    u32 end = (u32)(piece.text.p - reader->plain.text.p) + (extent ? extent - 1 : 0);
    piece.lines = source_position(&reader->plain, end).line - line + 1;
    return piece;
}

bool json_piece_is_list(const struct json_piece *piece)
{
    return str_starts(piece->text, STR("[")) || str_has(piece->text, STR("\"scanResult\""));
}
