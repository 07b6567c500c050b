/* Independent pieces of work on several threads. */

#ifndef SEGMENTRY_PARALLEL_H
#define SEGMENTRY_PARALLEL_H

#include <stddef.h>

typedef void (*Work)(void *context, ptrdiff_t item);

/* Do the work for items 0 to count - 1, in no certain order, on up to so many threads; the caller's is one of them.
   Threads are made for the call and end with it: none waits idle and takes a core from somebody else. */
void share_out(ptrdiff_t count, int threads, Work work, void *context);

#endif
