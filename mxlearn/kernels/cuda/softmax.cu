// Softmax, its logarithm, their gradients, and cross-entropy. T is the dtype of the data, U that of results or labels.
//
// The numbers that belong together are a row. With the softmax over the last axis a row is contiguous, and one BLOCK
// computes one row: its threads walk along the row side by side (coalesced) and sum through shared memory. A block
// rather than one thread a row: 100 rows of 1,000 would occupy 100 threads of a GPU that has over 100,000. With the
// softmax over an inner axis, the neighbors of a number belong to other rows; there one THREAD takes one row, and it is
// the rows side by side whose reads coalesce.
//
// Everything passes the row twice or three times. The first pass brings it from memory, the others find it in the cache.
#include "common.cuh"

// x (row, n) -> y (row, n): exp((x - max) / t) / sum, or the logarithm of that. Grid: one block for each row.
extern "C" __global__ void softmax_rows(const T* x, U* y, double temperature, long long logarithm, long long n) {
    x += blockIdx.x * (Index)n;
    y += blockIdx.x * (Index)n;
    const A t = (A)temperature;
    A largest = -infinity();
    for (EACH_OF_ROW(i, n)) largest = larger((A)x[i], largest);
    largest = block_max(largest);
    A total = 0;
    for (EACH_OF_ROW(i, n)) total += exp(((A)x[i] - largest) / t);
    total = block_sum(total);
    const A log_total = log(total);
    for (EACH_OF_ROW(i, n)) {
        const A shifted = ((A)x[i] - largest) / t;
        y[i] = (U)(logarithm ? shifted - log_total : exp(shifted) / total);
    }
}

// The same for x (outer, n, inner), a thread for each of the outer * inner rows.
extern "C" __global__ void softmax_columns(const T* x, U* y, double temperature, long long logarithm, long long n,
                                           long long inner, long long rows) {
    const A t = (A)temperature;
    for (EACH(row, rows)) {
        const Index start = row / (Index)inner * (Index)n * (Index)inner + row % (Index)inner;
        A largest = -infinity(), total = 0;
        for (Index i = 0; i < (Index)n; ++i) largest = larger((A)x[start + i * (Index)inner], largest);
        for (Index i = 0; i < (Index)n; ++i) total += exp(((A)x[start + i * (Index)inner] - largest) / t);
        const A log_total = log(total);
        for (Index i = 0; i < (Index)n; ++i) {
            const A shifted = ((A)x[start + i * (Index)inner] - largest) / t;
            y[start + i * (Index)inner] = (U)(logarithm ? shifted - log_total : exp(shifted) / total);
        }
    }
}

// Gradient of softmax: y * (g - sum(g * y)) / t. Of log_softmax, whose result is y: (g - exp(y) * sum(g)) / t.
extern "C" __global__ void softmax_gradient_rows(const U* g, const U* y, T* dx, double temperature,
                                                 long long logarithm, long long n) {
    const Index start = blockIdx.x * (Index)n;
    const A t = (A)temperature;
    A total = 0;
    for (EACH_OF_ROW(i, n)) total += logarithm ? (A)g[start + i] : (A)g[start + i] * (A)y[start + i];
    total = block_sum(total);
    for (EACH_OF_ROW(i, n)) {
        const A slope = (A)g[start + i], value = (A)y[start + i];
        dx[start + i] = (T)((logarithm ? slope - exp(value) * total : value * (slope - total)) / t);
    }
}

extern "C" __global__ void softmax_gradient_columns(const U* g, const U* y, T* dx, double temperature,
                                                    long long logarithm, long long n, long long inner, long long rows) {
    const A t = (A)temperature;
    for (EACH(row, rows)) {
        const Index start = row / (Index)inner * (Index)n * (Index)inner + row % (Index)inner;
        A total = 0;
        for (Index i = 0; i < (Index)n; ++i) {
            const Index at = start + i * (Index)inner;
            total += logarithm ? (A)g[at] : (A)g[at] * (A)y[at];
        }
        for (Index i = 0; i < (Index)n; ++i) {
            const Index at = start + i * (Index)inner;
            const A slope = (A)g[at], value = (A)y[at];
            dx[at] = (T)((logarithm ? slope - exp(value) * total : value * (slope - total)) / t);
        }
    }
}

// Softmax of each row, and the logarithm of one of its elements; a label outside takes the nearest class.
// `probabilities` may be null.
extern "C" __global__ void pick_log_softmax(const T* x, const U* labels, T* picked, T* probabilities, long long n) {
    x += blockIdx.x * (Index)n;
    A largest = -infinity();
    for (EACH_OF_ROW(i, n)) largest = larger((A)x[i], largest);
    largest = block_max(largest);
    A total = 0;
    for (EACH_OF_ROW(i, n)) total += exp((A)x[i] - largest);
    total = block_sum(total);
    if (probabilities)
        for (EACH_OF_ROW(i, n)) probabilities[blockIdx.x * (Index)n + i] = (T)(exp((A)x[i] - largest) / total);
    if (threadIdx.x == 0) {
        const long long label = (long long)labels[blockIdx.x], last = n - 1;
        const long long place = label < 0 ? 0 : label > last ? last : label;
        picked[blockIdx.x] = (T)((A)x[place] - largest - log(total));
    }
}

// Gradient of `picked` above: g * (one_hot(label) - probabilities), g one number for each row.
extern "C" __global__ void pick_log_softmax_gradient(const T* g, const T* probabilities, const U* labels, T* dx,
                                                     long long n, long long count) {
    for (EACH(i, count)) {
        const Index row = i / (Index)n, column = i % (Index)n;
        const A hit = (long long)labels[row] == (long long)column ? (A)1 : (A)0;
        dx[i] = (T)((A)g[row] * (hit - (A)probabilities[i]));
    }
}

// probabilities - one_hot(labels); a row whose label is no class stays as it is.
extern "C" __global__ void subtract_one_hot(const T* probabilities, const U* labels, T* grad, long long n,
                                            long long count) {
    for (EACH(i, count)) {
        const A hit = (long long)labels[i / (Index)n] == (long long)(i % (Index)n) ? (A)1 : (A)0;
        grad[i] = (T)((A)probabilities[i] - hit);
    }
}
