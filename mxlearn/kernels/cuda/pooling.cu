// Pooling: maximum, mean, sum and p-norm of windows, and their gradients.
//
// A plane is one channel of one image. Forward, a thread takes one window. Backward, a thread takes one pixel and
// gathers what the windows over it send back, so that nothing is added by two threads at once.
#include "common.cuh"
#include "window.cuh"

const int SUM = 0, MEAN = 1, MEAN_WITHOUT_PADDING = 2, NORM = 3;

// Value of a pixel of the padded image; `outside` stands for the padding.
__device__ inline A pixel_or(const T* plane, const Window& w, int z, int y, int x, A outside) {
    const bool hit = inside(z, w.size[0]) && inside(y, w.size[1]) && inside(x, w.size[2]);
    return hit ? (A)plane[(z * w.size[1] + y) * w.size[2] + x] : outside;
}

// The first place, row by row, at which a window holds `wanted`: its number in the window, or -1.
__device__ inline int first_of(const T* plane, const Window& w, const Place& out, A wanted, A outside) {
    int number = 0;
    for (int a = 0; a < w.kernel[0]; ++a)
        for (int b = 0; b < w.kernel[1]; ++b)
            for (int c = 0; c < w.kernel[2]; ++c, ++number) {
                const int z = out.at[0] * w.stride[0] - w.pad[0] + a, y = out.at[1] * w.stride[1] - w.pad[1] + b;
                const int x = out.at[2] * w.stride[2] - w.pad[2] + c;
                if (pixel_or(plane, w, z, y, x, outside) == wanted) return number;
            }
    return -1;
}

// x**p for p of 1 and more, by repeated products.
__device__ inline A power(A x, int p) {
    A result = 1;
    for (int i = 0; i < p; ++i) result *= x;
    return result;
}

__device__ inline A root(A x, int p) {
    if (p == 1) return x;
    if (p == 2) return sqrt(x);
    return (x < 0 ? (A)-1 : (A)1) * pow(fabs(x), (A)1 / p);
}

// How many pixels of a window its mean divides by, never 0; those beyond the padding never count.
__device__ inline int count(const Window& w, const Place& out, int mode) {
    int total = 1;
    for (int axis = 0; axis < 3; ++axis) {
        const int from = out.at[axis] * w.stride[axis] - w.pad[axis], to = from + w.kernel[axis];
        const int n = mode == MEAN ? min(to, w.size[axis] + w.pad[axis]) - from : min(to, w.size[axis]) - max(from, 0);
        total *= max(1, n);
    }
    return total;
}

// data (plane, *size) -> out (plane, *out). `outside` is the smallest finite number, what padding counts as; a maximum
// beside NaN is NaN.
extern "C" __global__ void max_pool(const T* data, T* out, Window w, double outside, long long planes) {
    const int windows = volume(w.out);
    for (EACH(i, planes * windows)) {
        const T* plane = data + i / windows * volume(w.size);
        const Place at((int)(i % windows), w.out);
        A largest = -infinity();
        for (int a = 0; a < w.kernel[0]; ++a)
            for (int b = 0; b < w.kernel[1]; ++b)
                for (int c = 0; c < w.kernel[2]; ++c) {
                    const int z = at.at[0] * w.stride[0] - w.pad[0] + a, y = at.at[1] * w.stride[1] - w.pad[1] + b;
                    const int x = at.at[2] * w.stride[2] - w.pad[2] + c;
                    const A value = pixel_or(plane, w, z, y, x, (A)outside);
                    if (value > largest || value != value) largest = value;
                }
        out[i] = (T)largest;
    }
}

// The gradient of max_pool: each window sends its gradient to the first of its largest pixels.
extern "C" __global__ void max_pool_gradient(const T* out_grad, const T* data, const T* out, T* grad, Window w,
                                             double outside, long long planes) {
    const int windows = volume(w.out), pixels = volume(w.size);
    for (EACH(i, planes * pixels)) {
        const Index number = i / pixels;
        const T* plane = data + number * pixels;
        const Place pixel((int)(i % pixels), w.size);
        const A value = (A)data[i];
        A total = 0;
        const WindowsOver over(pixel, w);
        for (int a = over.from[0]; a < over.to[0]; ++a)
            for (int b = over.from[1]; b < over.to[1]; ++b)
                for (int c = over.from[2]; c < over.to[2]; ++c) {
                    const int at = (a * w.out[1] + b) * w.out[2] + c;
                    const A largest = (A)out[number * windows + at];
                    if (value != largest) continue;  // most pixels are done here, after one comparison
                    const int z = pixel.at[0] + w.pad[0] - a * w.stride[0], y = pixel.at[1] + w.pad[1] - b * w.stride[1];
                    const int x = pixel.at[2] + w.pad[2] - c * w.stride[2];
                    const int tap = (z * w.kernel[1] + y) * w.kernel[2] + x;
                    if (first_of(plane, w, Place(at, w.out), largest, (A)outside) == tap)
                        total += (A)out_grad[number * windows + at];
                }
        grad[i] = (T)total;
    }
}

// Take from `values` what stands where each window's first maximum stands in `data`: the transpose of the gradient.
extern "C" __global__ void max_pool_select(const T* values, const T* data, const T* out, T* result, Window w,
                                           double outside, long long planes) {
    const int windows = volume(w.out);
    for (EACH(i, planes * windows)) {
        const Index start = i / windows * volume(w.size);
        const Place at((int)(i % windows), w.out);
        const int tap = first_of(data + start, w, at, (A)out[i], (A)outside);
        A chosen = 0;
        if (tap >= 0) {
            const Place in(tap, w.kernel);
            const int z = at.at[0] * w.stride[0] - w.pad[0] + in.at[0], y = at.at[1] * w.stride[1] - w.pad[1] + in.at[1];
            const int x = at.at[2] * w.stride[2] - w.pad[2] + in.at[2];
            chosen = pixel_or(values + start, w, z, y, x, (A)0);
        }
        result[i] = (T)chosen;
    }
}

// Sum, mean or p-norm of each window; padding is zero.
extern "C" __global__ void sum_pool(const T* data, T* out, Window w, long long mode, long long p, long long planes) {
    const int windows = volume(w.out);
    for (EACH(i, planes * windows)) {
        const T* plane = data + i / windows * volume(w.size);
        const Place at((int)(i % windows), w.out);
        A total = 0;
        for (int a = 0; a < w.kernel[0]; ++a)
            for (int b = 0; b < w.kernel[1]; ++b)
                for (int c = 0; c < w.kernel[2]; ++c) {
                    const int z = at.at[0] * w.stride[0] - w.pad[0] + a, y = at.at[1] * w.stride[1] - w.pad[1] + b;
                    const int x = at.at[2] * w.stride[2] - w.pad[2] + c;
                    const A value = pixel_or(plane, w, z, y, x, (A)0);
                    total += mode == NORM ? power(value, (int)p) : value;
                }
        if (mode == MEAN || mode == MEAN_WITHOUT_PADDING) total /= count(w, at, (int)mode);
        out[i] = (T)(mode == NORM ? root(total, (int)p) : total);
    }
}

// The gradient of sum_pool. For the p-norm y = (sum of x**p)**(1/p) it is g * (x / y)**(p - 1), 0 where y is 0; only
// there `data` and `out` are read, and otherwise null.
extern "C" __global__ void sum_pool_gradient(const T* out_grad, const T* data, const T* out, T* grad, Window w,
                                             long long mode, long long p, long long planes) {
    const int windows = volume(w.out), pixels = volume(w.size);
    for (EACH(i, planes * pixels)) {
        const Index number = i / pixels;
        const Place pixel((int)(i % pixels), w.size);
        A total = 0;
        const WindowsOver over(pixel, w);
        for (int a = over.from[0]; a < over.to[0]; ++a)
            for (int b = over.from[1]; b < over.to[1]; ++b)
                for (int c = over.from[2]; c < over.to[2]; ++c) {
                    const int at = (a * w.out[1] + b) * w.out[2] + c;
                    A part = (A)out_grad[number * windows + at];
                    if (mode == NORM) {
                        const A norm = (A)out[number * windows + at];
                        part = norm == 0 ? (A)0 : part / power(norm, (int)p - 1) * power((A)data[i], (int)p - 1);
                    } else if (mode != SUM) {
                        part /= count(w, Place(at, w.out), (int)mode);
                    }
                    total += part;
                }
        grad[i] = (T)total;
    }
}
