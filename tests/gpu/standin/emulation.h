// CUDA on a CPU: enough of the language to compile a .cu source as C++, and a launcher that runs a grid.
//
// The threads of a block are fibers: each has a stack of its own, and runs until it comes to __syncthreads(), where the
// next one goes on. When all have come there, a new round begins, in the opposite order, so that a thread that reads
// what its neighbor has yet to write is found out. Blocks run one after the other. Kernels without __syncthreads() need
// no fibers: their threads are a loop.
//
// Found out, and reported by `emulation_error`: threads of one block that wait at different __syncthreads(), or of which
// some have ended while others wait.
#include <cmath>
#include <csetjmp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ucontext.h>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __restrict__
#define __shared__ static  // one block at a time: its shared memory is the process's
#define __constant__ static const
#define __launch_bounds__(...)
#define __ldg(pointer) (*(pointer))

using std::abs; using std::exp; using std::log; using std::sqrt; using std::pow; using std::fabs; using std::fmax;
using std::fmin; using std::floor; using std::ceil; using std::tanh; using std::log1p; using std::expm1; using std::isnan;
using std::sin; using std::cos; using std::erf; using std::cbrt; using std::trunc; using std::rint;
template <class N> static N min(N a, N b) { return a < b ? a : b; }
template <class N> static N max(N a, N b) { return a > b ? a : b; }
static inline float rsqrtf(float x) { return 1.0f / std::sqrt(x); }
static inline float rsqrt(float x) { return 1.0f / std::sqrt(x); }
static inline double rsqrt(double x) { return 1.0 / std::sqrt(x); }

struct dim3 { unsigned int x, y, z; };
static dim3 threadIdx, blockIdx, blockDim, gridDim;
static const int warpSize = 32;

static inline double __longlong_as_double(long long bits) { double x; memcpy(&x, &bits, 8); return x; }
static inline float __int_as_float(int bits) { float x; memcpy(&x, &bits, 4); return x; }
static inline int __float_as_int(float x) { int bits; memcpy(&bits, &x, 4); return bits; }
static inline unsigned int __umulhi(unsigned int a, unsigned int b) { return ((uint64_t)a * b) >> 32; }

// -- float16: kept in 16 bits, computed with as float ---------------------------------------------------------------------
struct __half {
    uint16_t bits;
    __half() = default;
    __half(float value) : bits(rounded(value)) {}
    __half(double value) : bits(rounded((float)value)) {}
    __half(int value) : bits(rounded((float)value)) {}
    __half(unsigned int value) : bits(rounded((float)value)) {}
    __half(long long value) : bits(rounded((float)value)) {}
    operator float() const {
        uint32_t sign = (uint32_t)(bits & 0x8000) << 16, exponent = bits >> 10 & 31, fraction = bits & 1023, found;
        if (exponent == 31) found = sign | 0x7f800000 | fraction << 13;
        else if (exponent) found = sign | (exponent + 112) << 23 | fraction << 13;
        else { float tiny = std::ldexp((float)fraction, -24); return sign ? -tiny : tiny; }
        float value; memcpy(&value, &found, 4); return value;
    }
    static uint16_t rounded(float value) {  // to the nearest, ties to even
        uint32_t from; memcpy(&from, &value, 4);
        uint16_t sign = from >> 16 & 0x8000;
        if (std::isnan(value)) return sign | 0x7e00;
        float size = std::fabs(value);
        if (size >= 65520.0f) return sign | 0x7c00;
        int exponent = -13;
        if (size > 0) std::frexp(size, &exponent);  // size = fraction * 2**exponent, fraction in [0.5, 1)
        int unit = (exponent < -13 ? -13 : exponent) - 11;  // the last bit of the result is worth 2**unit
        int units = (int)std::nearbyint(std::ldexp(size, -unit));  // 1024 to 2048; less for the smallest numbers
        return sign | (uint16_t)(((unit + 24) << 10) + units);
    }
};

// -- atomics: there is one thread at a time -------------------------------------------------------------------------------
template <class N, class M> static N atomicAdd(N* place, M value) { N old = *place; *place = (N)(old + value); return old; }
template <class N, class M> static N atomicMax(N* place, M value) { N old = *place; if (value > old) *place = value; return old; }
template <class N, class M> static N atomicExch(N* place, M value) { N old = *place; *place = value; return old; }
static inline unsigned int atomicInc(unsigned int* place, unsigned int limit) {
    unsigned int old = *place; *place = old >= limit ? 0 : old + 1; return old;
}
static inline void __threadfence() {}

// -- fibers ---------------------------------------------------------------------------------------------------------------
namespace emulation {
const int MAX_FIBERS = 1024;
const size_t STACK = 128 << 10;
enum State { READY, WAITING, ENDED };
struct Fiber { ucontext_t first; jmp_buf place; bool begun; State state; int line; char* stack; };
static Fiber fibers[MAX_FIBERS];
static jmp_buf scheduler;
static int current;
static void (*program)(void**);
static void** arguments;
static char error[256];

static void pause(State state) {
    fibers[current].state = state;
    if (!_setjmp(fibers[current].place)) _longjmp(scheduler, 1);
}
static void barrier(int line) { fibers[current].line = line; pause(WAITING); }
static void live() { for (;;) { program(arguments); pause(ENDED); } }

static void place_thread(int number) {
    threadIdx = {number % blockDim.x, number / blockDim.x % blockDim.y, number / (blockDim.x * blockDim.y)};
}
static void resume(volatile int number) {
    current = number;
    place_thread(number);
    Fiber& fiber = fibers[number];
    if (_setjmp(scheduler)) return;
    if (fiber.begun) _longjmp(fiber.place, 1);
    fiber.begun = true;
    if (!fiber.stack) fiber.stack = (char*)malloc(STACK);
    getcontext(&fiber.first);
    fiber.first.uc_stack.ss_sp = fiber.stack;
    fiber.first.uc_stack.ss_size = STACK;
    fiber.first.uc_link = nullptr;
    makecontext(&fiber.first, live, 0);
    setcontext(&fiber.first);
}
static void run_block_of_fibers(int threads) {
    for (int i = 0; i < threads; ++i) fibers[i].state = READY;
    for (volatile int round = 0;; ++round) {
        for (volatile int i = 0; i < threads; ++i) {
            int number = round % 2 ? threads - 1 - i : i;
            if (fibers[number].state == READY) resume(number);
        }
        int waiting = 0, line = 0;
        for (int i = 0; i < threads; ++i) {
            if (fibers[i].state != WAITING) continue;
            if (waiting && fibers[i].line != line)
                snprintf(error, sizeof error, "threads of one block wait at lines %d and %d", line, fibers[i].line);
            line = fibers[i].line;
            ++waiting;
        }
        if (!waiting) return;
        if (waiting < threads)
            snprintf(error, sizeof error, "%d of %d threads of a block ended while others wait at line %d",
                     threads - waiting, threads, line);
        for (int i = 0; i < threads; ++i)
            if (fibers[i].state == WAITING) fibers[i].state = READY;
    }
}
static void launch(void (*kernel)(void**), bool waits, const unsigned int* sizes, void** values) {
    gridDim = {sizes[0], sizes[1], sizes[2]};
    blockDim = {sizes[3], sizes[4], sizes[5]};
    program = kernel;
    arguments = values;
    error[0] = 0;
    const int threads = blockDim.x * blockDim.y * blockDim.z;
    for (unsigned int z = 0; z < gridDim.z; ++z)
        for (unsigned int y = 0; y < gridDim.y; ++y)
            for (unsigned int x = 0; x < gridDim.x; ++x) {
                blockIdx = {x, y, z};
                if (waits) run_block_of_fibers(threads);
                else for (int i = 0; i < threads; ++i) { place_thread(i); kernel(values); }
            }
}
}  // namespace emulation
extern "C" const char* emulation_error() { return emulation::error; }
#define __syncthreads() emulation::barrier(__LINE__)
