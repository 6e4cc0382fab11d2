/* Linked behind every unit test: ends a test that runs out of memory. */
#include "base/arena.h"

#include <stdlib.h>

_Noreturn void base_out_of_memory(void)
{
    abort();
}
