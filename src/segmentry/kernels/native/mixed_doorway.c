/* The doorway of points that have numbers and attributes, as module.c is for points of numbers alone. */

#include "arrays.h"
#include "mixed.h"
#include "mixed_doorway.h"

/* What an array must be: d float64, v that or float32, i int32, q int64; how many dimensions; whether it is written to. */
typedef struct {
    const char *name;
    char kind;
    int dimensions, writable;
} Want;

static PyObject *give(Arrays *arrays, PyObject *answer)
{
    let_go(arrays);
    return answer;
}

/* Take arrays as they are wanted; 0 with ValueError set where one is another. */
static int take_all(Arrays *arrays, PyObject *const *objects, const Want *wants, int count)
{
    for (int i = 0; i < count; i++) {
        const char alone[] = {wants[i].kind, 0}, *kinds = wants[i].kind == 'v' ? "fd" : alone;
        if (!take(arrays, objects[i], wants[i].name, kinds, wants[i].dimensions, wants[i].writable))
            return 0;
    }
    return 1;
}

static int refuse(const char *why)
{
    PyErr_SetString(PyExc_ValueError, why);
    return 0;
}

/* Whether all codes are such as levels can be told apart by. */
static int levels_fit(const Py_buffer *codes)
{
    const int32_t *values = codes->buf;
    int32_t largest = -1;
    for (Py_ssize_t i = 0; i < codes->len / codes->itemsize; i++)
        largest = values[i] > largest ? values[i] : largest;
    return largest < MOST_LEVELS ? 1 : refuse("there are at most 65,534 levels");
}

/* Points of numbers and codes, the first two arrays. */
static int mixed_of(const Arrays *arrays, double gamma, Mixed *points)
{
    const Py_buffer *numbers = &arrays->views[0], *codes = &arrays->views[1];
    if (!fits(codes, "codes", 0, numbers->shape[0]) || !levels_fit(codes))
        return 0;
    points->numbers = numbers->buf;
    points->codes = codes->buf;
    points->n = numbers->shape[0];
    points->p = numbers->shape[1];
    points->q = codes->shape[1];
    points->gamma = gamma;
    return points->q < MOST_LEVELS ? 1 : refuse("there are too many attributes");
}

/* Whether prototypes, their last two dimensions clusters and columns, fit the points. */
static int prototypes_fit(const Mixed *points, const Py_buffer *means, const Py_buffer *modes)
{
    int last = means->ndim - 1;
    if (means->shape[last - 1] < 1)
        return refuse("at least one prototype is needed");
    for (int dimension = 0; dimension < last; dimension++)
        if (!fits(modes, "modes", dimension, means->shape[dimension]))
            return 0;
    return fits(means, "means", last, points->p) && fits(modes, "modes", last, points->q) && levels_fit(modes);
}

PyObject *py_kprototypes(PyObject *module, PyObject *args)
{
    static const Want wants[] = {{"numbers", 'd', 2, 0},
                                 {"codes", 'i', 2, 0},
                                 {"means", 'd', 3, 1},
                                 {"modes", 'i', 3, 1},
                                 {"cost", 'd', 1, 1}};
    PyObject *objects[5];
    Arrays arrays = {.count = 0};
    Mixed points;
    Py_buffer *views = arrays.views;
    Py_ssize_t max_passes, passes;
    double gamma, gain;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOdndOOO:kprototypes", &objects[0], &objects[1], &gamma, &max_passes, &gain,
                          &objects[2], &objects[3], &objects[4]))
        return NULL;
    if (!take_all(&arrays, objects, wants, 5) || !mixed_of(&arrays, gamma, &points) ||
        !prototypes_fit(&points, &views[2], &views[3]) || !fits(&views[4], "cost", 0, views[2].shape[0]))
        return give(&arrays, NULL);
    Py_BEGIN_ALLOW_THREADS
    passes = kprototypes(&points, views[2].buf, views[3].buf, views[2].shape[0], views[2].shape[1], max_passes, gain,
                         views[4].buf);
    Py_END_ALLOW_THREADS
    return give(&arrays, passes == NO_MEMORY ? PyErr_NoMemory() : PyLong_FromSsize_t(passes));
}

PyObject *py_settle(PyObject *module, PyObject *args)
{
    static const Want wants[] = {{"numbers", 'd', 2, 0},
                                 {"codes", 'i', 2, 0},
                                 {"labels", 'i', 1, 1},
                                 {"means", 'd', 2, 1},
                                 {"modes", 'i', 2, 1}};
    PyObject *objects[5];
    Arrays arrays = {.count = 0};
    Mixed points;
    Py_buffer *views = arrays.views;
    Py_ssize_t max_rounds, k;
    const int32_t *labels;
    double gamma, least, cost = 0.0;
    int state;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOdndOOO:settle", &objects[0], &objects[1], &gamma, &max_rounds, &least,
                          &objects[2], &objects[3], &objects[4]))
        return NULL;
    if (!take_all(&arrays, objects, wants, 5) || !mixed_of(&arrays, gamma, &points) ||
        !prototypes_fit(&points, &views[3], &views[4]) || !fits(&views[2], "labels", 0, points.n))
        return give(&arrays, NULL);
    labels = views[2].buf;
    k = views[3].shape[0];
    for (ptrdiff_t i = 0; i < points.n; i++)
        if (labels[i] < 0 || labels[i] >= k) {
            refuse("labels must lie from 0 to below the number of prototypes");
            return give(&arrays, NULL);
        }
    Py_BEGIN_ALLOW_THREADS
    state = settle(&points, views[2].buf, k, max_rounds, least, views[3].buf, views[4].buf, &cost);
    Py_END_ALLOW_THREADS
    return give(&arrays, state == NO_MEMORY ? PyErr_NoMemory() : PyFloat_FromDouble(cost));
}

PyObject *py_prototype_costs(PyObject *module, PyObject *args)
{
    static const Want wants[] = {{"numbers", 'd', 2, 0},
                                 {"codes", 'i', 2, 0},
                                 {"means", 'd', 2, 0},
                                 {"modes", 'i', 2, 0},
                                 {"costs", 'd', 2, 1}};
    PyObject *objects[5];
    Arrays arrays = {.count = 0};
    Mixed points;
    Py_buffer *views = arrays.views;
    double gamma;
    int state;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOOOdO:prototype_costs", &objects[0], &objects[1], &objects[2], &objects[3], &gamma,
                          &objects[4]))
        return NULL;
    if (!take_all(&arrays, objects, wants, 5) || !mixed_of(&arrays, gamma, &points) ||
        !prototypes_fit(&points, &views[2], &views[3]) || !fits(&views[4], "costs", 0, views[2].shape[0]) ||
        !fits(&views[4], "costs", 1, points.n))
        return give(&arrays, NULL);
    Py_BEGIN_ALLOW_THREADS
    state = prototype_costs(&points, views[2].buf, views[3].buf, views[2].shape[0], views[4].buf);
    Py_END_ALLOW_THREADS
    return give(&arrays, state == NO_MEMORY ? PyErr_NoMemory() : Py_NewRef(Py_None));
}

PyObject *py_nearest_prototypes(PyObject *module, PyObject *args)
{
    static const Want wants[] = {{"numbers", 'd', 2, 0}, {"codes", 'i', 2, 0},  {"means", 'd', 2, 0},
                                 {"modes", 'i', 2, 0},   {"labels", 'i', 2, 1}, {"costs", 'd', 2, 1}};
    PyObject *objects[6];
    Arrays arrays = {.count = 0};
    Mixed points;
    Py_buffer *views = arrays.views;
    double gamma;
    int state;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOOOdOO:nearest_prototypes", &objects[0], &objects[1], &objects[2], &objects[3],
                          &gamma, &objects[4], &objects[5]))
        return NULL;
    if (!take_all(&arrays, objects, wants, 6) || !mixed_of(&arrays, gamma, &points) ||
        !prototypes_fit(&points, &views[2], &views[3]) || !fits(&views[4], "labels", 0, 2) ||
        !fits(&views[4], "labels", 1, points.n) || !fits(&views[5], "costs", 0, 2) ||
        !fits(&views[5], "costs", 1, points.n))
        return give(&arrays, NULL);
    Py_BEGIN_ALLOW_THREADS
    state = nearest_prototypes(&points, views[2].buf, views[3].buf, views[2].shape[0], views[4].buf, views[5].buf);
    Py_END_ALLOW_THREADS
    return give(&arrays, state == NO_MEMORY ? PyErr_NoMemory() : Py_NewRef(Py_None));
}

/* Whether numbers lie from least to below most. */
static int within(const Py_buffer *view, const char *name, int64_t least, int64_t most)
{
    const int64_t *values = view->buf;
    for (Py_ssize_t i = 0; i < view->len / view->itemsize; i++)
        if (values[i] < least || values[i] >= most) {
            PyErr_Format(PyExc_ValueError, "%s has a value that is out of range", name);
            return 0;
        }
    return 1;
}

/* Whether cells begin at 0, end at n, and follow each other; and all labels lie below their labeling's size. */
static int cells_and_labels_fit(const Py_buffer *labelings, const Py_buffer *sizes, const Py_buffer *cells, Py_ssize_t n)
{
    const int64_t *begins = cells->buf, *size = sizes->buf;
    const int32_t *labels = labelings->buf;
    Py_ssize_t last = cells->shape[0] - 1;
    if (last < 0 || begins[0] != 0 || begins[last] != n)
        return refuse("cells must begin at the first point and end at the last");
    for (Py_ssize_t g = 0; g < last; g++)
        if (begins[g] >= begins[g + 1])
            return refuse("cells must follow each other");
    for (Py_ssize_t l = 0; l < labelings->shape[0]; l++)
        for (Py_ssize_t i = 0; i < n; i++)
            if (labels[l * n + i] >= size[l])
                return refuse("a label is beyond its labeling's size");
    return 1;
}

PyObject *py_gower_silhouettes(PyObject *module, PyObject *args)
{
    static const Want wants[] = {{"numbers", 'd', 2, 0}, {"codes", 'i', 2, 0}, {"labelings", 'i', 2, 0},
                                 {"sizes", 'q', 1, 0},   {"rows", 'q', 1, 0},  {"cells", 'q', 1, 0},
                                 {"widths", 'd', 2, 1}};
    PyObject *objects[7];
    Arrays arrays = {.count = 0};
    Mixed points;
    Py_buffer *views = arrays.views;
    int state;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOOOOOO:gower_silhouettes", &objects[0], &objects[1], &objects[2], &objects[3],
                          &objects[4], &objects[5], &objects[6]))
        return NULL;
    if (!take_all(&arrays, objects, wants, 7) || !mixed_of(&arrays, 1.0, &points) ||
        !fits(&views[2], "labelings", 1, points.n) || !fits(&views[3], "sizes", 0, views[2].shape[0]) ||
        !fits(&views[4], "rows", 0, points.n) || !fits(&views[6], "widths", 0, views[2].shape[0]) ||
        !fits(&views[6], "widths", 1, points.n) || !within(&views[3], "sizes", 0, INT32_MAX) ||
        !within(&views[4], "rows", 0, points.n) || !cells_and_labels_fit(&views[2], &views[3], &views[5], points.n))
        return give(&arrays, NULL);
    Py_BEGIN_ALLOW_THREADS
    state = gower_silhouettes(&points, views[2].buf, views[2].shape[0], views[3].buf, views[4].buf, views[5].buf,
                              views[5].shape[0] - 1, views[6].buf);
    Py_END_ALLOW_THREADS
    return give(&arrays, state == NO_MEMORY ? PyErr_NoMemory() : Py_NewRef(Py_None));
}

PyObject *py_seed_prototypes(PyObject *module, PyObject *args)
{
    static const Want wants[] = {
        {"numbers", 'd', 2, 0}, {"codes", 'i', 2, 0}, {"quantiles", 'd', 3, 0}, {"rows", 'q', 2, 1}};
    PyObject *objects[4];
    Arrays arrays = {.count = 0};
    Mixed points;
    Py_buffer *views = arrays.views;
    double gamma;
    int state;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOdOO:seed_prototypes", &objects[0], &objects[1], &gamma, &objects[2], &objects[3]))
        return NULL;
    if (!take_all(&arrays, objects, wants, 4) || !mixed_of(&arrays, gamma, &points) ||
        !fits(&views[3], "rows", 0, views[2].shape[0]) || !fits(&views[3], "rows", 1, views[2].shape[1]))
        return give(&arrays, NULL);
    if (points.n < 1 || views[2].shape[1] < 1 || views[2].shape[2] < 1) {
        refuse("at least one point, one prototype and one candidate are needed");
        return give(&arrays, NULL);
    }
    Py_BEGIN_ALLOW_THREADS
    state = seed_prototypes(&points, views[2].buf, views[2].shape[0], views[2].shape[1], views[2].shape[2],
                            views[3].buf);
    Py_END_ALLOW_THREADS
    return give(&arrays, state == NO_MEMORY ? PyErr_NoMemory() : Py_NewRef(Py_None));
}

/* Whether numbers of columns, or of cuts, sum up to what is there. */
static int sums_to(const Py_buffer *parts, const char *name, Py_ssize_t whole)
{
    const int64_t *values = parts->buf;
    int64_t sum = 0;
    for (Py_ssize_t i = 0; i < parts->shape[0]; i++)
        sum += values[i];
    if (sum == whole)
        return 1;
    PyErr_Format(PyExc_ValueError, "%s must sum to %zd", name, whole);
    return 0;
}

PyObject *py_code_points(PyObject *module, PyObject *args)
{
    static const Want wants[] = {{"values", 'v', 2, 0}, {"number_columns", 'q', 1, 0}, {"columns", 'q', 1, 0},
                                 {"widths", 'q', 1, 0}, {"cut_counts", 'q', 1, 0},     {"cuts", 'd', 1, 0},
                                 {"numbers", 'd', 2, 1}, {"codes", 'i', 2, 1}};
    PyObject *objects[8];
    Arrays arrays = {.count = 0};
    Py_buffer *views = arrays.views;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOOOOOOO:code_points", &objects[0], &objects[1], &objects[2], &objects[3], &objects[4],
                          &objects[5], &objects[6], &objects[7]))
        return NULL;
    if (!take_all(&arrays, objects, wants, 8) || !within(&views[1], "number_columns", 0, views[0].shape[1]) ||
        !within(&views[2], "columns", 0, views[0].shape[1]) ||
        !within(&views[3], "widths", 1, views[0].shape[1] + 1) || !sums_to(&views[3], "widths", views[2].shape[0]) ||
        !fits(&views[4], "cut_counts", 0, views[3].shape[0]) ||
        !within(&views[4], "cut_counts", 0, views[5].shape[0] + 1) ||
        !sums_to(&views[4], "cut_counts", views[5].shape[0]) || !fits(&views[6], "numbers", 0, views[0].shape[0]) ||
        !fits(&views[6], "numbers", 1, views[1].shape[0]) || !fits(&views[7], "codes", 0, views[0].shape[0]) ||
        !fits(&views[7], "codes", 1, views[3].shape[0]))
        return give(&arrays, NULL);
    Points points = {views[0].buf, views[0].shape[0], views[0].shape[1], is_of(&views[0], 'd'), NULL};
    CodedColumns coded = {views[1].buf, views[2].buf, views[3].buf,      views[4].buf,
                          views[5].buf, views[1].shape[0], views[3].shape[0]};
    Py_BEGIN_ALLOW_THREADS
    code_points(&points, &coded, views[6].buf, views[7].buf);
    Py_END_ALLOW_THREADS
    return give(&arrays, Py_NewRef(Py_None));
}

/* Whether every code lies below its attribute's levels, and there are not too many of these. */
static int answers_fit(const Py_buffer *codes, const Py_buffer *levels)
{
    const int32_t *code = codes->buf;
    const int64_t *most = levels->buf;
    int64_t sum = 0;
    for (Py_ssize_t j = 0; j < levels->shape[0]; j++)
        sum += most[j] < INT32_MAX ? most[j] : INT32_MAX;
    if (sum >= INT32_MAX)
        return refuse("there are too many levels");
    for (Py_ssize_t i = 0; i < codes->shape[0]; i++)
        for (Py_ssize_t j = 0; j < codes->shape[1]; j++)
            if (code[i * codes->shape[1] + j] >= most[j])
                return refuse("a code is beyond the levels of its attribute");
    return 1;
}

PyObject *py_latent_classes(PyObject *module, PyObject *args)
{
    static const Want wants[] = {{"codes", 'i', 2, 0},
                                 {"counts", 'd', 1, 0},
                                 {"levels", 'q', 1, 0},
                                 {"state", 'd', 3, 1},
                                 {"reached", 'd', 1, 1}};
    PyObject *objects[5];
    Arrays arrays = {.count = 0};
    Py_buffer *views = arrays.views;
    Py_ssize_t max_passes, passes;
    double gain;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOOndOO:latent_classes", &objects[0], &objects[1], &objects[2], &max_passes, &gain,
                          &objects[3], &objects[4]))
        return NULL;
    if (!take_all(&arrays, objects, wants, 5) || !fits(&views[1], "counts", 0, views[0].shape[0]) ||
        !fits(&views[2], "levels", 0, views[0].shape[1]) || !within(&views[2], "levels", 1, INT32_MAX) ||
        !answers_fit(&views[0], &views[2]) || !sums_to(&views[2], "levels", views[3].shape[2] - 1) ||
        !fits(&views[4], "reached", 0, views[3].shape[0]))
        return give(&arrays, NULL);
    if (views[3].shape[1] < 1 || views[3].shape[1] > INT32_MAX) {
        refuse("at least one class is needed");
        return give(&arrays, NULL);
    }
    Py_BEGIN_ALLOW_THREADS
    passes = latent_classes(views[0].buf, views[1].buf, views[0].shape[0], views[2].buf, views[0].shape[1],
                            views[3].buf, views[3].shape[0], views[3].shape[1], max_passes, gain, views[4].buf);
    Py_END_ALLOW_THREADS
    return give(&arrays, passes == NO_MEMORY ? PyErr_NoMemory() : PyLong_FromSsize_t(passes));
}
