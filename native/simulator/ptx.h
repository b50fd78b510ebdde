// ptx.h: what the driver reads in a module's text: its version, its target, and its entries with the bytes of their
// parameters. The instructions are not looked at; the kernels that run are those linked in.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/driver.h"

namespace simulator
{

struct PtxEntry
{
    std::string name;
    size_t param_bytes;
};

struct PtxModule
{
    std::vector<PtxEntry> entries;
    int version = 0;  // 78 for ".version 7.8"; 0 where the text names none, as the stubs do
    int target = 0;   // 90 for ".target sm_90a"
};

/// What is wrong with a text, and how a driver says so.
struct PtxError
{
    CUresult code;
    std::string message;
};

/// Throws PtxError.
PtxModule read_ptx(std::string_view text);

/// Throws PtxError where a driver of this version refuses the module for a device of this compute capability (90 for 9.0).
void check_ptx(const PtxModule& module, int driver_version, int capability);

}  // namespace simulator
