// Reading and writing by index: take, pick, one_hot, and the sums that are the gradients of reading.
//
// T is the dtype of the values, U that of the indices. Where values are only copied, T is an unsigned integer of the
// same size.
#include "common.cuh"

// The place that an index means among n: the nearest end where it lies outside, or counted modulo n (`wrap`).
__device__ inline Index place_of(U index, long long n, long long wrap) {
    const long long i = (long long)index;
    if (wrap) return (Index)((i % n + n) % n);
    return (Index)(i < 0 ? 0 : i >= n ? n - 1 : i);
}

// The places that indices mean, as int64.
extern "C" __global__ void places(const U* indices, long long* out, long long wrap, long long n, long long count) {
    for (EACH(i, count)) out[i] = (long long)place_of(indices[i], n, wrap);
}

// a (outer, n, inner), indices (m) -> out (outer, m, inner): out[o, j] = a[o, indices[j]].
extern "C" __global__ void take(const T* a, const U* indices, T* out, long long wrap, long long n, long long m,
                                long long inner, long long count) {
    for (EACH(i, count)) {
        const Index rest = i / (Index)inner;
        const Index outer = rest / (Index)m, place = place_of(indices[rest % (Index)m], n, wrap);
        out[i] = a[(outer * (Index)n + place) * (Index)inner + i % (Index)inner];
    }
}

// data (outer, n, inner), indices (outer, inner) -> out (outer, inner): one element of each row.
extern "C" __global__ void pick(const T* data, const U* indices, T* out, long long wrap, long long n, long long inner,
                                long long count) {
    for (EACH(i, count)) {
        const Index outer = i / (Index)inner, place = place_of(indices[i], n, wrap);
        out[i] = data[(outer * (Index)n + place) * (Index)inner + i % (Index)inner];
    }
}

// The gradient of pick: g where it read, 0 elsewhere. `count` is that of the result.
extern "C" __global__ void pick_gradient(const T* g, const U* indices, T* out, long long wrap, long long n,
                                         long long inner, long long count) {
    for (EACH(i, count)) {
        const Index rest = i / (Index)inner, row = rest / (Index)n * (Index)inner + i % (Index)inner;
        out[i] = place_of(indices[row], n, wrap) == rest % (Index)n ? g[row] : (T)0;
    }
}

// indices (m) -> out (m, depth): `on` at the index, `off` elsewhere.
extern "C" __global__ void one_hot(const U* indices, T* out, double on, double off, long long depth, long long count) {
    for (EACH(i, count)) {
        const bool hit = (long long)indices[i / (Index)depth] == (long long)(i % (Index)depth);
        out[i] = (T)(A)(hit ? on : off);
    }
}

// -- sums of rows of one index -------------------------------------------------------------------------------------------
// Two threads that add to the same row at once need atomic additions, and those add in the order in which the threads
// happen to arrive: the last bits of the sum change from run to run. Instead the rows are sorted by their index first;
// then the rows of one index lie together, and one block sums them in one order.

// The position of each index in sorted order: how many are smaller, or equal and before it. n * n comparisons, which for
// some thousands of indices takes less time than starting the passes of a sort. Grid: one block for each index.
extern "C" __global__ void rank(const U* indices, long long* order, long long n) {
    const U own = indices[blockIdx.x];
    long long smaller = 0;
    for (EACH_OF_ROW(i, n)) smaller += indices[i] < own || (indices[i] == own && i < (Index)blockIdx.x) ? 1 : 0;
    __shared__ long long part[MAX_THREADS];
    part[threadIdx.x] = smaller;
    for (unsigned int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) part[threadIdx.x] += part[threadIdx.x + half];
    }
    if (threadIdx.x == 0) order[part[0]] = blockIdx.x;
}

// out[index] = sum of the rows of values (n, width) that have this index; out begins as zeros. Grid: (n, parts of a row).
// The block at the first of equal indices, in sorted order, does the work, the others have none. Its 32 threads are
// `columns` side by side and 32 / columns rows below each other, whose sums are added at the end.
extern "C" __global__ void add_rows(const T* values, const U* indices, const long long* order, T* out, long long n,
                                    long long width) {
    const Index first = blockIdx.x;
    const U index = indices[order[first]];
    if (first > 0 && indices[order[first - 1]] == index) return;  // all threads of the block, or none
    const Index column = blockIdx.y * (Index)blockDim.x + threadIdx.x;
    A total = 0;
    if (column < (Index)width)
        for (Index i = first + threadIdx.y; i < (Index)n && indices[order[i]] == index; i += blockDim.y)
            total += (A)values[(Index)order[i] * (Index)width + column];
    __shared__ A part[32];
    part[threadIdx.y * blockDim.x + threadIdx.x] = total;
    __syncthreads();
    if (threadIdx.y > 0 || column >= (Index)width) return;
    for (unsigned int row = 1; row < blockDim.y; ++row) total += part[row * blockDim.x + threadIdx.x];
    out[(Index)index * (Index)width + column] = (T)total;
}
