/* Making tiles, and the means of columns. */

#include "tiles.h"

/* Room for count things of a size, at least one; NULL where that is more than there is. */
void *room_for(ptrdiff_t count, size_t size)
{
    if (count < 0 || (count > 0 && (size_t)count > (size_t)PTRDIFF_MAX / size))
        return NULL;
    return malloc((count > 0 ? (size_t)count : 1) * size);
}

/* Rows that a middle is the mean of. */
#define SOME 1024

/* Row by row, as NumPy sums down columns: the same digits. */
void means_of(const Points *points, double *means)
{
    ptrdiff_t n = points->n, d = points->d;
    for (ptrdiff_t j = 0; j < d; j++)
        means[j] = 0.0;
    for (ptrdiff_t i = 0; i < n; i++)
        for (ptrdiff_t j = 0; j < d; j++)
            means[j] += point_value(points, i, j);
    for (ptrdiff_t j = 0; j < d; j++)
        means[j] /= (double)n;
}

/* A point in the midst of the points, of float32 numbers: the mean of some rows; 0, which takes nothing from them, where
   float32 points lie around it anyway. Returns whether it is 0 for that reason. */
int middle_of(const Points *points, double *origin)
{
    ptrdiff_t n = points->n, step = n / SOME > 1 ? n / SOME : 1, count = 0;
    double squares = 0.0, off = 0.0;
    int around;
    for (ptrdiff_t j = 0; j < points->d; j++)
        origin[j] = 0.0;
    for (ptrdiff_t i = 0; i < n; i += step, count++)
        for (ptrdiff_t j = 0; j < points->d; j++) {
            double at = point_value(points, i, j);
            origin[j] += at;
            squares += at * at;
        }
    for (ptrdiff_t j = 0; j < points->d; j++) {
        origin[j] = count ? (double)(float)(origin[j] / (double)count) : 0.0;
        off += origin[j] * origin[j] * (double)count;
    }
    around = !points->is_double && off <= squares / 2;
    for (ptrdiff_t j = 0; j < points->d && around; j++)
        origin[j] = 0.0;
    return around;
}

void fill_tile(const Points *points, ptrdiff_t tile, const double *origin, double *out)
{
    ptrdiff_t d = points->d, count = tile_points(points->n, tile);
    if (count < TILE)
        memset(out, 0, (size_t)d * TILE * sizeof(double));
    for (ptrdiff_t p = 0; p < count; p++)
        for (ptrdiff_t j = 0; j < d; j++)
            out[j * TILE + p] = point_value(points, tile * TILE + p, j) - (origin ? origin[j] : 0.0);
}

int make_tiles(const Points *points, const double *origin, Tiles *tiles)
{
    ptrdiff_t count = tile_count(points->n);
    tiles->n = points->n;
    tiles->d = points->d;
    tiles->tiles = count;
    tiles->data = NULL;
    if (points->d > 0 && count > PTRDIFF_MAX / (TILE * points->d))
        return NO_MEMORY;
    tiles->data = room_for(count * points->d * TILE, sizeof(double));
    if (!tiles->data)
        return NO_MEMORY;
    for (ptrdiff_t t = 0; t < count; t++)
        fill_tile(points, t, origin, tiles->data + t * points->d * TILE);
    return OK;
}

/* Squared distance of a point less an origin, unless that is NULL, summed over columns from the first to the last. */
double squared_to(const Points *points, ptrdiff_t row, const double *origin, const double *centroid)
{
    double squared = 0.0;
    for (ptrdiff_t j = 0; j < points->d; j++) {
        double step = point_value(points, row, j) - (origin ? origin[j] : 0.0) - centroid[j];
        squared += step * step;
    }
    return squared;
}
