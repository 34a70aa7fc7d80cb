// What all sources share: the loop over elements, and sums and maxima over the threads of a block.
//
// A kernel is the program of ONE thread; thousands run it at a time. Threads come in blocks (here of 32 to 512), the
// threads of a block can wait for each other and share a small fast memory, blocks know nothing of each other. The
// hardware runs 32 neighboring threads, a warp, in step. When the 32 read 32 neighboring numbers, memory delivers them
// in one transaction ("coalesced"); scattered, in up to 32. So everywhere here neighboring threads take neighboring
// elements.

// Grid-stride loop: thread number i takes elements i, i + threads, i + 2 * threads, ... The grid need not match the
// array, reads stay coalesced in every round, and a grid that fits the GPU is set up once instead of a block for each
// 256 elements.
#define EACH(i, count)                                                                    \
    Index i = blockIdx.x * (Index)blockDim.x + threadIdx.x; i < (Index)(count);           \
    i += (Index)blockDim.x * gridDim.x

// The elements of one row among the threads of one block: the same walk within a block.
#define EACH_OF_ROW(i, count) Index i = threadIdx.x; i < (Index)(count); i += blockDim.x

const int MAX_THREADS = 512;  // of a block that sums; a power of two

// NVRTC has no <limits>, so infinity comes from its bits.
__device__ inline A infinity() { return (A)__longlong_as_double(0x7ff0000000000000LL); }

__device__ inline A larger(A a, A b) { return a > b ? a : b; }

// Return to every thread the sum of `value` over all threads of the block, which are a power of two.
//
// A tree in shared memory: the upper half of the numbers is added to the lower half until one is left, log2(n) rounds.
// The order is always the same, so is the last bit of the result. __syncthreads() separates the rounds, and all threads
// of the block have to come to it: a block never calls this in a branch that some of its threads do not take.
__device__ inline A block_sum(A value) {
    __shared__ A part[MAX_THREADS];
    __syncthreads();  // whoever still reads the result of the call before
    part[threadIdx.x] = value;
    for (unsigned int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) part[threadIdx.x] += part[threadIdx.x + half];
    }
    __syncthreads();
    return part[0];
}

// Return to every thread the largest `value` of the block.
__device__ inline A block_max(A value) {
    __shared__ A part[MAX_THREADS];
    __syncthreads();
    part[threadIdx.x] = value;
    for (unsigned int half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) part[threadIdx.x] = larger(part[threadIdx.x], part[threadIdx.x + half]);
    }
    __syncthreads();
    return part[0];
}
