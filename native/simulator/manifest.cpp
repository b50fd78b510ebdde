// manifest: writes <folder>/<module>.ptx for each module of the simulator. The host loads these as it loads PTX, and the
// layouts in them are held against its own structs.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "simulator/launch.h"

namespace
{

void describe(const simulator::Kernel& kernel, std::ostream& out)
{
    size_t alignment = 1;
    for (int i = 0; i < kernel.field_count; i++)
        alignment = std::max(alignment, kernel.fields[i].size);
    out << ".visible .entry " << kernel.name << "(.param .align " << alignment << " .b8 " << kernel.name << "_param_0[" << kernel.param_bytes << "])\n";
    out << "// layout " << kernel.name << ' ' << kernel.params << ' ' << kernel.param_bytes << ':';
    for (int i = 0; i < kernel.field_count; i++)
        out << (i ? ", " : " ") << kernel.fields[i].name << ' ' << kernel.fields[i].offset << ' ' << kernel.fields[i].size;
    out << '\n';
}

}  // namespace

int main(int count, char** arguments)
{
    if (count != 2)
    {
        std::cerr << "usage: manifest FOLDER\n";
        return 2;
    }
    std::map<std::string, std::ostringstream> modules;
    for (const simulator::Kernel* kernel : simulator::all_kernels())
        describe(*kernel, modules[kernel->module]);
    const std::filesystem::path folder = arguments[1];
    std::filesystem::remove_all(folder);  // what has no source any more must not be loaded
    std::filesystem::create_directories(folder);
    for (const auto& [module, text] : modules)
    {
        std::ofstream file(folder / (module + ".ptx"));
        file << "// " << module << ".cu as the simulator runs it: entries and the layout of their parameters, no code\n" << text.str();
        if (!file.flush())
        {
            std::cerr << "cannot write " << (folder / (module + ".ptx")) << '\n';
            return 1;
        }
    }
    return 0;
}
