/* Exact silhouettes of many labelings under Gower's distance ("A general coefficient of similarity and some of its
   properties", 1971), each distance computed once.

   As in silhouettes.c, points stand in the order of their joint cell, the labels that all labelings give them: distances
   to the points of a cell are summed once, and the sum goes to the cell's cluster in every labeling. A silhouette is a ratio,
   so distances need not be divided by the number of measures. */

#include "mixed.h"

/* No level on the other side: it differs from NO_LEVEL too. */
#define NO_LEVEL_EITHER 65534

typedef struct {
    const int32_t *labelings; /* (labelings, n), negative for who is left out */
    ptrdiff_t count, cell_count, clusters;
    const int64_t *cells; /* (cells + 1), where each begins, and n */
    ptrdiff_t *offsets;   /* (labelings + 1), where a labeling's clusters begin */
    ptrdiff_t *parents;   /* (cells, labelings): the cluster of a cell; negative where it is left out */
    double *counts;       /* (clusters) */
    double *numbers;      /* (n, p), in the order of the cells */
    uint16_t *codes;      /* (n, q), likewise */
} Layout;

static int make_layout(Layout *layout, const Mixed *points, const int64_t *rows, const int64_t *sizes)
{
    ptrdiff_t n = points->n, p = points->p, q = points->q, count = layout->count;
    layout->offsets = room_for(count + 1, sizeof(ptrdiff_t));
    layout->parents = layout->cell_count <= PTRDIFF_MAX / (count + 1)
                          ? room_for(layout->cell_count * count, sizeof(ptrdiff_t))
                          : NULL;
    layout->numbers = room_for(n * p, sizeof(double));
    layout->codes = room_for(n * q, sizeof(uint16_t));
    if (!layout->offsets || !layout->parents || !layout->numbers || !layout->codes)
        return NO_MEMORY;
    layout->offsets[0] = 0;
    for (ptrdiff_t l = 0; l < count; l++)
        layout->offsets[l + 1] = layout->offsets[l] + (ptrdiff_t)sizes[l];
    layout->clusters = layout->offsets[count];
    layout->counts = room_for(layout->clusters, sizeof(double));
    if (!layout->counts)
        return NO_MEMORY;
    memset(layout->counts, 0, (size_t)layout->clusters * sizeof(double));
    for (ptrdiff_t g = 0; g < layout->cell_count; g++)
        for (ptrdiff_t l = 0; l < count; l++) {
            int32_t label = layout->labelings[l * n + rows[layout->cells[g]]];
            layout->parents[g * count + l] = label < 0 ? -1 : layout->offsets[l] + label;
            if (label >= 0)
                layout->counts[layout->offsets[l] + label] += (double)(layout->cells[g + 1] - layout->cells[g]);
        }
    for (ptrdiff_t i = 0; i < n; i++) {
        memcpy(layout->numbers + i * p, points->numbers + rows[i] * p, (size_t)p * sizeof(double));
        for (ptrdiff_t j = 0; j < q; j++) {
            int32_t code = points->codes[rows[i] * q + j];
            layout->codes[i * q + j] = code < 0 ? NO_LEVEL_EITHER : (uint16_t)code;
        }
    }
    return OK;
}

/* Add the distances from the points of a tile to another point. */
INLINE void add_distances(const double *RESTRICT numbers, const uint16_t *RESTRICT codes, ptrdiff_t p, ptrdiff_t q,
                          const double *RESTRICT other, const uint16_t *RESTRICT levels, double *RESTRICT cell)
{
    uint16_t differing[TILE];
    tile_differing(codes, levels, q, differing);
    for (int t = 0; t < TILE; t++)
        cell[t] += (double)(int32_t)differing[t];
    for (ptrdiff_t j = 0; j < p; j++)
        for (int t = 0; t < TILE; t++)
            cell[t] += fabs(numbers[j * TILE + t] - other[j]);
}

/* Summed distances from the points of a tile to every cluster of every labeling, (clusters, TILE). */
CLONES
static void sums_of_tile(const Layout *layout, const MixedTiles *tiles, ptrdiff_t tile, double *RESTRICT sums)
{
    ptrdiff_t p = tiles->p, q = tiles->q;
    const double *numbers = tiles->numbers + tile * p * TILE;
    const uint16_t *codes = tiles->codes + tile * q * TILE;
    double cell[TILE];
    for (ptrdiff_t i = 0; i < layout->clusters * TILE; i++)
        sums[i] = 0.0;
    for (ptrdiff_t g = 0; g < layout->cell_count; g++) {
        for (int t = 0; t < TILE; t++)
            cell[t] = 0.0;
        for (ptrdiff_t i = (ptrdiff_t)layout->cells[g]; i < layout->cells[g + 1]; i++)
            add_distances(numbers, codes, p, q, layout->numbers + i * p, layout->codes + i * q, cell);
        for (ptrdiff_t l = 0; l < layout->count; l++) {
            ptrdiff_t parent = layout->parents[g * layout->count + l];
            double *RESTRICT sum = sums + parent * TILE;
            for (int t = 0; t < TILE && parent >= 0; t++)
                sum[t] += cell[t];
        }
    }
}

/* The silhouette of one point in one labeling; its sums stand TILE apart; self: what the point is from itself. */
static double width_of(const double *sums, const double *counts, ptrdiff_t size, ptrdiff_t own, double self)
{
    double inner, outer = INFINITY, larger;
    if (counts[own] <= 1)
        return 0.0;
    inner = (sums[own * TILE] - self) / (counts[own] - 1.0);
    for (ptrdiff_t c = 0; c < size; c++)
        if (c != own && counts[c] > 0 && sums[c * TILE] / counts[c] < outer)
            outer = sums[c * TILE] / counts[c];
    larger = inner > outer ? inner : outer;
    return larger > 0 ? (outer - inner) / larger : 0.0;
}

/* A point that lacks levels differs in these from everybody, and so from its own place in the sums. */
static double lacking(const Mixed *points, ptrdiff_t row)
{
    ptrdiff_t lacks = 0;
    for (ptrdiff_t j = 0; j < points->q; j++)
        lacks += points->codes[row * points->q + j] < 0;
    return (double)lacks;
}

static void write_widths(const Layout *layout, const Mixed *points, ptrdiff_t tile, const double *sums, double *widths)
{
    for (ptrdiff_t l = 0; l < layout->count; l++) {
        const double *counts = layout->counts + layout->offsets[l];
        ptrdiff_t used = 0, size = layout->offsets[l + 1] - layout->offsets[l];
        for (ptrdiff_t c = 0; c < size; c++)
            used += counts[c] > 0;
        for (ptrdiff_t i = 0; i < tile_points(points->n, tile); i++) {
            ptrdiff_t row = tile * TILE + i;
            int32_t label = layout->labelings[l * points->n + row];
            widths[l * points->n + row] =
                used < 2 || label < 0
                    ? NAN
                    : width_of(sums + layout->offsets[l] * TILE + i, counts, size, label, lacking(points, row));
        }
    }
}

int gower_silhouettes(const Mixed *points, const int32_t *labelings, ptrdiff_t count, const int64_t *sizes,
                      const int64_t *rows, const int64_t *cells, ptrdiff_t cell_count, double *widths)
{
    MixedTiles tiles = {0};
    Layout layout = {.labelings = labelings, .count = count, .cell_count = cell_count, .cells = cells};
    double *sums = NULL;
    int state = NO_MEMORY;
    if (make_mixed(points, &tiles) != OK || make_layout(&layout, points, rows, sizes) != OK)
        goto end;
    sums = layout.clusters <= PTRDIFF_MAX / TILE ? room_for(layout.clusters * TILE, sizeof(double)) : NULL;
    if (!sums)
        goto end;
    for (ptrdiff_t t = 0; t < tiles.tiles; t++) {
        sums_of_tile(&layout, &tiles, t, sums);
        write_widths(&layout, points, t, sums, widths);
    }
    state = OK;
end:
    free(sums);
    free(layout.codes);
    free(layout.numbers);
    free(layout.counts);
    free(layout.parents);
    free(layout.offsets);
    free_mixed(&tiles);
    return state;
}
