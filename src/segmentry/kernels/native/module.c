/* The doorway from Python: takes arrays, checks every shape, and lets other threads run while it works. */

#include "arrays.h"
#include "mixed_doorway.h"

static Points points_of(const Py_buffer *values)
{
    Points points = {values->buf, values->shape[0], values->shape[1], is_of(values, 'd'), NULL};
    return points;
}

static PyObject *finish(Arrays *arrays, int state)
{
    let_go(arrays);
    if (state == NO_MEMORY)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

static PyObject *refuse(Arrays *arrays)
{
    let_go(arrays);
    return NULL;
}

/* An array, or NULL for None. */
static PyObject *given(PyObject *object) { return object == Py_None ? NULL : object; }

static PyObject *py_assign(PyObject *module, PyObject *args)
{
    PyObject *objects[4];
    Py_buffer *values, *centroids, *labels, *squared = NULL;
    Arrays arrays = {.count = 0};
    int state, threads;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOOOi:assign", &objects[0], &objects[1], &objects[2], &objects[3], &threads))
        return NULL;
    if (!(values = take(&arrays, objects[0], "values", "fd", 2, 0)) ||
        !(centroids = take(&arrays, objects[1], "centroids", "d", 2, 0)) ||
        !(labels = take(&arrays, objects[2], "labels", "i", 1, 1)) ||
        (given(objects[3]) && !(squared = take(&arrays, objects[3], "squared", "d", 1, 1))) ||
        !at_least_one(centroids->shape[0], "centroid") || !fits(centroids, "centroids", 1, values->shape[1]) ||
        !fits(labels, "labels", 0, values->shape[0]) || (squared && !fits(squared, "squared", 0, values->shape[0])))
        return refuse(&arrays);
    Points points = points_of(values);
    Py_BEGIN_ALLOW_THREADS
    state = nearest(&points, centroids->buf, centroids->shape[0], threads, labels->buf, squared ? squared->buf : NULL);
    Py_END_ALLOW_THREADS
    return finish(&arrays, state);
}

static PyObject *py_nearest_two(PyObject *module, PyObject *args)
{
    PyObject *objects[4];
    Py_buffer *values, *centroids, *labels, *squared;
    Arrays arrays = {.count = 0};
    int state, threads;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOOOi:nearest_two", &objects[0], &objects[1], &objects[2], &objects[3], &threads))
        return NULL;
    if (!(values = take(&arrays, objects[0], "values", "fd", 2, 0)) ||
        !(centroids = take(&arrays, objects[1], "centroids", "d", 2, 0)) ||
        !(labels = take(&arrays, objects[2], "labels", "i", 2, 1)) ||
        !(squared = take(&arrays, objects[3], "squared", "d", 2, 1)) ||
        !at_least_one(centroids->shape[0], "centroid") || !fits(centroids, "centroids", 1, values->shape[1]) ||
        !fits(labels, "labels", 0, 2) || !fits(labels, "labels", 1, values->shape[0]) ||
        !fits(squared, "squared", 0, 2) || !fits(squared, "squared", 1, values->shape[0]))
        return refuse(&arrays);
    Points points = points_of(values);
    Py_BEGIN_ALLOW_THREADS
    state = nearest_two(&points, centroids->buf, centroids->shape[0], threads, labels->buf, squared->buf);
    Py_END_ALLOW_THREADS
    return finish(&arrays, state);
}

/* Whether sizes, each at least 1, sum to so many; ValueError is set where not. */
static int sums_to(const int64_t *sizes, Py_ssize_t count, Py_ssize_t total)
{
    Py_ssize_t left = total;
    for (Py_ssize_t s = 0; s < count; s++) {
        if (sizes[s] < 1)
            return at_least_one(0, "centroid");
        if (sizes[s] > left)
            break;
        left -= (Py_ssize_t)sizes[s];
    }
    if (left != 0)
        PyErr_SetString(PyExc_ValueError, "sizes must sum to the number of centroids");
    return left == 0;
}

static PyObject *py_lloyd(PyObject *module, PyObject *args)
{
    PyObject *objects[8];
    Py_buffer *values, *weights = NULL, *centroids, *sizes, *groups, *inertia, *passes, *counts;
    Arrays arrays = {.count = 0};
    Rules rules;
    int state;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOOOOOOOnnnddi:lloyd", &objects[0], &objects[1], &objects[2], &objects[3], &objects[4],
                          &objects[5], &objects[6], &objects[7], &rules.max_passes, &rules.trial, &rules.kept, &rules.shift, &rules.gain,
                          &rules.threads))
        return NULL;
    if (!(values = take(&arrays, objects[0], "values", "fd", 2, 0)) ||
        !(centroids = take(&arrays, objects[1], "centroids", "d", 2, 1)) ||
        !(sizes = take(&arrays, objects[2], "sizes", "q", 1, 0)) ||
        !(groups = take(&arrays, objects[3], "groups", "q", 1, 0)) ||
        !(inertia = take(&arrays, objects[4], "inertia", "d", 1, 1)) ||
        !(passes = take(&arrays, objects[5], "passes", "q", 1, 1)) ||
        !(counts = take(&arrays, objects[6], "counts", "d", 1, 1)) ||
        (given(objects[7]) && !(weights = take(&arrays, objects[7], "weights", "d", 1, 0))) ||
        !fits(counts, "counts", 0, centroids->shape[0]) ||
        (weights && !fits(weights, "weights", 0, values->shape[0])) || !at_least_one(values->shape[0], "point") ||
        !fits(centroids, "centroids", 1, values->shape[1]) || !fits(groups, "groups", 0, sizes->shape[0]) ||
        !fits(inertia, "inertia", 0, sizes->shape[0]) || !fits(passes, "passes", 0, sizes->shape[0]) ||
        !sums_to(sizes->buf, sizes->shape[0], centroids->shape[0]))
        return refuse(&arrays);
    Points points = points_of(values);
    points.weights = weights ? weights->buf : NULL;
    Py_BEGIN_ALLOW_THREADS
    state = lloyd(&points, centroids->buf, sizes->buf, groups->buf, sizes->shape[0], &rules, inertia->buf, passes->buf,
                  counts->buf);
    Py_END_ALLOW_THREADS
    return finish(&arrays, state);
}

static PyObject *py_seed(PyObject *module, PyObject *args)
{
    PyObject *objects[4];
    Py_buffer *values, *quantiles, *rows, *weights = NULL;
    Arrays arrays = {.count = 0};
    int state, threads;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOOOi:seed", &objects[0], &objects[1], &objects[2], &objects[3], &threads))
        return NULL;
    if (!(values = take(&arrays, objects[0], "values", "fd", 2, 0)) ||
        !(quantiles = take(&arrays, objects[1], "quantiles", "d", 3, 0)) ||
        !(rows = take(&arrays, objects[2], "rows", "q", 2, 1)) ||
        (given(objects[3]) && !(weights = take(&arrays, objects[3], "weights", "d", 1, 0))) ||
        (weights && !fits(weights, "weights", 0, values->shape[0])) || !at_least_one(values->shape[0], "point") ||
        !at_least_one(quantiles->shape[1], "centroid") || !at_least_one(quantiles->shape[2], "candidate") ||
        !fits(rows, "rows", 0, quantiles->shape[0]) || !fits(rows, "rows", 1, quantiles->shape[1]))
        return refuse(&arrays);
    Points points = points_of(values);
    points.weights = weights ? weights->buf : NULL;
    Py_BEGIN_ALLOW_THREADS
    state = seed(&points, quantiles->buf, quantiles->shape[0], quantiles->shape[1], quantiles->shape[2], threads,
                 rows->buf);
    Py_END_ALLOW_THREADS
    return finish(&arrays, state);
}

/* How many clusters each labeling has; -1 where a label is negative. */
static int32_t *sizes_of(const int32_t *labelings, Py_ssize_t count, Py_ssize_t n, int *negative)
{
    int32_t *sizes = room_for(count, sizeof(int32_t));
    *negative = 0;
    for (Py_ssize_t l = 0; sizes && l < count; l++) {
        int32_t largest = -1;
        for (Py_ssize_t i = 0; i < n; i++) {
            int32_t label = labelings[l * n + i];
            *negative |= label < 0;
            largest = label > largest ? label : largest;
        }
        *negative |= largest == INT32_MAX;
        sizes[l] = largest < INT32_MAX ? largest + 1 : 0;
    }
    return sizes;
}

static PyObject *py_silhouettes(PyObject *module, PyObject *args)
{
    PyObject *objects[3];
    Py_buffer *values, *labelings, *widths;
    Arrays arrays = {.count = 0};
    int32_t *sizes;
    int state = NO_MEMORY, negative, threads;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOOi:silhouettes", &objects[0], &objects[1], &objects[2], &threads))
        return NULL;
    if (!(values = take(&arrays, objects[0], "values", "fd", 2, 0)) ||
        !(labelings = take(&arrays, objects[1], "labelings", "i", 2, 0)) ||
        !(widths = take(&arrays, objects[2], "widths", "d", 2, 1)) ||
        !fits(labelings, "labelings", 1, values->shape[0]) || !fits(widths, "widths", 0, labelings->shape[0]) ||
        !fits(widths, "widths", 1, values->shape[0]))
        return refuse(&arrays);
    Points points = points_of(values);
    Py_BEGIN_ALLOW_THREADS
    sizes = sizes_of(labelings->buf, labelings->shape[0], points.n, &negative);
    if (sizes && !negative)
        state = silhouettes(&points, labelings->buf, labelings->shape[0], sizes, threads, widths->buf);
    free(sizes);
    Py_END_ALLOW_THREADS
    if (sizes && negative) {
        PyErr_SetString(PyExc_ValueError, "labels must lie from 0 to 2,147,483,646");
        return refuse(&arrays);
    }
    return finish(&arrays, state);
}

static PyObject *py_micro_clusters(PyObject *module, PyObject *args)
{
    PyObject *objects[3];
    Py_buffer *values, *weights, *cell;
    Arrays arrays = {.count = 0};
    Py_ssize_t most, count;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOnO:micro_clusters", &objects[0], &objects[1], &most, &objects[2]))
        return NULL;
    if (!(values = take(&arrays, objects[0], "values", "fd", 2, 0)) ||
        !(weights = take(&arrays, objects[1], "weights", "d", 1, 0)) ||
        !(cell = take(&arrays, objects[2], "cell", "q", 1, 1)) || !at_least_one(values->shape[0], "point") ||
        !at_least_one(most, "cell") || !fits(weights, "weights", 0, values->shape[0]) ||
        !fits(cell, "cell", 0, values->shape[0]))
        return refuse(&arrays);
    Points points = points_of(values);
    most = most < points.n ? most : points.n;
    Py_BEGIN_ALLOW_THREADS
    count = micro_clusters(&points, weights->buf, most, cell->buf);
    Py_END_ALLOW_THREADS
    let_go(&arrays);
    return count == NO_MEMORY ? PyErr_NoMemory() : PyLong_FromSsize_t(count);
}

static PyObject *py_ward(PyObject *module, PyObject *args)
{
    PyObject *objects[3];
    Py_buffer *points, *weights, *merges;
    Arrays arrays = {.count = 0};
    int state;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOO:ward", &objects[0], &objects[1], &objects[2]))
        return NULL;
    if (!(points = take(&arrays, objects[0], "points", "d", 2, 0)) ||
        !(weights = take(&arrays, objects[1], "weights", "d", 1, 0)) ||
        !(merges = take(&arrays, objects[2], "merges", "d", 2, 1)) || !at_least_one(points->shape[0], "point") ||
        !at_least_one(points->shape[1], "column") || !fits(weights, "weights", 0, points->shape[0]) ||
        !fits(merges, "merges", 0, points->shape[0] - 1) || !fits(merges, "merges", 1, 3))
        return refuse(&arrays);
    Py_BEGIN_ALLOW_THREADS
    state = ward(points->buf, weights->buf, points->shape[0], points->shape[1], merges->buf);
    Py_END_ALLOW_THREADS
    return finish(&arrays, state);
}

/* Whether every label lies below its labeling's size, and sizes sum to so many; ValueError is set where not. */
static int hold(const Py_buffer *labelings, const Py_buffer *sizes, Py_ssize_t total)
{
    Py_ssize_t n = labelings->shape[1], left = total;
    const int32_t *size = sizes->buf;
    int good = 1;
    for (Py_ssize_t l = 0; l < sizes->shape[0] && good; l++) {
        const int32_t *labels = (const int32_t *)labelings->buf + l * n;
        good &= size[l] >= 0 && size[l] <= left;
        left -= size[l];
        for (Py_ssize_t i = 0; i < n; i++)
            good &= labels[i] < size[l];
    }
    if (!good || left != 0)
        PyErr_SetString(PyExc_ValueError, "labels must lie below sizes, which sum to the number of clusters");
    return good && left == 0;
}

static PyObject *py_spreads(PyObject *module, PyObject *args)
{
    PyObject *objects[6];
    Py_buffer *values, *labelings, *sizes, *counts, *means, *away;
    Arrays arrays = {.count = 0};
    int state, threads;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOOOOOi:spreads", &objects[0], &objects[1], &objects[2], &objects[3], &objects[4],
                          &objects[5], &threads))
        return NULL;
    if (!(values = take(&arrays, objects[0], "values", "fd", 2, 0)) ||
        !(labelings = take(&arrays, objects[1], "labelings", "i", 2, 0)) ||
        !(sizes = take(&arrays, objects[2], "sizes", "i", 1, 0)) ||
        !(counts = take(&arrays, objects[3], "counts", "q", 1, 1)) ||
        !(means = take(&arrays, objects[4], "means", "d", 2, 1)) ||
        !(away = take(&arrays, objects[5], "away", "d", 2, 1)) ||
        !fits(labelings, "labelings", 1, values->shape[0]) || !fits(sizes, "sizes", 0, labelings->shape[0]) ||
        !fits(means, "means", 0, counts->shape[0]) || !fits(means, "means", 1, values->shape[1]) ||
        !fits(away, "away", 0, counts->shape[0]) || !fits(away, "away", 1, 2) ||
        !hold(labelings, sizes, counts->shape[0]))
        return refuse(&arrays);
    Points points = points_of(values);
    Py_BEGIN_ALLOW_THREADS
    state = spreads(&points, labelings->buf, labelings->shape[0], sizes->buf, threads, counts->buf, means->buf,
                    away->buf);
    Py_END_ALLOW_THREADS
    return finish(&arrays, state);
}

static PyObject *py_balance(PyObject *module, PyObject *args)
{
    PyObject *objects[5];
    Py_buffer *costs, *prices, *labels, *held, *saved;
    Arrays arrays = {.count = 0};
    Py_ssize_t least, most, k, n;
    int state;
    (void)module;
    if (!PyArg_ParseTuple(args, "OnnOOOO:balance", &objects[0], &least, &most, &objects[1], &objects[2], &objects[3],
                          &objects[4]))
        return NULL;
    if (!(costs = take(&arrays, objects[0], "costs", "d", 2, 0)) || !at_least_one(k = costs->shape[0], "cluster") ||
        !at_least_one(n = costs->shape[1], "point") || !(prices = take(&arrays, objects[1], "prices", "d", 1, 1)) ||
        !(labels = take(&arrays, objects[2], "labels", "i", 1, 1)) ||
        !(held = take(&arrays, objects[3], "held", "q", 1, 1)) ||
        !(saved = take(&arrays, objects[4], "saved", "d", 2, 1)) || !fits(prices, "prices", 0, k) ||
        !fits(labels, "labels", 0, n) || !fits(held, "held", 0, k) || !fits(saved, "saved", 0, k) ||
        !fits(saved, "saved", 1, k))
        return refuse(&arrays);
    if (n > INT32_MAX || least > n / k || most < n / k + (n % k > 0)) {
        PyErr_Format(PyExc_ValueError, "%zd points can't be %zd to %zd in each of %zd clusters", n, least, most, k);
        return refuse(&arrays);
    }
    Py_BEGIN_ALLOW_THREADS
    state = balance(costs->buf, k, n, least, most, prices->buf, labels->buf, held->buf, saved->buf);
    Py_END_ALLOW_THREADS
    let_go(&arrays);
    return state == NO_MEMORY ? PyErr_NoMemory() : PyBool_FromLong(state == BALANCED);
}

static PyMethodDef methods[] = {
    {"assign", py_assign, METH_VARARGS, "assign(values, centroids, labels, squared or None, threads)"},
    {"nearest_two", py_nearest_two, METH_VARARGS, "nearest_two(values, centroids, labels, squared, threads)"},
    {"lloyd", py_lloyd, METH_VARARGS, "lloyd(values, centroids, sizes, groups, inertia, passes, counts, weights or None, max_passes, trial, kept, shift, gain, "
                                    "threads)"},
    {"seed", py_seed, METH_VARARGS, "seed(values, quantiles, rows, weights or None, threads)"},
    {"spreads", py_spreads, METH_VARARGS, "spreads(values, labelings, sizes, counts, means, away, threads)"},
    {"silhouettes", py_silhouettes, METH_VARARGS, "silhouettes(values, labelings, widths, threads)"},
    {"micro_clusters", py_micro_clusters, METH_VARARGS, "micro_clusters(values, weights, most, cell)"},
    {"balance", py_balance, METH_VARARGS, "balance(costs, least, most, prices, labels, held, saved)"},
    {"ward", py_ward, METH_VARARGS, "ward(points, weights, merges)"},
    MIXED_METHODS,
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "_native", .m_doc = "The clustering core, compiled.", .m_size = 0,
    .m_methods = methods, .m_slots = slots,
};

PyMODINIT_FUNC PyInit__native(void) { return PyModuleDef_Init(&definition); }
