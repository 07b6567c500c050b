/* Moving single points while that lowers the cost, after Hartigan ("Clustering algorithms", 1975), chapter 4.

   In each round all points are looked at as the clusters stand, tile by tile; those that would gain are then looked at again
   one after the other, and moved at once where they still gain. */

#include "mixed.h"

/* A move must gain more than this share of the cost. */
#define GAIN 1e-9

typedef struct {
    const Mixed *points;
    MixedTiles tiles;
    ptrdiff_t k, width; /* width: levels of all attributes together */
    ptrdiff_t *offsets; /* (q + 1), where the levels of an attribute begin */
    int32_t *labels;    /* (n) */
    double *means;      /* (k, p) */
    double *sums;       /* (k, p) */
    ptrdiff_t *counts;  /* (k) */
    int32_t *tallies;   /* (k, width) */
    int32_t *peaks;     /* (k, q), the largest tally */
    int32_t *tops;      /* (k, q), how many levels have it */
    uint16_t *modes;    /* (k, q), the lowest of them */
    double *gains;      /* of each point and of the filling */
} Settling;

static int32_t *tally_of(const Settling *s, ptrdiff_t c, ptrdiff_t j)
{
    return s->tallies + c * s->width + s->offsets[j];
}

static void find_top(Settling *s, ptrdiff_t c, ptrdiff_t j)
{
    const int32_t *tally = tally_of(s, c, j);
    ptrdiff_t levels = s->offsets[j + 1] - s->offsets[j], at = c * s->points->q + j, top = 0;
    for (ptrdiff_t l = 1; l < levels; l++)
        top = tally[l] > tally[top] ? l : top;
    s->modes[at] = (uint16_t)top;
    s->peaks[at] = tally[top];
    s->tops[at] = 0;
    for (ptrdiff_t l = top; l < levels; l++)
        s->tops[at] += tally[l] == s->peaks[at];
}

static void find_mean(Settling *s, ptrdiff_t c)
{
    ptrdiff_t p = s->points->p;
    for (ptrdiff_t j = 0; j < p; j++)
        s->means[c * p + j] = s->sums[c * p + j] / (double)(s->counts[c] > 0 ? s->counts[c] : 1);
}

static void sum_anew(Settling *s)
{
    const Mixed *points = s->points;
    memset(s->sums, 0, (size_t)(s->k * points->p) * sizeof(double));
    memset(s->counts, 0, (size_t)s->k * sizeof(ptrdiff_t));
    memset(s->tallies, 0, (size_t)(s->k * s->width) * sizeof(int32_t));
    for (ptrdiff_t i = 0; i < points->n; i++) {
        double *sums = s->sums + s->labels[i] * points->p;
        s->counts[s->labels[i]]++;
        for (ptrdiff_t j = 0; j < points->p; j++)
            sums[j] += points->numbers[i * points->p + j];
        for (ptrdiff_t j = 0; j < points->q; j++)
            if (points->codes[i * points->q + j] >= 0)
                tally_of(s, s->labels[i], j)[points->codes[i * points->q + j]]++;
    }
    for (ptrdiff_t c = 0; c < s->k; c++) {
        find_mean(s, c);
        for (ptrdiff_t j = 0; j < points->q; j++)
            find_top(s, c, j);
    }
}

/* Where several levels are equally common in a cluster: any of them costs nothing to join, leaving one gains nothing. */
static void mind_ties(const Settling *s, const uint16_t *codes, ptrdiff_t c, uint16_t *joining, uint16_t *leaving)
{
    for (ptrdiff_t j = 0; j < s->points->q; j++) {
        const int32_t *tally = tally_of(s, c, j);
        ptrdiff_t at = c * s->points->q + j;
        if (s->tops[at] < 2)
            continue;
        for (int t = 0; t < TILE; t++)
            leaving[t] = (uint16_t)(leaving[t] + (codes[j * TILE + t] == s->modes[at]));
        for (ptrdiff_t l = s->modes[at] + 1; l < s->offsets[j + 1] - s->offsets[j]; l++)
            for (int t = 0; t < TILE && tally[l] == s->peaks[at]; t++)
                joining[t] = (uint16_t)(joining[t] - (codes[j * TILE + t] == l));
    }
}

/* What the points of a tile cost where they are, and what each would gain by its best move. */
CLONES
static void gains_of_tile(const Settling *s, ptrdiff_t tile, const int64_t *RESTRICT labels, double *RESTRICT costs,
                          double *RESTRICT gains)
{
    ptrdiff_t p = s->points->p, q = s->points->q;
    const uint16_t *codes = s->tiles.codes + tile * q * TILE;
    double gamma = s->tiles.gamma, squares[TILE], left[TILE], least[TILE];
    uint16_t differing[TILE], joining[TILE], leaving[TILE];
    for (int t = 0; t < TILE; t++) {
        costs[t] = left[t] = 0.0;
        least[t] = INFINITY;
    }
    for (int64_t c = 0; c < s->k; c++) {
        double n = (double)s->counts[c], more = n / (n + 1.0), fewer = n / (n > 1.0 ? n - 1.0 : 1.0);
        tile_squares(s->tiles.numbers + tile * p * TILE, s->means + c * p, p, squares);
        tile_differing(codes, s->modes + c * q, q, differing);
        memcpy(joining, differing, sizeof differing);
        memcpy(leaving, differing, sizeof differing);
        mind_ties(s, codes, c, joining, leaving);
        for (int t = 0; t < TILE; t++) {
            int own = labels[t] == c;
            double join = squares[t] * more + gamma * (double)(int32_t)joining[t];
            double leave = n < 2.0 ? -INFINITY : squares[t] * fewer + gamma * (double)(int32_t)leaving[t];
            double cost = squares[t] + gamma * (double)(int32_t)differing[t];
            join = own ? INFINITY : join;
            left[t] = own ? leave : left[t];
            costs[t] = own ? cost : costs[t];
            least[t] = join < least[t] ? join : least[t];
        }
    }
    for (int t = 0; t < TILE; t++)
        gains[t] = left[t] - least[t];
}

/* Look at all points as the clusters stand; give the cost. */
static double look(Settling *s)
{
    double costs[TILE], cost = 0.0;
    int64_t labels[TILE];
    for (ptrdiff_t t = 0; t < s->tiles.tiles; t++) {
        ptrdiff_t count = tile_points(s->tiles.n, t);
        for (ptrdiff_t i = 0; i < TILE; i++)
            labels[i] = i < count ? s->labels[t * TILE + i] : -1;
        gains_of_tile(s, t, labels, costs, s->gains + t * TILE);
        cost += tile_sum(costs);
    }
    return cost;
}

/* What joining a cluster costs a point, or what leaving it gains. */
static double price(const Settling *s, ptrdiff_t row, ptrdiff_t c, int leaving)
{
    const Mixed *points = s->points;
    const double *x = points->numbers + row * points->p, *mean = s->means + c * points->p;
    const int32_t *codes = points->codes + row * points->q;
    double n = (double)s->counts[c], squares = 0.0;
    ptrdiff_t differing = 0;
    for (ptrdiff_t j = 0; j < points->p; j++) {
        double step = x[j] - mean[j];
        squares += step * step;
    }
    for (ptrdiff_t j = 0; j < points->q; j++) {
        ptrdiff_t at = c * points->q + j;
        int top = codes[j] >= 0 && tally_of(s, c, j)[codes[j]] == s->peaks[at];
        differing += leaving ? !(top && s->tops[at] == 1) : !top;
    }
    return squares * (leaving ? n / (n - 1.0) : n / (n + 1.0)) + points->gamma * (double)differing;
}

/* Let a point count in a cluster, or no longer: by is 1 or -1. */
static void count_point(Settling *s, ptrdiff_t row, ptrdiff_t c, int by)
{
    const Mixed *points = s->points;
    s->counts[c] += by;
    for (ptrdiff_t j = 0; j < points->p; j++)
        s->sums[c * points->p + j] += by * points->numbers[row * points->p + j];
    find_mean(s, c);
    for (ptrdiff_t j = 0; j < points->q; j++) {
        int32_t code = points->codes[row * points->q + j], before, *tally = tally_of(s, c, j);
        ptrdiff_t at = c * points->q + j;
        if (code < 0)
            continue;
        before = tally[code];
        tally[code] += by;
        if (by > 0 ? before + 1 >= s->peaks[at] : before == s->peaks[at])
            find_top(s, c, j);
    }
}

/* Move one point where it gains most, if that is more than so much. */
static int move_point(Settling *s, ptrdiff_t row, double worth)
{
    ptrdiff_t own = s->labels[row], target = own;
    double least = INFINITY;
    if (s->counts[own] < 2)
        return 0;
    for (ptrdiff_t c = 0; c < s->k; c++) {
        double join = c == own ? INFINITY : price(s, row, c, 0);
        target = join < least ? c : target;
        least = join < least ? join : least;
    }
    if (!(price(s, row, own, 1) - least > worth))
        return 0;
    count_point(s, row, own, -1);
    count_point(s, row, target, 1);
    s->labels[row] = (int32_t)target;
    return 1;
}

static double rounds(Settling *s, ptrdiff_t max_rounds, double least)
{
    double before = INFINITY, cost;
    sum_anew(s);
    cost = look(s);
    for (ptrdiff_t round = 0; round < max_rounds; round++) {
        double worth = GAIN * (cost > GAIN ? cost : GAIN);
        ptrdiff_t moved = 0;
        if (before - cost <= least * before && round > 0)
            break;
        for (ptrdiff_t i = 0; i < s->tiles.n; i++)
            if (s->gains[i] > worth)
                moved += move_point(s, i, worth);
        if (!moved)
            break;
        before = cost;
        sum_anew(s);
        cost = look(s);
    }
    return cost;
}

static int make_settling(Settling *s)
{
    const Mixed *points = s->points;
    ptrdiff_t p = points->p, q = points->q, k = s->k;
    if (make_mixed(points, &s->tiles) != OK || !(s->offsets = offsets_of(points, NULL, 0)))
        return NO_MEMORY;
    s->width = s->offsets[q];
    if (s->width > 0 && k > PTRDIFF_MAX / s->width)
        return NO_MEMORY;
    s->sums = room_for(k * p, sizeof(double));
    s->counts = room_for(k, sizeof(ptrdiff_t));
    s->tallies = room_for(k * s->width, sizeof(int32_t));
    s->peaks = room_for(k * q, sizeof(int32_t));
    s->tops = room_for(k * q, sizeof(int32_t));
    s->modes = room_for(k * q, sizeof(uint16_t));
    s->gains = room_for(s->tiles.tiles * TILE, sizeof(double));
    return s->sums && s->counts && s->tallies && s->peaks && s->tops && s->modes && s->gains ? OK : NO_MEMORY;
}

int settle(const Mixed *points, int32_t *labels, ptrdiff_t k, ptrdiff_t max_rounds, double least, double *means,
           int32_t *modes, double *cost)
{
    Settling s = {0};
    int state;
    s.points = points;
    s.k = k;
    s.labels = labels;
    s.means = means;
    state = make_settling(&s);
    if (state == OK) {
        *cost = rounds(&s, max_rounds, least);
        for (ptrdiff_t i = 0; i < k * points->q; i++)
            modes[i] = s.modes[i];
    }
    free(s.gains);
    free(s.modes);
    free(s.tops);
    free(s.peaks);
    free(s.tallies);
    free(s.counts);
    free(s.sums);
    free(s.offsets);
    free_mixed(&s.tiles);
    return state;
}
