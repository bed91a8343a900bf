/* The same work as the bridges do, in C: the limit.
 *
 * Usage: limit PYTHON FOLDER_OF_bridge_target
 * Prints for each case the least and the median of some rounds, in ns for each call.
 */
#include <Python.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 15, WARM_UP = 5, TEXTS = 32, LENGTH = 300 };

static PyObject *module;
static volatile double sum;
static volatile long long letters;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(const char *name, int calls, void (*body)(void *), void *argument) {
    double rounds[ROUNDS];
    for (int round = -WARM_UP; round < ROUNDS; round++) {
        double start = now();
        for (int i = 0; i < calls; i++) body(argument);
        if (round >= 0) rounds[round] = (now() - start) / calls;
    }
    qsort(rounds, ROUNDS, sizeof rounds[0], compare);
    printf("%-32s least %10.1f median %10.1f ns\n", name, rounds[0], rounds[ROUNDS / 2]);
    fflush(stdout);
}

struct call {
    PyThreadState *state;
    PyObject *function;
    char *texts;
    float *numbers;
};

static void empty(void *argument) {
    struct call *call = argument;
    PyEval_RestoreThread(call->state);
    Py_DecRef(PyObject_CallNoArgs(call->function));
    PyEval_SaveThread();
}

/* Builds the list, calls, and copies every key and value out, as a host must. */
static void batch(void *argument) {
    struct call *call = argument;
    char copy[64];
    PyEval_RestoreThread(call->state);
    PyObject *list = PyList_New(TEXTS);
    for (int i = 0; i < TEXTS; i++)
        PyList_SetItem(list, i, PyUnicode_DecodeUTF8(call->texts + i * LENGTH, LENGTH, NULL));
    PyObject *vector[2] = {NULL, list};
    PyObject *result = PyObject_VectorcallDict(call->function, vector + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_ssize_t size = PyList_Size(result);
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *dict = PyList_GetItem(result, i), *key, *value;
        Py_ssize_t position = 0, length;
        while (PyDict_Next(dict, &position, &key, &value)) {
            const char *text = PyUnicode_AsUTF8AndSize(key, &length);
            memcpy(copy, text, length < 64 ? length : 64);
            letters += copy[0];
            if (PyUnicode_Check(value)) {
                text = PyUnicode_AsUTF8AndSize(value, &length);
                memcpy(copy, text, length < 64 ? length : 64);
                letters += copy[0];
            } else if (PyFloat_Check(value)) {
                sum += PyFloat_AsDouble(value);
            }
        }
    }
    Py_DecRef(result);
    Py_DecRef(list);
    PyEval_SaveThread();
}

static void buffer(void *argument) {
    struct call *call = argument;
    PyEval_RestoreThread(call->state);
    PyObject *view = PyMemoryView_FromMemory((char *)call->numbers, 4 << 20, PyBUF_WRITE);
    PyObject *vector[2] = {NULL, view};
    PyObject *result = PyObject_VectorcallDict(call->function, vector + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_buffer out;
    PyObject_GetBuffer(result, &out, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT);
    sum += ((float *)out.buf)[0];
    PyBuffer_Release(&out);
    Py_DecRef(result);
    Py_DecRef(view);
    PyEval_SaveThread();
}

static void *thread(void *unused) {
    (void)unused;
    struct call call;
    PyGILState_STATE ignored = PyGILState_Ensure();
    (void)ignored;
    PyObject *empty_function = PyObject_GetAttrString(module, "empty");
    PyObject *batch_function = PyObject_GetAttrString(module, "process_batch");
    PyObject *buffer_function = PyObject_GetAttrString(module, "buffer");
    call.state = PyEval_SaveThread();
    call.texts = malloc(TEXTS * LENGTH);
    call.numbers = calloc(1 << 20, sizeof(float));
    srand(1);
    for (int i = 0; i < TEXTS * LENGTH; i++) call.texts[i] = 'a' + rand() % 26;
    call.function = empty_function;
    measure("empty", 500000, empty, &call);
    call.function = batch_function;
    measure("batch", 10000, batch, &call);
    call.function = buffer_function;
    measure("buffer", 200000, buffer, &call);
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: limit PYTHON FOLDER\n");
        return 2;
    }
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    config.install_signal_handlers = 0;
    PyConfig_SetBytesArgv(&config, 1, &arguments[1]);
    if (PyStatus_Exception(Py_InitializeFromConfig(&config))) return 1;
    PyObject *path = PySys_GetObject("path"), *folder = PyUnicode_FromString(arguments[2]);
    PyList_Insert(path, 0, folder);
    module = PyImport_ImportModule("bridge_target");
    if (module == NULL) {
        PyErr_Print();
        return 1;
    }
    PyEval_SaveThread();
    pthread_t id;
    pthread_create(&id, NULL, thread, NULL);
    pthread_join(id, NULL);
    return 0;
}
