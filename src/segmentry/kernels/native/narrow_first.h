/* Included once for each width of vector: the centroid of the least score of each point of a tile, the gap between that
   score and the next, and whether any gap is too small (DOUBTFUL) and any label is another than before (CHANGED).

   WIDTH: floats in a vector; FIRST: the function's name; TARGET: its attribute. */

#define PASTE_(name, width) name##width
#define PASTE(name, width) PASTE_(name, width)
#define Floats PASTE(Floats, WIDTH)
#define Wholes PASTE(Wholes, WIDTH)
#define lower PASTE(lower, WIDTH)

typedef float Floats __attribute__((vector_size(WIDTH * 4), aligned(4), may_alias));
typedef int32_t Wholes __attribute__((vector_size(WIDTH * 4), aligned(4), may_alias));

/* Score some centroids (1 to 4), numbered from number on, for WIDTH points. */
TARGET INLINE void lower(const float *tile, const float *twice, const float *squares, ptrdiff_t d, int count,
                         int32_t number, Floats *best, Floats *next, Wholes *first)
{
    Floats scores[4], none = {0};
    for (int q = 0; q < count; q++)
        scores[q] = none + squares[number + q];
    for (ptrdiff_t j = 0; j < d; j++) {
        Floats x = *(const Floats *)(tile + j * TILE);
        for (int q = 0; q < count; q++)
            scores[q] -= x * twice[(number + q) * d + j];
    }
    for (int q = 0; q < count; q++) {
        Wholes less = scores[q] < *best, zero = {0};
        Floats lost = (Floats)(((Wholes)*best & less) | ((Wholes)scores[q] & ~less));
        Wholes near = lost < *next;
        *next = (Floats)(((Wholes)lost & near) | ((Wholes)*next & ~near));
        *best = (Floats)(((Wholes)scores[q] & less) | ((Wholes)*best & ~less));
        *first = ((zero + (number + q)) & less) | (*first & ~less);
    }
}

TARGET static int FIRST(const float *tile, const float *twice, const float *squares, ptrdiff_t k, ptrdiff_t d,
                        float least_gap, const int32_t *before, float *gaps, int32_t *labels)
{
    Wholes doubtful = {0}, changed = {0};
    int found = 0;
    for (int p = 0; p < TILE; p += WIDTH) {
        Floats one = {0}, two;
        Wholes whose = {0};
        int32_t c = 0;
        one += INFINITY;
        two = one;
        for (; c + 4 <= k; c += 4)
            lower(tile + p, twice, squares, d, 4, c, &one, &two, &whose);
        if (k - c == 3)
            lower(tile + p, twice, squares, d, 3, c, &one, &two, &whose);
        else if (k - c == 2)
            lower(tile + p, twice, squares, d, 2, c, &one, &two, &whose);
        else if (k - c == 1)
            lower(tile + p, twice, squares, d, 1, c, &one, &two, &whose);
        two -= one;
        doubtful |= ~(two > least_gap);
        changed |= whose ^ *(const Wholes *)(before + p);
        *(Floats *)(gaps + p) = two;
        *(Wholes *)(labels + p) = whose;
    }
    for (int l = 0; l < WIDTH; l++)
        found |= (doubtful[l] ? DOUBTFUL : 0) | (changed[l] ? CHANGED : 0);
    return found;
}

#undef lower
#undef Wholes
#undef Floats
#undef PASTE
#undef PASTE_
