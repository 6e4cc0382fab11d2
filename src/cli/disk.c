#define _XOPEN_SOURCE 700 /* realpath */

#include "cli/disk.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PIPE_ROOM = 65536,
    LEAST_ROOM = 4096, /* files of /proc say that they are empty */
};

static const char too_large[] = "larger than 4 GiB, which is more than tlsmend reads";

/* ---- reading ------------------------------------------------------------ */

struct growing {
    struct arena *arena;
    char *bytes;
    size_t len;
    size_t room;
};

static void grow(struct growing *text)
{
    size_t room = text->room * 2;
    char *bytes = arena_alloc(text->arena, room);
    memcpy(bytes, text->bytes, text->len);
    text->bytes = bytes;
    text->room = room;
}

static const char *read_into(int fd, struct growing *text)
{
    for (;;) {
        if (text->len == text->room)
            grow(text);
        ssize_t got = read(fd, text->bytes + text->len, text->room - text->len);
        if (got == 0)
            return NULL;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return strerror(errno);
        text->len += (size_t)got;
        if (text->len >= UINT32_MAX)
            return too_large;
    }
}

static const char *read_open(struct arena *arena, int fd, const struct stat *status, str *text)
{
    bool regular = S_ISREG(status->st_mode);
    if (S_ISDIR(status->st_mode))
        return strerror(EISDIR);
    if (regular && status->st_size >= (off_t)UINT32_MAX)
        return too_large;
    /* One byte more than the file has, so that its end is seen without growing. */
    size_t room = regular ? (size_t)status->st_size + 1 : PIPE_ROOM;
    if (room < LEAST_ROOM)
        room = LEAST_ROOM;
    struct growing read = {arena, arena_alloc(arena, room), 0, room};
    const char *trouble = read_into(fd, &read);
    *text = (str){read.bytes, (u32)read.len};
    return trouble;
}

static const char *read_fd(struct arena *arena, int fd, str *text)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return strerror(errno);
    return read_open(arena, fd, &status, text);
}

const char *disk_read(struct arena *arena, str path, str *text)
{
    if (str_eq(path, STR("-")))
        return read_fd(arena, STDIN_FILENO, text);
    int fd = open(arena_c_string(arena, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return strerror(errno);
    const char *trouble = read_fd(arena, fd, text);
    close(fd);
    return trouble;
}

const char *disk_read_regular(struct arena *arena, str path, str *text)
{
    struct stat status;
    if (stat(arena_c_string(arena, path), &status) != 0)
        return strerror(errno);
    if (S_ISDIR(status.st_mode))
        return strerror(EISDIR);
    if (!S_ISREG(status.st_mode))
        return "not a regular file";
    return disk_read(arena, path, text);
}

/* ---- replacing ---------------------------------------------------------- */

static const char *write_all(int fd, str text)
{
    while (text.len) {
        ssize_t put = write(fd, text.p, text.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return strerror(errno);
        text = str_from(text, (u32)put);
    }
    return NULL;
}

/* The owner first: changing it clears set-id bits of the mode. */
static const char *keep_mode_and_owner(int fd, const struct stat *old)
{
    struct stat now;
    if (fstat(fd, &now) != 0)
        return strerror(errno);
    bool same_owner = now.st_uid == old->st_uid && now.st_gid == old->st_gid;
    if (!same_owner && fchown(fd, old->st_uid, old->st_gid) != 0)
        return "its owner cannot be kept: run as its owner or as root";
    if (fchmod(fd, old->st_mode & 07777) != 0)
        return strerror(errno);
    return NULL;
}

static const char *fill_draft(int fd, const char *path, str text)
{
    struct stat old;
    if (stat(path, &old) != 0)
        return strerror(errno);
    if (!S_ISREG(old.st_mode))
        return "not a regular file";
    const char *trouble = write_all(fd, text);
    if (!trouble)
        trouble = keep_mode_and_owner(fd, &old);
    if (!trouble && fsync(fd) != 0)
        trouble = strerror(errno);
    return trouble;
}

static str directory_of(const char *path)
{
    str whole = str_of(path);
    return str_sub(whole, 0, str_find_last(whole, STR("/")));
}

const char *disk_draft(struct arena *arena, str path, str text, struct disk_draft *draft)
{
    *draft = (struct disk_draft){0};
    char *real = realpath(arena_c_string(arena, path), NULL);
    if (!real)
        return strerror(errno);
    draft->path = arena_c_string(arena, str_of(real));
    free(real);
    /* A read-only file is not to be written, though its folder would let us. */
    if (access(draft->path, W_OK) != 0)
        return strerror(errno);
    char *name = (char *)arena_alloc(arena, strlen(draft->path) + sizeof ".tlsmend-XXXXXX");
    sprintf(name, "%s.tlsmend-XXXXXX", draft->path);
    int fd = mkstemp(name);
    if (fd < 0)
        return strerror(errno);
    draft->draft = name;
    const char *trouble = fill_draft(fd, draft->path, text);
    if (close(fd) != 0 && !trouble)
        trouble = strerror(errno);
    return trouble;
}

/* The new name is on the disk only when its folder is. */
static void sync_directory(str directory)
{
    struct arena arena = {0};
    const char *path = directory.len ? arena_c_string(&arena, directory) : "/";
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    arena_end(&arena);
}

const char *disk_commit(struct disk_draft *draft)
{
    if (rename(draft->draft, draft->path) != 0)
        return strerror(errno);
    draft->draft = NULL;
    sync_directory(directory_of(draft->path));
    return NULL;
}

void disk_discard(struct disk_draft *draft)
{
    if (draft->draft)
        unlink(draft->draft);
    draft->draft = NULL;
}
