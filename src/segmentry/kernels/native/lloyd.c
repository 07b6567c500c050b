/* Lloyd's algorithm ("Least squares quantization in PCM", 1982).

   Sums change only by the points that changed cluster. What rounding leaves behind in them is taken out by summing anew
   before a start may end. */

#include "tiles.h"

/* Centroids that move by less than this, squared and in total variances, moved by rounding. */
#define ROUNDING 1e-24

/* One start under way. */
typedef struct {
    const Points *points;
    const Tiles *tiles;
    const double *origin;
    double variance;
    ptrdiff_t k;
    double *now, *moved; /* centroids less the origin, (k, d) */
    double *sums;        /* (k, d) */
    double *away;        /* of each point, for empty clusters */
    ptrdiff_t *counts;   /* (k) */
    int32_t *labels;     /* of each point and of the filling; -1 before the first pass */
    int stale;           /* sums have lost points since they were last summed anew */
} Start;

/* Nearest centroids of a tile against its labels until now; returns how many differ, filling included. */
CLONES
static int tile_labels(const double *RESTRICT tile, const double *RESTRICT centroids, ptrdiff_t k, ptrdiff_t d,
                       const int32_t *RESTRICT before, int32_t *RESTRICT labels, double *RESTRICT least)
{
    double squared[TILE];
    int64_t first[TILE];
    int changed = 0;
    tile_distances(tile, centroids, d, least);
    for (int p = 0; p < TILE; p++)
        first[p] = 0;
    for (int64_t c = 1; c < k; c++) {
        tile_distances(tile, centroids + c * d, d, squared);
        for (int p = 0; p < TILE; p++) {
            first[p] = squared[p] < least[p] ? c : first[p];
            least[p] = squared[p] < least[p] ? squared[p] : least[p];
        }
    }
    for (int p = 0; p < TILE; p++) {
        labels[p] = (int32_t)first[p];
        changed += labels[p] != before[p];
    }
    return changed;
}

static void add_point(Start *start, const double *tile, ptrdiff_t place, int32_t label)
{
    ptrdiff_t d = start->tiles->d;
    double *sums = start->sums + label * d;
    for (ptrdiff_t j = 0; j < d; j++)
        sums[j] += tile[j * TILE + place];
    start->counts[label]++;
}

static void take_point(Start *start, const double *tile, ptrdiff_t place, int32_t label)
{
    ptrdiff_t d = start->tiles->d;
    double *sums = start->sums + label * d;
    for (ptrdiff_t j = 0; j < d; j++)
        sums[j] -= tile[j * TILE + place];
    start->counts[label]--;
    start->stale = 1;
}

/* Assign every point; give the inertia, and how many points changed cluster. */
static double relabel(Start *start, ptrdiff_t *changes)
{
    const Tiles *tiles = start->tiles;
    int32_t labels[TILE];
    double least[TILE], inertia = 0.0;
    *changes = 0;
    for (ptrdiff_t t = 0; t < tiles->tiles; t++) {
        const double *tile = tiles->data + t * tiles->d * TILE;
        int32_t *before = start->labels + t * TILE;
        ptrdiff_t count = tile_points(tiles->n, t);
        int changed = tile_labels(tile, start->now, start->k, tiles->d, before, labels, least);
        for (ptrdiff_t p = count; p < TILE; p++)
            least[p] = 0.0;
        inertia += tile_sum(least);
        for (ptrdiff_t p = 0; changed && p < count; p++) {
            if (labels[p] == before[p])
                continue;
            if (before[p] >= 0)
                take_point(start, tile, p, before[p]);
            add_point(start, tile, p, labels[p]);
            before[p] = labels[p];
            ++*changes;
        }
    }
    return inertia;
}

static void sum_anew(Start *start)
{
    const Tiles *tiles = start->tiles;
    memset(start->sums, 0, (size_t)(start->k * tiles->d) * sizeof(double));
    memset(start->counts, 0, (size_t)start->k * sizeof(ptrdiff_t));
    for (ptrdiff_t t = 0; t < tiles->tiles; t++)
        for (ptrdiff_t p = 0; p < tile_points(tiles->n, t); p++)
            add_point(start, tiles->data + t * tiles->d * TILE, p, start->labels[t * TILE + p]);
    start->stale = 0;
}

/* Lower each point's distance to that of a centroid given where the points came from, not less the origin. */
static void come_nearer(Start *start, const double *centroid)
{
    const Points *points = start->points;
    for (ptrdiff_t i = 0; i < points->n; i++) {
        double squared = 0.0;
        for (ptrdiff_t j = 0; j < points->d; j++) {
            double step = point_value(points, i, j) - centroid[j];
            squared += step * step;
        }
        if (squared < start->away[i])
            start->away[i] = squared;
    }
}

/* Put empty clusters on the points farthest from their centroid, each farthest also from those put before it. */
static void fill_empty(Start *start)
{
    ptrdiff_t n = start->points->n, d = start->points->d;
    double *centroid = start->sums; /* summed anew afterwards */
    for (ptrdiff_t i = 0; i < n; i++)
        start->away[i] = INFINITY;
    for (ptrdiff_t c = 0; c < start->k; c++) {
        for (ptrdiff_t j = 0; j < d; j++)
            centroid[j] = start->now[c * d + j] + start->origin[j];
        come_nearer(start, centroid);
    }
    for (ptrdiff_t c = 0; c < start->k; c++) {
        ptrdiff_t farthest = 0;
        if (start->counts[c] > 0)
            continue;
        for (ptrdiff_t i = 1; i < n; i++)
            if (start->away[i] > start->away[farthest])
                farthest = i;
        for (ptrdiff_t j = 0; j < d; j++) {
            centroid[j] = point_value(start->points, farthest, j);
            start->moved[c * d + j] = centroid[j] - start->origin[j];
        }
        come_nearer(start, centroid);
    }
    sum_anew(start);
}

/* Move centroids to their means; give their squared movements, and whether any cluster was empty. */
static double move(Start *start, int *empty)
{
    ptrdiff_t d = start->tiles->d;
    double steps = 0.0;
    *empty = 0;
    for (ptrdiff_t c = 0; c < start->k; c++) {
        *empty |= start->counts[c] == 0;
        for (ptrdiff_t j = 0; j < d && start->counts[c]; j++)
            start->moved[c * d + j] = start->sums[c * d + j] / (double)start->counts[c];
    }
    if (*empty)
        fill_empty(start);
    for (ptrdiff_t c = 0; c < start->k * d; c++) {
        double step = start->moved[c] - start->now[c];
        steps += step * step;
    }
    memcpy(start->now, start->moved, (size_t)(start->k * d) * sizeof(double));
    return steps;
}

static ptrdiff_t run(Start *start, ptrdiff_t max_passes, double tolerance, double gain, double *inertia)
{
    ptrdiff_t pass = 0, changes, d = start->tiles->d;
    int done = 0, empty = 0;
    for (ptrdiff_t i = 0; i < start->tiles->tiles * TILE; i++)
        start->labels[i] = -1;
    memset(start->sums, 0, (size_t)(start->k * d) * sizeof(double));
    memset(start->counts, 0, (size_t)start->k * sizeof(ptrdiff_t));
    start->stale = 0;
    *inertia = INFINITY;
    while (pass < max_passes && !done) {
        double found = relabel(start, &changes), steps;
        pass++;
        if (!changes && start->stale)
            sum_anew(start);
        steps = move(start, &empty);
        done = steps <= tolerance || (!changes && steps <= ROUNDING * start->variance);
        done |= gain > 0 && *inertia - found <= gain * found;
        done &= !empty;
        *inertia = found;
    }
    if (start->stale && !empty) {
        sum_anew(start);
        move(start, &empty);
    }
    return pass;
}

static double variance_of(const Tiles *tiles)
{
    double sum = 0.0;
    for (ptrdiff_t at = 0; at < tiles->tiles * tiles->d * TILE; at += TILE) {
        double squares[TILE];
        for (int p = 0; p < TILE; p++)
            squares[p] = tiles->data[at + p] * tiles->data[at + p];
        sum += tile_sum(squares);
    }
    return sum / (double)tiles->n;
}

ptrdiff_t lloyd(const Points *points, double *starts, ptrdiff_t count, ptrdiff_t k, ptrdiff_t max_passes, double shift,
                double gain, double *inertia)
{
    ptrdiff_t d = points->d, most = NO_MEMORY;
    Tiles tiles = {NULL, 0, 0, 0};
    Start start = {0};
    double *origin = room_for(d, sizeof(double));
    if (origin)
        means_of(points, origin);
    if (!origin || make_tiles(points, origin, &tiles) != OK)
        goto end;
    start.points = points;
    start.tiles = &tiles;
    start.origin = origin;
    start.variance = variance_of(&tiles);
    start.k = k;
    start.moved = room_for(k * d, sizeof(double));
    start.sums = room_for(k * d, sizeof(double));
    start.away = room_for(points->n, sizeof(double));
    start.counts = room_for(k, sizeof(ptrdiff_t));
    start.labels = room_for(tiles.tiles * TILE, sizeof(int32_t));
    if (!start.moved || !start.sums || !start.away || !start.counts || !start.labels)
        goto end;
    most = 0;
    for (ptrdiff_t s = 0; s < count; s++) {
        double tolerance = shift * start.variance / (double)(d > 0 ? d : 1);
        ptrdiff_t passes;
        start.now = starts + s * k * d;
        for (ptrdiff_t i = 0; i < k * d; i++)
            start.now[i] -= origin[i % d];
        passes = run(&start, max_passes, tolerance, gain, inertia + s);
        most = passes > most ? passes : most;
        for (ptrdiff_t i = 0; i < k * d; i++)
            start.now[i] += origin[i % d];
    }
end:
    free(start.labels);
    free(start.counts);
    free(start.away);
    free(start.sums);
    free(start.moved);
    free(tiles.data);
    free(origin);
    return most;
}
