// A window that moves over an image, in up to three dimensions.
//
// An image of one dimension is a volume of extent 1 in the other two, and its window has size 1, stride 1 and no
// padding there; so one kernel serves (batch, channel, width), (..., height, width) and (..., depth, height, width).
struct Window {
    int size[3];    // of the image, in pixels
    int out[3];     // how many windows there are along each axis
    int kernel[3];  // size of the window
    int stride[3];  // pixels between two windows
    int dilate[3];  // pixels between two taps of a window
    int pad[3];     // pixels of padding in front
};

__device__ inline int volume(const int* extents) { return extents[0] * extents[1] * extents[2]; }

// The place of a number in a box, counted row by row: the last axis fastest.
struct Place {
    int at[3];
    __device__ Place(int number, const int* extents) {
        at[2] = number % extents[2];
        number /= extents[2];
        at[1] = number % extents[1];
        at[0] = number / extents[1];
    }
};

// The windows without dilation that touch a pixel: along each axis from one, up to and without another.
struct WindowsOver {
    int from[3], to[3];
    __device__ WindowsOver(const Place& pixel, const Window& w) {
        for (int axis = 0; axis < 3; ++axis) {
            const int padded = pixel.at[axis] + w.pad[axis];
            from[axis] = padded < w.kernel[axis] ? 0 : (padded - w.kernel[axis]) / w.stride[axis] + 1;
            to[axis] = min(padded / w.stride[axis] + 1, w.out[axis]);
        }
    }
};

__device__ inline bool inside(int position, int size) { return 0 <= position && position < size; }
