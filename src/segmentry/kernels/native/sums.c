/* The sums of a start: float64, slab by slab in their order, by the points that changed cluster. */

#include "lloyd.h"
#include "parallel.h"

#include <float.h>

/* Inertia below this share of the points' squared lengths is summed point by point. */
#define LITTLE 1e-6

/* Rounding in sums shows if it may move a centroid by this many standard deviations. */
#define SHOWS 1e-10

/* Add a row less an origin, times its weight; four columns at a time. */
INLINE void add_row(double *RESTRICT to, double weight, const void *row, const double *RESTRICT origin, ptrdiff_t d,
                    int is_double)
{
    ptrdiff_t j = 0;
    for (; j + 4 <= d; j += 4)
        for (ptrdiff_t i = j; i < j + 4; i++)
            to[i] += weight * (value_at(row, i, is_double) - origin[i]);
    for (; j < d; j++)
        to[j] += weight * (value_at(row, j, is_double) - origin[j]);
}

/* The same of a point of a narrow tile that holds it as it came. */
INLINE void add_narrow(double *RESTRICT to, double weight, const float *RESTRICT values, ptrdiff_t d)
{
    for (ptrdiff_t j = 0; j < d; j++)
        to[j] += weight * (double)values[j * TILE];
}

/* Where the points of a tile are summed from. */
enum { NARROW, FLOATS, DOUBLES };

/* Add the points of a tile that changed to the sums of their labels, and take them from those of their labels before,
   -1 for none; give how many there are. */
INLINE int64_t sum_points(const Start *start, ptrdiff_t tile, int from, int is_weighted, const int32_t *before,
                          const int32_t *labels, double *RESTRICT sums, double *RESTRICT counts)
{
    const Points *points = start->job->points;
    const double *origin = start->job->narrow.origin;
    ptrdiff_t d = points->d, count = tile_points(points->n, tile), size = from == DOUBLES ? 8 : 4;
    const char *rows = (const char *)points->data + tile * TILE * d * size;
    const float *values = start->job->narrow.data + tile * d * TILE;
    ptrdiff_t list[TILE], changes = 0;
    for (ptrdiff_t p = 0; p < count; p++) {
        list[changes] = p;
        changes += labels[p] != before[p];
    }
    for (ptrdiff_t i = 0; i < changes; i++) {
        ptrdiff_t p = list[i];
        double weight = is_weighted ? points->weights[tile * TILE + p] : 1.0;
        if (from == NARROW)
            add_narrow(sums + labels[p] * d, weight, values + p, d);
        else
            add_row(sums + labels[p] * d, weight, rows + p * d * size, origin, d, from == DOUBLES);
        counts[labels[p]] += weight;
        if (before[p] < 0)
            continue;
        if (from == NARROW)
            add_narrow(sums + before[p] * d, -weight, values + p, d);
        else
            add_row(sums + before[p] * d, -weight, rows + p * d * size, origin, d, from == DOUBLES);
        counts[before[p]] -= weight;
    }
    return changes;
}

CLONES
int64_t sum_tile(const Start *start, ptrdiff_t tile, const int32_t *before, const int32_t *labels, double *sums,
                 double *counts)
{
    const Points *points = start->job->points;
    int from = points->is_double ? DOUBLES : start->job->narrow.exact ? NARROW : FLOATS;
    if (points->weights)
        return sum_points(start, tile, from, 1, before, labels, sums, counts);
    if (from == NARROW)
        return sum_points(start, tile, NARROW, 0, before, labels, sums, counts);
    if (from == FLOATS)
        return sum_points(start, tile, FLOATS, 0, before, labels, sums, counts);
    return sum_points(start, tile, DOUBLES, 0, before, labels, sums, counts);
}

/* Sum the points of a slab by the labels they have. */
static void sum_slab(void *context, ptrdiff_t slab)
{
    Start *start = context;
    ptrdiff_t cells = start->k * start->job->points->d, last = (slab + 1) * SLAB;
    double *sums = start->sums + (slab + 1) * cells, *counts = start->counts + (slab + 1) * start->k;
    int32_t nobody[TILE];
    memset(nobody, -1, sizeof(nobody));
    memset(sums, 0, (size_t)cells * sizeof(double));
    memset(counts, 0, (size_t)start->k * sizeof(double));
    for (ptrdiff_t t = slab * SLAB; t < last && t < start->job->narrow.tiles; t++)
        sum_tile(start, t, nobody, start->labels + t * TILE, sums, counts);
}

/* Add what the slabs found to the sums of all points; give how many points changed cluster. */
int64_t add_slabs(Start *start)
{
    ptrdiff_t cells = start->k * start->job->points->d;
    int64_t changes = 0;
    double largest = 0.0;
    for (ptrdiff_t slab = 1; slab <= start->job->slabs; slab++) {
        for (ptrdiff_t i = 0; i < cells; i++)
            start->sums[i] += start->sums[slab * cells + i];
        for (ptrdiff_t c = 0; c < start->k; c++)
            start->counts[c] += start->counts[slab * start->k + c];
        changes += start->changes[slab - 1];
    }
    for (ptrdiff_t i = 0; i < cells; i++)
        largest = fabs(start->sums[i]) > largest ? fabs(start->sums[i]) : largest;
    start->drift += DBL_EPSILON * largest * (double)changes;
    return changes;
}

void forget_sums(Start *start)
{
    memset(start->sums, 0, (size_t)(start->k * start->job->points->d) * sizeof(double));
    memset(start->counts, 0, (size_t)start->k * sizeof(double));
    start->drift = 0.0;
}

void sum_anew(Start *start)
{
    forget_sums(start);
    share_out(start->job->slabs, start->job->rules->threads, sum_slab, start);
    add_slabs(start);
    start->drift = 0.0;
}

/* Whether rounding in the sums may show in the centroids. */
int is_stale(const Start *start)
{
    double least = INFINITY;
    for (ptrdiff_t c = 0; c < start->k; c++)
        least = start->counts[c] < least ? start->counts[c] : least;
    return start->drift > SHOWS * sqrt(start->job->variance) * least;
}

/* Sum the squared distances of a slab's points to their centroids. */
static void distances_of_slab(void *context, ptrdiff_t slab)
{
    Start *start = context;
    const Points *points = start->job->points;
    ptrdiff_t begin = slab * SLAB * TILE, end = begin + SLAB * TILE;
    start->squared[slab] = 0.0;
    for (ptrdiff_t i = begin; i < end && i < points->n; i++)
        start->squared[slab] += weight_of(points, i) * squared_to(points, i, start->job->narrow.origin,
                                                                  start->now + start->labels[i] * points->d);
}

/* Sum of squared distances of the points to their centroids: |x|^2 - 2 x.c + |c|^2, summed cluster by cluster; point by
   point where so little is left of the squared lengths that rounding would show. */
double inertia_of(Start *start)
{
    ptrdiff_t d = start->job->points->d;
    double inertia = start->job->lengths;
    for (ptrdiff_t c = 0; c < start->k; c++)
        for (ptrdiff_t j = 0; j < d; j++) {
            double at = start->now[c * d + j];
            inertia += at * (start->counts[c] * at - 2 * start->sums[c * d + j]);
        }
    if (inertia > LITTLE * start->job->lengths)
        return inertia;
    share_out(start->job->slabs, start->job->rules->threads, distances_of_slab, start);
    inertia = 0.0;
    for (ptrdiff_t slab = 0; slab < start->job->slabs; slab++)
        inertia += start->squared[slab];
    return inertia;
}

INLINE void sum_moments(const Points *points, const double *RESTRICT origin, ptrdiff_t begin, ptrdiff_t end,
                        int is_double, double *RESTRICT sums, double *RESTRICT squares)
{
    ptrdiff_t d = points->d;
    for (ptrdiff_t i = begin; i < end; i++) {
        double weight = weight_of(points, i);
        for (ptrdiff_t j = 0; j < d; j++) {
            double at = value_at(points->data, i * d + j, is_double) - origin[j];
            sums[j] += weight * at;
            squares[j] += weight * at * at;
        }
    }
}

/* Sum the points of a slab and their squares, column by column. */
CLONES
static void measure_slab(void *context, ptrdiff_t slab)
{
    Job *job = context;
    const Points *points = job->points;
    ptrdiff_t d = points->d, begin = slab * SLAB * TILE, end = begin + SLAB * TILE;
    double *sums = job->moments + slab * (2 * d + 1);
    end = end < points->n ? end : points->n;
    memset(sums, 0, (size_t)(2 * d + 1) * sizeof(double));
    for (ptrdiff_t i = begin; i < end; i++)
        sums[2 * d] += weight_of(points, i);
    if (points->is_double)
        sum_moments(points, job->narrow.origin, begin, end, 1, sums, sums + d);
    else
        sum_moments(points, job->narrow.origin, begin, end, 0, sums, sums + d);
}

/* Squared lengths of the points less the origin, and the variance of all columns together. */
int measure(Job *job)
{
    ptrdiff_t d = job->points->d, stride = 2 * d + 1;
    double n = 0.0;
    job->moments = d < PTRDIFF_MAX / 2 / (job->slabs + 1) ? room_for(job->slabs * stride, sizeof(double)) : NULL;
    if (!job->moments)
        return NO_MEMORY;
    share_out(job->slabs, job->rules->threads, measure_slab, job);
    for (ptrdiff_t slab = 0; slab < job->slabs; slab++)
        n += job->moments[slab * stride + 2 * d];
    job->lengths = job->variance = 0.0;
    for (ptrdiff_t j = 0; j < d; j++) {
        double sum = 0.0, squares = 0.0;
        for (ptrdiff_t slab = 0; slab < job->slabs; slab++) {
            sum += job->moments[slab * stride + j];
            squares += job->moments[slab * stride + d + j];
        }
        job->lengths += squares;
        job->variance += (squares - sum / n * sum) / n;
    }
    free(job->moments);
    return OK;
}
