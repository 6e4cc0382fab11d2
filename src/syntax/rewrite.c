#include "syntax/rewrite.h"

#include "base/buf.h"

enum { TAB_WIDTH = 8 };

struct rewrite rewrite_begin(struct arena *arena, const struct tree *tree)
{
    return (struct rewrite){tree, edit_set_new(arena)};
}

/* ---- where things stand ------------------------------------------------- */

static str text_of(const struct rewrite *rewrite)
{
    return rewrite->tree->source->text;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The offset behind blanks and a carriage return from `at` on. */
static u32 skip_blanks(str text, u32 at)
{
    while (at < text.len && (is_blank(text.p[at]) || text.p[at] == '\r'))
        at++;
    return at;
}

/* The blanks that the line of `offset` begins with. */
static str indent_of(const struct rewrite *rewrite, u32 offset)
{
    str text = text_of(rewrite);
    u32 begin = source_line_begin(rewrite->tree->source, offset);
    u32 end = begin;
    while (end < text.len && is_blank(text.p[end]))
        end++;
    return str_sub(text, begin, end);
}

static bool begins_its_line(const struct rewrite *rewrite, u32 offset)
{
    u32 begin = source_line_begin(rewrite->tree->source, offset);
    return indent_of(rewrite, offset).len == offset - begin;
}

/* Nothing but blanks, or a comment where `comments`, up to the end of the line. */
static bool ends_its_line(const struct rewrite *rewrite, u32 offset, bool comments)
{
    str text = text_of(rewrite);
    u32 at = skip_blanks(text, offset);
    return at >= text.len || text.p[at] == '\n' || (comments && text.p[at] == '#');
}

/* The offset of the LF that ends the line of `offset`, or the end of the text. */
static u32 line_feed(const struct rewrite *rewrite, u32 offset)
{
    u32 lf = str_find_from(text_of(rewrite), offset, STR("\n"));
    return lf == STR_NONE ? text_of(rewrite).len : lf;
}

/* ---- columns ------------------------------------------------------------ */

static u32 column_behind(str s, u32 column)
{
    for (u32 i = 0; i < s.len; i++)
        column = s.p[i] == '\t' ? column / TAB_WIDTH * TAB_WIDTH + TAB_WIDTH : column + 1;
    return column;
}

struct gap {
    u32 column; /* where the first argument stands; 0: no argument, or on another line */
    bool wide;  /* more than one space */
    bool tabs;
};

static struct gap gap_of(const struct rewrite *rewrite, u32 node)
{
    const struct tree *tree = rewrite->tree;
    const struct node *n = &tree->nodes[node];
    if (n->words < 2)
        return (struct gap){0};
    span name = tree_token_span(tree, n->name);
    span arg = tree_token_span(tree, tree_word(tree, node, 1));
    str between = str_sub(text_of(rewrite), name.end, arg.start);
    if (str_find_char(between, '\n') != STR_NONE || !begins_its_line(rewrite, name.start))
        return (struct gap){0};
    u32 begin = source_line_begin(tree->source, name.start);
    return (struct gap){
        .column = column_behind(str_sub(text_of(rewrite), begin, arg.start), 0),
        .wide = between.len > 1 || str_find_char(between, '\t') != STR_NONE,
        .tabs = str_find_char(between, '\t') != STR_NONE,
    };
}

/* The column that the arguments around `node` share, if it is one by intent. */
static struct gap shared_gap(const struct rewrite *rewrite, u32 node)
{
    const struct tree *tree = rewrite->tree;
    struct gap mine = gap_of(rewrite, node);
    if (!mine.column || !mine.wide)
        return (struct gap){0};
    u32 parent = tree->nodes[node].parent;
    for (u32 other = tree->nodes[parent].child; other != TREE_NONE;
         other = tree->nodes[other].next) {
        if (other != node && !(tree->nodes[other].flags & NODE_IS_BLOCK) &&
            gap_of(rewrite, other).column == mine.column)
            return mine;
    }
    return (struct gap){0};
}

static void put_gap(struct buf *out, struct gap gap, u32 column)
{
    if (gap.column <= column) {
        buf_char(out, ' ');
        return;
    }
    while (gap.tabs && column < gap.column) {
        buf_char(out, '\t');
        column = column / TAB_WIDTH * TAB_WIDTH + TAB_WIDTH;
    }
    if (!gap.tabs)
        buf_repeat(out, ' ', gap.column - column);
}

static void put_statement(struct buf *out, struct statement what, struct gap gap, u32 column)
{
    buf_str(out, what.name);
    if (what.args.len) {
        put_gap(out, gap, column + what.name.len);
        buf_str(out, what.args);
    }
    buf_char(out, ';');
}

/* ---- changes ------------------------------------------------------------ */

static void add(struct rewrite *rewrite, u32 start, u32 end, str text, u32 owner)
{
    edit_add(&rewrite->edits, (span){start, end}, text, owner);
}

void rewrite_set_word(struct rewrite *rewrite, u32 node, u32 index, str word, u32 owner)
{
    span at = tree_token_span(rewrite->tree, tree_word(rewrite->tree, node, index));
    add(rewrite, at.start, at.end, word, owner);
}

/*
 * The comments among the tokens [from, to), each to stand on a line of its own;
 * empty where there are none, as nearly everywhere.
 */
static str comments_among(struct rewrite *rewrite, u32 from, u32 to, str between)
{
    const struct tree *tree = rewrite->tree;
    struct buf out = buf_new(rewrite->edits.arena);
    for (u32 token = from; token < to; token++) {
        if (tree->lex.tokens[token].kind != TOKEN_COMMENT)
            continue;
        if (out.len)
            buf_str(&out, between);
        buf_str(&out, source_slice(tree->source, tree_token_span(tree, token)));
    }
    return buf_view(&out);
}

/* A new line that begins as the line of `offset` does. */
static str line_break(struct rewrite *rewrite, u32 offset)
{
    return str_fmt(rewrite->edits.arena, "%.*s%.*s", STR_ARG(source_newline(rewrite->tree->source)),
                   STR_ARG(indent_of(rewrite, offset)));
}

void rewrite_set_args(struct rewrite *rewrite, u32 node, str args, u32 owner)
{
    const struct tree *tree = rewrite->tree;
    const struct node *n = &tree->nodes[node];
    struct buf out = buf_new(rewrite->edits.arena);
    if (n->words < 2) {
        u32 end = tree_token_span(tree, n->name).end;
        buf_char(&out, ' ');
        buf_str(&out, args);
        add(rewrite, end, end, buf_view(&out), owner);
        return;
    }
    u32 first = tree_word(tree, node, 1);
    u32 last = tree_word(tree, node, n->words - 1);
    str new_line = line_break(rewrite, tree_token_span(tree, n->name).start);
    str comments = comments_among(rewrite, first, last, new_line);
    buf_str(&out, args);
    if (comments.len) {
        buf_char(&out, ' ');
        buf_str(&out, comments);
        buf_str(&out, new_line);
    }
    add(rewrite, tree_token_span(tree, first).start, tree_token_span(tree, last).end,
        buf_view(&out), owner);
}

/* Removes the lines that [at.start, at.end) has to itself. */
static void remove_lines(struct rewrite *rewrite, span at, u32 owner)
{
    u32 begin = source_line_begin(rewrite->tree->source, at.start);
    u32 lf = line_feed(rewrite, at.end);
    add(rewrite, begin, lf < text_of(rewrite).len ? lf + 1 : lf, (str){0}, owner);
}

/* Removes a statement that shares its line, with the blanks on one side of it. */
static void remove_inline(struct rewrite *rewrite, span at, u32 owner)
{
    str text = text_of(rewrite);
    bool last = ends_its_line(rewrite, at.end, false);
    while (!last && at.end < text.len && is_blank(text.p[at.end]))
        at.end++;
    while (last && at.start > 0 && is_blank(text.p[at.start - 1]))
        at.start--;
    add(rewrite, at.start, at.end, (str){0}, owner);
}

/* Leaves the comments in the place of a statement that holds some. */
static void remove_around(struct rewrite *rewrite, span at, str comments, u32 owner)
{
    str text = text_of(rewrite);
    struct buf out = buf_new(rewrite->edits.arena);
    buf_str(&out, comments);
    if (!ends_its_line(rewrite, at.end, false)) {
        buf_str(&out, line_break(rewrite, at.start));
        while (at.end < text.len && is_blank(text.p[at.end]))
            at.end++;
    }
    add(rewrite, at.start, at.end, buf_view(&out), owner);
}

void rewrite_remove(struct rewrite *rewrite, u32 node, u32 owner)
{
    const struct node *n = &rewrite->tree->nodes[node];
    span at = tree_span(rewrite->tree, node);
    str comments = comments_among(rewrite, n->name, n->end, line_break(rewrite, at.start));
    if (comments.len)
        remove_around(rewrite, at, comments, owner);
    else if (begins_its_line(rewrite, at.start) && ends_its_line(rewrite, at.end, false))
        remove_lines(rewrite, at, owner);
    else
        remove_inline(rewrite, at, owner);
}

/* A line of its own behind the line that `behind` stands on. */
static void insert_line(struct rewrite *rewrite, u32 behind, str indent, struct gap gap,
                        struct statement what, u32 owner)
{
    struct buf out = buf_new(rewrite->edits.arena);
    str newline = source_newline(rewrite->tree->source);
    u32 lf = line_feed(rewrite, behind);
    bool last = lf == text_of(rewrite).len;
    if (last)
        buf_str(&out, newline);
    buf_str(&out, indent);
    put_statement(&out, what, gap, column_behind(indent, 0));
    if (!last)
        buf_str(&out, newline);
    u32 at = last ? lf : lf + 1;
    add(rewrite, at, at, buf_view(&out), owner);
}

static void insert_inline(struct rewrite *rewrite, u32 at, struct statement what, u32 owner)
{
    struct buf out = buf_new(rewrite->edits.arena);
    buf_char(&out, ' ');
    put_statement(&out, what, (struct gap){0}, 0);
    add(rewrite, at, at, buf_view(&out), owner);
}

void rewrite_insert_after(struct rewrite *rewrite, u32 node, struct statement what, u32 owner)
{
    span at = tree_span(rewrite->tree, node);
    if (begins_its_line(rewrite, at.start) && ends_its_line(rewrite, at.end, true))
        insert_line(rewrite, at.end, indent_of(rewrite, at.start), shared_gap(rewrite, node), what,
                    owner);
    else
        insert_inline(rewrite, at.end, what, owner);
}

void rewrite_insert_before(struct rewrite *rewrite, u32 node, struct statement what, u32 owner)
{
    u32 start = tree_head_span(rewrite->tree, node).start;
    bool own_line = begins_its_line(rewrite, start);
    struct buf out = buf_new(rewrite->edits.arena);
    put_statement(&out, what, (struct gap){0}, 0);
    if (own_line) {
        buf_str(&out, source_newline(rewrite->tree->source));
        buf_str(&out, indent_of(rewrite, start));
    } else {
        buf_char(&out, ' ');
    }
    add(rewrite, start, start, buf_view(&out), owner);
}

/* What `child` is indented more than its block, where both begin their lines; else empty. */
static str step_of(const struct rewrite *rewrite, u32 block, u32 child)
{
    const struct tree *tree = rewrite->tree;
    u32 outer = tree_head_span(tree, block).start;
    u32 inner = tree_head_span(tree, child).start;
    if (!begins_its_line(rewrite, outer) || !begins_its_line(rewrite, inner))
        return (str){0};
    str indent = indent_of(rewrite, outer);
    str deeper = indent_of(rewrite, inner);
    return str_starts(deeper, indent) ? str_from(deeper, indent.len) : (str){0};
}

/* The file's habit: how its first block indents. */
static str usual_step(const struct rewrite *rewrite, bool tabs)
{
    const struct tree *tree = rewrite->tree;
    for (u32 node = 1; node < tree->count; node++) {
        u32 child = tree->nodes[node].child;
        str step = child == TREE_NONE ? (str){0} : step_of(rewrite, node, child);
        if (step.len)
            return step;
    }
    return tabs ? STR("\t") : STR("    ");
}

/* One level deeper than `block`: as its first child on a line, or by the file's habit. */
static str child_indent(const struct rewrite *rewrite, u32 block)
{
    const struct tree *tree = rewrite->tree;
    for (u32 child = tree->nodes[block].child; child != TREE_NONE;
         child = tree->nodes[child].next) {
        u32 at = tree_head_span(tree, child).start;
        if (begins_its_line(rewrite, at))
            return indent_of(rewrite, at);
    }
    str own = indent_of(rewrite, tree_head_span(tree, block).start);
    str step = usual_step(rewrite, str_find_char(own, '\t') != STR_NONE);
    return str_fmt(rewrite->edits.arena, "%.*s%.*s", STR_ARG(own), STR_ARG(step));
}

/* Behind a `{` with something else on its line; `{}` becomes `{ what; }`. */
static void insert_first_inline(struct rewrite *rewrite, u32 behind, struct statement what,
                                u32 owner)
{
    str text = text_of(rewrite);
    struct buf out = buf_new(rewrite->edits.arena);
    buf_char(&out, ' ');
    put_statement(&out, what, (struct gap){0}, 0);
    if (behind < text.len && !char_is_space(text.p[behind]))
        buf_char(&out, ' ');
    add(rewrite, behind, behind, buf_view(&out), owner);
}

void rewrite_insert_first(struct rewrite *rewrite, u32 block, struct statement what, u32 owner)
{
    u32 behind = tree_head_span(rewrite->tree, block).end;
    if (ends_its_line(rewrite, behind, true))
        insert_line(rewrite, behind, child_indent(rewrite, block), (struct gap){0}, what, owner);
    else
        insert_first_inline(rewrite, behind, what, owner);
}
