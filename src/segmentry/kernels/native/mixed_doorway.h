/* What points with numbers and attributes add to the module. */

#ifndef SEGMENTRY_MIXED_DOORWAY_H
#define SEGMENTRY_MIXED_DOORWAY_H

PyObject *py_kprototypes(PyObject *module, PyObject *args);
PyObject *py_settle(PyObject *module, PyObject *args);
PyObject *py_prototype_costs(PyObject *module, PyObject *args);
PyObject *py_nearest_prototypes(PyObject *module, PyObject *args);
PyObject *py_seed_prototypes(PyObject *module, PyObject *args);
PyObject *py_code_points(PyObject *module, PyObject *args);
PyObject *py_latent_classes(PyObject *module, PyObject *args);
PyObject *py_gower_silhouettes(PyObject *module, PyObject *args);

/* clang-format off */
#define MIXED_METHODS                                                                                                  \
    {"kprototypes", py_kprototypes, METH_VARARGS,                                                                      \
     "kprototypes(numbers, codes, gamma, max_passes, gain, means, modes, cost)"},                                      \
    {"settle", py_settle, METH_VARARGS,                                                                                \
     "settle(numbers, codes, gamma, max_rounds, least, labels, means, modes)"},                                        \
    {"prototype_costs", py_prototype_costs, METH_VARARGS,                                                              \
     "prototype_costs(numbers, codes, means, modes, gamma, costs)"},                                                   \
    {"nearest_prototypes", py_nearest_prototypes, METH_VARARGS,                                                        \
     "nearest_prototypes(numbers, codes, means, modes, gamma, labels, costs)"},                                        \
    {"seed_prototypes", py_seed_prototypes, METH_VARARGS,                                                              \
     "seed_prototypes(numbers, codes, gamma, quantiles, rows)"},                                                       \
    {"code_points", py_code_points, METH_VARARGS,                                                                      \
     "code_points(values, number_columns, columns, widths, cut_counts, cuts, numbers, codes)"},                        \
    {"latent_classes", py_latent_classes, METH_VARARGS,                                                                \
     "latent_classes(codes, counts, levels, max_passes, gain, state, reached)"},                                       \
    {"gower_silhouettes", py_gower_silhouettes, METH_VARARGS,                                                          \
     "gower_silhouettes(numbers, codes, labelings, sizes, rows, cells, widths)"}
/* clang-format on */

#endif
