/*
 * Prints the outcome of every case. With a number of rounds, the time that one
 * replay takes instead, contexts being warm.
 */
#define _POSIX_C_SOURCE 200809L

#include "cases.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void print_all(struct arena *arena, struct lab *lab)
{
    for (unsigned i = 0; i < lab_case_count; i++) {
        str text = lab_text(arena, lab_run(lab, &lab_cases[i].client, &lab_cases[i].backend));
        printf("== %s\n%.*s\n", lab_cases[i].name, STR_ARG(text));
    }
}

/* The best of its rounds: the machine does other things, too. */
static double time_one(struct lab *lab, const struct lab_case *one, int rounds)
{
    double best = 1e9;
    for (int n = 0; n < rounds; n++) {
        double begun = milliseconds();
        lab_run(lab, &one->client, &one->backend);
        double took = milliseconds() - begun;
        if (took < best)
            best = took;
    }
    return best;
}

static void time_all(struct lab *lab, int rounds)
{
    double sum = 0;
    double worst = 0;
    const char *which = "";
    for (unsigned i = 0; i < lab_case_count; i++) {
        double took = time_one(lab, &lab_cases[i], rounds + 1);
        sum += took;
        if (took > worst) {
            worst = took;
            which = lab_cases[i].name;
        }
    }
    printf("%.2f ms a replay, at most %.2f (%s)\n", sum / (double)lab_case_count, worst, which);
}

int main(int argc, char **argv)
{
    struct arena arena = {0};
    struct lab *lab = lab_new(&arena, LAB_CASES_NOW);
    if (argc > 1)
        time_all(lab, atoi(argv[1]));
    else
        print_all(&arena, lab);
    arena_end(&arena);
    return 0;
}
