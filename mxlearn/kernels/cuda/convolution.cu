// Convolution as one large matrix product: the windows of the images become the columns of a matrix.
//
//     columns (channel * taps, image * positions),     product (filter, image * positions) = weight @ columns
//
// where taps = volume(kernel) and positions = volume(out). The product is cuBLAS's; these kernels bring the numbers to
// their places. Each of them has the positions of one image innermost on both sides, so that neighboring threads read
// and write neighboring numbers.
#include "common.cuh"
#include "window.cuh"

// image (image, channel, *size) -> columns (channel, *kernel, image, *out).
// A thread takes one window of one channel and copies its taps; at each tap the threads of a warp write one run.
extern "C" __global__ void im2col(const T* image, T* columns, Window w, long long channels, long long images) {
    const int positions = volume(w.out);
    const Index width = (Index)images * positions;  // of a row of the columns
    for (EACH(i, channels * width)) {
        const Index channel = i / width, column = i % width;
        const Place out((int)(column % positions), w.out);
        const T* source = image + (column / positions * (Index)channels + channel) * volume(w.size);
        T* target = columns + channel * volume(w.kernel) * width + column;
        int from[3];
        for (int axis = 0; axis < 3; ++axis) from[axis] = out.at[axis] * w.stride[axis] - w.pad[axis];
        for (int a = 0; a < w.kernel[0]; ++a) {
            const int z = from[0] + a * w.dilate[0];
            for (int b = 0; b < w.kernel[1]; ++b) {
                const int y = from[1] + b * w.dilate[1];
                const bool row = inside(z, w.size[0]) && inside(y, w.size[1]);
                for (int c = 0; c < w.kernel[2]; ++c) {
                    const int x = from[2] + c * w.dilate[2];
                    const bool hit = row && inside(x, w.size[2]);
                    *target = hit ? source[(z * w.size[1] + y) * w.size[2] + x] : (T)0.0f;
                    target += width;
                }
            }
        }
    }
}

// columns (channel, *kernel, image, *out) -> image (image, channel, *size): the transpose of im2col, sums of taps.
// A thread takes one pixel and gathers from all windows that touch it. The other way round, a thread for each window
// that adds to pixels, would need atomic additions, and they add in another order every time.
extern "C" __global__ void col2im(const T* columns, T* image, Window w, long long channels, long long images) {
    const int positions = volume(w.out), pixels = volume(w.size);
    const Index width = (Index)images * positions;
    for (EACH(i, images * channels * pixels)) {
        const Place pixel((int)(i % pixels), w.size);
        const Index plane = i / pixels, channel = plane % (Index)channels, number = plane / (Index)channels;
        const T* source = columns + channel * volume(w.kernel) * width + number * positions;
        A total = 0;
        for (int a = 0; a < w.kernel[0]; ++a) {
            const int z = pixel.at[0] + w.pad[0] - a * w.dilate[0];
            if (z < 0 || z % w.stride[0] || z / w.stride[0] >= w.out[0]) continue;
            for (int b = 0; b < w.kernel[1]; ++b) {
                const int y = pixel.at[1] + w.pad[1] - b * w.dilate[1];
                if (y < 0 || y % w.stride[1] || y / w.stride[1] >= w.out[1]) continue;
                for (int c = 0; c < w.kernel[2]; ++c) {
                    const int x = pixel.at[2] + w.pad[2] - c * w.dilate[2];
                    if (x < 0 || x % w.stride[2] || x / w.stride[2] >= w.out[2]) continue;
                    const Index tap = (Index)(a * w.kernel[1] + b) * w.kernel[2] + c;
                    const int at = (z / w.stride[0] * w.out[1] + y / w.stride[1]) * w.out[2] + x / w.stride[2];
                    total += (A)source[tap * width + at];
                }
            }
        }
        image[i] = (T)total;
    }
}

// product (filter, image, position) -> result (image, filter, position), plus the bias of each filter unless null.
extern "C" __global__ void images_first(const T* product, const T* bias, T* result, long long filters,
                                        long long images, long long positions) {
    for (EACH(i, filters * images * positions)) {
        const Index position = i % (Index)positions, plane = i / (Index)positions;
        const Index filter = plane % (Index)filters, image = plane / (Index)filters;
        const T value = product[(filter * (Index)images + image) * (Index)positions + position];
        result[i] = bias ? (T)((A)value + (A)bias[filter]) : value;
    }
}

// batch (image, filter, position) -> result (filter, image, position).
extern "C" __global__ void filters_first(const T* batch, T* result, long long filters, long long images,
                                         long long positions) {
    for (EACH(i, filters * images * positions)) {
        const Index position = i % (Index)positions, plane = i / (Index)positions;
        const Index image = plane % (Index)images, filter = plane / (Index)images;
        result[i] = batch[(image * (Index)filters + filter) * (Index)positions + position];
    }
}
