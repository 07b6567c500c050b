/* Nearest centroids found in float32 and certified: the answer is that of float64.

   A score is |c|^2 - 2 x.c, half the work of a distance, on twice as many points at a time. How far rounding can move it
   is known beforehand. Where the best score is not better than the next by more than that, and only there, the point's
   distances are computed in float64. So labels don't depend on which instructions a processor has. */

#ifndef SEGMENTRY_NARROW_H
#define SEGMENTRY_NARROW_H

#include "tiles.h"

/* Points less an origin in tiles of float32, the last filled up with zeros; lengths: of the longest point of each tile. */
typedef struct {
    const Points *points;
    double *origin; /* (d), float32 numbers near the means: float32 points less them are rounded once */
    int exact;      /* whether the points are narrow as they came: float32, and the origin is 0 */
    float *data;
    float *lengths;
    ptrdiff_t tiles;
} Narrow;

/* Centroids to be compared with narrow points. */
typedef struct {
    ptrdiff_t k, d;
    const double *exact;  /* (k, d) */
    const double *origin; /* what was taken from the exact ones already, (d); NULL: nothing */
    float *twice;         /* (k, d): less the narrow points' origin, doubled */
    double *squares;      /* (k): squared lengths of the same, */
    double *norms;        /* (k): and lengths */
} Targets;

int make_narrow(const Points *points, int threads, Narrow *narrow);
void free_narrow(Narrow *narrow);
void fill_narrow(const Points *points, ptrdiff_t tile, const double *origin, float *out, float *length);

int make_targets(ptrdiff_t k, ptrdiff_t d, Targets *targets);
void free_targets(Targets *targets);
/* Aim at centroids (k, d) in the frame of exact arithmetic; less, unless NULL, brings them to that of the narrow points. */
void aim(Targets *targets, const double *centroids, const double *less);

/* The nearest centroid of each point of a tile, the lowest of several equally near; the filling gets some label. Returns
   0 where no label is another than before. */
int narrow_labels(const Points *points, ptrdiff_t tile, const float *values, float length, const Targets *targets,
                  const int32_t *before, int32_t *labels);

#endif
