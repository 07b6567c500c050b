/* Points in tiles: a tile holds TILE points column by column, so that one instruction works on several points.

   Every sum is a float64 sum in one fixed order. The extension is compiled without contraction of a multiplication and
   an addition into one rounding, so each processor gives the same digits, whichever of its instructions are used. */

#ifndef SEGMENTRY_TILES_H
#define SEGMENTRY_TILES_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TILE 64
#define LANES 8 /* partial sums of a tile; they divide TILE */
#define SLAB 256 /* tiles of one piece of work, whatever the number of threads */

#if defined(_MSC_VER)
#define RESTRICT __restrict
#define INLINE static __forceinline
#elif defined(__GNUC__)
#define RESTRICT __restrict__
#define INLINE static inline __attribute__((always_inline))
#else
#define RESTRICT restrict
#define INLINE static inline
#endif

/* GCC makes one version of a function per kind of processor, and the first call picks; that needs glibc's loader. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__GLIBC__) && !defined(NO_CLONES)
#define CLONES __attribute__((target_clones("default", "arch=x86-64-v3")))
#else
#define CLONES
#endif

/* Functions in versions for these widths of vector choose themselves. */
#if defined(__GNUC__) && defined(__x86_64__)
#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")))

static inline int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

static inline int has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

/* What functions give back: OK, or what went wrong. */
enum { OK = 0, NO_MEMORY = -1 };

/* Rows of points as they came: n rows of d columns, float32 or float64. */
typedef struct {
    const void *data;
    ptrdiff_t n, d;
    int is_double;
    const double *weights; /* (n): how often each counts, whole numbers from 1; NULL: once */
} Points;

/* The same points less an origin, in tiles; the last tile is filled up with zeros. */
typedef struct {
    double *data;
    ptrdiff_t n, d, tiles;
} Tiles;

/* A number of an array of either width; loops give is_double as a constant. */
INLINE double value_at(const void *data, ptrdiff_t at, int is_double)
{
    return is_double ? ((const double *)data)[at] : (double)((const float *)data)[at];
}

INLINE double point_value(const Points *points, ptrdiff_t row, ptrdiff_t column)
{
    return value_at(points->data, row * points->d + column, points->is_double);
}

INLINE double weight_of(const Points *points, ptrdiff_t row) { return points->weights ? points->weights[row] : 1.0; }

INLINE ptrdiff_t tile_count(ptrdiff_t n) { return (n + TILE - 1) / TILE; }

/* How many points of a tile are points, and not filling. */
INLINE ptrdiff_t tile_points(ptrdiff_t n, ptrdiff_t tile)
{
    return n - tile * TILE < TILE ? n - tile * TILE : TILE;
}

INLINE ptrdiff_t slab_count(ptrdiff_t tiles) { return (tiles + SLAB - 1) / SLAB; }

/* Add the squares of some columns (1 to 4) to the squared distances to some centroids (1 to 4), or begin with them.
   Called with constants, so that the compiler unrolls all but the loop over points. */
INLINE void add_columns(const double *RESTRICT x, const double *RESTRICT centroids, ptrdiff_t d, int columns, int count,
                        int begin, double *RESTRICT squared)
{
    double c[4][4];
    for (int q = 0; q < count; q++)
        for (int j = 0; j < columns; j++)
            c[q][j] = centroids[q * d + j];
    for (int p = 0; p < TILE; p++)
        for (int q = 0; q < count; q++) {
            double sum = begin ? 0.0 : squared[q * TILE + p];
            for (int j = 0; j < columns; j++) {
                double step = x[j * TILE + p] - c[q][j];
                sum += step * step;
            }
            squared[q * TILE + p] = sum;
        }
}

/* Squared distances from the points of a tile to some centroids (count, TILE), each summed over columns from the first
   to the last. Several centroids and columns at a time leave fewer loads and stores. */
INLINE void tile_distances(const double *RESTRICT tile, const double *RESTRICT centroids, ptrdiff_t d, int count,
                           double *RESTRICT squared)
{
    ptrdiff_t j = 4;
    if (d >= 4)
        add_columns(tile, centroids, d, 4, count, 1, squared);
    else if (d == 3)
        add_columns(tile, centroids, d, 3, count, 1, squared);
    else if (d == 2)
        add_columns(tile, centroids, d, 2, count, 1, squared);
    else
        add_columns(tile, centroids, d, d > 0 ? 1 : 0, count, 1, squared);
    for (; j + 4 <= d; j += 4)
        add_columns(tile + j * TILE, centroids + j, d, 4, count, 0, squared);
    for (; j < d; j++)
        add_columns(tile + j * TILE, centroids + j, d, 1, count, 0, squared);
}

/* Sum TILE numbers: LANES partial sums, then these in pairs. */
INLINE double tile_sum(const double *RESTRICT values)
{
    double lanes[LANES];
    for (int l = 0; l < LANES; l++)
        lanes[l] = values[l];
    for (int p = LANES; p < TILE; p += LANES)
        for (int l = 0; l < LANES; l++)
            lanes[l] += values[p + l];
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

/* tiles.c */
void *room_for(ptrdiff_t count, size_t size);
void means_of(const Points *points, double *means);
int middle_of(const Points *points, double *origin);
void fill_tile(const Points *points, ptrdiff_t tile, const double *origin, double *out);
int make_tiles(const Points *points, const double *origin, Tiles *tiles);

double squared_to(const Points *points, ptrdiff_t row, const double *origin, const double *centroid);

/* nearest.c: the nearest centroid of each point, and its squared distance unless that is NULL; then the next two. */
int nearest(const Points *points, const double *centroids, ptrdiff_t k, int threads, int32_t *labels, double *squared);
int nearest_two(const Points *points, const double *centroids, ptrdiff_t k, int threads, int32_t *labels,
                double *squared);

/* When starts end; see kernels/lloyd.py. After trial passes only the best kept starts of each group go on. */
typedef struct {
    ptrdiff_t max_passes, trial, kept;
    double shift, gain;
    int threads;
} Rules;

/* lloyd.c: moves count starts in place, one after the other in centroids, of sizes[s] rows each; starts of a group stand
   together. Gives inertia, passes and, for each centroid, the points that were nearest to it. */
int lloyd(const Points *points, double *centroids, const int64_t *sizes, const int64_t *groups, ptrdiff_t count,
          const Rules *rules, double *inertia, int64_t *passes, double *counts);

/* seeding.c: the rows that become centroids, (starts, k), from quantiles (starts, k, tries). */
int seed(const Points *points, const double *quantiles, ptrdiff_t starts, ptrdiff_t k, ptrdiff_t tries, int threads,
         int64_t *chosen);

/* silhouettes.c: (L, n) from labelings (L, n), whose labels lie from 0 to below sizes[l]. */
int silhouettes(const Points *points, const int32_t *labelings, ptrdiff_t count, const int32_t *sizes, int threads,
                double *widths);

/* spread.c: of each cluster of each labeling, sizes[l] of them: points, mean less the middle of all points (d), sum of
   distances to the mean and of their squares (2). Labels below 0 are in no cluster. */
int spreads(const Points *points, const int32_t *labelings, ptrdiff_t count, const int32_t *sizes, int threads,
            int64_t *counts, double *means, double *away);

/* halving.c: the cell of each of at least one point, from 0; returns how many cells there are, or NO_MEMORY. */
ptrdiff_t micro_clusters(const Points *points, const double *weights, ptrdiff_t most, int64_t *cell);

/* transport.c: labels (n) of the cheapest assignment by costs (k, n) that leaves every cluster least to most points.
   Returns BALANCED where no limit is felt; else OK, with how many each holds, and what the cheapest move between any two
   costs (k, k). Starts from prices (k), and changes them. */
enum { BALANCED = 1 };
int balance(const double *costs, ptrdiff_t k, ptrdiff_t n, int64_t least, int64_t most, double *prices, int32_t *labels,
            int64_t *held, double *saved);

/* ward.c: merges (n - 1, 3) of n points: the lowest points of the two groups, and the squared height. */
int ward(const double *points, const double *weights, ptrdiff_t n, ptrdiff_t d, double *merges);

#endif
