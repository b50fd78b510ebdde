// What RETRIEVAL_SIMULATOR_SETTINGS plans for a process that a test cannot reach by the hooks: words like "driver_version=11080".
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>

#include "simulator/state.h"

namespace simulator::driver
{

namespace
{

constexpr size_t mebibyte = size_t{1} << 20;
constexpr int compute_capability_major = 75;

using Setter = void (*)(Settings&, long long);

const std::map<std::string, Setter> setters = {
    {"driver_version", [](Settings& settings, long long value) { settings.driver_version = static_cast<int>(value); }},
    {"device_count", [](Settings& settings, long long value) { settings.device_count = static_cast<int>(value); }},
    {"total_mebibytes", [](Settings& settings, long long value) { settings.total_memory = static_cast<size_t>(value) * mebibyte; }},
    {"others_mebibytes", [](Settings& settings, long long value) { settings.others_memory = static_cast<size_t>(value) * mebibyte; }},
    {"compute_capability", [](Settings& settings, long long value) { settings.attributes[compute_capability_major] = static_cast<int>(value); }},
    {"cudnn_version", [](Settings& settings, long long value) { settings.cudnn_version = static_cast<int>(value); }},
    {"cublaslt_version", [](Settings& settings, long long value) { settings.cublaslt_version = static_cast<int>(value); }},
    {"fail_grid", [](Settings& settings, long long value) { settings.next_fault = static_cast<int>(value); }},
};

/// A test that plans something else than it believes would prove nothing.
[[noreturn]] void refuse(const std::string& word)
{
    fprintf(stderr, "RETRIEVAL_SIMULATOR_SETTINGS: '%s' is no setting of the simulator (native/simulator/environment.cpp lists them)\n", word.c_str());
    abort();
}

}  // namespace

Settings planned_settings()
{
    Settings settings;
    const char* const planned = getenv("RETRIEVAL_SIMULATOR_SETTINGS");
    std::istringstream words(planned ? planned : "");
    for (std::string word; words >> word;)
    {
        const size_t equals = word.find('=');
        const auto setter = setters.find(word.substr(0, equals));
        char* end = nullptr;
        const long long value = equals == std::string::npos ? 0 : strtoll(word.c_str() + equals + 1, &end, 10);
        if (setter == setters.end() || !end || *end != 0 || end == word.c_str() + equals + 1)
            refuse(word);
        setter->second(settings, value);
    }
    return settings;
}

}  // namespace simulator::driver
