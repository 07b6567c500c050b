/* Points that have numbers and attributes, in tiles: numbers column by column as in tiles.h, levels of attributes as small
   whole numbers beside them, so that one instruction compares many levels.

   What a point costs at a prototype is its squared distance to the mean, summed over columns from the first to the last,
   plus gamma times the number of levels that differ. */

#ifndef SEGMENTRY_MIXED_H
#define SEGMENTRY_MIXED_H

#include "tiles.h"

/* The level of a point that has none: it differs from all others. An attribute has at most MOST_LEVELS levels. */
#define NO_LEVEL 65535
#define MOST_LEVELS 65534

/* Points as they came: numbers (n, p), levels (n, q) from 0, negative for none. */
typedef struct {
    const double *numbers;
    const int32_t *codes;
    ptrdiff_t n, p, q;
    double gamma;
} Mixed;

/* The same points in tiles; the filling of the last tile is zeros and no levels. */
typedef struct {
    double *numbers;
    uint16_t *codes;
    ptrdiff_t n, p, q, tiles;
    double gamma;
} MixedTiles;

/* Begin with the squares of some columns (0 to 4), or add them. Called with constants. */
INLINE void mixed_columns(const double *RESTRICT x, const double *RESTRICT mean, int columns, int begin,
                          double *RESTRICT cost)
{
    for (int t = 0; t < TILE; t++) {
        double sum = begin ? 0.0 : cost[t];
        for (int j = 0; j < columns; j++) {
            double step = x[j * TILE + t] - mean[j];
            sum += step * step;
        }
        cost[t] = sum;
    }
}

/* Squared distances of a tile's numbers to a mean. */
INLINE void tile_squares(const double *RESTRICT x, const double *RESTRICT mean, ptrdiff_t p, double *RESTRICT cost)
{
    ptrdiff_t j = p < 4 ? p : 4;
    if (p >= 4)
        mixed_columns(x, mean, 4, 1, cost);
    else if (p == 3)
        mixed_columns(x, mean, 3, 1, cost);
    else if (p == 2)
        mixed_columns(x, mean, 2, 1, cost);
    else if (p == 1)
        mixed_columns(x, mean, 1, 1, cost);
    else
        mixed_columns(x, mean, 0, 1, cost);
    for (; j + 4 <= p; j += 4)
        mixed_columns(x + j * TILE, mean + j, 4, 0, cost);
    for (; j < p; j++)
        mixed_columns(x + j * TILE, mean + j, 1, 0, cost);
}

/* How many levels of each point of a tile differ from a mode's. */
INLINE void tile_differing(const uint16_t *RESTRICT codes, const uint16_t *RESTRICT mode, ptrdiff_t q,
                           uint16_t *RESTRICT differing)
{
    for (int t = 0; t < TILE; t++)
        differing[t] = 0;
    for (ptrdiff_t j = 0; j < q; j++) {
        uint16_t level = mode[j];
        for (int t = 0; t < TILE; t++)
            differing[t] = (uint16_t)(differing[t] + (codes[j * TILE + t] != level));
    }
}

/* What the points of a tile cost at a prototype. */
INLINE void tile_cost(const MixedTiles *tiles, ptrdiff_t tile, const double *RESTRICT mean,
                      const uint16_t *RESTRICT mode, double *RESTRICT cost)
{
    uint16_t differing[TILE];
    tile_squares(tiles->numbers + tile * tiles->p * TILE, mean, tiles->p, cost);
    tile_differing(tiles->codes + tile * tiles->q * TILE, mode, tiles->q, differing);
    for (int t = 0; t < TILE; t++)
        cost[t] += tiles->gamma * (double)(int32_t)differing[t];
}

/* mixed.c */
int make_mixed(const Mixed *points, MixedTiles *tiles);
void free_mixed(MixedTiles *tiles);
uint16_t *narrow_levels(const int32_t *codes, ptrdiff_t count);
ptrdiff_t *offsets_of(const Mixed *points, const int32_t *modes, ptrdiff_t count);
int prototype_costs(const Mixed *points, const double *means, const int32_t *modes, ptrdiff_t k, double *costs);
int nearest_prototypes(const Mixed *points, const double *means, const int32_t *modes, ptrdiff_t k, int32_t *labels,
                       double *costs);

/* prototypes.c: moves means (S, k, p) and modes (S, k, q) in place; returns the passes made, or NO_MEMORY. */
ptrdiff_t kprototypes(const Mixed *points, double *means, int32_t *modes, ptrdiff_t starts, ptrdiff_t k,
                      ptrdiff_t max_passes, double gain, double *cost);

/* settle.c: moves labels (n); writes means (k, p) and modes (k, q), and the cost. */
int settle(const Mixed *points, int32_t *labels, ptrdiff_t k, ptrdiff_t max_rounds, double least, double *means,
           int32_t *modes, double *cost);

/* mixed_seeding.c: the rows that become prototypes, (starts, k), from quantiles (starts, k, tries). */
int seed_prototypes(const Mixed *points, const double *quantiles, ptrdiff_t starts, ptrdiff_t k, ptrdiff_t tries,
                    int64_t *chosen);

/* Which columns are numbers (p); the columns of each attribute, one after the other, of widths (q); and where an attribute of
   one column is cut, likewise, of cut_counts (q). */
typedef struct {
    const int64_t *numbers, *columns, *widths, *cut_counts;
    const double *cuts;
    ptrdiff_t p, q;
} CodedColumns;

/* coding.c: numbers (n, p) and levels (n, q). */
void code_points(const Points *points, const CodedColumns *coded, double *numbers, int32_t *codes);

/* latent.c: moves shares and weights (S, k, levels + 1) in place, from patterns of answers (u, q), their counts (u) and the
   levels of each attribute (q); returns the passes made, or NO_MEMORY. */
ptrdiff_t latent_classes(const int32_t *codes, const double *counts, ptrdiff_t u, const int64_t *levels, ptrdiff_t q,
                         double *state, ptrdiff_t starts, ptrdiff_t k, ptrdiff_t max_passes, double gain,
                         double *reached);

/* gower.c: widths (L, n) from labelings (L, n) whose labels lie below sizes (L), negative for who is left out; rows (n) in
   the order of the cells that all labelings make together, and where each cell begins in them (cells + 1, the last n). */
int gower_silhouettes(const Mixed *points, const int32_t *labelings, ptrdiff_t count, const int64_t *sizes,
                      const int64_t *rows, const int64_t *cells, ptrdiff_t cell_count, double *widths);

#endif
