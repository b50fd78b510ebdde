// atomics.cpp: real atomics, since other blocks run at the same time on other cores.
#include "simulator/device.h"
#include "simulator/watch.h"

namespace
{

template <typename T>
void look(T* address, bool reads)
{
    if (simulator::watch)
        simulator::watch->atomic(address, sizeof(T), reads);
}

template <typename T, typename Change>
T change(T* address, Change to)
{
    look(address, true);
    T before = __atomic_load_n(address, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(address, &before, to(before), true, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
        ;
    return before;
}

template <typename T>
T add(T* address, T value)
{
    look(address, true);
    return __atomic_fetch_add(address, value, __ATOMIC_SEQ_CST);
}

template <typename T>
T largest(T* address, T value)
{
    return change(address, [value](T before) { return before > value ? before : value; });
}

template <typename T>
T smallest(T* address, T value)
{
    return change(address, [value](T before) { return before < value ? before : value; });
}

template <typename T>
T exchange(T* address, T value)
{
    look(address, false);
    return __atomic_exchange_n(address, value, __ATOMIC_SEQ_CST);
}

template <typename T>
T compare_and_swap(T* address, T expected, T value)
{
    look(address, true);
    __atomic_compare_exchange_n(address, &expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return expected;
}

}  // namespace

int atomicAdd(int* address, int value) { return add(address, value); }
unsigned atomicAdd(unsigned* address, unsigned value) { return add(address, value); }
unsigned long long atomicAdd(unsigned long long* address, unsigned long long value) { return add(address, value); }

float atomicAdd(float* address, float value)
{
    return __uint_as_float(change(reinterpret_cast<unsigned*>(address), [value](unsigned before) { return __float_as_uint(__uint_as_float(before) + value); }));
}

int atomicMax(int* address, int value) { return largest(address, value); }
unsigned atomicMax(unsigned* address, unsigned value) { return largest(address, value); }
unsigned long long atomicMax(unsigned long long* address, unsigned long long value) { return largest(address, value); }
int atomicMin(int* address, int value) { return smallest(address, value); }
unsigned atomicMin(unsigned* address, unsigned value) { return smallest(address, value); }
unsigned long long atomicMin(unsigned long long* address, unsigned long long value) { return smallest(address, value); }
int atomicExch(int* address, int value) { return exchange(address, value); }
unsigned atomicExch(unsigned* address, unsigned value) { return exchange(address, value); }
unsigned long long atomicExch(unsigned long long* address, unsigned long long value) { return exchange(address, value); }
int atomicCAS(int* address, int expected, int value) { return compare_and_swap(address, expected, value); }
unsigned atomicCAS(unsigned* address, unsigned expected, unsigned value) { return compare_and_swap(address, expected, value); }

unsigned long long atomicCAS(unsigned long long* address, unsigned long long expected, unsigned long long value)
{
    return compare_and_swap(address, expected, value);
}

void __threadfence() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
