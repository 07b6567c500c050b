/* k-prototypes (Huang, "Extensions to the k-means algorithm for clustering large data sets with categorical values", 1998),
   all points placed before prototypes move.

   Sums and the tallies of levels change only by the points that changed cluster. What rounding leaves behind in sums is
   taken out by summing anew before a start ends. */

#include "mixed.h"

/* A start is stuck where a pass lowers its cost by less than this share. */
#define STUCK 1e-12

/* One start under way. */
typedef struct {
    const MixedTiles *tiles;
    ptrdiff_t k, width;       /* width: levels of all attributes together */
    const ptrdiff_t *offsets; /* (q + 1), where the levels of an attribute begin */
    double *means, *moved;    /* (k, p) */
    uint16_t *modes, *turned; /* (k, q) */
    double *sums;             /* (k, p) */
    ptrdiff_t *counts;        /* (k) */
    int32_t *tallies;         /* (k, width) */
    double *away;             /* of each point, for empty clusters */
    int32_t *labels;          /* of each point and of the filling; -1 before the first pass */
    int stale;                /* sums have lost points since they were last summed anew */
} Start;

/* Cheapest prototypes of a tile against its labels until now; returns how many differ, filling included. */
CLONES
static int cheapest_of_tile(const Start *start, ptrdiff_t tile, int32_t *RESTRICT labels, double *RESTRICT least)
{
    const MixedTiles *tiles = start->tiles;
    const int32_t *before = start->labels + tile * TILE;
    double cost[TILE];
    int64_t first[TILE];
    int changed = 0;
    for (int t = 0; t < TILE; t++) {
        first[t] = 0;
        least[t] = INFINITY;
    }
    for (int64_t c = 0; c < start->k; c++) {
        tile_cost(tiles, tile, start->means + c * tiles->p, start->modes + c * tiles->q, cost);
        for (int t = 0; t < TILE; t++) {
            first[t] = cost[t] < least[t] ? c : first[t];
            least[t] = cost[t] < least[t] ? cost[t] : least[t];
        }
    }
    for (int t = 0; t < TILE; t++) {
        labels[t] = (int32_t)first[t];
        changed += labels[t] != before[t];
    }
    return changed;
}

/* Let a point count in a cluster, or no longer: by is 1 or -1. */
static void count_point(Start *start, ptrdiff_t tile, ptrdiff_t place, int32_t label, int by)
{
    const MixedTiles *tiles = start->tiles;
    const double *numbers = tiles->numbers + tile * tiles->p * TILE + place;
    const uint16_t *codes = tiles->codes + tile * tiles->q * TILE + place;
    double *sums = start->sums + label * tiles->p;
    int32_t *tallies = start->tallies + label * start->width;
    for (ptrdiff_t j = 0; j < tiles->p; j++)
        sums[j] += by * numbers[j * TILE];
    for (ptrdiff_t j = 0; j < tiles->q; j++)
        if (codes[j * TILE] != NO_LEVEL)
            tallies[start->offsets[j] + codes[j * TILE]] += by;
    start->counts[label] += by;
}

/* Place every point; give the cost, and how many points changed cluster. */
static double relabel(Start *start, ptrdiff_t *changes)
{
    const MixedTiles *tiles = start->tiles;
    int32_t labels[TILE];
    double least[TILE], cost = 0.0;
    *changes = 0;
    for (ptrdiff_t t = 0; t < tiles->tiles; t++) {
        int32_t *before = start->labels + t * TILE;
        ptrdiff_t count = tile_points(tiles->n, t);
        int changed = cheapest_of_tile(start, t, labels, least);
        for (ptrdiff_t i = count; i < TILE; i++)
            least[i] = 0.0;
        cost += tile_sum(least);
        for (ptrdiff_t i = 0; changed && i < count; i++) {
            if (labels[i] == before[i])
                continue;
            if (before[i] >= 0) {
                count_point(start, t, i, before[i], -1);
                start->stale = 1;
            }
            count_point(start, t, i, labels[i], 1);
            before[i] = labels[i];
            ++*changes;
        }
    }
    return cost;
}

static void clear(Start *start)
{
    memset(start->sums, 0, (size_t)(start->k * start->tiles->p) * sizeof(double));
    memset(start->counts, 0, (size_t)start->k * sizeof(ptrdiff_t));
    memset(start->tallies, 0, (size_t)(start->k * start->width) * sizeof(int32_t));
    start->stale = 0;
}

static void sum_anew(Start *start)
{
    clear(start);
    for (ptrdiff_t t = 0; t < start->tiles->tiles; t++)
        for (ptrdiff_t i = 0; i < tile_points(start->tiles->n, t); i++)
            count_point(start, t, i, start->labels[t * TILE + i], 1);
}

/* Lower what each point costs to what it costs at one more prototype. */
CLONES
static void come_nearer(Start *start, const double *mean, const uint16_t *mode)
{
    double cost[TILE];
    for (ptrdiff_t t = 0; t < start->tiles->tiles; t++) {
        double *away = start->away + t * TILE;
        tile_cost(start->tiles, t, mean, mode, cost);
        for (int i = 0; i < TILE; i++)
            away[i] = cost[i] < away[i] ? cost[i] : away[i];
    }
}

/* Put empty clusters on the points that cost most, each also far from those that were taken before it. */
static void fill_empty(Start *start)
{
    const MixedTiles *tiles = start->tiles;
    ptrdiff_t p = tiles->p, q = tiles->q;
    for (ptrdiff_t i = 0; i < tiles->tiles * TILE; i++)
        start->away[i] = INFINITY;
    for (ptrdiff_t c = 0; c < start->k; c++)
        come_nearer(start, start->means + c * p, start->modes + c * q);
    for (ptrdiff_t c = 0; c < start->k; c++) {
        ptrdiff_t most = 0, tile, place;
        if (start->counts[c] > 0)
            continue;
        for (ptrdiff_t i = 1; i < tiles->n; i++)
            if (start->away[i] > start->away[most])
                most = i;
        tile = most / TILE;
        place = most % TILE;
        for (ptrdiff_t j = 0; j < p; j++)
            start->moved[c * p + j] = tiles->numbers[(tile * p + j) * TILE + place];
        for (ptrdiff_t j = 0; j < q; j++) {
            uint16_t code = tiles->codes[(tile * q + j) * TILE + place];
            start->turned[c * q + j] = code == NO_LEVEL ? 0 : code;
        }
        come_nearer(start, start->moved + c * p, start->turned + c * q);
    }
}

/* The commonest level, the lowest of several equally common. */
static uint16_t commonest(const int32_t *tallies, ptrdiff_t levels)
{
    ptrdiff_t top = 0;
    for (ptrdiff_t l = 1; l < levels; l++)
        top = tallies[l] > tallies[top] ? l : top;
    return (uint16_t)top;
}

/* Move prototypes to what is typical of their points; say whether all stayed, and whether any cluster was empty. */
static int move(Start *start, int *empty)
{
    ptrdiff_t p = start->tiles->p, q = start->tiles->q, k = start->k;
    size_t mean_bytes = (size_t)(k * p) * sizeof(double), mode_bytes = (size_t)(k * q) * sizeof(uint16_t);
    int steady = 1;
    *empty = 0;
    memcpy(start->moved, start->means, mean_bytes);
    memcpy(start->turned, start->modes, mode_bytes);
    for (ptrdiff_t c = 0; c < k; c++) {
        if (start->counts[c] == 0) {
            *empty = 1;
            continue;
        }
        for (ptrdiff_t j = 0; j < p; j++)
            start->moved[c * p + j] = start->sums[c * p + j] / (double)start->counts[c];
        for (ptrdiff_t j = 0; j < q; j++)
            start->turned[c * q + j] = commonest(start->tallies + c * start->width + start->offsets[j],
                                                 start->offsets[j + 1] - start->offsets[j]);
    }
    if (*empty)
        fill_empty(start);
    for (ptrdiff_t i = 0; i < k * p && steady; i++)
        steady = start->moved[i] == start->means[i];
    for (ptrdiff_t i = 0; i < k * q && steady; i++)
        steady = start->turned[i] == start->modes[i];
    memcpy(start->means, start->moved, mean_bytes);
    memcpy(start->modes, start->turned, mode_bytes);
    return steady;
}

static ptrdiff_t run(Start *start, ptrdiff_t max_passes, double gain, double lengths, double *cost)
{
    ptrdiff_t pass = 0, changes;
    int done = 0, empty = 0;
    for (ptrdiff_t i = 0; i < start->tiles->tiles * TILE; i++)
        start->labels[i] = -1;
    clear(start);
    *cost = INFINITY;
    while (pass < max_passes && !done) {
        double found = relabel(start, &changes), scale = found > lengths * 1e-3 ? found : lengths * 1e-3;
        pass++;
        if (!changes && start->stale)
            sum_anew(start);
        done = move(start, &empty);
        /* Levels that are equally common may change places for ever: a start also ends when its cost stays. */
        done |= !changes || *cost - found <= STUCK * scale || *cost - found <= gain * found;
        done &= !empty;
        *cost = found;
    }
    if (start->stale && !empty) {
        sum_anew(start);
        move(start, &empty);
    }
    return pass;
}

static double lengths_of(const Mixed *points)
{
    double sum = 0.0;
    for (ptrdiff_t i = 0; i < points->n * points->p; i++)
        sum += points->numbers[i] * points->numbers[i];
    return sum + points->gamma * (double)(points->n * points->q);
}

static int make_start(Start *start, const MixedTiles *tiles, ptrdiff_t k, ptrdiff_t width)
{
    start->tiles = tiles;
    start->k = k;
    start->width = width;
    if (width > 0 && k > PTRDIFF_MAX / width)
        return NO_MEMORY;
    start->moved = room_for(k * tiles->p, sizeof(double));
    start->turned = room_for(k * tiles->q, sizeof(uint16_t));
    start->sums = room_for(k * tiles->p, sizeof(double));
    start->counts = room_for(k, sizeof(ptrdiff_t));
    start->tallies = room_for(k * width, sizeof(int32_t));
    start->away = room_for(tiles->tiles * TILE, sizeof(double));
    start->labels = room_for(tiles->tiles * TILE, sizeof(int32_t));
    return start->moved && start->turned && start->sums && start->counts && start->tallies && start->away &&
                   start->labels
               ? OK
               : NO_MEMORY;
}

static void free_start(Start *start)
{
    free(start->labels);
    free(start->away);
    free(start->tallies);
    free(start->counts);
    free(start->sums);
    free(start->turned);
    free(start->moved);
}

ptrdiff_t kprototypes(const Mixed *points, double *means, int32_t *modes, ptrdiff_t starts, ptrdiff_t k,
                      ptrdiff_t max_passes, double gain, double *cost)
{
    ptrdiff_t p = points->p, q = points->q, most = NO_MEMORY;
    MixedTiles tiles = {0};
    Start start = {0};
    ptrdiff_t *offsets = offsets_of(points, modes, starts * k);
    uint16_t *narrow = narrow_levels(modes, starts * k * q);
    double lengths = lengths_of(points);
    if (!offsets || !narrow || make_mixed(points, &tiles) != OK)
        goto end;
    start.offsets = offsets;
    if (make_start(&start, &tiles, k, offsets[q]) != OK)
        goto end;
    most = 0;
    for (ptrdiff_t s = 0; s < starts; s++) {
        ptrdiff_t passes;
        start.means = means + s * k * p;
        start.modes = narrow + s * k * q;
        passes = run(&start, max_passes, gain, lengths, cost + s);
        most = passes > most ? passes : most;
    }
    for (ptrdiff_t i = 0; i < starts * k * q; i++)
        modes[i] = narrow[i] == NO_LEVEL ? -1 : narrow[i];
end:
    free_start(&start);
    free_mixed(&tiles);
    free(narrow);
    free(offsets);
    return most;
}
