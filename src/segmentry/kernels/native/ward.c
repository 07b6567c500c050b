/* Ward's tree of weighted points by chains of nearest neighbours (Murtagh, "A survey of recent advances in hierarchical
   clustering algorithms", 1983), from means and weights alone: room grows with the points, not with their pairs.

   Groups lie in tiles of neighbours. Each tile has a box around its groups and knows the lightest of them, which bounds
   from below what joining any of them adds; most tiles need no closer look. */

#include "tiles.h"

/* A bound that rounding put above the figure that it bounds is not to hide it. */
#define SAFE (1.0 - 1e-12)

/* Tiles are made anew when less than this share of their places is taken. */
#define SPARSE 0.5

typedef struct {
    ptrdiff_t n, d;
    double *centres; /* (n, d), by the lowest point of each group */
    double *weights;
    int64_t *place;  /* of each group: tile * TILE + column of the tile; -1 once it was joined to another */
    ptrdiff_t tiles, places, left;
    double *data;    /* (tiles, d, TILE); an empty place is infinitely far in the first column */
    double *heavy;   /* (tiles, TILE): weights, 1 in empty places */
    int64_t *group;  /* (tiles, TILE): who is there, -1 for nobody */
    double *low, *high, *lightest, *bound; /* (d, tiles) twice, and (tiles) twice */
    int64_t *order;
} Groups;

static void free_groups(Groups *groups)
{
    free(groups->centres), free(groups->weights), free(groups->place), free(groups->data), free(groups->heavy);
    free(groups->group), free(groups->low), free(groups->high), free(groups->lightest), free(groups->bound);
    free(groups->order);
}

static int make_groups(Groups *groups, const double *points, const double *weights)
{
    ptrdiff_t n = groups->n, d = groups->d, tiles = tile_count(n);
    if (d > 0 && tiles > PTRDIFF_MAX / (TILE * d))
        return NO_MEMORY;
    groups->centres = room_for(n * d, sizeof(double));
    groups->weights = room_for(n, sizeof(double));
    groups->place = room_for(n, sizeof(int64_t));
    groups->data = room_for(tiles * d * TILE, sizeof(double));
    groups->heavy = room_for(tiles * TILE, sizeof(double));
    groups->group = room_for(tiles * TILE, sizeof(int64_t));
    groups->low = room_for(tiles * d, sizeof(double));
    groups->high = room_for(tiles * d, sizeof(double));
    groups->lightest = room_for(tiles, sizeof(double));
    groups->bound = room_for(tiles, sizeof(double));
    groups->order = room_for(n, sizeof(int64_t));
    if (!groups->centres || !groups->weights || !groups->place || !groups->data || !groups->heavy || !groups->group ||
        !groups->low || !groups->high || !groups->lightest || !groups->bound || !groups->order)
        return NO_MEMORY;
    memcpy(groups->centres, points, (size_t)(n * d) * sizeof(double));
    memcpy(groups->weights, weights, (size_t)n * sizeof(double));
    for (ptrdiff_t i = 0; i < n; i++)
        groups->place[i] = 0;
    groups->left = n;
    return OK;
}

/* The column in which some groups reach furthest. */
static ptrdiff_t widest(const Groups *groups, const int64_t *order, ptrdiff_t count)
{
    ptrdiff_t best = 0;
    double reach = -1.0;
    for (ptrdiff_t j = 0; j < groups->d; j++) {
        double low = INFINITY, high = -INFINITY;
        for (ptrdiff_t i = 0; i < count; i++) {
            double value = groups->centres[order[i] * groups->d + j];
            low = value < low ? value : low;
            high = value > high ? value : high;
        }
        if (high - low > reach) {
            reach = high - low;
            best = j;
        }
    }
    return best;
}

/* Put the middle-th lowest of a column where it belongs, none above it before, none below it after. */
static void select_middle(const Groups *groups, int64_t *order, ptrdiff_t count, ptrdiff_t middle, ptrdiff_t column)
{
    const double *values = groups->centres + column;
    ptrdiff_t d = groups->d, from = 0, to = count - 1;
    while (from < to) {
        double pivot = values[order[from + (to - from) / 2] * d];
        ptrdiff_t i = from, j = to;
        while (i <= j) {
            while (values[order[i] * d] < pivot)
                i++;
            while (values[order[j] * d] > pivot)
                j--;
            if (i <= j) {
                int64_t spare = order[i];
                order[i++] = order[j];
                order[j--] = spare;
            }
        }
        if (middle <= j)
            to = j;
        else if (middle >= i)
            from = i;
        else
            return;
    }
}

/* Sort groups so that each TILE of them are neighbours; the depth is that of halving. */
static void gather(const Groups *groups, int64_t *order, ptrdiff_t count)
{
    while (count > TILE) {
        ptrdiff_t half = tile_count(count) / 2 * TILE;
        select_middle(groups, order, count, half, widest(groups, order, count));
        gather(groups, order, half);
        order += half;
        count -= half;
    }
}

static void renew_box(Groups *groups, ptrdiff_t tile)
{
    const double *data = groups->data + tile * groups->d * TILE;
    const int64_t *group = groups->group + tile * TILE;
    double lightest = INFINITY;
    for (ptrdiff_t j = 0; j < groups->d; j++) {
        double low = INFINITY, high = -INFINITY;
        for (int p = 0; p < TILE; p++) {
            double value = data[j * TILE + p];
            low = group[p] >= 0 && value < low ? value : low;
            high = group[p] >= 0 && value > high ? value : high;
        }
        groups->low[j * groups->tiles + tile] = low;
        groups->high[j * groups->tiles + tile] = high;
    }
    for (int p = 0; p < TILE; p++)
        lightest = group[p] >= 0 && groups->heavy[tile * TILE + p] < lightest ? groups->heavy[tile * TILE + p] : lightest;
    groups->lightest[tile] = lightest < INFINITY ? lightest : 1.0;
}

static void vacate(Groups *groups, ptrdiff_t place)
{
    double *data = groups->data + place / TILE * groups->d * TILE + place % TILE;
    for (ptrdiff_t j = 0; j < groups->d; j++)
        data[j * TILE] = j == 0 ? INFINITY : 0.0;
    groups->heavy[place] = 1.0;
    groups->group[place] = -1;
}

static void settle_at(Groups *groups, int64_t group, ptrdiff_t place)
{
    double *data = groups->data + place / TILE * groups->d * TILE + place % TILE;
    for (ptrdiff_t j = 0; j < groups->d; j++)
        data[j * TILE] = groups->centres[group * groups->d + j];
    groups->heavy[place] = groups->weights[group];
    groups->group[place] = group;
    groups->place[group] = place;
}

/* Put the groups that are left into tiles of neighbours. */
static void place_all(Groups *groups)
{
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < groups->n; i++)
        if (groups->place[i] >= 0)
            groups->order[count++] = i;
    gather(groups, groups->order, count);
    groups->tiles = tile_count(count);
    groups->places = groups->tiles * TILE;
    for (ptrdiff_t at = 0; at < groups->places; at++)
        if (at < count)
            settle_at(groups, groups->order[at], at);
        else
            vacate(groups, at);
    for (ptrdiff_t t = 0; t < groups->tiles; t++)
        renew_box(groups, t);
}

/* What joining a group to any of a tile adds at least, for all tiles; see tile_costs for the figure itself. */
CLONES
static void bound_all(const Groups *groups, const double *RESTRICT centre, double weight)
{
    ptrdiff_t tiles = groups->tiles;
    double *RESTRICT bound = groups->bound;
    const double *RESTRICT lightest = groups->lightest;
    for (ptrdiff_t t = 0; t < tiles; t++)
        bound[t] = 0.0;
    for (ptrdiff_t j = 0; j < groups->d; j++) {
        const double *RESTRICT low = groups->low + j * tiles, *RESTRICT high = groups->high + j * tiles;
        double x = centre[j];
        for (ptrdiff_t t = 0; t < tiles; t++) {
            double under = low[t] - x, over = x - high[t];
            double gap = under > over ? under : over;
            gap = gap > 0.0 ? gap : 0.0;
            bound[t] += gap * gap;
        }
    }
    for (ptrdiff_t t = 0; t < tiles; t++)
        bound[t] *= 2.0 * weight * lightest[t] / (weight + lightest[t]) * SAFE;
}

/* Twice what joining a group to each of a tile adds to the squared distances to the means; gives the least. */
CLONES
static double tile_costs(const Groups *groups, ptrdiff_t tile, const double *RESTRICT centre, double weight,
                         double *RESTRICT costs)
{
    const double *RESTRICT heavy = groups->heavy + tile * TILE;
    double least[LANES];
    tile_distances(groups->data + tile * groups->d * TILE, centre, groups->d, 1, costs);
    for (int p = 0; p < TILE; p++)
        costs[p] *= 2.0 * weight * heavy[p] / (weight + heavy[p]);
    for (int l = 0; l < LANES; l++)
        least[l] = costs[l];
    for (int p = LANES; p < TILE; p += LANES)
        for (int l = 0; l < LANES; l++)
            least[l] = costs[p + l] < least[l] ? costs[p + l] : least[l];
    for (int l = 1; l < LANES; l++)
        least[0] = least[l] < least[0] ? least[l] : least[0];
    return least[0];
}

/* The group that is cheapest to join to one: before where none is cheaper than that, else the lowest of the cheapest. */
typedef struct {
    int64_t group, before;
    double cost;
} Near;

static void look(const Groups *groups, ptrdiff_t tile, const double *centre, double weight, Near *near)
{
    double costs[TILE];
    const int64_t *group = groups->group + tile * TILE;
    double least = tile_costs(groups, tile, centre, weight, costs);
    if (least > near->cost || (least == near->cost && near->group == near->before && near->before >= 0))
        return;
    for (int p = 0; p < TILE; p++)
        if (costs[p] == least && group[p] >= 0 && (least < near->cost || near->group < 0 || group[p] < near->group)) {
            near->group = group[p];
            near->cost = least;
        }
}

static double cost_of(const Groups *groups, int64_t one, int64_t other)
{
    const double *a = groups->centres + one * groups->d, *b = groups->centres + other * groups->d;
    double sum = 0.0, weight = groups->weights[one];
    for (ptrdiff_t j = 0; j < groups->d; j++)
        sum += (b[j] - a[j]) * (b[j] - a[j]);
    return sum * (2.0 * weight * groups->weights[other] / (weight + groups->weights[other]));
}

static Near nearest_to(Groups *groups, int64_t group, int64_t before)
{
    ptrdiff_t place = groups->place[group], own = place / TILE;
    double *away = groups->data + own * groups->d * TILE + place % TILE, kept = *away;
    const double *centre = groups->centres + group * groups->d;
    double weight = groups->weights[group];
    Near near = {before, before, before < 0 ? INFINITY : cost_of(groups, group, before)};
    *away = INFINITY; /* nobody is near to oneself */
    groups->group[place] = -1;
    bound_all(groups, centre, weight);
    look(groups, own, centre, weight, &near);
    for (ptrdiff_t t = 0; t < groups->tiles; t++)
        if (t != own && groups->bound[t] <= near.cost)
            look(groups, t, centre, weight, &near);
    *away = kept;
    groups->group[place] = group;
    for (int64_t other = 0; near.group < 0; other++) /* all are infinitely far */
        if (groups->place[other] >= 0 && other != group)
            near.group = other;
    return near;
}

/* Join two groups; the lower number stays, at the place of the heavier. */
static void unite(Groups *groups, int64_t one, int64_t other)
{
    ptrdiff_t stays = groups->place[one], goes = groups->place[other];
    double a = groups->weights[one], b = groups->weights[other];
    double *centre = groups->centres + one * groups->d, *second = groups->centres + other * groups->d;
    if (b > a) {
        ptrdiff_t spare = stays;
        stays = goes, goes = spare;
    }
    for (ptrdiff_t j = 0; j < groups->d; j++)
        centre[j] = (a * centre[j] + b * second[j]) / (a + b);
    groups->weights[one] = a + b;
    vacate(groups, goes);
    settle_at(groups, one, stays);
    groups->place[other] = -1;
    renew_box(groups, stays / TILE);
    if (goes / TILE != stays / TILE)
        renew_box(groups, goes / TILE);
    groups->left--;
    if (groups->tiles > 1 && (double)groups->left < SPARSE * (double)groups->places)
        place_all(groups);
}

static void chains(Groups *groups, int64_t *chain, char *chained, double *merges)
{
    ptrdiff_t length = 0, lowest = 0;
    for (ptrdiff_t merge = 0; merge < groups->n - 1; merge++) {
        Near near;
        if (length == 0) {
            while (groups->place[lowest] < 0)
                lowest++;
            chain[length++] = lowest;
            chained[lowest] = 1;
        }
        for (;;) {
            int64_t before = length > 1 ? chain[length - 2] : -1;
            near = nearest_to(groups, chain[length - 1], before);
            /* Nearer than its forerunner, one further back in the chain can be by rounding only. */
            if (near.group == before || (chained[near.group] && before >= 0))
                break;
            chain[length++] = near.group;
            chained[near.group] = 1;
        }
        int64_t tip = chain[--length], last = chain[--length], one = tip < last ? tip : last;
        int64_t other = tip < last ? last : tip;
        chained[tip] = chained[last] = 0;
        merges[merge * 3] = (double)one;
        merges[merge * 3 + 1] = (double)other;
        merges[merge * 3 + 2] = cost_of(groups, one, other);
        unite(groups, one, other);
    }
}

int ward(const double *points, const double *weights, ptrdiff_t n, ptrdiff_t d, double *merges)
{
    int state = NO_MEMORY;
    Groups groups = {.n = n, .d = d};
    int64_t *chain = room_for(n, sizeof(int64_t));
    char *chained = room_for(n, 1);
    if (chain && chained && make_groups(&groups, points, weights) == OK) {
        memset(chained, 0, (size_t)n);
        place_all(&groups);
        chains(&groups, chain, chained, merges);
        state = OK;
    }
    free_groups(&groups);
    free(chain);
    free(chained);
    return state;
}
