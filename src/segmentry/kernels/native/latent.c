/* Latent classes by expectation-maximisation (Goodman, "Exploratory latent structure analysis using both identifiable and
   unidentifiable models", 1974), every third step an extrapolation (Varadhan & Roland, "Simple and globally convergent
   methods for accelerating the convergence of any EM algorithm", 2008, scheme S3).

   A table has a row a level, classes side by side: a pattern's answers pick rows, and rows are added as they are. */

#include "mixed.h"

#define CHUNK 64  /* patterns at a time */
#define WIDE 4    /* rows are filled up to a multiple of this */
#define LEAST 1e-6 /* no answer is held to be rarer in any class */
#define NOBODY -1e9 /* the logarithm of the weight of what fills rows up */

typedef struct {
    ptrdiff_t u, q, k, pad, width; /* pad: k filled up; width: levels of all attributes together */
    const ptrdiff_t *offsets;      /* (q + 1), where the levels of an attribute begin */
    const uint32_t *rows;          /* (u, q): a pattern's rows; width + 1, zeros, where it has no answer */
    const double *counts;          /* (u) */
    double *logs;                  /* (width + 2, pad) */
    double *member;                /* (CHUNK, pad) */
} Classes;

/* The exponential of numbers up to 0, those below -700 taken for it: the same digits on every machine. The nearest power of
   two is split off, and the rest, at most ln(2) / 2, goes into Taylor's series. */
INLINE void exponentials(double *RESTRICT x, ptrdiff_t count)
{
    const double magic = 6755399441055744.0; /* 1.5 * 2^52: adding it leaves a whole number in the last bits */
    for (ptrdiff_t i = 0; i < count; i++)
        x[i] = x[i] > -700.0 ? x[i] : -700.0;
    for (ptrdiff_t i = 0; i < count; i++) {
        double at = x[i];
        double shifted = at * 1.4426950408889634 + magic, whole = shifted - magic, sum, scale;
        double r = (at - whole * 0.693147180369123816490) - whole * 1.90821492927058770002e-10;
        uint64_t bits;
        memcpy(&bits, &shifted, sizeof bits);
        bits = (bits + 1023) << 52;
        memcpy(&scale, &bits, sizeof scale);
        sum = 1.0 / 479001600.0;
        sum = sum * r + 1.0 / 39916800.0;
        sum = sum * r + 1.0 / 3628800.0;
        sum = sum * r + 1.0 / 362880.0;
        sum = sum * r + 1.0 / 40320.0;
        sum = sum * r + 1.0 / 5040.0;
        sum = sum * r + 1.0 / 720.0;
        sum = sum * r + 1.0 / 120.0;
        sum = sum * r + 1.0 / 24.0;
        sum = sum * r + 1.0 / 6.0;
        sum = sum * r + 0.5;
        sum = sum * r + 1.0;
        sum = sum * r + 1.0;
        x[i] = sum * scale;
    }
}

/* Add to a row of pad numbers. */
INLINE void add_row(double *RESTRICT to, const double *RESTRICT row, ptrdiff_t pad)
{
    for (ptrdiff_t c = 0; c < pad; c += WIDE)
        for (int w = 0; w < WIDE; w++)
            to[c + w] += row[c + w];
}

/* Sum up the rows that a pattern picks, and that of the weights. */
INLINE void sum_rows(double *RESTRICT own, const Classes *classes, const uint32_t *RESTRICT rows)
{
    ptrdiff_t pad = classes->pad;
    for (ptrdiff_t c = 0; c < pad; c += WIDE) {
        const double *RESTRICT logs = classes->logs + c;
        double sums[WIDE];
        for (int w = 0; w < WIDE; w++)
            sums[w] = logs[classes->width * pad + w];
        for (ptrdiff_t j = 0; j < classes->q; j++)
            for (int w = 0; w < WIDE; w++)
                sums[w] += logs[(ptrdiff_t)rows[j] * pad + w];
        for (int w = 0; w < WIDE; w++)
            own[c + w] = sums[w];
    }
}

/* Make parts of one column, some rows of it, sum to 1, none below the least. */
static void share_out(double *parts, ptrdiff_t count, ptrdiff_t apart)
{
    double total = 0.0, again = 0.0;
    for (ptrdiff_t i = 0; i < count; i++)
        total += parts[i * apart];
    total = total > 1e-300 ? total : 1e-300;
    for (ptrdiff_t i = 0; i < count; i++) {
        double part = parts[i * apart] / total;
        parts[i * apart] = part > LEAST ? part : LEAST;
        again += parts[i * apart];
    }
    for (ptrdiff_t i = 0; i < count; i++)
        parts[i * apart] /= again;
}

/* Make shares of each attribute sum to 1 in each class, and weights likewise. */
static void make_sound(const Classes *classes, double *table)
{
    for (ptrdiff_t c = 0; c < classes->k; c++)
        for (ptrdiff_t j = 0; j < classes->q; j++)
            share_out(table + classes->offsets[j] * classes->pad + c, classes->offsets[j + 1] - classes->offsets[j],
                      classes->pad);
    share_out(table + classes->width * classes->pad, classes->k, 1);
}

/* What the patterns of a chunk say of each class, as logarithms, into member; each less its largest, which goes to top. */
CLONES
static void weigh(const Classes *classes, ptrdiff_t first, ptrdiff_t count, double *RESTRICT top)
{
    ptrdiff_t pad = classes->pad;
    for (ptrdiff_t i = 0; i < count; i++) {
        double *RESTRICT own = classes->member + i * pad, lanes[WIDE], largest;
        const uint32_t *rows = classes->rows + (first + i) * classes->q;
        sum_rows(own, classes, rows);
        for (int w = 0; w < WIDE; w++)
            lanes[w] = own[w];
        for (ptrdiff_t c = WIDE; c < pad; c += WIDE)
            for (int w = 0; w < WIDE; w++)
                lanes[w] = own[c + w] > lanes[w] ? own[c + w] : lanes[w];
        largest = lanes[0];
        for (int w = 1; w < WIDE; w++)
            largest = lanes[w] > largest ? lanes[w] : largest;
        for (ptrdiff_t c = 0; c < pad; c++)
            own[c] -= largest;
        top[i] = largest;
    }
    exponentials(classes->member, count * pad);
}

/* Count each pattern of a chunk in the classes to which it belongs; what fills rows up is too little to matter. */
CLONES
static void count_in(const Classes *classes, ptrdiff_t first, ptrdiff_t count, double *RESTRICT totals,
                     double *RESTRICT table)
{
    ptrdiff_t pad = classes->pad;
    for (ptrdiff_t i = 0; i < count; i++) {
        double *RESTRICT own = classes->member + i * pad, lanes[WIDE] = {0}, share;
        const uint32_t *rows = classes->rows + (first + i) * classes->q;
        for (ptrdiff_t c = 0; c < pad; c += WIDE)
            for (int w = 0; w < WIDE; w++)
                lanes[w] += own[c + w];
        totals[i] = (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
        share = classes->counts[first + i] / totals[i];
        for (ptrdiff_t c = 0; c < pad; c++)
            own[c] *= share;
        for (ptrdiff_t j = 0; j < classes->q; j++)
            add_row(table + (ptrdiff_t)rows[j] * pad, own, pad);
        add_row(table + classes->width * pad, own, pad);
    }
}

/* Make one step from a table to another; give the log-likelihood before it. */
static double step(const Classes *classes, const double *from, double *to)
{
    ptrdiff_t pad = classes->pad, size = (classes->width + 2) * pad;
    double likelihood = 0.0, top[CHUNK], totals[CHUNK];
    for (ptrdiff_t i = 0; i < size; i++) {
        classes->logs[i] = i % pad < classes->k && i < size - pad ? log(from[i]) : 0.0;
        to[i] = 0.0;
    }
    for (ptrdiff_t c = classes->k; c < pad; c++)
        classes->logs[classes->width * pad + c] = NOBODY;
    for (ptrdiff_t first = 0; first < classes->u; first += CHUNK) {
        ptrdiff_t count = classes->u - first < CHUNK ? classes->u - first : CHUNK;
        weigh(classes, first, count, top);
        count_in(classes, first, count, totals, to);
        for (ptrdiff_t i = 0; i < count; i++)
            likelihood += classes->counts[first + i] * (top[i] + log(totals[i]));
    }
    make_sound(classes, to);
    return likelihood;
}

/* Extrapolate two steps. */
static void leap_from(const Classes *classes, const double *before, const double *once, const double *twice,
                      double *leap)
{
    ptrdiff_t size = (classes->width + 1) * classes->pad;
    double steps = 0.0, bends = 0.0, length;
    for (ptrdiff_t i = 0; i < size; i++) {
        double first = once[i] - before[i], bend = twice[i] - once[i] - first;
        if (i % classes->pad >= classes->k)
            continue;
        steps += first * first;
        bends += bend * bend;
    }
    length = bends > 0 ? sqrt(steps) / sqrt(bends) : 1.0;
    length = length > 1.0 ? length : 1.0;
    for (ptrdiff_t i = 0; i < size; i++) {
        double first = once[i] - before[i], bend = twice[i] - once[i] - first;
        leap[i] = before[i] + 2 * length * first + length * length * bend;
    }
    make_sound(classes, leap);
}

/* One start, whose table is the first of five. */
static ptrdiff_t run(const Classes *classes, double *tables[5], ptrdiff_t max_passes, double least, double *reached)
{
    ptrdiff_t passes = 0;
    size_t bytes = (size_t)((classes->width + 2) * classes->pad) * sizeof(double);
    int done = 0;
    *reached = -INFINITY;
    while (passes < max_passes && !done) {
        double likelihood = step(classes, tables[0], tables[1]), leapt;
        passes += 3;
        step(classes, tables[1], tables[2]);
        leap_from(classes, tables[0], tables[1], tables[2], tables[3]);
        /* The likelihood of the leap is known; where it is below that of the start, the plain steps stand. */
        leapt = step(classes, tables[3], tables[4]);
        memcpy(tables[0], leapt >= likelihood ? tables[4] : tables[2], bytes);
        done = likelihood - *reached <= least;
        *reached = likelihood;
    }
    return passes;
}

static ptrdiff_t run_all(Classes *classes, double *state, ptrdiff_t starts, ptrdiff_t max_passes, double least,
                         double *reached)
{
    ptrdiff_t most = 0, k = classes->k, pad = classes->pad, width = classes->width, size = (width + 2) * pad;
    double *tables[5], *held = room_for(5 * size, sizeof(double));
    if (!held)
        return NO_MEMORY;
    for (int t = 0; t < 5; t++)
        tables[t] = held + t * size;
    memset(held, 0, (size_t)(5 * size) * sizeof(double));
    for (ptrdiff_t s = 0; s < starts; s++) {
        double *own = state + s * k * (width + 1);
        ptrdiff_t passes;
        for (ptrdiff_t c = 0; c < k; c++)
            for (ptrdiff_t l = 0; l <= width; l++)
                tables[0][l * pad + c] = own[c * (width + 1) + l];
        passes = run(classes, tables, max_passes, least, reached + s);
        most = passes > most ? passes : most;
        for (ptrdiff_t c = 0; c < k; c++)
            for (ptrdiff_t l = 0; l <= width; l++)
                own[c * (width + 1) + l] = tables[0][l * pad + c];
    }
    free(held);
    return most;
}

ptrdiff_t latent_classes(const int32_t *codes, const double *counts, ptrdiff_t u, const int64_t *levels, ptrdiff_t q,
                         double *state, ptrdiff_t starts, ptrdiff_t k, ptrdiff_t max_passes, double gain,
                         double *reached)
{
    ptrdiff_t most = NO_MEMORY, pad = (k + WIDE - 1) / WIDE * WIDE;
    ptrdiff_t *offsets = room_for(q + 1, sizeof(ptrdiff_t));
    uint32_t *rows = room_for(u * q, sizeof(uint32_t));
    Classes classes = {.u = u, .q = q, .k = k, .pad = pad, .offsets = offsets, .rows = rows, .counts = counts};
    double total = 0.0;
    if (!offsets || !rows)
        goto end;
    offsets[0] = 0;
    for (ptrdiff_t j = 0; j < q; j++)
        offsets[j + 1] = offsets[j] + (ptrdiff_t)levels[j];
    classes.width = offsets[q];
    if (classes.width > PTRDIFF_MAX / (8 * pad) - 2)
        goto end;
    classes.logs = room_for((classes.width + 2) * pad, sizeof(double));
    classes.member = room_for(CHUNK * pad, sizeof(double));
    if (!classes.logs || !classes.member)
        goto end;
    for (ptrdiff_t i = 0; i < u; i++) {
        total += counts[i];
        for (ptrdiff_t j = 0; j < q; j++) {
            int32_t code = codes[i * q + j];
            rows[i * q + j] = (uint32_t)(code < 0 ? classes.width + 1 : offsets[j] + code);
        }
    }
    most = run_all(&classes, state, starts, max_passes, gain * total, reached);
end:
    free(classes.member);
    free(classes.logs);
    free(rows);
    free(offsets);
    return most;
}
