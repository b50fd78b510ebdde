// library_session.h: what the tests of the libraries' entry points begin with: numbers in device memory, and back.
#pragma once

#include <cmath>
#include <random>

#include "simulator/elements.h"
#include "tests/driver_session.h"

namespace library_tests
{

using namespace driver_tests;
using simulator::Element;
using Numbers = std::vector<float>;

inline Numbers random_numbers(size_t count, unsigned seed)
{
    std::mt19937 generator(seed);
    std::uniform_real_distribution<float> any(-1, 1);
    Numbers numbers(count);
    for (float& number : numbers)
        number = any(generator);
    return numbers;
}

/// The numbers as memory of that type gives them back.
inline Numbers as_stored(Numbers numbers, Element type)
{
    for (float& number : numbers)
        number = simulator::rounded(number, type);
    return numbers;
}

inline char* at(CUdeviceptr address) { return reinterpret_cast<char*>(address); }

inline CUdeviceptr upload(const Numbers& numbers, Element type = Element::f32)
{
    std::vector<char> bytes(numbers.size() * simulator::bytes_of(type));
    simulator::store(numbers.data(), static_cast<int>(numbers.size()), type, bytes.data());
    const CUdeviceptr address = allocate(bytes.size());
    OK(cuMemcpyHtoDAsync_v2(address, bytes.data(), bytes.size(), nullptr));
    OK(cuCtxSynchronize());
    return address;
}

/// Waits for everything first.
inline Numbers download(CUdeviceptr address, size_t count, Element type = Element::f32)
{
    std::vector<char> bytes(count * simulator::bytes_of(type));
    OK(cuCtxSynchronize());
    OK(cuMemcpyDtoHAsync_v2(bytes.data(), address, bytes.size(), nullptr));
    Numbers numbers(count);
    simulator::load(bytes.data(), 1, static_cast<int>(count), type, simulator::Rounding::none, numbers.data());
    return numbers;
}

/// The largest difference, and NaN if there is one in either.
inline double difference(const Numbers& one, const Numbers& other)
{
    double largest = one.size() == other.size() ? 0 : NAN;
    for (size_t i = 0; i < one.size() && i < other.size(); i++)
        largest = std::isnan(one[i] - other[i]) || std::isnan(largest) ? NAN : std::max(largest, std::fabs(static_cast<double>(one[i]) - other[i]));
    return largest;
}

}  // namespace library_tests
