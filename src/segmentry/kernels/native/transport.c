/* The cheapest assignment of points to clusters that may hold only so many; what it promises stands with its plain twin.
   The cheapest move between any two clusters stands on top of a heap of the points of the first. A point that has left a
   cluster stays in the cluster's heaps until it comes up. Moves being cheap, prices are changed in one round only. */

#include "tiles.h"

typedef struct {
    int32_t *points;
    ptrdiff_t count, room;
} Heap;

typedef struct {
    const double *costs; /* (k, n) */
    ptrdiff_t k, n;
    int32_t *labels;
    int64_t *held;
    Heap *heaps;   /* (k, k): from, to */
    double *saved; /* (k, k): what the cheapest move costs, infinite where there is none */
    double *cost;  /* (k): of the cheapest path to each cluster */
    int32_t *before, *path;
    double slack;
} Moves;

/* Whether one point comes before another in the heap of moves between two rows of costs. */
INLINE int sooner(const double *from, const double *to, int32_t one, int32_t other)
{
    double a = to[one] - from[one], b = to[other] - from[other];
    return a < b || (a == b && one < other);
}

static void sink(Heap *heap, const double *from, const double *to, ptrdiff_t at)
{
    int32_t point = at < heap->count ? heap->points[at] : 0;
    if (at >= heap->count)
        return;
    for (ptrdiff_t below = 2 * at + 1; below < heap->count; below = 2 * at + 1) {
        if (below + 1 < heap->count && sooner(from, to, heap->points[below + 1], heap->points[below]))
            below++;
        if (!sooner(from, to, heap->points[below], point))
            break;
        heap->points[at] = heap->points[below];
        at = below;
    }
    heap->points[at] = point;
}

static int push(const Moves *moves, ptrdiff_t from, ptrdiff_t to, int32_t point)
{
    const double *here = moves->costs + from * moves->n, *there = moves->costs + to * moves->n;
    Heap *heap = &moves->heaps[from * moves->k + to];
    ptrdiff_t at = heap->count;
    if (heap->count == heap->room) {
        ptrdiff_t room = heap->room < PTRDIFF_MAX / 16 ? 2 * heap->room + 8 : 0;
        int32_t *points = room ? realloc(heap->points, (size_t)room * sizeof(int32_t)) : NULL;
        if (!points)
            return NO_MEMORY;
        heap->points = points;
        heap->room = room;
    }
    heap->count++;
    while (at > 0 && sooner(here, there, point, heap->points[(at - 1) / 2])) {
        heap->points[at] = heap->points[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap->points[at] = point;
    return OK;
}

/* Find the cheapest moves from a cluster, once points came or left. */
static void renew(const Moves *moves, ptrdiff_t from)
{
    const double *here = moves->costs + from * moves->n;
    for (ptrdiff_t to = 0; to < moves->k; to++) {
        const double *there = moves->costs + to * moves->n;
        Heap *heap = &moves->heaps[from * moves->k + to];
        while (heap->count > 0 && moves->labels[heap->points[0]] != from) {
            heap->points[0] = heap->points[--heap->count];
            sink(heap, here, there, 0);
        }
        moves->saved[from * moves->k + to] = heap->count > 0 ? there[heap->points[0]] - here[heap->points[0]] : INFINITY;
    }
}

static int make_heaps(Moves *moves)
{
    ptrdiff_t k = moves->k, n = moves->n;
    for (ptrdiff_t h = 0; h < k * k; h++) {
        ptrdiff_t held = (ptrdiff_t)moves->held[h / k];
        moves->heaps[h].room = held + 8;
        moves->heaps[h].points = h / k == h % k ? NULL : room_for(held + 8, sizeof(int32_t));
        if (!moves->heaps[h].points && h / k != h % k)
            return NO_MEMORY;
    }
    /* The points of each cluster, first in one heap, then in all. */
    for (ptrdiff_t i = 0; i < n; i++) {
        Heap *first = &moves->heaps[moves->labels[i] * k + (moves->labels[i] == 0)];
        first->points[first->count++] = (int32_t)i;
    }
    for (ptrdiff_t h = 0; h < k * k; h++) {
        Heap *heap = &moves->heaps[h], *first = &moves->heaps[h / k * k + (h / k == 0)];
        if (h / k == h % k)
            continue;
        if (heap != first)
            memcpy(heap->points, first->points, (size_t)moves->held[h / k] * sizeof(int32_t));
        heap->count = (ptrdiff_t)moves->held[h / k];
    }
    for (ptrdiff_t h = 0; h < k * k; h++)
        for (ptrdiff_t at = moves->heaps[h].count / 2; at-- > 0;)
            sink(&moves->heaps[h], moves->costs + h / k * n, moves->costs + h % k * n, at);
    for (ptrdiff_t from = 0; from < k; from++)
        renew(moves, from);
    return OK;
}

/* The cheapest path from a cluster that may give to one that may take: its clusters in moves->path, from the first to
   the last; returns how many, 0 where there is no path. */
static ptrdiff_t cheapest_path(Moves *moves, int over, int under, int64_t least, int64_t most, double *price)
{
    ptrdiff_t k = moves->k, last = -1, length = 0;
    for (ptrdiff_t c = 0; c < k; c++) {
        moves->cost[c] = (over ? moves->held[c] > most : moves->held[c] > least) ? 0.0 : INFINITY;
        moves->before[c] = -1;
    }
    for (ptrdiff_t round = 0; round < k; round++) {
        int better = 0;
        for (ptrdiff_t from = 0; from < k; from++)
            for (ptrdiff_t to = 0; to < k; to++) {
                double through = moves->cost[from] + moves->saved[from * k + to];
                if (through < moves->cost[to] - moves->slack) {
                    moves->cost[to] = through;
                    moves->before[to] = (int32_t)from;
                    better = 1;
                }
            }
        if (!better)
            break;
    }
    /* A path ends in a taker that it was worth going to: givers themselves cost nothing. */
    for (ptrdiff_t c = 0; c < k; c++) {
        int takes = !over && under ? moves->held[c] < least : moves->held[c] < most;
        if (takes && moves->before[c] >= 0 && (last < 0 || moves->cost[c] < moves->cost[last]))
            last = c;
    }
    if (last < 0 || moves->cost[last] == INFINITY)
        return 0;
    *price = moves->cost[last];
    for (ptrdiff_t c = last; c >= 0 && length <= k; c = moves->before[c])
        moves->path[length++] = (int32_t)c;
    for (ptrdiff_t i = 0; i < length / 2; i++) {
        int32_t spare = moves->path[i];
        moves->path[i] = moves->path[length - 1 - i];
        moves->path[length - 1 - i] = spare;
    }
    return length;
}

static int move_along(Moves *moves, ptrdiff_t length)
{
    ptrdiff_t k = moves->k;
    int32_t *points = room_for(length, sizeof(int32_t));
    int state = points ? OK : NO_MEMORY;
    for (ptrdiff_t i = 0; state == OK && i + 1 < length; i++)
        points[i] = moves->heaps[moves->path[i] * k + moves->path[i + 1]].points[0];
    for (ptrdiff_t i = 0; state == OK && i + 1 < length; i++) {
        int32_t there = moves->path[i + 1];
        moves->held[moves->labels[points[i]]]--;
        moves->held[there]++;
        moves->labels[points[i]] = there;
        for (ptrdiff_t to = 0; state == OK && to < k; to++)
            if (to != there)
                state = push(moves, there, to, points[i]);
    }
    for (ptrdiff_t i = 0; state == OK && i < length; i++)
        renew(moves, moves->path[i]);
    free(points);
    return state;
}

static int settle(Moves *moves, int64_t least, int64_t most)
{
    for (;;) {
        int over = 0, under = 0;
        double price = 0.0;
        for (ptrdiff_t c = 0; c < moves->k; c++) {
            over |= moves->held[c] > most;
            under |= moves->held[c] < least;
        }
        ptrdiff_t length = cheapest_path(moves, over, under, least, most, &price);
        if (length == 0 || (!over && !under && price >= -moves->slack))
            return OK;
        if (move_along(moves, length) != OK)
            return NO_MEMORY;
    }
}

/* The figures at places place - 1 and place once all stand in order, 1 <= place < n; changes their order. */
static void two_at(double *values, ptrdiff_t n, ptrdiff_t place, double *low, double *high)
{
    ptrdiff_t from = 0, to = n - 1;
    while (from < to) {
        double pivot = values[from + (to - from) / 2];
        ptrdiff_t i = from, j = to;
        while (i <= j) {
            while (values[i] < pivot)
                i++;
            while (values[j] > pivot)
                j--;
            if (i <= j) {
                double spare = values[i];
                values[i++] = values[j];
                values[j--] = spare;
            }
        }
        if (place <= j)
            to = j;
        else if (place >= i)
            from = i;
        else
            break;
    }
    *high = values[place];
    *low = values[0];
    for (ptrdiff_t i = 1; i < place; i++)
        *low = values[i] > *low ? values[i] : *low;
}

/* Below what price of a cluster each point joins it, the others' prices given. */
CLONES
static void limits_of(const double *RESTRICT costs, ptrdiff_t k, ptrdiff_t n, const double *RESTRICT prices,
                      ptrdiff_t cluster, double *RESTRICT limits)
{
    const double *RESTRICT own = costs + cluster * n;
    for (ptrdiff_t i = 0; i < n; i++)
        limits[i] = INFINITY;
    for (ptrdiff_t c = 0; c < k; c++) {
        const double *RESTRICT row = costs + c * n;
        if (c != cluster)
            for (ptrdiff_t i = 0; i < n; i++)
                limits[i] = row[i] + prices[c] < limits[i] ? row[i] + prices[c] : limits[i];
    }
    for (ptrdiff_t i = 0; i < n; i++)
        limits[i] -= own[i];
}

/* Move each price in turn to where its cluster has a size within the limits. */
static void move_prices(const Moves *moves, int64_t least, int64_t most, double *prices, double *limits)
{
    ptrdiff_t n = moves->n;
    for (ptrdiff_t j = 0; j < moves->k; j++) {
        int64_t joins = 0, size;
        double low, high;
        limits_of(moves->costs, moves->k, n, prices, j, limits);
        for (ptrdiff_t i = 0; i < n; i++)
            joins += limits[i] > 0;
        size = joins < least ? least : joins > most ? most : joins;
        prices[j] = 0.0;
        if (size != joins && size >= n) {
            low = limits[0];
            for (ptrdiff_t i = 1; i < n; i++)
                low = limits[i] < low ? limits[i] : low;
            prices[j] = low - 1.0;
        } else if (size != joins) {
            two_at(limits, n, n - (ptrdiff_t)size, &low, &high);
            prices[j] = (low + high) / 2;
        }
    }
}

/* The cheapest cluster of each point at some prices, the lowest of equals, and how many each cluster holds. */
CLONES
static void label_all(const Moves *moves, const double *RESTRICT prices, double *RESTRICT least)
{
    ptrdiff_t n = moves->n;
    int32_t *RESTRICT labels = moves->labels;
    for (ptrdiff_t i = 0; i < n; i++) {
        least[i] = INFINITY;
        labels[i] = 0;
    }
    for (ptrdiff_t c = 0; c < moves->k; c++) {
        const double *RESTRICT row = moves->costs + c * n;
        double price = prices[c];
        for (ptrdiff_t i = 0; i < n; i++) {
            double cost = row[i] + price;
            labels[i] = cost < least[i] ? (int32_t)c : labels[i];
            least[i] = cost < least[i] ? cost : least[i];
        }
        moves->held[c] = 0;
    }
    for (ptrdiff_t i = 0; i < n; i++)
        moves->held[labels[i]]++;
}

static int within(const Moves *moves, int64_t least, int64_t most)
{
    for (ptrdiff_t c = 0; c < moves->k; c++)
        if (moves->held[c] < least || moves->held[c] > most)
            return 0;
    return 1;
}

static void free_moves(Moves *moves)
{
    for (ptrdiff_t h = 0; moves->heaps && h < moves->k * moves->k; h++)
        free(moves->heaps[h].points);
    free(moves->held), free(moves->heaps), free(moves->cost), free(moves->before), free(moves->path);
}

int balance(const double *costs, ptrdiff_t k, ptrdiff_t n, int64_t least, int64_t most, double *prices, int32_t *labels,
            int64_t *held, double *saved)
{
    Moves moves = {.costs = costs, .k = k, .n = n, .labels = labels, .saved = saved};
    double *limits = room_for(n, sizeof(double)), *none = room_for(k, sizeof(double)), largest = 1e-300;
    int state = NO_MEMORY;
    moves.held = room_for(k, sizeof(int64_t));
    moves.heaps = k < 1 << 15 ? room_for(k * k, sizeof(Heap)) : NULL;
    moves.cost = room_for(k, sizeof(double));
    moves.before = room_for(k, sizeof(int32_t));
    moves.path = room_for(k + 2, sizeof(int32_t));
    if (moves.heaps)
        memset(moves.heaps, 0, (size_t)(k * k) * sizeof(Heap));
    if (!limits || !none || !moves.held || !moves.heaps || !moves.cost || !moves.before || !moves.path)
        goto end;
    for (ptrdiff_t c = 0; c < k; c++)
        none[c] = 0.0;
    label_all(&moves, none, limits);
    if (within(&moves, least, most)) {
        state = BALANCED;
        goto end;
    }
    for (ptrdiff_t at = 0; at < k * n; at++)
        largest = fabs(costs[at]) > largest ? fabs(costs[at]) : largest;
    moves.slack = 1e-12 * largest;
    move_prices(&moves, least, most, prices, limits);
    label_all(&moves, prices, limits);
    if (make_heaps(&moves) == OK)
        state = settle(&moves, least, most);
    memcpy(held, moves.held, (size_t)k * sizeof(int64_t));
end:
    free_moves(&moves);
    free(limits);
    free(none);
    return state;
}
