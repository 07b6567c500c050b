/* The one or two nearest centroids of each point.

   A point's arithmetic is its own and in one order, so that it gets the same digits alone and in a batch, and the same
   as from the plain version. Ties go to the lowest index. */

#include "narrow.h"
#include "parallel.h"

typedef struct {
    const Points *points;
    const double *centroids;
    ptrdiff_t k;
    double *origin;
    Targets targets;
    int32_t *labels;
    double *squared;
    int state;
} Placing;

static void label_slab(void *context, ptrdiff_t slab)
{
    Placing *placing = context;
    const Points *points = placing->points;
    ptrdiff_t d = points->d, last = (slab + 1) * SLAB;
    float *tile = d <= PTRDIFF_MAX / TILE ? room_for(d * TILE, sizeof(float)) : NULL, length;
    int32_t nobody[TILE] = {0};
    if (!tile) {
        placing->state = NO_MEMORY;
        return;
    }
    for (ptrdiff_t t = slab * SLAB; t < last && t < tile_count(points->n); t++) {
        ptrdiff_t count = tile_points(points->n, t);
        int32_t labels[TILE];
        fill_narrow(points, t, placing->origin, tile, &length);
        narrow_labels(points, t, tile, length, &placing->targets, nobody, labels);
        memcpy(placing->labels + t * TILE, labels, (size_t)count * sizeof(int32_t));
        for (ptrdiff_t p = 0; placing->squared && p < count; p++)
            placing->squared[t * TILE + p] = squared_to(points, t * TILE + p, NULL, placing->centroids + labels[p] * d);
    }
    free(tile);
}

int nearest(const Points *points, const double *centroids, ptrdiff_t k, int threads, int32_t *labels, double *squared)
{
    ptrdiff_t d = points->d;
    Placing placing = {.points = points, .centroids = centroids, .k = k, .labels = labels, .squared = squared};
    placing.origin = room_for(d, sizeof(double));
    placing.state = placing.origin ? make_targets(k, d, &placing.targets) : NO_MEMORY;
    if (placing.state == OK) {
        /* In the midst of the centroids scores are smallest, and so are their errors. */
        for (ptrdiff_t j = 0; j < d; j++) {
            double sum = 0.0;
            for (ptrdiff_t c = 0; c < k; c++)
                sum += centroids[c * d + j];
            placing.origin[j] = (double)(float)(sum / (double)k);
        }
        aim(&placing.targets, centroids, placing.origin);
        share_out(slab_count(tile_count(points->n)), threads, label_slab, &placing);
        free_targets(&placing.targets);
    }
    free(placing.origin);
    return placing.state;
}

CLONES
static void tile_nearest_two(const double *RESTRICT tile, const double *RESTRICT centroids, ptrdiff_t k, ptrdiff_t d,
                             int64_t *RESTRICT first, double *RESTRICT least, int64_t *RESTRICT second,
                             double *RESTRICT next)
{
    double squared[TILE];
    for (int p = 0; p < TILE; p++) {
        first[p] = second[p] = 0;
        least[p] = next[p] = INFINITY;
    }
    for (int64_t c = 0; c < k; c++) {
        tile_distances(tile, centroids + c * d, d, 1, squared);
        for (int p = 0; p < TILE; p++) {
            double s = squared[p], l = least[p], x = next[p];
            int64_t f = first[p], other = second[p];
            /* What was nearest until now becomes the next; else the centroid may be the next itself. */
            int64_t third = s < x ? c : other;
            double middle = s < x ? s : x;
            second[p] = s < l ? f : third;
            next[p] = s < l ? l : middle;
            first[p] = s < l ? c : f;
            least[p] = s < l ? s : l;
        }
    }
}

static void two_of_slab(void *context, ptrdiff_t slab)
{
    Placing *placing = context;
    const Points *points = placing->points;
    ptrdiff_t n = points->n, d = points->d, last = (slab + 1) * SLAB;
    int64_t one[TILE], two[TILE];
    double least[TILE], next[TILE];
    double *tile = d <= PTRDIFF_MAX / TILE ? room_for(d * TILE, sizeof(double)) : NULL;
    if (!tile) {
        placing->state = NO_MEMORY;
        return;
    }
    for (ptrdiff_t t = slab * SLAB; t < last && t < tile_count(n); t++) {
        fill_tile(points, t, NULL, tile);
        tile_nearest_two(tile, placing->centroids, placing->k, d, one, least, two, next);
        for (ptrdiff_t p = 0; p < tile_points(n, t); p++) {
            ptrdiff_t at = t * TILE + p;
            placing->labels[at] = (int32_t)one[p];
            placing->squared[at] = least[p];
            placing->labels[n + at] = (int32_t)(placing->k > 1 ? two[p] : one[p]);
            placing->squared[n + at] = placing->k > 1 ? next[p] : least[p];
        }
    }
    free(tile);
}

int nearest_two(const Points *points, const double *centroids, ptrdiff_t k, int threads, int32_t *labels,
                double *squared)
{
    Placing placing = {.points = points, .centroids = centroids, .k = k, .labels = labels, .squared = squared};
    share_out(slab_count(tile_count(points->n)), threads, two_of_slab, &placing);
    return placing.state;
}
