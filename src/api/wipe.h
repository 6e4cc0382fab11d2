/*
 * wipe: jansson's memory, zeroed when it is freed, as the arena's is.
 *
 * Between wipe_begin and wipe_end all that jansson allocates must be freed
 * again: the functions that were set before come back. Memory that is refused
 * ends in base_out_of_memory, so that no jansson call fails for want of it.
 */
#ifndef TLSMEND_API_WIPE_H
#define TLSMEND_API_WIPE_H

#include <stddef.h>

struct wipe {
    void *(*before_get)(size_t size);
    void (*before_free)(void *p);
};

struct wipe wipe_begin(void);
void wipe_end(struct wipe wipe);

#endif
