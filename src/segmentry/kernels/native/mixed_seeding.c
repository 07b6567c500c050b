/* Greedy k-means++ (Arthur & Vassilvitskii, "k-means++: the advantages of careful seeding", 2007) by what points cost at
   each other, from quantiles that the caller drew: as seeding.c, without a 0/1 column a level. */

#include "mixed.h"

/* Candidates whose sums differ by less than this share of all squared lengths are equally good: the first stays. */
#define TIED 1e-12

typedef struct {
    double *closest; /* what each point costs at its cheapest centre, 0 in the filling */
    double *sums;    /* of each tile */
    double total;
} Reach;

static void prototype_at(const MixedTiles *tiles, ptrdiff_t row, double *mean, uint16_t *mode)
{
    ptrdiff_t tile = row / TILE, place = row % TILE;
    for (ptrdiff_t j = 0; j < tiles->p; j++)
        mean[j] = tiles->numbers[(tile * tiles->p + j) * TILE + place];
    for (ptrdiff_t j = 0; j < tiles->q; j++)
        mode[j] = tiles->codes[(tile * tiles->q + j) * TILE + place];
}

/* Costs at one more centre, none larger than before; before->closest NULL: nothing came before. */
CLONES
static void reach_with(const MixedTiles *tiles, const double *mean, const uint16_t *mode, const Reach *before,
                       Reach *reach)
{
    double cost[TILE];
    reach->total = 0.0;
    for (ptrdiff_t t = 0; t < tiles->tiles; t++) {
        double *RESTRICT out = reach->closest + t * TILE;
        tile_cost(tiles, t, mean, mode, cost);
        if (before->closest) {
            const double *RESTRICT was = before->closest + t * TILE;
            for (int i = 0; i < TILE; i++)
                cost[i] = cost[i] < was[i] ? cost[i] : was[i];
        }
        for (ptrdiff_t i = tile_points(tiles->n, t); i < TILE; i++)
            cost[i] = 0.0;
        for (int i = 0; i < TILE; i++)
            out[i] = cost[i];
        reach->sums[t] = tile_sum(cost);
        reach->total += reach->sums[t];
    }
}

/* The row at a quantile where all rows are alike; a row that exists, whatever the quantile. */
static ptrdiff_t even_row(double quantile, ptrdiff_t n)
{
    double at = quantile * (double)n;
    return at >= (double)n ? n - 1 : at >= 1 ? (ptrdiff_t)at : 0;
}

/* The point at a quantile, each with probability proportional to its closest; any point where all are 0. */
static ptrdiff_t draw(const Reach *reach, const MixedTiles *tiles, double quantile)
{
    double wanted = quantile * reach->total, sum = 0.0;
    ptrdiff_t last = -1, place = TILE - 1;
    if (!(reach->total > 0))
        return even_row(quantile, tiles->n);
    for (ptrdiff_t t = 0; t < tiles->tiles; t++) {
        if (!(reach->sums[t] > 0))
            continue;
        last = t;
        if (sum + reach->sums[t] > wanted) {
            for (ptrdiff_t i = 0; i < TILE; i++) {
                sum += reach->closest[t * TILE + i];
                if (sum > wanted)
                    return t * TILE + i;
            }
            break; /* rounding: the tile's points sum to a little less than the tile */
        }
        sum += reach->sums[t];
    }
    while (place > 0 && !(reach->closest[last * TILE + place] > 0))
        place--;
    return last * TILE + place;
}

static void one_start(const MixedTiles *tiles, const double *quantiles, ptrdiff_t k, ptrdiff_t tries, double slack,
                      Reach reach[3], double *mean, uint16_t *mode, int64_t *chosen)
{
    Reach nothing = {NULL, NULL, 0.0}, *now = &reach[0], *best = &reach[1], *trial = &reach[2], *spare;
    chosen[0] = even_row(quantiles[0], tiles->n);
    prototype_at(tiles, chosen[0], mean, mode);
    reach_with(tiles, mean, mode, &nothing, now);
    for (ptrdiff_t c = 1; c < k; c++) {
        for (ptrdiff_t try = 0; try < tries; try++) {
            ptrdiff_t row = draw(now, tiles, quantiles[c * tries + try]);
            prototype_at(tiles, row, mean, mode);
            reach_with(tiles, mean, mode, now, trial);
            if (try == 0 || trial->total < best->total - slack) {
                chosen[c] = row;
                spare = best, best = trial, trial = spare;
            }
        }
        spare = now, now = best, best = spare;
    }
}

/* Summed squares of the numbers about their means, and half the price of every level. */
static double lengths_of(const Mixed *points)
{
    double sum = 0.5 * points->gamma * (double)(points->n * points->q);
    for (ptrdiff_t j = 0; j < points->p; j++) {
        double mean = 0.0;
        for (ptrdiff_t i = 0; i < points->n; i++)
            mean += points->numbers[i * points->p + j];
        mean /= (double)points->n;
        for (ptrdiff_t i = 0; i < points->n; i++)
            sum += (points->numbers[i * points->p + j] - mean) * (points->numbers[i * points->p + j] - mean);
    }
    return sum;
}

int seed_prototypes(const Mixed *points, const double *quantiles, ptrdiff_t starts, ptrdiff_t k, ptrdiff_t tries,
                    int64_t *chosen)
{
    int state = NO_MEMORY;
    MixedTiles tiles = {0};
    Reach reach[3] = {{NULL, NULL, 0.0}, {NULL, NULL, 0.0}, {NULL, NULL, 0.0}};
    double *mean = room_for(points->p, sizeof(double)), slack = TIED * lengths_of(points);
    uint16_t *mode = room_for(points->q, sizeof(uint16_t));
    if (!mean || !mode || make_mixed(points, &tiles) != OK)
        goto end;
    for (int r = 0; r < 3; r++) {
        reach[r].closest = room_for(tiles.tiles * TILE, sizeof(double));
        reach[r].sums = room_for(tiles.tiles, sizeof(double));
        if (!reach[r].closest || !reach[r].sums)
            goto end;
    }
    for (ptrdiff_t s = 0; s < starts; s++)
        one_start(&tiles, quantiles + s * k * tries, k, tries, slack, reach, mean, mode, chosen + s * k);
    state = OK;
end:
    for (int r = 0; r < 3; r++) {
        free(reach[r].closest);
        free(reach[r].sums);
    }
    free_mixed(&tiles);
    free(mode);
    free(mean);
    return state;
}
