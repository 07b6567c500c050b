/* Included once for each kind of number and width of vector: distances between the points of a strip and others, summed.

   REAL: the kind of number; WIDTH: numbers in a vector; ROOT: the square root; PAIRS: the function's name; TARGET: its
   attribute. */

#define PASTE_(name, real, width) name##real##width
#define PASTE(name, real, width) PASTE_(name, real, width)
#define Reals PASTE(Reals, REAL, WIDTH)
#define some PASTE(some_, REAL, WIDTH)

#if defined(__GNUC__)
typedef REAL Reals __attribute__((vector_size(WIDTH * sizeof(REAL)), aligned(sizeof(REAL)), may_alias));
#else
typedef REAL Reals; /* WIDTH is 1 */
#endif

/* Distances of one vector of points to some others (1 to 4): added to its row, and to a vector of each other's column. */
TARGET INLINE Reals some(const REAL *strip, const REAL *others, ptrdiff_t d, int count, const Reals *real,
                         REAL *columns)
{
    Reals squared[4], row = {0};
    REAL roots[4 * WIDTH];
    for (int q = 0; q < count; q++)
        squared[q] = (Reals){0};
    for (ptrdiff_t j = 0; j < d; j++) {
        Reals x = *(const Reals *)(strip + j * WIDTH);
        for (int q = 0; q < count; q++) {
            Reals step = x - others[q * d + j];
            squared[q] += step * step;
        }
    }
    for (int q = 0; q < count; q++)
        *(Reals *)(roots + q * WIDTH) = squared[q];
    for (int i = 0; i < count * WIDTH; i++)
        roots[i] = ROOT(roots[i]);
    for (int q = 0; q < count; q++) {
        Reals root = *(const Reals *)(roots + q * WIDTH);
        row += root;
        if (columns)
            *(Reals *)(columns + q * WIDTH) += root * *real;
    }
    return row;
}

/* strip: vectors of points, each (d, WIDTH); real: 1 for a point, 0 for filling; others (n, d) row by row. Gives the sums
   of each point's distances to the others, and of each other's to the points unless columns is NULL. */
TARGET static void PAIRS(const void *from_strip, ptrdiff_t vectors, const void *from_real, const void *from_others,
                         ptrdiff_t n, ptrdiff_t d, double *rows, double *columns)
{
    const REAL *strip = from_strip, *real = from_real, *others = from_others;
    REAL wide[STRIP * WIDTH];
    for (ptrdiff_t i = 0; columns && i < n * WIDTH; i++)
        wide[i] = 0;
    for (ptrdiff_t v = 0; v < vectors; v++) {
        const REAL *own = strip + v * d * WIDTH;
        Reals row = {0}, mask = *(const Reals *)(real + v * WIDTH);
        ptrdiff_t i = 0;
        if (columns) {
            for (; i + 4 <= n; i += 4)
                row += some(own, others + i * d, d, 4, &mask, wide + i * WIDTH);
            for (; i < n; i++)
                row += some(own, others + i * d, d, 1, &mask, wide + i * WIDTH);
        } else {
            for (; i + 4 <= n; i += 4)
                row += some(own, others + i * d, d, 4, &mask, NULL);
            for (; i < n; i++)
                row += some(own, others + i * d, d, 1, &mask, NULL);
        }
        for (int l = 0; l < WIDTH; l++)
            rows[v * WIDTH + l] = (double)((const REAL *)&row)[l];
    }
    for (ptrdiff_t i = 0; columns && i < n; i++) {
        REAL sum = 0;
        for (int l = 0; l < WIDTH; l++)
            sum += wide[i * WIDTH + l];
        columns[i] = (double)sum;
    }
}

#undef some
#undef Reals
#undef PASTE
#undef PASTE_
