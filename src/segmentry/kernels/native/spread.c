/* Means, radii and squared distances of the clusters of many labelings; each slab of points is looked at by all of them
   while it is near. */

#include "parallel.h"
#include "tiles.h"

typedef struct {
    const Points *points;
    const int32_t *labelings; /* (labelings, n); below 0: in no cluster */
    ptrdiff_t count, clusters;
    const ptrdiff_t *offsets; /* (labelings): where a labeling's clusters begin */
    double *origin;           /* (d) */
    double *means;            /* (clusters, d), less the origin */
    double *some;             /* (slabs, clusters, d): sums; then (slabs, clusters, 2): distances and their squares */
    int64_t *counts;          /* (slabs, clusters) */
} Panel;

INLINE void sum_rows(const Panel *panel, ptrdiff_t begin, ptrdiff_t end, ptrdiff_t labeling, int is_double,
                     double *RESTRICT sums, int64_t *RESTRICT counts)
{
    const Points *points = panel->points;
    const int32_t *RESTRICT labels = panel->labelings + labeling * points->n;
    const double *RESTRICT origin = panel->origin;
    ptrdiff_t d = points->d;
    for (ptrdiff_t i = begin; i < end; i++) {
        double *RESTRICT sum = sums + labels[i] * d;
        if (labels[i] < 0)
            continue;
        counts[labels[i]]++;
        for (ptrdiff_t j = 0; j < d; j++)
            sum[j] += value_at(points->data, i * d + j, is_double) - origin[j];
    }
}

INLINE void measure_rows(const Panel *panel, ptrdiff_t begin, ptrdiff_t end, ptrdiff_t labeling, int is_double,
                         double *RESTRICT away)
{
    const Points *points = panel->points;
    const int32_t *RESTRICT labels = panel->labelings + labeling * points->n;
    const double *RESTRICT origin = panel->origin;
    ptrdiff_t d = points->d;
    for (ptrdiff_t i = begin; i < end; i++) {
        const double *RESTRICT mean = panel->means + (panel->offsets[labeling] + labels[i]) * d;
        double squared = 0.0;
        if (labels[i] < 0)
            continue;
        for (ptrdiff_t j = 0; j < d; j++) {
            double step = value_at(points->data, i * d + j, is_double) - origin[j] - mean[j];
            squared += step * step;
        }
        away[2 * labels[i]] += sqrt(squared);
        away[2 * labels[i] + 1] += squared;
    }
}

CLONES
static void sum_slab(void *context, ptrdiff_t slab)
{
    Panel *panel = context;
    ptrdiff_t n = panel->points->n, d = panel->points->d, begin = slab * SLAB * TILE, end = begin + SLAB * TILE;
    double *sums = panel->some + slab * panel->clusters * d;
    int64_t *counts = panel->counts + slab * panel->clusters;
    end = end < n ? end : n;
    memset(sums, 0, (size_t)(panel->clusters * d) * sizeof(double));
    memset(counts, 0, (size_t)panel->clusters * sizeof(int64_t));
    for (ptrdiff_t l = 0; l < panel->count; l++)
        if (panel->points->is_double)
            sum_rows(panel, begin, end, l, 1, sums + panel->offsets[l] * d, counts + panel->offsets[l]);
        else
            sum_rows(panel, begin, end, l, 0, sums + panel->offsets[l] * d, counts + panel->offsets[l]);
}

CLONES
static void measure_slab(void *context, ptrdiff_t slab)
{
    Panel *panel = context;
    ptrdiff_t n = panel->points->n, begin = slab * SLAB * TILE, end = begin + SLAB * TILE;
    double *away = panel->some + slab * panel->clusters * 2;
    end = end < n ? end : n;
    memset(away, 0, (size_t)(panel->clusters * 2) * sizeof(double));
    for (ptrdiff_t l = 0; l < panel->count; l++)
        if (panel->points->is_double)
            measure_rows(panel, begin, end, l, 1, away + 2 * panel->offsets[l]);
        else
            measure_rows(panel, begin, end, l, 0, away + 2 * panel->offsets[l]);
}

/* Sum over slabs, in their order. */
static double over_slabs(const double *some, ptrdiff_t slabs, ptrdiff_t stride, ptrdiff_t at)
{
    double sum = 0.0;
    for (ptrdiff_t slab = 0; slab < slabs; slab++)
        sum += some[slab * stride + at];
    return sum;
}

int spreads(const Points *points, const int32_t *labelings, ptrdiff_t count, const int32_t *sizes, int threads,
            int64_t *counts, double *means, double *away)
{
    ptrdiff_t d = points->d, wide = d > 2 ? d : 2, slabs = slab_count(tile_count(points->n)), clusters = 0;
    ptrdiff_t *offsets = room_for(count, sizeof(ptrdiff_t));
    Panel panel = {.points = points, .labelings = labelings, .count = count, .offsets = offsets, .means = means};
    int state = NO_MEMORY;
    for (ptrdiff_t l = 0; l < count && offsets; l++) {
        offsets[l] = clusters;
        clusters += sizes[l];
    }
    panel.clusters = clusters;
    panel.origin = room_for(d, sizeof(double));
    if (clusters <= PTRDIFF_MAX / (wide * (slabs + 1))) {
        panel.some = room_for(slabs * clusters * wide, sizeof(double));
        panel.counts = room_for(slabs * clusters, sizeof(int64_t));
    }
    if (!offsets || !panel.origin || !panel.some || !panel.counts)
        goto end;
    middle_of(points, panel.origin);
    share_out(slabs, threads, sum_slab, &panel);
    for (ptrdiff_t c = 0; c < clusters; c++) {
        counts[c] = 0;
        for (ptrdiff_t slab = 0; slab < slabs; slab++)
            counts[c] += panel.counts[slab * clusters + c];
        for (ptrdiff_t j = 0; j < d; j++)
            means[c * d + j] =
                counts[c] ? over_slabs(panel.some, slabs, clusters * d, c * d + j) / (double)counts[c] : 0.0;
    }
    share_out(slabs, threads, measure_slab, &panel);
    for (ptrdiff_t i = 0; i < clusters * 2; i++)
        away[i] = over_slabs(panel.some, slabs, clusters * 2, i);
    state = OK;
end:
    free(panel.counts);
    free(panel.some);
    free(panel.origin);
    free(offsets);
    return state;
}
