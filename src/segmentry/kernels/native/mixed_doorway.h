/* What points with numbers and attributes add to the module. */

#ifndef SEGMENTRY_MIXED_DOORWAY_H
#define SEGMENTRY_MIXED_DOORWAY_H

PyObject *py_kprototypes(PyObject *module, PyObject *args);
PyObject *py_settle(PyObject *module, PyObject *args);
PyObject *py_prototype_costs(PyObject *module, PyObject *args);
PyObject *py_nearest_prototypes(PyObject *module, PyObject *args);
PyObject *py_gower_silhouettes(PyObject *module, PyObject *args);

#define MIXED_METHODS                                                                                                  \
    {"kprototypes", py_kprototypes, METH_VARARGS,                                                                      \
     "kprototypes(numbers, codes, levels, gamma, max_passes, means, modes, cost)"},                                    \
        {"settle", py_settle, METH_VARARGS,                                                                            \
         "settle(numbers, codes, levels, gamma, max_rounds, least, labels, means, modes)"},                            \
        {"prototype_costs", py_prototype_costs, METH_VARARGS,                                                          \
         "prototype_costs(numbers, codes, means, modes, gamma, costs)"},                                               \
        {"nearest_prototypes", py_nearest_prototypes, METH_VARARGS,                                                    \
         "nearest_prototypes(numbers, codes, means, modes, gamma, labels, costs)"},                                    \
    {                                                                                                                  \
        "gower_silhouettes", py_gower_silhouettes, METH_VARARGS,                                                       \
            "gower_silhouettes(numbers, codes, labelings, sizes, rows, cells, widths)"                                 \
    }

#endif
