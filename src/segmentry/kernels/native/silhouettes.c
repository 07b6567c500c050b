/* Exact silhouettes of many labelings (Rousseeuw, "Silhouettes", 1987), each distance computed once.

   Points are put in the order of their joint cell: the labels that all labelings give them. Distances to the points of a
   cell are summed once, and the sum goes to the cell's cluster in every labeling. */

#include "tiles.h"

typedef struct {
    ptrdiff_t labelings, clusters; /* clusters of all labelings together */
    ptrdiff_t *rows;               /* (n), in the order of their cells */
    ptrdiff_t *cells;              /* where each cell begins in rows, and n at the end */
    ptrdiff_t cell_count;
    ptrdiff_t *offsets; /* (labelings), where a labeling's clusters begin */
    double *counts;     /* (clusters) */
    ptrdiff_t *parents; /* (cells, labelings): the clusters of a cell */
} Layout;

/* Sort rows by one labeling, rows of one label staying in their order. */
static void sort_by(const int32_t *labels, ptrdiff_t n, ptrdiff_t size, ptrdiff_t *begins, const ptrdiff_t *rows,
                    ptrdiff_t *sorted)
{
    memset(begins, 0, (size_t)(size + 1) * sizeof(ptrdiff_t));
    for (ptrdiff_t i = 0; i < n; i++)
        begins[labels[i] + 1]++;
    for (ptrdiff_t c = 0; c < size; c++)
        begins[c + 1] += begins[c];
    for (ptrdiff_t i = 0; i < n; i++)
        sorted[begins[labels[rows[i]]]++] = rows[i];
}

static int find_cells(Layout *layout, const int32_t *labelings, ptrdiff_t n, const int32_t *sizes)
{
    ptrdiff_t largest = 0, count = layout->labelings, *begins, *sorted = room_for(n, sizeof(ptrdiff_t)), *rows;
    for (ptrdiff_t l = 0; l < count; l++)
        largest = sizes[l] > largest ? sizes[l] : largest;
    begins = room_for(largest + 1, sizeof(ptrdiff_t));
    if (!begins || !sorted) {
        free(begins);
        free(sorted);
        return NO_MEMORY;
    }
    for (ptrdiff_t i = 0; i < n; i++)
        layout->rows[i] = i;
    for (ptrdiff_t l = count - 1; l >= 0; l--) {
        sort_by(labelings + l * n, n, sizes[l], begins, layout->rows, sorted);
        rows = layout->rows, layout->rows = sorted, sorted = rows;
    }
    free(begins);
    free(sorted);
    layout->cell_count = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        int fresh = i == 0;
        for (ptrdiff_t l = 0; l < count && !fresh; l++)
            fresh = labelings[l * n + layout->rows[i]] != labelings[l * n + layout->rows[i - 1]];
        if (fresh)
            layout->cells[layout->cell_count++] = i;
    }
    layout->cells[layout->cell_count] = n;
    return OK;
}

static int make_layout(Layout *layout, const int32_t *labelings, ptrdiff_t count, ptrdiff_t n, const int32_t *sizes)
{
    layout->labelings = count;
    layout->rows = room_for(n, sizeof(ptrdiff_t));
    layout->cells = room_for(n + 1, sizeof(ptrdiff_t));
    layout->offsets = room_for(count, sizeof(ptrdiff_t));
    for (ptrdiff_t l = 0; l < count && layout->offsets; l++) {
        layout->offsets[l] = layout->clusters;
        layout->clusters += sizes[l];
    }
    layout->counts = room_for(layout->clusters, sizeof(double));
    if (!layout->rows || !layout->cells || !layout->offsets || !layout->counts)
        return NO_MEMORY;
    if (find_cells(layout, labelings, n, sizes) != OK)
        return NO_MEMORY;
    layout->parents = count <= PTRDIFF_MAX / (layout->cell_count + 1)
                          ? room_for(layout->cell_count * count, sizeof(ptrdiff_t))
                          : NULL;
    if (!layout->parents)
        return NO_MEMORY;
    memset(layout->counts, 0, (size_t)layout->clusters * sizeof(double));
    for (ptrdiff_t g = 0; g < layout->cell_count; g++)
        for (ptrdiff_t l = 0; l < count; l++) {
            ptrdiff_t cluster = layout->offsets[l] + labelings[l * n + layout->rows[layout->cells[g]]];
            layout->parents[g * count + l] = cluster;
            layout->counts[cluster] += (double)(layout->cells[g + 1] - layout->cells[g]);
        }
    return OK;
}

/* Summed distances from the points of a tile to every cluster of every labeling, (clusters, TILE); ordered: the points
   row by row, cell after cell. */
CLONES
static void tile_sums(const Layout *layout, const double *RESTRICT tile, const double *RESTRICT ordered, ptrdiff_t d,
                      double *RESTRICT sums)
{
    double squared[TILE], cell[TILE];
    for (ptrdiff_t i = 0; i < layout->clusters * TILE; i++)
        sums[i] = 0.0;
    for (ptrdiff_t g = 0; g < layout->cell_count; g++) {
        for (int p = 0; p < TILE; p++)
            cell[p] = 0.0;
        for (ptrdiff_t i = layout->cells[g]; i < layout->cells[g + 1]; i++) {
            tile_distances(tile, ordered + i * d, d, squared);
            for (int p = 0; p < TILE; p++)
                cell[p] += sqrt(squared[p]);
        }
        for (ptrdiff_t l = 0; l < layout->labelings; l++) {
            double *RESTRICT sum = sums + layout->parents[g * layout->labelings + l] * TILE;
            for (int p = 0; p < TILE; p++)
                sum[p] += cell[p];
        }
    }
}

/* The silhouette of one point in one labeling; its sums stand TILE apart. */
static double width_of(const double *sums, const double *counts, ptrdiff_t size, ptrdiff_t own)
{
    double inner, outer = INFINITY, larger;
    if (counts[own] <= 1)
        return 0.0;
    inner = sums[own * TILE] / (counts[own] - 1.0);
    for (ptrdiff_t c = 0; c < size; c++)
        if (c != own && counts[c] > 0 && sums[c * TILE] / counts[c] < outer)
            outer = sums[c * TILE] / counts[c];
    larger = inner > outer ? inner : outer;
    return larger > 0 ? (outer - inner) / larger : 0.0;
}

static void write_widths(const Layout *layout, const int32_t *labelings, ptrdiff_t n, const int32_t *sizes,
                         ptrdiff_t tile, const double *sums, double *widths)
{
    for (ptrdiff_t l = 0; l < layout->labelings; l++) {
        const double *counts = layout->counts + layout->offsets[l];
        ptrdiff_t used = 0;
        for (ptrdiff_t c = 0; c < sizes[l]; c++)
            used += counts[c] > 0;
        for (ptrdiff_t p = 0; p < tile_points(n, tile); p++) {
            ptrdiff_t at = l * n + tile * TILE + p;
            widths[at] =
                used < 2 ? NAN : width_of(sums + layout->offsets[l] * TILE + p, counts, sizes[l], labelings[at]);
        }
    }
}

int silhouettes(const Points *points, const int32_t *labelings, ptrdiff_t count, const int32_t *sizes, double *widths)
{
    ptrdiff_t n = points->n, d = points->d;
    int state = NO_MEMORY;
    Layout layout = {0};
    double *tile = d <= PTRDIFF_MAX / TILE ? room_for(d * TILE, sizeof(double)) : NULL, *sums = NULL;
    double *ordered = d == 0 || n <= PTRDIFF_MAX / d ? room_for(n * d, sizeof(double)) : NULL;
    if (!tile || !ordered || make_layout(&layout, labelings, count, n, sizes) != OK)
        goto end;
    sums = layout.clusters <= PTRDIFF_MAX / TILE ? room_for(layout.clusters * TILE, sizeof(double)) : NULL;
    if (!sums)
        goto end;
    for (ptrdiff_t i = 0; i < n; i++)
        for (ptrdiff_t j = 0; j < d; j++)
            ordered[i * d + j] = point_value(points, layout.rows[i], j);
    for (ptrdiff_t t = 0; t < tile_count(n); t++) {
        fill_tile(points, t, NULL, tile);
        tile_sums(&layout, tile, ordered, d, sums);
        write_widths(&layout, labelings, n, sizes, t, sums, widths);
    }
    state = OK;
end:
    free(sums);
    free(ordered);
    free(tile);
    free(layout.parents);
    free(layout.counts);
    free(layout.offsets);
    free(layout.cells);
    free(layout.rows);
    return state;
}
