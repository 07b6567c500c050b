/* Columns told apart: numbers as they are, and levels of attributes. */

#include "mixed.h"

/* How many cuts, ascending, lie below a value. */
static int32_t level_at(const double *cuts, ptrdiff_t count, double value)
{
    ptrdiff_t low = 0;
    while (low < count && cuts[low] < value)
        low++;
    return (int32_t)low;
}

/* The place of the largest of some 0/1 columns, the first of several; -1 where none is above one half. */
static int32_t level_of(const Points *points, ptrdiff_t row, const int64_t *columns, ptrdiff_t width)
{
    double largest = point_value(points, row, (ptrdiff_t)columns[0]);
    int32_t place = 0;
    for (ptrdiff_t c = 1; c < width; c++) {
        double value = point_value(points, row, (ptrdiff_t)columns[c]);
        place = value > largest ? (int32_t)c : place;
        largest = value > largest ? value : largest;
    }
    return largest > 0.5 ? place : -1;
}

void code_points(const Points *points, const CodedColumns *coded, double *numbers, int32_t *codes)
{
    for (ptrdiff_t i = 0; i < points->n; i++) {
        const int64_t *columns = coded->columns;
        const double *cuts = coded->cuts;
        for (ptrdiff_t j = 0; j < coded->p; j++)
            numbers[i * coded->p + j] = point_value(points, i, (ptrdiff_t)coded->numbers[j]);
        for (ptrdiff_t j = 0; j < coded->q; j++) {
            codes[i * coded->q + j] = coded->widths[j] == 1
                                          ? level_at(cuts, coded->cut_counts[j], point_value(points, i, columns[0]))
                                          : level_of(points, i, columns, coded->widths[j]);
            columns += coded->widths[j];
            cuts += coded->cut_counts[j];
        }
    }
}
