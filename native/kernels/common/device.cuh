// device.cuh: the one door between a kernel and what compiles it.
//
// nvcc compiles a kernel to PTX; a host C++ compiler compiles the same file against native/simulator/device.h, where
// threadIdx, __syncthreads and their like are functions of a simulated block. A kernel includes nothing else of either.
//
//   KERNEL(name, Params, threads) { ... }   an entry point: one parameter struct by value, seen as `args`; at most
//                                           `threads` threads a block. Names are operator_pass or operator_pass_type.
//   KERNEL_RESIDENT(..., threads, blocks)   the same, with registers for at least `blocks` blocks at a time on a multiprocessor
//   FIELDS(Params, a, b, ...)               after each struct that the host fills (parameters, rows of a table): its
//                                           fields in order, so that the host's twin can be held against what the
//                                           compiler laid out.
//   DYNAMIC_SHARED(type, name)              the launch's dynamic shared memory, 16-byte aligned.
#pragma once

#if defined(__CUDACC__)

#define DEVICE __device__ __forceinline__
#define KERNEL(name, Params, threads) extern "C" __global__ void __launch_bounds__(threads) name(const __grid_constant__ Params args)
#define KERNEL_RESIDENT(name, Params, threads, blocks) \
    extern "C" __global__ void __launch_bounds__(threads, blocks) name(const __grid_constant__ Params args)
#define FIELDS(...)
#define DYNAMIC_SHARED(type, name)                         \
    extern __shared__ __align__(16) unsigned char dynamic_shared_bytes[]; \
    type* const name = reinterpret_cast<type*>(dynamic_shared_bytes)

#else

#include "simulator/device.h"

#define KERNEL_RESIDENT(name, Params, threads, blocks) KERNEL(name, Params, threads)

#endif
