/* Greedy k-means++ (Arthur & Vassilvitskii, "k-means++: the advantages of careful seeding", 2007), from quantiles that
   the caller drew. A point is found by its quantile in two steps, first its tile and then its place in the tile. */

#include "parallel.h"
#include "tiles.h"

/* Squared distances below this share of both points' squared lengths are rounding of what was subtracted. */
#define COPY 1e-12

/* Candidates whose sums differ by less than this share of all squared lengths are equally good: the first stays. */
#define TIED 1e-12

typedef struct {
    double *closest; /* squared distance of each point to the nearest centroid, 0 in the filling */
    double *sums;    /* of each tile */
    double total;
} Reach;

/* Distances to one more centroid, none larger than before; before->closest NULL: nothing came before. */
CLONES
static void reach_with(const Tiles *tiles, const double *RESTRICT lengths, const double *RESTRICT centroid,
                       double length, const Reach *before, Reach *reach)
{
    double squared[TILE];
    reach->total = 0.0;
    for (ptrdiff_t t = 0; t < tiles->tiles; t++) {
        const double *RESTRICT long_of = lengths + t * TILE;
        double *RESTRICT out = reach->closest + t * TILE;
        tile_distances(tiles->data + t * tiles->d * TILE, centroid, tiles->d, 1, squared);
        for (int p = 0; p < TILE; p++)
            squared[p] = squared[p] <= COPY * (long_of[p] + length) ? 0.0 : squared[p];
        if (before->closest) {
            const double *RESTRICT was = before->closest + t * TILE;
            for (int p = 0; p < TILE; p++)
                squared[p] = squared[p] < was[p] ? squared[p] : was[p];
        }
        for (ptrdiff_t p = tile_points(tiles->n, t); p < TILE; p++)
            squared[p] = 0.0;
        for (int p = 0; p < TILE; p++)
            out[p] = squared[p];
        reach->sums[t] = tile_sum(squared);
        reach->total += reach->sums[t];
    }
}

/* The last point of a tile that can be drawn at all. */
static ptrdiff_t last_of(const Reach *reach, ptrdiff_t tile)
{
    ptrdiff_t p = TILE - 1;
    while (p > 0 && !(reach->closest[tile * TILE + p] > 0))
        p--;
    return tile * TILE + p;
}

/* The row at a quantile where all rows are alike; a row that exists, whatever the quantile. */
static ptrdiff_t even_row(double quantile, ptrdiff_t n)
{
    double at = quantile * (double)n;
    return at >= (double)n ? n - 1 : at >= 1 ? (ptrdiff_t)at : 0;
}

/* The point at a quantile, each with probability proportional to its closest; any point where all are 0. */
static ptrdiff_t draw(const Reach *reach, const Tiles *tiles, double quantile)
{
    double wanted = quantile * reach->total, sum = 0.0;
    ptrdiff_t last = -1;
    if (!(reach->total > 0))
        return even_row(quantile, tiles->n);
    for (ptrdiff_t t = 0; t < tiles->tiles; t++) {
        if (!(reach->sums[t] > 0))
            continue;
        last = t;
        if (sum + reach->sums[t] > wanted) {
            for (ptrdiff_t p = 0; p < TILE; p++) {
                sum += reach->closest[t * TILE + p];
                if (sum > wanted)
                    return t * TILE + p;
            }
            break; /* rounding: the tile's points sum to a little less than the tile */
        }
        sum += reach->sums[t];
    }
    return last_of(reach, last);
}

static void centroid_at(const Tiles *tiles, ptrdiff_t row, double *centroid)
{
    const double *tile = tiles->data + row / TILE * tiles->d * TILE;
    for (ptrdiff_t j = 0; j < tiles->d; j++)
        centroid[j] = tile[j * TILE + row % TILE];
}

/* What all starts share. */
typedef struct {
    const Tiles *tiles;
    const double *lengths, *quantiles;
    ptrdiff_t k, tries;
    double slack;
    int64_t *chosen;
    int state;
} Drawing;

static void one_start(const Drawing *drawing, const double *quantiles, Reach reach[3], double *centroid,
                      int64_t *chosen)
{
    const Tiles *tiles = drawing->tiles;
    const double *lengths = drawing->lengths;
    Reach nothing = {NULL, NULL, 0.0}, *now = &reach[0], *best = &reach[1], *trial = &reach[2], *spare;
    chosen[0] = even_row(quantiles[0], tiles->n);
    centroid_at(tiles, chosen[0], centroid);
    reach_with(tiles, lengths, centroid, lengths[chosen[0]], &nothing, now);
    for (ptrdiff_t c = 1; c < drawing->k; c++) {
        for (ptrdiff_t try = 0; try < drawing->tries; try++) {
            ptrdiff_t row = draw(now, tiles, quantiles[c * drawing->tries + try]);
            centroid_at(tiles, row, centroid);
            reach_with(tiles, lengths, centroid, lengths[row], now, trial);
            if (try == 0 || trial->total < best->total - drawing->slack) {
                chosen[c] = row;
                spare = best, best = trial, trial = spare;
            }
        }
        spare = now, now = best, best = spare;
    }
}

static void draw_start(void *context, ptrdiff_t start)
{
    Drawing *drawing = context;
    const Tiles *tiles = drawing->tiles;
    Reach reach[3] = {{NULL, NULL, 0.0}, {NULL, NULL, 0.0}, {NULL, NULL, 0.0}};
    double *centroid = room_for(tiles->d, sizeof(double));
    int complete = centroid != NULL;
    for (int r = 0; r < 3; r++) {
        reach[r].closest = room_for(tiles->tiles * TILE, sizeof(double));
        reach[r].sums = room_for(tiles->tiles, sizeof(double));
        complete &= reach[r].closest && reach[r].sums;
    }
    if (complete)
        one_start(drawing, drawing->quantiles + start * drawing->k * drawing->tries, reach, centroid,
                  drawing->chosen + start * drawing->k);
    else
        drawing->state = NO_MEMORY;
    for (int r = 0; r < 3; r++) {
        free(reach[r].closest);
        free(reach[r].sums);
    }
    free(centroid);
}

int seed(const Points *points, const double *quantiles, ptrdiff_t starts, ptrdiff_t k, ptrdiff_t tries, int threads,
         int64_t *chosen)
{
    Tiles tiles = {NULL, 0, 0, 0};
    double *origin = room_for(points->d, sizeof(double)), *nowhere = room_for(points->d, sizeof(double));
    double *lengths = NULL, sum = 0.0;
    Drawing drawing = {.tiles = &tiles, .quantiles = quantiles, .k = k, .tries = tries, .chosen = chosen};
    drawing.state = NO_MEMORY;
    if (!origin || !nowhere)
        goto end;
    means_of(points, origin);
    if (make_tiles(points, origin, &tiles) != OK)
        goto end;
    lengths = room_for(tiles.tiles * TILE, sizeof(double));
    if (!lengths)
        goto end;
    memset(nowhere, 0, (size_t)points->d * sizeof(double));
    for (ptrdiff_t t = 0; t < tiles.tiles; t++) {
        tile_distances(tiles.data + t * tiles.d * TILE, nowhere, tiles.d, 1, lengths + t * TILE);
        sum += tile_sum(lengths + t * TILE);
    }
    drawing.lengths = lengths;
    drawing.slack = TIED * sum;
    drawing.state = OK;
    share_out(starts, threads, draw_start, &drawing);
end:
    free(lengths);
    free(tiles.data);
    free(nowhere);
    free(origin);
    return drawing.state;
}
