// One step of an optimizer on many weights at once ("multi-tensor"). T is the dtype of weights and gradients, U that of
// states and master copies: float for __half weights that are kept in float as well, else T.
//
// A network has many small arrays, and a kernel for each would mostly be the time of starting it. So one launch gets the
// addresses of up to TENSORS arrays, by value, in the constant memory that holds a kernel's arguments (4 KB).
// blockIdx.y is the number of the array; the blocks along x share out its elements. A block that has none ends at once.
//
// Each thread reads a weight, its gradient and its states once, and writes the new values once: the memory that has to
// move is all that moves.
#include "common.cuh"

const int TENSORS = 64;

struct Tensors {
    unsigned long long count[TENSORS];
    T* weight[TENSORS];
    const T* grad[TENSORS];
    U* state[3][TENSORS];
};

#define STEP_OF_EACH(i)                                                     \
    const int tensor = blockIdx.y;                                          \
    T* weight = tensors.weight[tensor];                                     \
    const T* grad = tensors.grad[tensor];                                   \
    for (EACH(i, tensors.count[tensor]))

// clip(rescale * grad); a negative bound is none.
__device__ inline A clipped(A value, double bound) {
    if (bound < 0) return value;
    const A limit = (A)bound;
    return value > limit ? limit : value < -limit ? -limit : value;
}

// weight -= lr * (clip(rescale * grad) + wd * weight)
extern "C" __global__ void sgd(Tensors tensors, double lr, double wd, double rescale, double bound) {
    STEP_OF_EACH(i) {
        const A w = (A)weight[i], slope = clipped((A)rescale * (A)grad[i], bound);
        weight[i] = (T)(w - (A)lr * (slope + (A)wd * w));
    }
}

// mom = momentum * mom - lr * (clip(rescale * grad) + wd * weight); weight += mom
extern "C" __global__ void sgd_momentum(Tensors tensors, double lr, double wd, double rescale, double bound,
                                        double momentum) {
    STEP_OF_EACH(i) {
        const A w = (A)weight[i], slope = clipped((A)rescale * (A)grad[i], bound);
        const A mom = (A)momentum * (A)tensors.state[0][tensor][i] - (A)lr * (slope + (A)wd * w);
        tensors.state[0][tensor][i] = (U)mom;
        weight[i] = (T)(w + mom);
    }
}

// The same on master copies, state 0; the weight is the rounded copy.
extern "C" __global__ void master_sgd(Tensors tensors, double lr, double wd, double rescale, double bound) {
    STEP_OF_EACH(i) {
        U* master = tensors.state[0][tensor];
        const A w = (A)master[i], slope = clipped((A)rescale * (A)grad[i], bound);
        const A updated = w - (A)lr * (slope + (A)wd * w);
        master[i] = (U)updated;
        weight[i] = (T)updated;
    }
}

// State 0 is the momentum, state 1 the master copy.
extern "C" __global__ void master_sgd_momentum(Tensors tensors, double lr, double wd, double rescale, double bound,
                                               double momentum) {
    STEP_OF_EACH(i) {
        U* master = tensors.state[1][tensor];
        const A w = (A)master[i], slope = clipped((A)rescale * (A)grad[i], bound);
        const A mom = (A)momentum * (A)tensors.state[0][tensor][i] - (A)lr * (slope + (A)wd * w);
        tensors.state[0][tensor][i] = (U)mom;
        master[i] = (U)(w + mom);
        weight[i] = (T)(w + mom);
    }
}

// Nesterov's: mom = momentum * mom - step; weight += momentum * mom - step
extern "C" __global__ void nesterov(Tensors tensors, double lr, double wd, double rescale, double bound,
                                    double momentum) {
    STEP_OF_EACH(i) {
        const A w = (A)weight[i], slope = clipped((A)rescale * (A)grad[i], bound), step = (A)lr * (slope + (A)wd * w);
        const A mom = (A)momentum * (A)tensors.state[0][tensor][i] - step;
        tensors.state[0][tensor][i] = (U)mom;
        weight[i] = (T)(w + (A)momentum * mom - step);
    }
}

// Adam without its correction of the bias, which the learning rate already has in it:
// g = clip(rescale * grad + wd * weight), mean and variance its decaying averages, weight -= lr * mean / (sqrt(var) + eps).
// `rest1` and `rest2` are 1 - beta1 and 1 - beta2.
extern "C" __global__ void adam(Tensors tensors, double lr, double wd, double rescale, double bound, double beta1,
                                double beta2, double rest1, double rest2, double epsilon) {
    STEP_OF_EACH(i) {
        const A w = (A)weight[i], g = clipped((A)rescale * (A)grad[i] + (A)wd * w, bound);
        const A mean = (A)beta1 * (A)tensors.state[0][tensor][i] + (A)rest1 * g;
        const A var = (A)beta2 * (A)tensors.state[1][tensor][i] + (A)rest2 * g * g;
        tensors.state[0][tensor][i] = (U)mean;
        tensors.state[1][tensor][i] = (U)var;
        weight[i] = (T)(w - (A)lr * mean / (sqrt(var) + (A)epsilon));
    }
}

// RMSProp: g as in adam, square = the decaying average of g**2, weight -= lr * g / sqrt(square + eps), clipped.
extern "C" __global__ void rmsprop(Tensors tensors, double lr, double wd, double rescale, double bound, double gamma,
                                   double rest, double epsilon, double weight_bound) {
    STEP_OF_EACH(i) {
        const A w = (A)weight[i], g = clipped((A)rescale * (A)grad[i] + (A)wd * w, bound);
        const A square = (A)gamma * (A)tensors.state[0][tensor][i] + (A)rest * g * g;
        tensors.state[0][tensor][i] = (U)square;
        weight[i] = (T)clipped(w - (A)lr * g / sqrt(square + (A)epsilon), weight_bound);
    }
}
