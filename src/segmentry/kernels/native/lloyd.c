/* Lloyd's algorithm ("Least squares quantization in PCM", 1982).

   All starts go pass by pass together, so that points come from memory once for all of them. Sums are float64 and change
   only by the points that changed cluster; where rounding may have left too much behind in them, they are summed anew
   before a start may end. Points are summed slab by slab, and slabs in their order, so that every number of threads gives
   the same digits. */

#include "lloyd.h"
#include "parallel.h"

/* Centroids that move by less than this, squared and in total variances, moved by rounding. */
#define ROUNDING 1e-24

/* Points are equally far but for rounding if they differ by less than this share, as both points of a pair are. */
#define TIED 1e-12

/* Labels that are held at once, 128 MB, if one group of starts needs no more. */
#define MOST_LABELS ((ptrdiff_t)1 << 25)

/* Assign the points of a slab in one start, and sum what changes by it. Starts take turns at a slab while it is near. */
static void relabel_slab(void *context, ptrdiff_t item)
{
    const Job *job = context;
    Start *start = job->active[item % job->count];
    const Narrow *narrow = &job->narrow;
    ptrdiff_t slab = item / job->count, d = job->points->d, last = (slab + 1) * SLAB;
    double *sums = start->sums + (slab + 1) * start->k * d, *counts = start->counts + (slab + 1) * start->k;
    int64_t changes = 0;
    memset(sums, 0, (size_t)(start->k * d) * sizeof(double));
    memset(counts, 0, (size_t)start->k * sizeof(double));
    for (ptrdiff_t t = slab * SLAB; t < last && t < narrow->tiles; t++) {
        int32_t labels[TILE], *before = start->labels + t * TILE;
        if (!narrow_labels(job->points, t, narrow->data + t * d * TILE, narrow->lengths[t], &start->targets, before,
                           labels))
            continue;
        changes += sum_tile(start, t, before, labels, sums, counts);
        memcpy(before, labels, sizeof(labels));
    }
    start->changes[slab] = changes;
}

/* Lower each point's distance to that of a centroid given where the points came from, not less the origin. */
static void come_nearer(const Points *points, const double *centroid, double *away)
{
    for (ptrdiff_t i = 0; i < points->n; i++) {
        double squared = 0.0;
        for (ptrdiff_t j = 0; j < points->d; j++) {
            double step = point_value(points, i, j) - centroid[j];
            squared += step * step;
        }
        if (squared < away[i])
            away[i] = squared;
    }
}

/* Put empty clusters on the points farthest from their centroid, each farthest also from those put before it. */
static int fill_empty(Start *start)
{
    const Points *points = start->job->points;
    const double *origin = start->job->narrow.origin;
    ptrdiff_t n = points->n, d = points->d;
    double *away = room_for(n, sizeof(double)), *centroid = room_for(d, sizeof(double));
    if (!away || !centroid) {
        free(away);
        free(centroid);
        return NO_MEMORY;
    }
    for (ptrdiff_t i = 0; i < n; i++)
        away[i] = INFINITY;
    for (ptrdiff_t c = 0; c < start->k; c++) {
        for (ptrdiff_t j = 0; j < d; j++)
            centroid[j] = start->now[c * d + j] + origin[j];
        come_nearer(points, centroid, away);
    }
    for (ptrdiff_t c = 0; c < start->k; c++) {
        ptrdiff_t farthest = 0;
        double most = 0.0;
        if (start->counts[c] > 0)
            continue;
        for (ptrdiff_t i = 0; i < n; i++)
            most = away[i] > most ? away[i] : most;
        while (away[farthest] < most * (1 - TIED))
            farthest++;
        for (ptrdiff_t j = 0; j < d; j++) {
            centroid[j] = point_value(points, farthest, j);
            start->moved[c * d + j] = centroid[j] - origin[j];
        }
        come_nearer(points, centroid, away);
    }
    free(away);
    free(centroid);
    return OK;
}

/* Move centroids to their means; give their squared movements, and whether any cluster was empty. */
static double move(Start *start, int *empty)
{
    ptrdiff_t d = start->job->points->d;
    double steps = 0.0;
    *empty = 0;
    for (ptrdiff_t c = 0; c < start->k; c++) {
        *empty |= !(start->counts[c] > 0);
        for (ptrdiff_t j = 0; j < d && start->counts[c] > 0; j++)
            start->moved[c * d + j] = start->sums[c * d + j] / start->counts[c];
    }
    if (*empty)
        start->state = fill_empty(start);
    for (ptrdiff_t c = 0; c < start->k * d; c++) {
        double step = start->moved[c] - start->now[c];
        steps += step * step;
    }
    memcpy(start->now, start->moved, (size_t)(start->k * d) * sizeof(double));
    return steps;
}

/* Go on in the direction of the last movement, the farther the longer that has helped; see kernels/lloyd.py. */
static void lean(Start *start, int helped)
{
    ptrdiff_t cells = start->k * start->job->points->d;
    double share;
    start->turn = helped ? start->turn + 1 : 1;
    share = (double)(start->turn - 1) / (double)(start->turn + 2);
    for (ptrdiff_t i = 0; i < cells && start->turn > 1; i++)
        start->now[i] += share * (start->moved[i] - start->last[i]);
    memcpy(start->last, start->moved, (size_t)cells * sizeof(double));
}

/* What follows the assignment of all points: new centroids, and whether the start is done. */
static void end_pass(Start *start)
{
    const Job *job = start->job;
    const Rules *rules = job->rules;
    double tolerance = rules->shift * job->variance / (double)(job->points->d > 0 ? job->points->d : 1);
    double before = *start->inertia, steps;
    int64_t changes = add_slabs(start);
    int empty;
    *start->inertia = inertia_of(start);
    if (!changes && is_stale(start))
        sum_anew(start);
    steps = move(start, &empty);
    start->done = steps <= tolerance || (!changes && steps <= ROUNDING * job->variance);
    start->done |= rules->gain > 0 && before >= *start->inertia &&
                   before - *start->inertia <= rules->gain * *start->inertia;
    start->done &= !empty;
    start->done |= ++*start->passes >= rules->max_passes || start->state != OK;
    if (start->done && !empty && is_stale(start)) {
        sum_anew(start);
        move(start, &empty);
    }
    if (rules->gain > 0 && !start->done)
        lean(start, before >= *start->inertia && !empty);
}

/* Leave only the best starts of each group under way; of equally good ones the first. */
static void drop_worse(Start *starts, ptrdiff_t count, const int64_t *groups)
{
    ptrdiff_t kept = starts->job->rules->kept;
    for (ptrdiff_t s = 0; s < count; s++) {
        ptrdiff_t better = 0;
        for (ptrdiff_t other = 0; other < count; other++)
            better += groups[other] == groups[s] && (*starts[other].inertia < *starts[s].inertia ||
                                                     (*starts[other].inertia == *starts[s].inertia && other < s));
        if (!starts[s].done && starts->job->rules->gain > 0) {
            memcpy(starts[s].now, starts[s].last, (size_t)(starts[s].k * starts->job->points->d) * sizeof(double));
            starts[s].turn = 0;
        }
        starts[s].done |= better >= kept;
    }
}

static void end_start(Start *start)
{
    free_targets(&start->targets);
    free(start->labels);
    free(start->squared);
    free(start->changes);
    free(start->counts);
    free(start->sums);
    free(start->last);
    free(start->moved);
}

static int begin_start(Start *start, const Job *job, ptrdiff_t k, double *centroids)
{
    ptrdiff_t cells = k * job->points->d, slabs = job->slabs + 1;
    start->job = job;
    start->k = k;
    start->now = centroids;
    start->moved = room_for(cells, sizeof(double));
    start->last = room_for(cells, sizeof(double));
    start->sums = cells <= PTRDIFF_MAX / slabs ? room_for(cells * slabs, sizeof(double)) : NULL;
    start->counts = k <= PTRDIFF_MAX / slabs ? room_for(k * slabs, sizeof(double)) : NULL;
    start->changes = room_for(job->slabs, sizeof(int64_t));
    start->squared = room_for(job->slabs, sizeof(double));
    start->labels = room_for(job->narrow.tiles * TILE, sizeof(int32_t));
    if (!start->moved || !start->last || !start->sums || !start->counts || !start->changes || !start->squared || !start->labels ||
        make_targets(k, job->points->d, &start->targets) != OK)
        return NO_MEMORY;
    start->targets.origin = job->narrow.origin;
    for (ptrdiff_t i = 0; i < job->narrow.tiles * TILE; i++)
        start->labels[i] = -1;
    forget_sums(start);
    return OK;
}

/* Run some starts to their ends, all of them pass by pass. */
static int run(Job *job, Start *starts, ptrdiff_t count, const int64_t *groups)
{
    int state = OK;
    for (ptrdiff_t pass = 0; state == OK; pass++) {
        if (pass == job->rules->trial)
            drop_worse(starts, count, groups);
        job->count = 0;
        for (ptrdiff_t s = 0; s < count; s++)
            if (!starts[s].done)
                job->active[job->count++] = starts + s;
        if (job->count == 0)
            break;
        for (ptrdiff_t s = 0; s < job->count; s++)
            aim(&job->active[s]->targets, job->active[s]->now, NULL);
        share_out(job->slabs * job->count, job->rules->threads, relabel_slab, job);
        for (ptrdiff_t s = 0; s < job->count; s++) {
            end_pass(job->active[s]);
            state = job->active[s]->state != OK ? job->active[s]->state : state;
        }
    }
    return state;
}

/* How many starts, whole groups, go together: their labels are held at once. */
static ptrdiff_t together(ptrdiff_t n, const int64_t *groups, ptrdiff_t first, ptrdiff_t starts)
{
    ptrdiff_t last = first;
    while (last < starts) {
        ptrdiff_t end = last;
        while (end < starts && groups[end] == groups[last])
            end++;
        if (last > first && end - first > MOST_LABELS / (n + TILE))
            break;
        last = end;
    }
    return last - first;
}

int lloyd(const Points *points, double *centroids, const int64_t *sizes, const int64_t *groups, ptrdiff_t count,
          const Rules *rules, double *inertia, int64_t *passes, double *counts)
{
    ptrdiff_t d = points->d, first = 0;
    Job job = {.points = points, .rules = rules};
    Start *starts = room_for(count, sizeof(Start));
    int state = NO_MEMORY;
    job.active = room_for(count, sizeof(Start *));
    if (starts && job.active)
        state = make_narrow(points, rules->threads, &job.narrow);
    if (state != OK)
        goto end;
    job.slabs = slab_count(job.narrow.tiles);
    state = measure(&job);
    while (state == OK && first < count) {
        ptrdiff_t some = together(points->n, groups, first, count), begun = 0;
        double *own = centroids;
        memset(starts, 0, (size_t)some * sizeof(Start));
        for (; begun < some && state == OK; begun++) {
            Start *start = starts + begun;
            start->inertia = inertia + first + begun;
            start->passes = passes + first + begun;
            start->done = rules->max_passes < 1;
            *start->inertia = INFINITY;
            *start->passes = 0;
            state = begin_start(start, &job, (ptrdiff_t)sizes[first + begun], own);
            own += sizes[first + begun] * d;
        }
        for (double *at = centroids; at < own; at++)
            *at -= job.narrow.origin[(at - centroids) % d];
        if (state == OK)
            state = run(&job, starts, some, groups + first);
        for (double *at = centroids; at < own; at++)
            *at += job.narrow.origin[(at - centroids) % d];
        for (ptrdiff_t s = 0; s < begun; s++) {
            if (state == OK)
                memcpy(counts, starts[s].counts, (size_t)starts[s].k * sizeof(double));
            counts += starts[s].k;
            end_start(starts + s);
        }
        centroids = own;
        first += some;
    }
    free_narrow(&job.narrow);
end:
    free(job.active);
    free(starts);
    return state;
}
