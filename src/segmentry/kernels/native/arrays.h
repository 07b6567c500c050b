/* Arrays of one call from Python, taken through the buffer protocol and released together.

   Written to the limited API, so that one build serves every Python from 3.11 on. */

#ifndef SEGMENTRY_ARRAYS_H
#define SEGMENTRY_ARRAYS_H

#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "tiles.h"

#define MOST_ARRAYS 8

typedef struct {
    Py_buffer views[MOST_ARRAYS];
    int count;
} Arrays;

INLINE void let_go(Arrays *arrays)
{
    while (arrays->count > 0)
        PyBuffer_Release(&arrays->views[--arrays->count]);
}

/* Whether a buffer's items are of a kind: f float32, d float64, i int32, q int64. */
INLINE int is_of(const Py_buffer *view, char kind)
{
    char code = view->format && view->format[0] && !view->format[1] ? view->format[0] : 0;
    if (kind == 'f' || kind == 'd')
        return code == kind;
    return (code == 'i' || code == 'l' || code == 'q') && view->itemsize == (kind == 'i' ? 4 : 8);
}

/* Take an array of one of the kinds, with so many dimensions; NULL with ValueError set where it is another. */
INLINE Py_buffer *take(Arrays *arrays, PyObject *from, const char *name, const char *kinds, int dimensions, int writable)
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
INLINE int fits(const Py_buffer *view, const char *name, int dimension, Py_ssize_t length)
{
    if (view->shape[dimension] == length)
        return 1;
    PyErr_Format(PyExc_ValueError, "%s must have length %zd in dimension %d, and has %zd", name, length, dimension,
                 view->shape[dimension]);
    return 0;
}

INLINE int at_least_one(Py_ssize_t count, const char *what)
{
    if (count >= 1)
        return 1;
    PyErr_Format(PyExc_ValueError, "at least one %s is needed", what);
    return 0;
}

#endif
