// manifest: writes <folder>/<module>.ptx for each module of the simulator. The host loads these as it loads PTX, and the
// layouts in them are held against its own structs.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string_view>

#include "simulator/launch.h"

namespace
{

void describe(const simulator::Field* fields, int count, std::ostream& out)
{
    for (int i = 0; i < count; i++)
        out << (i ? ", " : " ") << fields[i].name << ' ' << fields[i].offset << ' ' << fields[i].size;
    out << '\n';
}

void describe(const simulator::Kernel& kernel, std::ostream& out)
{
    size_t alignment = 1;
    for (int i = 0; i < kernel.field_count; i++)
        alignment = std::max(alignment, kernel.fields[i].size);
    out << ".visible .entry " << kernel.name << "(.param .align " << alignment << " .b8 " << kernel.name << "_param_0[" << kernel.param_bytes << "])\n";
    out << "// layout " << kernel.name << ' ' << kernel.params << ' ' << kernel.param_bytes << ':';
    describe(kernel.fields, kernel.field_count, out);
}

void describe(const simulator::Struct& row, std::ostream& out)
{
    out << "// row " << row.name << ' ' << row.bytes << ':';
    describe(row.fields, row.field_count, out);
}

/// A struct of which a table in device memory is made: no kernel takes it by itself.
bool is_row(const simulator::Struct& type)
{
    for (const simulator::Kernel* kernel : simulator::all_kernels())
        if (std::string_view(kernel->params) == type.name)
            return false;
    return true;
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
    for (const simulator::Struct* type : simulator::all_structs())
        if (is_row(*type))
            describe(*type, modules[type->module]);
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
