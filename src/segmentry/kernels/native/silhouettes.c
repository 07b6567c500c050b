/* Exact silhouettes of many labelings (Rousseeuw, "Silhouettes", 1987), each distance computed once for all of them.

   Points are put in the order of their joint cell: the labels that all labelings give them. Distances between a strip of
   points and the points of a cell are summed once, and the sums go to the cell's cluster in every labeling. Where cells
   are large, strips end with them, so that a distance serves both of its points.

   Distances are computed in the points' own precision and summed in it over at most STRIP of them; all larger sums are
   float64, in an order that doesn't depend on the number of threads. */

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("fp-contract=fast")
#endif

#include "parallel.h"
#include "tiles.h"

/* Points whose distances to others are summed together. */
#define STRIP 256

/* Strips that end with their cells are filled up to this many. */
#define MOST_WIDTH 16

/* Filling may be so much of the points where strips end with their cells: their distances are computed for nothing. */
#define WASTE 0.4

/* Sums that are held at once where strips end with their cells, at most: 1 GB. */
#define MOST_SUMS ((ptrdiff_t)1 << 27)

/* Parts of the points whose pairs are worked on side by side; even. */
#define PARTS 16

#if defined(__GNUC__)
#define REAL float
#define ROOT sqrtf
#define WIDTH 4
#define PAIRS floats_of_4
#define TARGET 
#include "pairs.h"
#undef TARGET
#undef PAIRS
#undef WIDTH
#undef ROOT
#undef REAL

#define REAL double
#define ROOT sqrt
#define WIDTH 2
#define PAIRS doubles_of_2
#define TARGET 
#include "pairs.h"
#undef TARGET
#undef PAIRS
#undef WIDTH
#undef ROOT
#undef REAL
#else
#define REAL float
#define ROOT sqrtf
#define WIDTH 1
#define PAIRS floats_of_1
#define TARGET 
#include "pairs.h"
#undef TARGET
#undef PAIRS
#undef WIDTH
#undef ROOT
#undef REAL

#define REAL double
#define ROOT sqrt
#define WIDTH 1
#define PAIRS doubles_of_1
#define TARGET 
#include "pairs.h"
#undef TARGET
#undef PAIRS
#undef WIDTH
#undef ROOT
#undef REAL
#endif

#if defined(__GNUC__) && defined(__x86_64__)
#define REAL float
#define ROOT sqrtf
#define WIDTH 8
#define PAIRS floats_of_8
#define TARGET AVX2
#include "pairs.h"
#undef TARGET
#undef PAIRS
#undef WIDTH
#undef ROOT
#undef REAL

#define REAL double
#define ROOT sqrt
#define WIDTH 4
#define PAIRS doubles_of_4
#define TARGET AVX2
#include "pairs.h"
#undef TARGET
#undef PAIRS
#undef WIDTH
#undef ROOT
#undef REAL

#define REAL float
#define ROOT sqrtf
#define WIDTH 16
#define PAIRS floats_of_16
#define TARGET AVX512
#include "pairs.h"
#undef TARGET
#undef PAIRS
#undef WIDTH
#undef ROOT
#undef REAL

#define REAL double
#define ROOT sqrt
#define WIDTH 8
#define PAIRS doubles_of_8
#define TARGET AVX512
#include "pairs.h"
#undef TARGET
#undef PAIRS
#undef WIDTH
#undef ROOT
#undef REAL
#endif

/* One of these. */
typedef struct {
    void (*pairs)(const void *strip, ptrdiff_t vectors, const void *real, const void *others, ptrdiff_t n, ptrdiff_t d,
                  double *rows, double *columns);
    ptrdiff_t width, bytes;
} Version;

/* The widest version that this processor has. */
static Version widest(int is_double)
{
#if defined(__GNUC__) && defined(__x86_64__)
    if (has_avx512())
        return is_double ? (Version){doubles_of_8, 8, sizeof(double)} : (Version){floats_of_16, 16, sizeof(float)};
    if (has_avx2())
        return is_double ? (Version){doubles_of_4, 4, sizeof(double)} : (Version){floats_of_8, 8, sizeof(float)};
#endif
#if defined(__GNUC__)
    return is_double ? (Version){doubles_of_2, 2, sizeof(double)} : (Version){floats_of_4, 4, sizeof(float)};
#else
    return is_double ? (Version){doubles_of_1, 1, sizeof(double)} : (Version){floats_of_1, 1, sizeof(float)};
#endif
}

typedef struct {
    ptrdiff_t labelings, clusters; /* clusters of all labelings together */
    ptrdiff_t *rows;               /* (n), in the order of their cells */
    ptrdiff_t *cells;              /* where each cell begins in rows, and n at the end */
    ptrdiff_t cell_count;
    ptrdiff_t *offsets; /* (labelings), where a labeling's clusters begin */
    double *counts;     /* (clusters) */
    ptrdiff_t *parents; /* (cells, labelings): the clusters of a cell */
} Layout;

/* Sort rows by one labeling, rows of one label staying in their order. */
static void sort_by(const int32_t *labels, ptrdiff_t n, ptrdiff_t size, ptrdiff_t *begins, const ptrdiff_t *rows,
                    ptrdiff_t *sorted)
{
    memset(begins, 0, (size_t)(size + 1) * sizeof(ptrdiff_t));
    for (ptrdiff_t i = 0; i < n; i++)
        begins[labels[i] + 1]++;
    for (ptrdiff_t c = 0; c < size; c++)
        begins[c + 1] += begins[c];
    for (ptrdiff_t i = 0; i < n; i++)
        sorted[begins[labels[rows[i]]]++] = rows[i];
}

static int find_cells(Layout *layout, const int32_t *labelings, ptrdiff_t n, const int32_t *sizes)
{
    ptrdiff_t largest = 0, count = layout->labelings, *begins, *sorted = room_for(n, sizeof(ptrdiff_t)), *rows;
    for (ptrdiff_t l = 0; l < count; l++)
        largest = sizes[l] > largest ? sizes[l] : largest;
    begins = room_for(largest + 1, sizeof(ptrdiff_t));
    if (!begins || !sorted) {
        free(begins);
        free(sorted);
        return NO_MEMORY;
    }
    for (ptrdiff_t i = 0; i < n; i++)
        layout->rows[i] = i;
    for (ptrdiff_t l = count - 1; l >= 0; l--) {
        sort_by(labelings + l * n, n, sizes[l], begins, layout->rows, sorted);
        rows = layout->rows, layout->rows = sorted, sorted = rows;
    }
    free(begins);
    free(sorted);
    layout->cell_count = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        int fresh = i == 0;
        for (ptrdiff_t l = 0; l < count && !fresh; l++)
            fresh = labelings[l * n + layout->rows[i]] != labelings[l * n + layout->rows[i - 1]];
        if (fresh)
            layout->cells[layout->cell_count++] = i;
    }
    layout->cells[layout->cell_count] = n;
    return OK;
}

static int make_layout(Layout *layout, const int32_t *labelings, ptrdiff_t count, ptrdiff_t n, const int32_t *sizes)
{
    layout->labelings = count;
    layout->rows = room_for(n, sizeof(ptrdiff_t));
    layout->cells = room_for(n + 1, sizeof(ptrdiff_t));
    layout->offsets = room_for(count, sizeof(ptrdiff_t));
    for (ptrdiff_t l = 0; l < count && layout->offsets; l++) {
        layout->offsets[l] = layout->clusters;
        layout->clusters += sizes[l];
    }
    layout->counts = room_for(layout->clusters, sizeof(double));
    if (!layout->rows || !layout->cells || !layout->offsets || !layout->counts)
        return NO_MEMORY;
    if (find_cells(layout, labelings, n, sizes) != OK)
        return NO_MEMORY;
    layout->parents = count <= PTRDIFF_MAX / (layout->cell_count + 1)
                          ? room_for(layout->cell_count * count, sizeof(ptrdiff_t))
                          : NULL;
    if (!layout->parents)
        return NO_MEMORY;
    memset(layout->counts, 0, (size_t)layout->clusters * sizeof(double));
    for (ptrdiff_t g = 0; g < layout->cell_count; g++)
        for (ptrdiff_t l = 0; l < count; l++) {
            ptrdiff_t cluster = layout->offsets[l] + labelings[l * n + layout->rows[layout->cells[g]]];
            layout->parents[g * count + l] = cluster;
            layout->counts[cluster] += (double)(layout->cells[g + 1] - layout->cells[g]);
        }
    return OK;
}

/* Some points that stand together, one after the other. */
typedef struct {
    ptrdiff_t first, count; /* places in the order of cells */
    ptrdiff_t cell;         /* the one they are in, or -1 */
    ptrdiff_t vector;       /* where their columns begin */
} Strip;

typedef struct {
    const Points *points;
    const Layout *layout;
    const int32_t *labelings, *sizes;
    Version version;
    Strip *strips;
    ptrdiff_t count, vectors;
    char *columns;  /* (vectors, d, width) */
    char *real;     /* (vectors, width): 1 for a point, 0 for filling */
    char *rows;     /* (n, d), in the order of cells */
    double *sums;   /* (clusters, vectors, width), where strips end with their cells */
    ptrdiff_t *parts; /* where each part begins in strips */
    ptrdiff_t round;
    double *widths;
    int state;
} Panel;

/* Cut the points into strips; with_cells: no strip holds points of two. Gives the number of vectors. */
static ptrdiff_t cut(const Layout *layout, ptrdiff_t n, ptrdiff_t width, int with_cells, Strip *strips,
                     ptrdiff_t *strip_count)
{
    ptrdiff_t count = 0, vectors = 0;
    for (ptrdiff_t g = 0; g < (with_cells ? layout->cell_count : 1); g++) {
        ptrdiff_t end = with_cells ? layout->cells[g + 1] : n;
        for (ptrdiff_t i = with_cells ? layout->cells[g] : 0; i < end; i += STRIP) {
            Strip strip = {i, end - i < STRIP ? end - i : STRIP, with_cells ? g : -1, vectors};
            if (strips)
                strips[count] = strip;
            count++;
            vectors += (strip.count + width - 1) / width;
        }
    }
    *strip_count = count;
    return vectors;
}

static void store(char *to, ptrdiff_t at, ptrdiff_t bytes, double value)
{
    if (bytes == sizeof(double))
        ((double *)to)[at] = value;
    else
        ((float *)to)[at] = (float)value;
}

/* Copy the points of a strip, column by column and row by row. */
static void fill_strip(void *context, ptrdiff_t number)
{
    Panel *panel = context;
    const Strip *strip = panel->strips + number;
    ptrdiff_t d = panel->points->d, width = panel->version.width, bytes = panel->version.bytes;
    ptrdiff_t lanes = (strip->count + width - 1) / width * width;
    for (ptrdiff_t p = 0; p < lanes; p++) {
        ptrdiff_t vector = strip->vector + p / width, place = strip->first + p;
        store(panel->real, vector * width + p % width, bytes, p < strip->count);
        for (ptrdiff_t j = 0; j < d; j++) {
            double value = p < strip->count ? point_value(panel->points, panel->layout->rows[place], j) : 0.0;
            store(panel->columns, (vector * d + j) * width + p % width, bytes, value);
            if (p < strip->count)
                store(panel->rows, place * d + j, bytes, value);
        }
    }
}

static void sum_pairs(const Panel *panel, const Strip *strip, ptrdiff_t first, ptrdiff_t count, double *rows,
                      double *columns)
{
    ptrdiff_t d = panel->points->d, width = panel->version.width, bytes = panel->version.bytes;
    panel->version.pairs(panel->columns + strip->vector * d * width * bytes, (strip->count + width - 1) / width,
                         panel->real + strip->vector * width * bytes, panel->rows + first * d * bytes, count, d, rows,
                         columns);
}

/* Add sums to the clusters that a cell is in, one of each labeling; a cluster's sums stand stride apart. */
static void fold(const Layout *layout, ptrdiff_t cell, const double *RESTRICT from, ptrdiff_t count, ptrdiff_t stride,
                 double *sums)
{
    for (ptrdiff_t l = 0; l < layout->labelings; l++) {
        double *RESTRICT sum = sums + layout->parents[cell * layout->labelings + l] * stride;
        for (ptrdiff_t p = 0; p < count; p++)
            sum[p] += from[p];
    }
}

/* The silhouette of one point in one labeling; its sums stand stride apart. */
static double width_of(const double *sums, const double *counts, ptrdiff_t size, ptrdiff_t own,
                       ptrdiff_t stride)
{
    double inner, outer = INFINITY, larger;
    if (counts[own] <= 1)
        return 0.0;
    inner = sums[own * stride] / (counts[own] - 1.0);
    for (ptrdiff_t c = 0; c < size; c++)
        if (c != own && counts[c] > 0 && sums[c * stride] / counts[c] < outer)
            outer = sums[c * stride] / counts[c];
    larger = inner > outer ? inner : outer;
    return larger > 0 ? (outer - inner) / larger : 0.0;
}

/* Turn the sums of a strip's points into silhouettes; the first point's sums begin at sums. */
static void write_widths(const Panel *panel, const Strip *strip, const double *sums, ptrdiff_t stride)
{
    const Layout *layout = panel->layout;
    ptrdiff_t n = panel->points->n;
    for (ptrdiff_t l = 0; l < layout->labelings; l++) {
        const double *counts = layout->counts + layout->offsets[l];
        ptrdiff_t used = 0;
        for (ptrdiff_t c = 0; c < panel->sizes[l]; c++)
            used += counts[c] > 0;
        for (ptrdiff_t p = 0; p < strip->count; p++) {
            ptrdiff_t at = l * n + layout->rows[strip->first + p];
            panel->widths[at] = used < 2 ? NAN
                                         : width_of(sums + layout->offsets[l] * stride + p, counts, panel->sizes[l],
                                                    panel->labelings[at], stride);
        }
    }
}

/* A strip against all points, cell after cell. */
static void one_strip(void *context, ptrdiff_t number)
{
    Panel *panel = context;
    const Layout *layout = panel->layout;
    const Strip *strip = panel->strips + number;
    double rows[STRIP], some[STRIP + MOST_WIDTH];
    double *sums = room_for(layout->clusters * STRIP, sizeof(double));
    if (!sums) {
        panel->state = NO_MEMORY;
        return;
    }
    memset(sums, 0, (size_t)(layout->clusters * STRIP) * sizeof(double));
    for (ptrdiff_t g = 0; g < layout->cell_count; g++) {
        memset(rows, 0, sizeof(rows));
        for (ptrdiff_t i = layout->cells[g]; i < layout->cells[g + 1]; i += STRIP) {
            ptrdiff_t left = layout->cells[g + 1] - i;
            sum_pairs(panel, strip, i, left < STRIP ? left : STRIP, some, NULL);
            for (ptrdiff_t p = 0; p < strip->count; p++)
                rows[p] += some[p];
        }
        fold(layout, g, rows, strip->count, STRIP, sums);
    }
    write_widths(panel, strip, sums, STRIP);
    free(sums);
}

/* Two parts of the points, each of whose strips is of one cell: every distance serves both of its points. */
static void two_parts(Panel *panel, ptrdiff_t one, ptrdiff_t other)
{
    const Layout *layout = panel->layout;
    ptrdiff_t width = panel->version.width, stride = panel->vectors * width;
    double rows[STRIP + MOST_WIDTH], columns[STRIP];
    for (ptrdiff_t a = panel->parts[one]; a < panel->parts[one + 1]; a++) {
        const Strip *strip = panel->strips + a;
        for (ptrdiff_t b = one == other ? a : panel->parts[other]; b < panel->parts[other + 1]; b++) {
            const Strip *with = panel->strips + b;
            sum_pairs(panel, strip, with->first, with->count, rows, a == b ? NULL : columns);
            fold(layout, with->cell, rows, strip->count, stride, panel->sums + strip->vector * width);
            if (a != b)
                fold(layout, strip->cell, columns, with->count, stride, panel->sums + with->vector * width);
        }
    }
}

/* The pairs of a round of a tournament of parts: no part is in two of them, so that no sum is written by two threads. */
static void one_match(void *context, ptrdiff_t match)
{
    Panel *panel = context;
    ptrdiff_t others = PARTS - 1;
    if (panel->round == others)
        two_parts(panel, match, match);
    else if (match == 0)
        two_parts(panel, panel->round, others);
    else
        two_parts(panel, (panel->round + match) % others, (panel->round + others - match) % others);
}

static void write_strip(void *context, ptrdiff_t number)
{
    Panel *panel = context;
    const Strip *strip = panel->strips + number;
    ptrdiff_t width = panel->version.width;
    write_widths(panel, strip, panel->sums + strip->vector * width, panel->vectors * width);
}

/* Part the strips so that each part has about as many points; strips end with their cells. */
static int both_ways(Panel *panel, int threads)
{
    ptrdiff_t size = panel->layout->clusters * panel->vectors * panel->version.width, strip = 0;
    panel->sums = room_for(size, sizeof(double));
    panel->parts = room_for(PARTS + 1, sizeof(ptrdiff_t));
    if (!panel->sums || !panel->parts)
        return NO_MEMORY;
    memset(panel->sums, 0, (size_t)size * sizeof(double));
    for (ptrdiff_t part = 0; part <= PARTS; part++) {
        while (strip < panel->count && panel->strips[strip].first < panel->points->n * part / PARTS)
            strip++;
        panel->parts[part] = part < PARTS ? strip : panel->count;
    }
    for (panel->round = 0; panel->round < PARTS; panel->round++)
        share_out(panel->round == PARTS - 1 ? PARTS : PARTS / 2, threads, one_match, panel);
    share_out(panel->count, threads, write_strip, panel);
    return OK;
}

static int judge(Panel *panel, int threads)
{
    const Layout *layout = panel->layout;
    ptrdiff_t n = panel->points->n, d = panel->points->d, width = panel->version.width, bytes = panel->version.bytes;
    ptrdiff_t vectors = cut(layout, n, width, 1, NULL, &panel->count), cells = layout->clusters * vectors;
    int with_cells = (double)(vectors * width) <= (1 + WASTE) * (double)n && cells <= MOST_SUMS / width;
    panel->vectors = cut(layout, n, width, with_cells, NULL, &panel->count);
    panel->strips = room_for(panel->count, sizeof(Strip));
    if (panel->vectors * width <= PTRDIFF_MAX / bytes / (d + 1)) {
        panel->columns = room_for(panel->vectors * width * d, (size_t)bytes);
        panel->rows = room_for(n * d, (size_t)bytes);
    }
    panel->real = room_for(panel->vectors * width, (size_t)bytes);
    if (!panel->strips || !panel->columns || !panel->rows || !panel->real)
        return NO_MEMORY;
    cut(layout, n, width, with_cells, panel->strips, &panel->count);
    share_out(panel->count, threads, fill_strip, panel);
    if (with_cells)
        return both_ways(panel, threads);
    share_out(panel->count, threads, one_strip, panel);
    return panel->state;
}

int silhouettes(const Points *points, const int32_t *labelings, ptrdiff_t count, const int32_t *sizes, int threads,
                double *widths)
{
    Layout layout = {0};
    Panel panel = {.points = points, .layout = &layout, .labelings = labelings, .sizes = sizes, .widths = widths};
    int state = make_layout(&layout, labelings, count, points->n, sizes);
    panel.version = widest(points->is_double);
    if (state == OK)
        state = judge(&panel, threads);
    free(panel.parts);
    free(panel.sums);
    free(panel.rows);
    free(panel.real);
    free(panel.columns);
    free(panel.strips);
    free(layout.parents);
    free(layout.counts);
    free(layout.offsets);
    free(layout.cells);
    free(layout.rows);
    return state;
}
