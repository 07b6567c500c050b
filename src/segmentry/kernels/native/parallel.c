/* Threads of POSIX; elsewhere the caller does all the work itself. */

#include "parallel.h"

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#include <stdatomic.h>

#define MOST_THREADS 64

typedef struct {
    atomic_ptrdiff_t next;
    ptrdiff_t count;
    Work work;
    void *context;
} Shared;

static void *take_items(void *from)
{
    Shared *shared = from;
    ptrdiff_t item;
    while ((item = atomic_fetch_add(&shared->next, 1)) < shared->count)
        shared->work(shared->context, item);
    return NULL;
}

void share_out(ptrdiff_t count, int threads, Work work, void *context)
{
    pthread_t helpers[MOST_THREADS];
    Shared shared = {.count = count, .work = work, .context = context};
    int made = 0, wanted = (count < threads ? (int)count : threads) - 1;
    atomic_init(&shared.next, 0);
    while (made < wanted && made < MOST_THREADS && pthread_create(&helpers[made], NULL, take_items, &shared) == 0)
        made++;
    take_items(&shared);
    while (made > 0)
        pthread_join(helpers[--made], NULL);
}

#else

void share_out(ptrdiff_t count, int threads, Work work, void *context)
{
    (void)threads;
    for (ptrdiff_t item = 0; item < count; item++)
        work(context, item);
}

#endif
