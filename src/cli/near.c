#include "cli/near.h"

enum { LONGEST = 63 };

static u32 smallest(u32 a, u32 b, u32 c)
{
    u32 least = a < b ? a : b;
    return least < c ? least : c;
}

/* Optimal string alignment: rows of the table two back, one back, and now. */
static u32 distance_of(str a, str b)
{
    u32 rows[3][LONGEST + 1];
    for (u32 j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (u32 i = 1; i <= a.len; i++) {
        const u32 *above = rows[(i - 1) % 3];
        u32 *row = rows[i % 3];
        row[0] = i;
        for (u32 j = 1; j <= b.len; j++) {
            u32 changed = above[j - 1] + (a.p[i - 1] != b.p[j - 1]);
            row[j] = smallest(above[j] + 1, row[j - 1] + 1, changed);
            bool swapped = i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1];
            if (swapped && rows[(i - 2) % 3][j - 2] + 1 < row[j])
                row[j] = rows[(i - 2) % 3][j - 2] + 1;
        }
    }
    return rows[a.len % 3][b.len];
}

struct near near_begin(str word)
{
    return (struct near){.word = word, .distance = word.len < 5 ? 2 : 3};
}

void near_try(struct near *near, const char *candidate)
{
    str other = str_of(candidate);
    if (near->word.len > LONGEST || other.len > LONGEST || near->word.len == 0)
        return;
    u32 distance = distance_of(near->word, other);
    /* A word most of whose letters differ is another word. */
    if (distance < near->distance && distance < other.len) {
        near->best = candidate;
        near->distance = distance;
    }
}
