/*
 * settings: every directive that matters at a hop, with the value in force and
 * where it comes from, as JSON.
 */
#ifndef TLSMEND_API_SETTINGS_H
#define TLSMEND_API_SETTINGS_H

#include "nginx/hop.h"

#include <jansson.h>

/* {"proxy_pass": {"value": "https://b", "from": "nginx.conf:12"}, …}; the caller's. */
json_t *settings_of(struct arena *arena, const struct hops *hops, const struct hop *hop);

#endif
