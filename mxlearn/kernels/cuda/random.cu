// Random bits from Philox, a generator that keeps no state between numbers: bits = f(key, counter).
//
// f mixes the counter with the key in ten rounds of multiplication, so well that counters 0, 1, 2, ... give independent
// bits. Every thread computes its own numbers from (seed, how many launches there were, its number), whichever block it
// is in, and nothing is passed from one to the next.
//
// The state of a stream lies on the device: state[0] is the seed, state[1] the number of launches so far, state[2]
// counts the blocks that have finished. The last block advances state[1]: no value goes from the host to the device or
// back, so that a launch recorded in a CUDA graph draws new numbers each time it is replayed.
//
// Reference: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
#include "common.cuh"

struct Four {
    unsigned int bits[4];
};

__device__ inline Four philox(unsigned long long seed, unsigned long long launch, unsigned long long number) {
    unsigned int a = (unsigned int)number, b = (unsigned int)(number >> 32);
    unsigned int c = (unsigned int)launch, d = (unsigned int)(launch >> 32);
    unsigned int key = (unsigned int)seed, other_key = (unsigned int)(seed >> 32);
    for (int round = 0; round < 10; ++round) {
        const unsigned int high = __umulhi(0xD2511F53u, a), low = 0xD2511F53u * a;
        const unsigned int other_high = __umulhi(0xCD9E8D57u, c), other_low = 0xCD9E8D57u * c;
        a = other_high ^ b ^ key;
        b = other_low;
        c = high ^ d ^ other_key;
        d = low;
        key += 0x9E3779B9u;        // the golden ratio, and
        other_key += 0xBB67AE85u;  // sqrt(3) - 1, as fractions of 2**32
    }
    return Four{{a, b, c, d}};
}

// To be called by all threads when they have read the state.
__device__ inline void advance(unsigned long long* state) {
    __syncthreads();
    if (threadIdx.x == 0 && atomicInc((unsigned int*)&state[2], gridDim.x - 1) == gridDim.x - 1) state[1] += 1;
}

// out = data * mask, where an element of the mask is 1 / keep with probability `keep` and 0 otherwise. Without data and
// out (null), only the mask is made. A thread draws four numbers at once and uses them for four neighbors.
extern "C" __global__ void dropout(const T* data, T* out, T* mask, unsigned long long* state, double keep,
                                   long long count) {
    const unsigned long long seed = state[0], launch = state[1];
    const A scale = keep > 0 ? (A)(1.0 / keep) : (A)0;
    for (EACH(i, (count + 3) / 4)) {
        const Four drawn = philox(seed, launch, i);
        for (int j = 0; j < 4; ++j) {
            const Index at = i * 4 + j;
            if (at >= (Index)count) break;
            const float uniform = (drawn.bits[j] >> 8) * (1.0f / 16777216);  // 24 bits: in [0, 1), exact
            const A factor = uniform < (float)keep ? scale : (A)0;
            mask[at] = (T)factor;
            if (data) out[at] = (T)((A)data[at] * factor);
        }
    }
    advance(state);
}
