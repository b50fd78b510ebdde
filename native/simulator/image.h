// image.h: the loaded file that this code is part of, whether program or library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace simulator
{

/// Where the file lies in memory.
struct Image
{
    std::string path;
    const char* base = nullptr;  // what the file's own addresses count from
    const char* begin = nullptr;
    const char* end = nullptr;
    const char* thread_local_begin = nullptr;  // of the calling OS thread
    size_t thread_local_bytes = 0;

    /// As seen from the calling OS thread.
    static Image own();
};

/// "file.cuh:12, called at kernel.cu:34" for offsets into the image from the inside out, as far as they lie in kernels;
/// offsets alone where addr2line is not installed.
std::string source_lines(const Image& image, const uint32_t* offsets, int count);

}  // namespace simulator
