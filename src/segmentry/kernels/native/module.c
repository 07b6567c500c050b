/* The doorway from Python: takes contiguous arrays through the buffer protocol, checks every shape, and lets other
   threads run while it works. Written to the limited API, so that one build serves every Python from 3.11 on. */

#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "mixed_doorway.h"
#include "tiles.h"

#define MOST_ARRAYS 5

/* The arrays of one call, released together. */
typedef struct {
    Py_buffer views[MOST_ARRAYS];
    int count;
} Arrays;

static void let_go(Arrays *arrays)
{
    while (arrays->count > 0)
        PyBuffer_Release(&arrays->views[--arrays->count]);
}

/* Whether a buffer's items are of a kind: f float32, d float64, i int32, q int64. */
static int is_of(const Py_buffer *view, char kind)
{
    char code = view->format && view->format[0] && !view->format[1] ? view->format[0] : 0;
    if (kind == 'f' || kind == 'd')
        return code == kind;
    return (code == 'i' || code == 'l' || code == 'q') && view->itemsize == (kind == 'i' ? 4 : 8);
}

/* Take an array of one of the kinds, with so many dimensions; NULL with ValueError set where it is another. */
static Py_buffer *take(Arrays *arrays, PyObject *from, const char *name, const char *kinds, int dimensions, int writable)
{
    Py_buffer *view = &arrays->views[arrays->count];
    if (PyObject_GetBuffer(from, view, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | (writable ? PyBUF_WRITABLE : 0)) < 0) {
        PyErr_Clear();
        PyErr_Format(PyExc_ValueError, "%s must be a contiguous array%s", name, writable ? " to write to" : "");
        return NULL;
    }
    arrays->count++;
    if (view->ndim != dimensions) {
        PyErr_Format(PyExc_ValueError, "%s must have %d dimensions, and has %d", name, dimensions, view->ndim);
        return NULL;
    }
    for (const char *kind = kinds; *kind; kind++)
        if (is_of(view, *kind))
            return view;
    PyErr_Format(PyExc_ValueError, "%s holds numbers of another type: %s", name, view->format ? view->format : "bytes");
    return NULL;
}

/* Whether a dimension has the length it must have; ValueError is set where not. */
static int fits(const Py_buffer *view, const char *name, int dimension, Py_ssize_t length)
{
    if (view->shape[dimension] == length)
        return 1;
    PyErr_Format(PyExc_ValueError, "%s must have length %zd in dimension %d, and has %zd", name, length, dimension,
                 view->shape[dimension]);
    return 0;
}

static int at_least_one(Py_ssize_t count, const char *what)
{
    if (count >= 1)
        return 1;
    PyErr_Format(PyExc_ValueError, "at least one %s is needed", what);
    return 0;
}

static Points points_of(const Py_buffer *values)
{
    Points points = {values->buf, values->shape[0], values->shape[1], is_of(values, 'd')};
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

static PyObject *py_assign(PyObject *module, PyObject *args)
{
    PyObject *objects[4];
    Py_buffer *values, *centroids, *labels, *squared;
    Arrays arrays = {.count = 0};
    int state;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOOO:assign", &objects[0], &objects[1], &objects[2], &objects[3]))
        return NULL;
    if (!(values = take(&arrays, objects[0], "values", "fd", 2, 0)) ||
        !(centroids = take(&arrays, objects[1], "centroids", "d", 2, 0)) ||
        !(labels = take(&arrays, objects[2], "labels", "i", 1, 1)) ||
        !(squared = take(&arrays, objects[3], "squared", "d", 1, 1)) ||
        !at_least_one(centroids->shape[0], "centroid") || !fits(centroids, "centroids", 1, values->shape[1]) ||
        !fits(labels, "labels", 0, values->shape[0]) || !fits(squared, "squared", 0, values->shape[0]))
        return refuse(&arrays);
    Points points = points_of(values);
    Py_BEGIN_ALLOW_THREADS
    state = nearest(&points, centroids->buf, centroids->shape[0], labels->buf, squared->buf, NULL, NULL);
    Py_END_ALLOW_THREADS
    return finish(&arrays, state);
}

static PyObject *py_nearest_two(PyObject *module, PyObject *args)
{
    PyObject *objects[4];
    Py_buffer *values, *centroids, *labels, *squared;
    Arrays arrays = {.count = 0};
    Py_ssize_t n;
    int state;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOOO:nearest_two", &objects[0], &objects[1], &objects[2], &objects[3]))
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
    n = points.n;
    Py_BEGIN_ALLOW_THREADS
    state = nearest(&points, centroids->buf, centroids->shape[0], labels->buf, squared->buf, (int32_t *)labels->buf + n,
                    (double *)squared->buf + n);
    Py_END_ALLOW_THREADS
    return finish(&arrays, state);
}

static PyObject *py_lloyd(PyObject *module, PyObject *args)
{
    PyObject *objects[3];
    Py_buffer *values, *centroids, *inertia;
    Arrays arrays = {.count = 0};
    Py_ssize_t max_passes, passes;
    double shift, gain;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOOndd:lloyd", &objects[0], &objects[1], &objects[2], &max_passes, &shift, &gain))
        return NULL;
    if (!(values = take(&arrays, objects[0], "values", "fd", 2, 0)) ||
        !(centroids = take(&arrays, objects[1], "centroids", "d", 3, 1)) ||
        !(inertia = take(&arrays, objects[2], "inertia", "d", 1, 1)) || !at_least_one(values->shape[0], "point") ||
        !at_least_one(centroids->shape[1], "centroid") || !fits(centroids, "centroids", 2, values->shape[1]) ||
        !fits(inertia, "inertia", 0, centroids->shape[0]))
        return refuse(&arrays);
    Points points = points_of(values);
    Py_BEGIN_ALLOW_THREADS
    passes = lloyd(&points, centroids->buf, centroids->shape[0], centroids->shape[1], max_passes, shift, gain,
                   inertia->buf);
    Py_END_ALLOW_THREADS
    let_go(&arrays);
    return passes == NO_MEMORY ? PyErr_NoMemory() : PyLong_FromSsize_t(passes);
}

static PyObject *py_seed(PyObject *module, PyObject *args)
{
    PyObject *objects[3];
    Py_buffer *values, *quantiles, *rows;
    Arrays arrays = {.count = 0};
    int state;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOO:seed", &objects[0], &objects[1], &objects[2]))
        return NULL;
    if (!(values = take(&arrays, objects[0], "values", "fd", 2, 0)) ||
        !(quantiles = take(&arrays, objects[1], "quantiles", "d", 3, 0)) ||
        !(rows = take(&arrays, objects[2], "rows", "q", 2, 1)) || !at_least_one(values->shape[0], "point") ||
        !at_least_one(quantiles->shape[1], "centroid") || !at_least_one(quantiles->shape[2], "candidate") ||
        !fits(rows, "rows", 0, quantiles->shape[0]) || !fits(rows, "rows", 1, quantiles->shape[1]))
        return refuse(&arrays);
    Points points = points_of(values);
    Py_BEGIN_ALLOW_THREADS
    state = seed(&points, quantiles->buf, quantiles->shape[0], quantiles->shape[1], quantiles->shape[2], rows->buf);
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
    int state = NO_MEMORY, negative;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOO:silhouettes", &objects[0], &objects[1], &objects[2]))
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
        state = silhouettes(&points, labelings->buf, labelings->shape[0], sizes, widths->buf);
    free(sizes);
    Py_END_ALLOW_THREADS
    if (sizes && negative) {
        PyErr_SetString(PyExc_ValueError, "labels must lie from 0 to 2,147,483,646");
        return refuse(&arrays);
    }
    return finish(&arrays, state);
}

static PyMethodDef methods[] = {
    {"assign", py_assign, METH_VARARGS, "assign(values, centroids, labels, squared)"},
    {"nearest_two", py_nearest_two, METH_VARARGS, "nearest_two(values, centroids, labels, squared)"},
    {"lloyd", py_lloyd, METH_VARARGS, "lloyd(values, centroids, inertia, max_passes, shift, gain)"},
    {"seed", py_seed, METH_VARARGS, "seed(values, quantiles, rows)"},
    {"silhouettes", py_silhouettes, METH_VARARGS, "silhouettes(values, labelings, widths)"},
    MIXED_METHODS,
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "_native", .m_doc = "The clustering core, compiled.", .m_size = 0,
    .m_methods = methods, .m_slots = slots,
};

PyMODINIT_FUNC PyInit__native(void) { return PyModuleDef_Init(&definition); }
