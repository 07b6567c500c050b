/* Making tiles of numbers and levels, and what points cost at prototypes. */

#include "mixed.h"

/* Levels in 16 bits; negative ones become NO_LEVEL. */
uint16_t *narrow_levels(const int32_t *codes, ptrdiff_t count)
{
    uint16_t *narrow = room_for(count, sizeof(uint16_t));
    for (ptrdiff_t i = 0; narrow && i < count; i++)
        narrow[i] = codes[i] < 0 ? NO_LEVEL : (uint16_t)codes[i];
    return narrow;
}

/* Where the levels of each attribute begin among those of all, (q + 1), by the largest of the points and some modes. */
ptrdiff_t *offsets_of(const Mixed *points, const int32_t *modes, ptrdiff_t count)
{
    ptrdiff_t q = points->q, *offsets = room_for(q + 1, sizeof(ptrdiff_t));
    for (ptrdiff_t j = 0; offsets && j <= q; j++)
        offsets[j] = 0;
    for (ptrdiff_t i = 0; offsets && i < points->n; i++)
        for (ptrdiff_t j = 0; j < q; j++)
            if (points->codes[i * q + j] > offsets[j + 1])
                offsets[j + 1] = points->codes[i * q + j];
    for (ptrdiff_t i = 0; offsets && i < count; i++)
        for (ptrdiff_t j = 0; j < q; j++)
            if (modes[i * q + j] > offsets[j + 1])
                offsets[j + 1] = modes[i * q + j];
    for (ptrdiff_t j = 0; offsets && j < q; j++)
        offsets[j + 1] += offsets[j] + 1;
    return offsets;
}

int make_mixed(const Mixed *points, MixedTiles *tiles)
{
    ptrdiff_t n = points->n, p = points->p, q = points->q, count = tile_count(n);
    tiles->n = n;
    tiles->p = p;
    tiles->q = q;
    tiles->tiles = count;
    tiles->gamma = points->gamma;
    tiles->numbers = NULL;
    tiles->codes = NULL;
    if (count > PTRDIFF_MAX / (TILE * ((p > q ? p : q) + 1)))
        return NO_MEMORY;
    tiles->numbers = room_for(count * p * TILE, sizeof(double));
    tiles->codes = room_for(count * q * TILE, sizeof(uint16_t));
    if (!tiles->numbers || !tiles->codes)
        return NO_MEMORY;
    for (ptrdiff_t t = 0; t < count; t++) {
        double *numbers = tiles->numbers + t * p * TILE;
        uint16_t *codes = tiles->codes + t * q * TILE;
        for (ptrdiff_t i = 0; i < TILE; i++) {
            ptrdiff_t row = t * TILE + i;
            for (ptrdiff_t j = 0; j < p; j++)
                numbers[j * TILE + i] = row < n ? points->numbers[row * p + j] : 0.0;
            for (ptrdiff_t j = 0; j < q; j++) {
                int32_t code = row < n ? points->codes[row * q + j] : -1;
                codes[j * TILE + i] = code < 0 ? NO_LEVEL : (uint16_t)code;
            }
        }
    }
    return OK;
}

void free_mixed(MixedTiles *tiles)
{
    free(tiles->numbers);
    free(tiles->codes);
}

CLONES
static void costs_of_tile(const MixedTiles *tiles, ptrdiff_t tile, const double *means, const uint16_t *modes,
                          ptrdiff_t k, double *RESTRICT costs)
{
    for (ptrdiff_t c = 0; c < k; c++)
        tile_cost(tiles, tile, means + c * tiles->p, modes + c * tiles->q, costs + c * TILE);
}

int prototype_costs(const Mixed *points, const double *means, const int32_t *modes, ptrdiff_t k, double *costs)
{
    MixedTiles tiles = {0};
    uint16_t *narrow = narrow_levels(modes, k * points->q);
    double *held = k <= PTRDIFF_MAX / TILE ? room_for(k * TILE, sizeof(double)) : NULL;
    int state = NO_MEMORY;
    if (!narrow || !held || make_mixed(points, &tiles) != OK)
        goto end;
    for (ptrdiff_t t = 0; t < tiles.tiles; t++) {
        costs_of_tile(&tiles, t, means, narrow, k, held);
        for (ptrdiff_t c = 0; c < k; c++)
            memcpy(costs + c * tiles.n + t * TILE, held + c * TILE,
                   (size_t)tile_points(tiles.n, t) * sizeof(double));
    }
    state = OK;
end:
    free_mixed(&tiles);
    free(held);
    free(narrow);
    return state;
}

/* The cheapest prototype of each point of a tile and the next cheapest, of equal ones the lowest. */
CLONES
static void two_of_tile(const MixedTiles *tiles, ptrdiff_t tile, const double *means, const uint16_t *modes,
                        ptrdiff_t k, double least[2][TILE], int64_t first[2][TILE])
{
    double cost[TILE];
    for (int t = 0; t < TILE; t++) {
        first[0][t] = first[1][t] = 0;
        least[0][t] = least[1][t] = INFINITY;
    }
    for (int64_t c = 0; c < k; c++) {
        tile_cost(tiles, tile, means + c * tiles->p, modes + c * tiles->q, cost);
        for (int t = 0; t < TILE; t++) {
            double best = least[0][t], next = least[1][t], own = cost[t];
            int64_t best_at = first[0][t], next_at = first[1][t];
            next_at = own < best ? best_at : own < next ? c : next_at;
            next = own < best ? best : own < next ? own : next;
            first[0][t] = own < best ? c : best_at;
            least[0][t] = own < best ? own : best;
            first[1][t] = next_at;
            least[1][t] = next;
        }
    }
}

/* The two cheapest prototypes of each point: labels and costs (2, n). Where there is one, it is second too, at infinity. */
int nearest_prototypes(const Mixed *points, const double *means, const int32_t *modes, ptrdiff_t k, int32_t *labels,
                       double *costs)
{
    MixedTiles tiles = {0};
    uint16_t *narrow = narrow_levels(modes, k * points->q);
    double least[2][TILE];
    int64_t first[2][TILE];
    int state = NO_MEMORY;
    if (!narrow || make_mixed(points, &tiles) != OK)
        goto end;
    for (ptrdiff_t t = 0; t < tiles.tiles; t++) {
        two_of_tile(&tiles, t, means, narrow, k, least, first);
        for (int which = 0; which < 2; which++)
            for (ptrdiff_t i = 0; i < tile_points(tiles.n, t); i++) {
                labels[which * tiles.n + t * TILE + i] = (int32_t)first[which][i];
                costs[which * tiles.n + t * TILE + i] = least[which][i];
            }
    }
    state = OK;
end:
    free_mixed(&tiles);
    free(narrow);
    return state;
}
