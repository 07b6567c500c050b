/* What a start of Lloyd's algorithm is, and its sums. */

#ifndef SEGMENTRY_LLOYD_H
#define SEGMENTRY_LLOYD_H

#include "narrow.h"

/* What all starts share. */
typedef struct {
    const Points *points;
    Narrow narrow;
    ptrdiff_t slabs;
    double lengths;  /* sum of squared lengths of the points less the origin */
    double variance; /* of all columns together */
    double *moments; /* (slabs, 2 d + 1): sums of columns, of their squares, of weights */
    const Rules *rules;
    struct Start **active; /* those under way */
    ptrdiff_t count;
} Job;

/* One start. */
typedef struct Start {
    const Job *job;
    ptrdiff_t k;
    Targets targets;
    double *now, *moved; /* centroids less the origin, (k, d), and the means of their points */
    double *last;        /* the means before */
    int64_t turn;        /* passes since the direction was given up */
    double *sums;        /* (1 + slabs, k, d): of all points, then how each slab changes them */
    double *counts;      /* (1 + slabs, k): points, each as often as it weighs */
    int64_t *changes;    /* (slabs): points that changed cluster */
    double *squared;     /* (slabs): squared distances to centroids */
    int32_t *labels;     /* of each point and of the filling; -1 before the first pass */
    double drift;        /* what rounding may have left behind in the sums */
    double *inertia;
    int64_t *passes;
    int done, state;
} Start;

/* sums.c. Squared lengths of the points less the origin, and the variance of all columns together: OK or NO_MEMORY. */
int measure(Job *job);

/* Add the points of a tile that changed to the sums of their labels, and take them from those of their labels before,
   -1 for none; give how many there are. */
int64_t sum_tile(const Start *start, ptrdiff_t tile, const int32_t *before, const int32_t *labels, double *sums,
                 double *counts);

/* Add what the slabs found to the sums of all points; give how many points changed cluster. */
int64_t add_slabs(Start *start);
void forget_sums(Start *start);
void sum_anew(Start *start);

/* Whether rounding in the sums may show in the centroids. */
int is_stale(const Start *start);

/* Sum of squared distances of the points to their centroids. */
double inertia_of(Start *start);

#endif
