/* See narrow.h. A product and a sum may be rounded together here: the bound holds either way. */

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("fp-contract=fast")
#endif

#include "narrow.h"
#include "parallel.h"

#include <float.h>

/* Half a unit in the last place of float32. */
#define UNIT (FLT_EPSILON / 2)

/* More centroids are compared in float64. */
#define MOST_NARROW 512

enum { DOUBTFUL = 1, CHANGED = 2 };

#if defined(__GNUC__)
#define WIDTH 4
#define FIRST first_of_4
#define TARGET
#include "narrow_first.h"
#undef TARGET
#undef FIRST
#undef WIDTH
#endif

/* Wider vectors gain 3 times on AVX2, and 1.5 times again on AVX-512. */
#if defined(__GNUC__) && defined(__x86_64__)
#define WIDTH 8
#define FIRST first_of_8
#define TARGET AVX2
#include "narrow_first.h"
#undef TARGET
#undef FIRST
#undef WIDTH

#define WIDTH 16
#define FIRST first_of_16
#define TARGET AVX512
#include "narrow_first.h"
#undef TARGET
#undef FIRST
#undef WIDTH
#endif

typedef int (*First)(const float *tile, const float *twice, const float *squares, ptrdiff_t k, ptrdiff_t d,
                     float least_gap, const int32_t *before, float *gaps, int32_t *labels);

/* The widest version that this processor has; NULL: compute in float64. */
static First widest(void)
{
#if defined(__GNUC__) && defined(__x86_64__)
    if (has_avx512())
        return first_of_16;
    if (has_avx2())
        return first_of_8;
#endif
#if defined(__GNUC__)
    return first_of_4;
#else
    return NULL;
#endif
}

INLINE void fill_rows(const Points *points, ptrdiff_t tile, const double *origin, int is_double, float *out)
{
    ptrdiff_t d = points->d, count = tile_points(points->n, tile), from = tile * TILE * d;
    const float *floats = (const float *)points->data + from;
    const double *doubles = (const double *)points->data + from;
    if (is_double)
        for (ptrdiff_t j = 0; j < d; j++)
            for (ptrdiff_t p = 0; p < count; p++)
                out[j * TILE + p] = (float)(doubles[p * d + j] - origin[j]);
    else
        for (ptrdiff_t j = 0; j < d; j++) {
            float less = (float)origin[j];
            for (ptrdiff_t p = 0; p < count; p++)
                out[j * TILE + p] = floats[p * d + j] - less;
        }
}

void fill_narrow(const Points *points, ptrdiff_t tile, const double *origin, float *out, float *length)
{
    ptrdiff_t d = points->d;
    float squares[TILE] = {0}, most = 0;
    if (tile_points(points->n, tile) < TILE)
        memset(out, 0, (size_t)d * TILE * sizeof(float));
    if (points->is_double)
        fill_rows(points, tile, origin, 1, out);
    else
        fill_rows(points, tile, origin, 0, out);
    for (ptrdiff_t j = 0; j < d; j++)
        for (int p = 0; p < TILE; p++)
            squares[p] += out[j * TILE + p] * out[j * TILE + p];
    for (int p = 0; p < TILE; p++)
        most = most > squares[p] ? most : squares[p];
    *length = sqrtf(most) * (1 + 4 * (float)(d + 2) * UNIT);
}

static void fill_some(void *context, ptrdiff_t item)
{
    Narrow *narrow = context;
    ptrdiff_t end = (item + 1) * SLAB;
    for (ptrdiff_t t = item * SLAB; t < end && t < narrow->tiles; t++)
        fill_narrow(narrow->points, t, narrow->origin, narrow->data + t * narrow->points->d * TILE,
                    narrow->lengths + t);
}

int make_narrow(const Points *points, int threads, Narrow *narrow)
{
    ptrdiff_t tiles = tile_count(points->n);
    narrow->points = points;
    narrow->tiles = tiles;
    narrow->origin = room_for(points->d, sizeof(double));
    narrow->lengths = room_for(tiles, sizeof(float));
    narrow->data = NULL;
    if (points->d == 0 || tiles <= PTRDIFF_MAX / (TILE * points->d))
        narrow->data = room_for(tiles * points->d * TILE, sizeof(float));
    if (!narrow->origin || !narrow->lengths || !narrow->data) {
        free_narrow(narrow);
        return NO_MEMORY;
    }
    narrow->exact = middle_of(points, narrow->origin);
    share_out(slab_count(tiles), threads, fill_some, narrow);
    return OK;
}

void free_narrow(Narrow *narrow)
{
    free(narrow->origin);
    free(narrow->lengths);
    free(narrow->data);
    narrow->origin = NULL;
    narrow->lengths = narrow->data = NULL;
}

int make_targets(ptrdiff_t k, ptrdiff_t d, Targets *targets)
{
    targets->k = k;
    targets->d = d;
    targets->origin = NULL;
    targets->twice = room_for(k * d, sizeof(float));
    targets->squares = room_for(k, sizeof(double));
    targets->norms = room_for(k, sizeof(double));
    if (targets->twice && targets->squares && targets->norms)
        return OK;
    free_targets(targets);
    return NO_MEMORY;
}

void free_targets(Targets *targets)
{
    free(targets->twice);
    free(targets->squares);
    free(targets->norms);
    targets->twice = NULL;
    targets->squares = targets->norms = NULL;
}

void aim(Targets *targets, const double *centroids, const double *less)
{
    ptrdiff_t d = targets->d;
    targets->exact = centroids;
    for (ptrdiff_t c = 0; c < targets->k; c++) {
        double square = 0.0;
        for (ptrdiff_t j = 0; j < d; j++) {
            double at = centroids[c * d + j] - (less ? less[j] : 0.0);
            targets->twice[c * d + j] = (float)(2 * at);
            square += at * at;
        }
        targets->squares[c] = square;
        targets->norms[c] = sqrt(square);
    }
}

/* How far rounding can move a score: d + 1 sums and the roundings of what is summed, with room to spare. */
INLINE double score_error(const Targets *targets, ptrdiff_t c, double length)
{
    return (double)(targets->d + 6) * (UNIT * (targets->squares[c] + 2 * targets->norms[c] * length) + FLT_MIN);
}

/* The nearest centroid of a point by float64, the lowest of several equally near. */
static int32_t exact_label(const Points *points, ptrdiff_t row, const Targets *targets)
{
    double least = INFINITY;
    int32_t label = 0;
    for (ptrdiff_t c = 0; c < targets->k; c++) {
        double squared = squared_to(points, row, targets->origin, targets->exact + c * targets->d);
        label = squared < least ? (int32_t)c : label;
        least = squared < least ? squared : least;
    }
    return label;
}

int narrow_labels(const Points *points, ptrdiff_t tile, const float *values, float length, const Targets *targets,
                  const int32_t *before, int32_t *labels)
{
    float gaps[TILE], low[MOST_NARROW], doubt = 0;
    ptrdiff_t k = targets->k, count = tile_points(points->n, tile);
    First find = widest();
    int found;
    if (!find || k > MOST_NARROW) {
        for (ptrdiff_t p = 0; p < TILE; p++)
            labels[p] = p < count ? exact_label(points, tile * TILE + p, targets) : 0;
        return 1;
    }
    /* Scores start lowered by their error: the least is the nearest if it still is once given back twice its own. */
    for (ptrdiff_t c = 0; c < k; c++) {
        double error = score_error(targets, c, (double)length);
        low[c] = (float)(targets->squares[c] - error);
        doubt = doubt > (float)error ? doubt : (float)error;
    }
    found = find(values, targets->twice, low, k, targets->d, 3 * doubt, before, gaps, labels);
    for (ptrdiff_t p = 0; (found & DOUBTFUL) && p < count; p++)
        if (!((double)gaps[p] > 3 * score_error(targets, labels[p], (double)length)))
            labels[p] = exact_label(points, tile * TILE + p, targets);
    return found;
}
