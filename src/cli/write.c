#include "cli/write.h"

#include "cli/disk.h"

struct job {
    str path;
    struct disk_draft draft;
};

struct jobs {
    struct job *job;
    u32 count;
};

static bool say(struct screen *err, str path, const char *trouble)
{
    screen_trouble(err, "%.*s: %s; nothing was written there", STR_ARG(path), trouble);
    return false;
}

static bool is_unchanged(const struct input *input, u32 file, struct screen *err)
{
    struct arena arena = {0};
    str now;
    str path = input->files[file].path;
    const char *trouble = disk_read_regular(&arena, path, &now);
    if (!trouble && !str_eq(now, input->files[file].text))
        trouble = "it has changed while tlsmend was looking at it";
    arena_end(&arena);
    return !trouble || say(err, path, trouble);
}

static bool prepare(const struct input *input, const struct fixed_file *fixed, struct jobs *jobs,
                    struct screen *err)
{
    u32 file = input_find(input, fixed->path);
    if (file == STR_NONE || !input->on_disk[file])
        return say(err, fixed->path, "it is no file of this machine that was read");
    if (!is_unchanged(input, file, err))
        return false;
    struct job *job = &jobs->job[jobs->count++];
    job->path = fixed->path;
    const char *trouble = disk_draft(input->arena, fixed->path, fixed->text, &job->draft);
    return !trouble || say(err, fixed->path, trouble);
}

static bool commit(struct jobs *jobs, struct screen *out, struct screen *err)
{
    for (u32 i = 0; i < jobs->count; i++) {
        const char *trouble = disk_commit(&jobs->job[i].draft);
        if (trouble)
            return say(err, jobs->job[i].path, trouble);
        screen_print(out, "wrote ");
        screen_safe(out, jobs->job[i].path);
        screen_print(out, "\n");
    }
    return true;
}

bool write_fixed(const struct input *input, const struct fix *fix, struct screen *out,
                 struct screen *err)
{
    struct jobs jobs = {arena_array(input->arena, fix->file_count, sizeof *jobs.job), 0};
    bool ok = true;
    for (u32 i = 0; ok && i < fix->file_count; i++)
        ok = !fix->files[i].changed || prepare(input, &fix->files[i], &jobs, err);
    ok = ok && commit(&jobs, out, err);
    for (u32 i = 0; i < jobs.count; i++)
        disk_discard(&jobs.job[i].draft);
    return ok;
}
