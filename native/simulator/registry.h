// registry.h: KERNEL and FIELDS as the simulator understands them. Every entry point puts itself on a list before main
// begins, and so does every struct with FIELDS: an entry point's parameters, or a row of a table that the host uploads.
#pragma once

#include <cstddef>

#include "simulator/launch.h"

namespace simulator
{

struct Layout
{
    const Field* fields;
    int count;
};

/// Whether the fields are all there, in order: each of them lies where the one before it ends, aligned to its own size.
constexpr bool complete(const Field* fields, size_t count, size_t struct_bytes)
{
    size_t end = 0, widest = 1;
    for (size_t i = 0; i < count; i++)
    {
        if (fields[i].offset != (end + fields[i].size - 1) / fields[i].size * fields[i].size)
            return false;
        end = fields[i].offset + fields[i].size;
        widest = fields[i].size > widest ? fields[i].size : widest;
    }
    return struct_bytes == (end + widest - 1) / widest * widest;
}

struct Registration
{
    Kernel kernel;
    const Registration* next;

    Registration(const char* module, const char* name, const char* params, size_t param_bytes, int max_threads, void (*body)(const void*), Layout layout);
};

struct StructRegistration
{
    Struct type;
    const StructRegistration* next;

    StructRegistration(const char* module, const char* name, size_t bytes, Layout layout);
};

}  // namespace simulator

// SIMULATOR_EACH(do, a, b, ...) is do(a) do(b) ...: the preprocessor looks again at what it made, 64 times at most.
#define SIMULATOR_SCAN(...) SIMULATOR_SCAN_16(SIMULATOR_SCAN_16(SIMULATOR_SCAN_16(SIMULATOR_SCAN_16(__VA_ARGS__))))
#define SIMULATOR_SCAN_16(...) SIMULATOR_SCAN_4(SIMULATOR_SCAN_4(SIMULATOR_SCAN_4(SIMULATOR_SCAN_4(__VA_ARGS__))))
#define SIMULATOR_SCAN_4(...) SIMULATOR_SCAN_1(SIMULATOR_SCAN_1(SIMULATOR_SCAN_1(SIMULATOR_SCAN_1(__VA_ARGS__))))
#define SIMULATOR_SCAN_1(...) __VA_ARGS__
#define SIMULATOR_NONE
#define SIMULATOR_EACH(do, ...) SIMULATOR_SCAN(SIMULATOR_FIRST(do, __VA_ARGS__))
#define SIMULATOR_FIRST(do, first, ...) do (first) __VA_OPT__(SIMULATOR_REST SIMULATOR_NONE()(do, __VA_ARGS__))
#define SIMULATOR_REST() SIMULATOR_FIRST

#define SIMULATOR_FIELD(field) {#field, offsetof(Struct, field), sizeof(Struct::field)},

#define FIELDS(Params, ...)                                                                                                    \
    [[maybe_unused]] static simulator::Layout layout_of(const Params*)                                                         \
    {                                                                                                                          \
        using Struct = Params;                                                                                                 \
        static constexpr simulator::Field fields[] = {SIMULATOR_EACH(SIMULATOR_FIELD, __VA_ARGS__)};                           \
        static_assert(simulator::complete(fields, sizeof(fields) / sizeof(*fields), sizeof(Struct)), "FIELDS: every field in order"); \
        return {fields, sizeof(fields) / sizeof(*fields)};                                                                     \
    }                                                                                                                          \
    static const simulator::StructRegistration Params##_registration(KERNEL_MODULE, #Params, sizeof(Params), layout_of(static_cast<const Params*>(nullptr)));

#define KERNEL(name, Params, threads)                                                                                               \
    static void name([[maybe_unused]] const Params& args);                                                                          \
    static const simulator::Registration name##_registration(                                                                       \
        KERNEL_MODULE, #name, #Params, sizeof(Params), threads, [](const void* args) { name(*static_cast<const Params*>(args)); }, \
        layout_of(static_cast<const Params*>(nullptr)));                                                                            \
    static void name([[maybe_unused]] const Params& args)
