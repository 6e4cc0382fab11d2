/*
 * files: the texts of one configuration and how they include each other.
 *
 * Texts come as they are given: files of a disk, a `nginx -T` dump (split at
 * its `# configuration file PATH:` lines), or a snippet.
 * Ownership: all in the arena; texts are borrowed. No I/O: an include is
 * resolved among the texts given, relative to the directory of the first, as
 * nginx does it (globs sorted).
 * Errors: an include that matches nothing is the caller's to report.
 */
#ifndef TLSMEND_NGINX_FILES_H
#define TLSMEND_NGINX_FILES_H

#include "nginx/dump.h"
#include "syntax/tree.h"

struct file {
    struct source source;
    struct tree *tree;
    bool included; /* by another of the files */
};

struct files {
    struct arena *arena;
    struct file *file;
    u32 count;
    u32 *by_path;  /* their indices, sorted by path */
    str directory; /* of the main file, with its `/`; includes are relative to it */
    struct stray *stray;
    u32 stray_count;
};

struct file_list {
    u32 *file; /* indices, in the order nginx reads them */
    u32 count;
};

struct files *files_open(struct arena *arena, const struct file_text *texts, u32 count);

/* The files that `include PATTERN` reads. */
struct file_list files_included(const struct files *files, str pattern);

/* PATTERN as a path on disk: against the main file's directory when relative. */
str files_resolve(const struct files *files, str pattern);

bool files_is_glob(str pattern);
/* As fnmatch with FNM_PATHNAME and FNM_PERIOD. */
bool files_glob_matches(str pattern, str path);

#endif
