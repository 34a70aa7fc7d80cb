// Activation functions that CuPy would compute in several passes over the memory, in one.
//
// Such a kernel computes next to nothing: what takes the time is reading and writing, and of a small array, starting it.
#include "common.cuh"

// 1 / (1 + exp(-x)); `limit` keeps exp within range.
extern "C" __global__ void sigmoid(const T* x, T* y, double limit, long long count) {
    for (EACH(i, count)) {
        const A negative = -(A)x[i];
        y[i] = (T)((A)1 / ((A)1 + exp(negative < (A)limit || negative != negative ? negative : (A)limit)));
    }
}

// log(1 + exp(x)) as max(x, 0) + log1p(exp(-|x|)), exact for large |x|.
extern "C" __global__ void softplus(const T* x, T* y, long long count) {
    for (EACH(i, count)) {
        const A value = (A)x[i];
        y[i] = (T)((value > 0 || value != value ? value : (A)0) + log1p(exp(-fabs(value))));
    }
}

// The gradient of y = relu(x): g where y is positive, 0 elsewhere.
extern "C" __global__ void relu_gradient(const T* g, const T* y, T* dx, long long count) {
    for (EACH(i, count)) dx[i] = (A)y[i] > 0 ? g[i] : (T)0.0f;
}
