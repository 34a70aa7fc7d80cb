// Batch norm and layer norm, forward and backward. T is the dtype of the data, U that of parameters and statistics.
//
// Both subtract a mean, divide by a standard deviation, then scale and shift. A block computes the statistics of a
// channel or a part of it (batch norm), or of a row (layer norm); it goes over the numbers twice, first for the mean, then for the squares
// of the differences to it. E[x**2] - E[x]**2 would take one pass, and lose all digits where the mean is large.
#include "common.cuh"

// -- batch norm: data (batch, channel, inner) ---------------------------------------------------------------------------

// Where element i of a channel lies: it is number i % inner of image i / inner.
#define AT(i) (((i) / (Index)inner * (Index)channels + channel) * (Index)inner + (i) % (Index)inner)

// Which elements of a channel a block takes: all, or one of gridDim.y parts of equal length. A network has often fewer
// channels than a GPU could run blocks, so a channel of many elements is shared out.
struct Part {
    Index from, to;
    __device__ explicit Part(Index count) {
        const Index length = (count + gridDim.y - 1) / gridDim.y;
        from = blockIdx.y * length < count ? blockIdx.y * length : count;
        to = from + length < count ? from + length : count;
    }
};

// Mean of each part of a channel, and the sum of the squares of the differences to it. Grid: (channels, parts).
extern "C" __global__ void batch_moments(const T* x, U* means, U* squares, long long batch, long long channels,
                                         long long inner) {
    const Index channel = blockIdx.x;
    const Part part((Index)batch * (Index)inner);
    A total = 0;
    for (Index i = part.from + threadIdx.x; i < part.to; i += blockDim.x) total += (A)x[AT(i)];
    total = block_sum(total);
    const A center = part.to > part.from ? total / (A)(part.to - part.from) : (A)0;
    A square = 0;
    for (Index i = part.from + threadIdx.x; i < part.to; i += blockDim.x) {
        const A difference = (A)x[AT(i)] - center;
        square += difference * difference;
    }
    square = block_sum(square);
    if (threadIdx.x == 0) {
        means[channel * gridDim.y + blockIdx.y] = (U)center;
        squares[channel * gridDim.y + blockIdx.y] = (U)square;
    }
}

// Mean, variance and 1 / sqrt(variance + eps) of each channel from those of its parts. Two sets of n and m numbers with
// means a and b have together the squares S + T + (b - a)**2 * n * m / (n + m): Chan, Golub, LeVeque 1979.
extern "C" __global__ void batch_statistics(const U* means, const U* squares, U* mean, U* variance, U* inverse_std,
                                            double eps, long long count, long long parts, long long channels) {
    const Index length = ((Index)count + (Index)parts - 1) / (Index)parts;
    for (EACH(channel, channels)) {
        A center = 0, square = 0;
        Index before = 0;
        for (Index part = 0; part < (Index)parts && before < (Index)count; ++part) {
            const Index more = before + length < (Index)count ? length : (Index)count - before;
            const A apart = (A)means[channel * (Index)parts + part] - center, share = (A)more / (A)(before + more);
            center += apart * share;
            square += (A)squares[channel * (Index)parts + part] + apart * apart * (A)before * share;
            before += more;
        }
        mean[channel] = (U)center;
        variance[channel] = (U)(square / (A)count);
        inverse_std[channel] = (U)((A)1 / sqrt(square / (A)count + (A)eps));
    }
}

// 1 / sqrt(variance + eps), and a copy of the mean.
extern "C" __global__ void fixed_statistics(const U* mean, const U* variance, U* mean_copy, U* inverse_std, double eps,
                                            long long channels) {
    for (EACH(i, channels)) {
        mean_copy[i] = mean[i];
        inverse_std[i] = (U)((A)1 / sqrt((A)variance[i] + (A)eps));
    }
}

// What a moving average becomes: momentum * average + (1 - momentum) * value.
extern "C" __global__ void moving_average(const U* average, const U* value, U* out, double momentum, long long channels) {
    for (EACH(i, channels)) out[i] = (U)((A)momentum * (A)average[i] + (A)(1.0 - momentum) * (A)value[i]);
}

// y = (x - mean) * inverse_std * gamma + beta; gamma may be null, for 1.
extern "C" __global__ void batch_normalize(const T* x, const U* mean, const U* inverse_std, const U* gamma,
                                           const U* beta, T* y, long long channels, long long inner, long long count) {
    for (EACH(i, count)) {
        const Index channel = i / (Index)inner % (Index)channels;
        const A scale = (A)inverse_std[channel] * (gamma ? (A)gamma[channel] : (A)1);
        y[i] = (T)(((A)x[i] - (A)mean[channel]) * scale + (A)beta[channel]);
    }
}

// Gradients of beta, sum(g), and of gamma, sum(g * y) with the standardized y, of each part of a channel.
// Grid: (channels, parts).
extern "C" __global__ void batch_parameter_gradients(const T* g, const T* x, const U* mean, const U* inverse_std,
                                                     U* gamma_grads, U* beta_grads, long long batch,
                                                     long long channels, long long inner) {
    const Index channel = blockIdx.x;
    const Part part((Index)batch * (Index)inner);
    const A center = (A)mean[channel], scale = (A)inverse_std[channel];
    A sum = 0, product = 0;
    for (Index i = part.from + threadIdx.x; i < part.to; i += blockDim.x) {
        const Index at = AT(i);
        sum += (A)g[at];
        product += (A)g[at] * ((A)x[at] - center) * scale;
    }
    sum = block_sum(sum);
    product = block_sum(product);
    if (threadIdx.x == 0) {
        beta_grads[channel * gridDim.y + blockIdx.y] = (U)sum;
        gamma_grads[channel * gridDim.y + blockIdx.y] = (U)product;
    }
}

// dx = gamma * inverse_std * (g - mean(g) - y * mean(g * y)); without the two means where the statistics are constants
// of the data (`fixed`).
extern "C" __global__ void batch_data_gradient(const T* g, const T* x, const U* mean, const U* inverse_std,
                                               const U* gamma, const U* gamma_grad, const U* beta_grad, T* dx,
                                               long long fixed, long long batch, long long channels, long long inner) {
    const A share = fixed ? (A)0 : (A)1 / (A)((Index)batch * (Index)inner);
    for (EACH(i, batch * channels * inner)) {
        const Index channel = i / (Index)inner % (Index)channels;
        const A scale = (A)inverse_std[channel], y = ((A)x[i] - (A)mean[channel]) * scale;
        const A slope = (A)g[i] - ((A)beta_grad[channel] + y * (A)gamma_grad[channel]) * share;
        dx[i] = (T)(slope * scale * (gamma ? (A)gamma[channel] : (A)1));
    }
}

// -- layer norm: data (row, n) ------------------------------------------------------------------------------------------

// The variance of a row, and its mean in *center; all threads of the block get them.
__device__ inline A row_variance(const T* row, long long n, A* center) {
    A total = 0;
    for (EACH_OF_ROW(i, n)) total += (A)row[i];
    *center = block_sum(total) / (A)n;
    A squares = 0;
    for (EACH_OF_ROW(i, n)) {
        const A difference = (A)row[i] - *center;
        squares += difference * difference;
    }
    return block_sum(squares) / (A)n;
}

// y of each row, its mean and its standard deviation. Grid: one block for each row.
extern "C" __global__ void layer_norm(const T* x, const T* gamma, const T* beta, T* y, T* mean, T* std, double eps,
                                      long long n) {
    const Index start = blockIdx.x * (Index)n;
    A center;
    const A deviation = sqrt(row_variance(x + start, n, &center) + (A)eps);
    for (EACH_OF_ROW(i, n))
        y[start + i] = (T)(((A)x[start + i] - center) / deviation * (A)gamma[i] + (A)beta[i]);
    if (threadIdx.x == 0) {
        mean[blockIdx.x] = (T)center;
        std[blockIdx.x] = (T)deviation;
    }
}

// dx = (h - mean(h) - y * mean(h * y)) / std with h = g * gamma; the statistics are computed again, and kept in U for
// the parameters' gradients. Grid: one block for each row.
extern "C" __global__ void layer_norm_gradient(const T* g, const T* x, const T* gamma, T* dx, U* mean, U* inverse_std,
                                               double eps, long long n) {
    const Index start = blockIdx.x * (Index)n;
    A center;
    const A scale = (A)1 / sqrt(row_variance(x + start, n, &center) + (A)eps);
    A sum = 0, product = 0;
    for (EACH_OF_ROW(i, n)) {
        const A slope = (A)g[start + i] * (A)gamma[i];
        sum += slope;
        product += slope * ((A)x[start + i] - center) * scale;
    }
    sum = block_sum(sum) / (A)n;
    product = block_sum(product) / (A)n;
    for (EACH_OF_ROW(i, n)) {
        const A y = ((A)x[start + i] - center) * scale;
        dx[start + i] = (T)(((A)g[start + i] * (A)gamma[i] - sum - y * product) * scale);
    }
    if (threadIdx.x == 0) {
        mean[blockIdx.x] = (U)center;
        inverse_std[blockIdx.x] = (U)scale;
    }
}

// Sums over the rows: beta's gradient sum(g), gamma's sum(g * y). A block has 32 columns side by side (threadIdx.x) and
// 8 rows below each other (threadIdx.y), so that the threads of a warp read neighbors; then the 8 are summed.
extern "C" __global__ void layer_parameter_gradients(const T* g, const T* x, const U* mean, const U* inverse_std,
                                                     T* gamma_grad, T* beta_grad, long long rows, long long n) {
    __shared__ A sums[8][32], products[8][32];
    const Index column = blockIdx.x * (Index)32 + threadIdx.x;
    A sum = 0, product = 0;
    if (column < (Index)n)
        for (Index row = threadIdx.y; row < (Index)rows; row += 8) {
            const Index at = row * (Index)n + column;
            sum += (A)g[at];
            product += (A)g[at] * ((A)x[at] - (A)mean[row]) * (A)inverse_std[row];
        }
    sums[threadIdx.y][threadIdx.x] = sum;
    products[threadIdx.y][threadIdx.x] = product;
    __syncthreads();
    if (threadIdx.y == 0 && column < (Index)n) {
        for (int row = 1; row < 8; ++row) {
            sum += sums[row][threadIdx.x];
            product += products[row][threadIdx.x];
        }
        beta_grad[column] = (T)sum;
        gamma_grad[column] = (T)product;
    }
}
