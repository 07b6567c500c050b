/* Cells of neighbouring points, halved until there are enough: those that add most to the squared distances first, each
   at the mean of the column in which it varies most. A cell is a run of row numbers, always in ascending order, so
   that every sum has the order of its plain twin. */

#include <float.h>

#include "tiles.h"

typedef struct {
    ptrdiff_t begin, end; /* in the list of rows */
    double worth;         /* sum of squared distances to the mean; 0 where all points are equal */
    ptrdiff_t column;     /* the widest */
    double mean, low, high;
} Cell;

/* What is worth halving, and which cell it is. */
typedef struct {
    double worth;
    ptrdiff_t cell;
} Candidate;

static int by_worth(const void *one, const void *other)
{
    const Candidate *a = one, *b = other;
    if (a->worth != b->worth)
        return a->worth > b->worth ? -1 : 1;
    return a->cell < b->cell ? -1 : a->cell > b->cell;
}

/* Sums of a cell's columns: sums[4][d] of weighted values, of weighted squares, and the lowest and the highest. */
CLONES
static void sum_narrow(const float *RESTRICT data, ptrdiff_t d, const double *RESTRICT weights,
                       const int64_t *RESTRICT rows, ptrdiff_t count, double *RESTRICT sums)
{
    double held = 0.0;
    double *RESTRICT sum = sums, *RESTRICT squares = sums + d, *RESTRICT low = sums + 2 * d, *RESTRICT high = sums + 3 * d;
    for (ptrdiff_t i = 0; i < count; i++) {
        const float *RESTRICT x = data + rows[i] * d;
        double weight = weights[rows[i]];
        held += weight;
        for (ptrdiff_t j = 0; j < d; j++) {
            double value = (double)x[j];
            sum[j] += weight * value;
            low[j] = value < low[j] ? value : low[j];
            high[j] = value > high[j] ? value : high[j];
        }
    }
    for (ptrdiff_t j = 0; j < d; j++)
        sum[j] /= held;
    for (ptrdiff_t i = 0; i < count; i++) {
        const float *RESTRICT x = data + rows[i] * d;
        double weight = weights[rows[i]];
        for (ptrdiff_t j = 0; j < d; j++) {
            double step = (double)x[j] - sum[j];
            squares[j] += weight * (step * step);
        }
    }
}

/* The same of float64 points. */
CLONES
static void sum_wide(const double *RESTRICT data, ptrdiff_t d, const double *RESTRICT weights,
                     const int64_t *RESTRICT rows, ptrdiff_t count, double *RESTRICT sums)
{
    double held = 0.0;
    double *RESTRICT sum = sums, *RESTRICT squares = sums + d, *RESTRICT low = sums + 2 * d, *RESTRICT high = sums + 3 * d;
    for (ptrdiff_t i = 0; i < count; i++) {
        const double *RESTRICT x = data + rows[i] * d;
        double weight = weights[rows[i]];
        held += weight;
        for (ptrdiff_t j = 0; j < d; j++) {
            sum[j] += weight * x[j];
            low[j] = x[j] < low[j] ? x[j] : low[j];
            high[j] = x[j] > high[j] ? x[j] : high[j];
        }
    }
    for (ptrdiff_t j = 0; j < d; j++)
        sum[j] /= held;
    for (ptrdiff_t i = 0; i < count; i++) {
        const double *RESTRICT x = data + rows[i] * d;
        double weight = weights[rows[i]];
        for (ptrdiff_t j = 0; j < d; j++) {
            double step = x[j] - sum[j];
            squares[j] += weight * (step * step);
        }
    }
}

static void measure(const Points *points, const double *weights, const int64_t *rows, double *sums, Cell *cell)
{
    ptrdiff_t d = points->d, count = cell->end - cell->begin;
    double widest = -1.0;
    for (ptrdiff_t j = 0; j < d; j++) {
        sums[j] = sums[d + j] = 0.0;
        sums[2 * d + j] = INFINITY;
        sums[3 * d + j] = -INFINITY;
    }
    if (points->is_double)
        sum_wide(points->data, d, weights, rows + cell->begin, count, sums);
    else
        sum_narrow(points->data, d, weights, rows + cell->begin, count, sums);
    cell->worth = 0.0;
    for (ptrdiff_t j = 0; j < d; j++) {
        double low = sums[2 * d + j], high = sums[3 * d + j], spread = sums[d + j];
        spread = !(high > low) ? 0.0 : spread > DBL_MIN ? spread : DBL_MIN;
        cell->worth += spread;
        if (spread > widest) {
            widest = spread;
            cell->column = j;
            cell->mean = sums[j];
            cell->low = low;
            cell->high = high;
        }
    }
}

/* Move the rows above the mean to the end of the cell, and make them a cell; both keep their order. */
static void halve(const Points *points, int64_t *rows, int64_t *spare, Cell *cell, Cell *half)
{
    /* Rounding may put the mean of nearly equal values below or on all of them: both halves must hold some. */
    int any = cell->high > cell->mean, strict = any && cell->mean >= cell->low;
    double limit = strict ? cell->mean : cell->low;
    ptrdiff_t stay = cell->begin, moved = 0;
    for (ptrdiff_t i = cell->begin; i < cell->end; i++) {
        double value = point_value(points, rows[i], cell->column);
        if (any ? value > limit : value == cell->high)
            spare[moved++] = rows[i];
        else
            rows[stay++] = rows[i];
    }
    memcpy(rows + stay, spare, (size_t)moved * sizeof(int64_t));
    half->begin = stay;
    half->end = cell->end;
    cell->end = stay;
}

static ptrdiff_t halve_all(const Points *points, const double *weights, ptrdiff_t most, int64_t *rows, int64_t *spare,
                           double *sums, Cell *cells, Candidate *candidates)
{
    ptrdiff_t count = 1;
    cells[0].begin = 0;
    cells[0].end = points->n;
    measure(points, weights, rows, sums, &cells[0]);
    while (count < most) {
        ptrdiff_t open = 0, room = (count + 1) / 2 < most - count ? (count + 1) / 2 : most - count;
        for (ptrdiff_t c = 0; c < count; c++)
            if (cells[c].worth > 0) {
                candidates[open].worth = cells[c].worth;
                candidates[open++].cell = c;
            }
        if (open == 0)
            break;
        qsort(candidates, (size_t)open, sizeof(Candidate), by_worth);
        room = open < room ? open : room;
        for (ptrdiff_t i = 0; i < room; i++) {
            Cell *cell = &cells[candidates[i].cell], *half = &cells[count + i];
            halve(points, rows, spare, cell, half);
            measure(points, weights, rows, sums, cell);
            measure(points, weights, rows, sums, half);
        }
        count += room;
    }
    return count;
}

ptrdiff_t micro_clusters(const Points *points, const double *weights, ptrdiff_t most, int64_t *cell)
{
    ptrdiff_t n = points->n, count = NO_MEMORY;
    int64_t *rows = room_for(n, sizeof(int64_t)), *spare = room_for(n, sizeof(int64_t));
    double *sums = points->d < PTRDIFF_MAX / 4 ? room_for(4 * points->d, sizeof(double)) : NULL;
    Cell *cells = room_for(most, sizeof(Cell));
    Candidate *candidates = room_for(most, sizeof(Candidate));
    if (rows && spare && sums && cells && candidates) {
        for (ptrdiff_t i = 0; i < n; i++)
            rows[i] = i;
        count = halve_all(points, weights, most, rows, spare, sums, cells, candidates);
        for (ptrdiff_t c = 0; c < count; c++)
            for (ptrdiff_t i = cells[c].begin; i < cells[c].end; i++)
                cell[rows[i]] = c;
    }
    free(rows);
    free(spare);
    free(sums);
    free(cells);
    free(candidates);
    return count;
}
