/* The one or two nearest centroids of each point.

   A point's arithmetic is its own and in one order, so that it gets the same digits alone and in a batch, and the same
   as from the plain version. Ties go to the lowest index. */

#include "tiles.h"

CLONES
static void tile_nearest(const double *RESTRICT tile, const double *RESTRICT centroids, ptrdiff_t k, ptrdiff_t d,
                         int64_t *RESTRICT first, double *RESTRICT least)
{
    double squared[TILE];
    for (int p = 0; p < TILE; p++) {
        first[p] = 0;
        least[p] = INFINITY;
    }
    for (int64_t c = 0; c < k; c++) {
        tile_distances(tile, centroids + c * d, d, squared);
        for (int p = 0; p < TILE; p++) {
            first[p] = squared[p] < least[p] ? c : first[p];
            least[p] = squared[p] < least[p] ? squared[p] : least[p];
        }
    }
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
        tile_distances(tile, centroids + c * d, d, squared);
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

int nearest(const Points *points, const double *centroids, ptrdiff_t k, int32_t *first, double *first_squared,
            int32_t *second, double *second_squared)
{
    int64_t one[TILE], two[TILE];
    double least[TILE], next[TILE];
    double *tile = points->d <= PTRDIFF_MAX / TILE ? room_for(points->d * TILE, sizeof(double)) : NULL;
    if (!tile)
        return NO_MEMORY;
    for (ptrdiff_t t = 0; t < tile_count(points->n); t++) {
        ptrdiff_t count = tile_points(points->n, t), begin = t * TILE;
        fill_tile(points, t, NULL, tile);
        if (second && k > 1)
            tile_nearest_two(tile, centroids, k, points->d, one, least, two, next);
        else
            tile_nearest(tile, centroids, k, points->d, one, least);
        for (ptrdiff_t p = 0; p < count; p++) {
            first[begin + p] = (int32_t)one[p];
            first_squared[begin + p] = least[p];
            if (second) {
                second[begin + p] = (int32_t)(k > 1 ? two[p] : one[p]);
                second_squared[begin + p] = k > 1 ? next[p] : least[p];
            }
        }
    }
    free(tile);
    return OK;
}
