#include "simulator/image.h"

#include <link.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <sstream>
#include <vector>

#include "simulator/device.h"

namespace simulator
{

namespace
{

/// dl_iterate_phdr's callback: fills the image if this is the file that this function belongs to.
int look(dl_phdr_info* file, size_t, void* result)
{
    Image image;
    image.base = reinterpret_cast<const char*>(file->dlpi_addr);
    image.begin = reinterpret_cast<const char*>(~uintptr_t{0});
    for (int i = 0; i < file->dlpi_phnum; i++)
    {
        const auto& part = file->dlpi_phdr[i];
        if (part.p_type == PT_TLS)
        {
            image.thread_local_begin = static_cast<const char*>(file->dlpi_tls_data);
            image.thread_local_bytes = part.p_memsz;
        }
        if (part.p_type != PT_LOAD)
            continue;
        image.begin = std::min(image.begin, image.base + part.p_vaddr);
        image.end = std::max(image.end, image.base + part.p_vaddr + part.p_memsz);
    }
    const char* const here = reinterpret_cast<const char*>(&look);
    if (here < image.begin || here >= image.end)
        return 0;
    image.path = std::filesystem::canonical(file->dlpi_name[0] ? file->dlpi_name : "/proc/self/exe");
    *static_cast<Image*>(result) = image;
    return 1;
}

/// addr2line's answer: "path/file.cu:12 (discriminator 3)" for each address and each function inlined there.
std::vector<std::string> kernel_lines(const std::string& command)
{
    std::vector<std::string> lines;
    FILE* const pipe = popen(command.c_str(), "r");
    if (!pipe)
        return lines;
    for (char text[4096]; fgets(text, sizeof(text), pipe);)
    {
        std::string line = text;
        line = line.substr(0, line.find_first_of(" \n"));
        line = line.substr(line.rfind('/') + 1);
        if (line.find(".cu") != std::string::npos && (lines.empty() || lines.back() != line))
            lines.push_back(line);
    }
    pclose(pipe);
    return lines;
}

}  // namespace

Image Image::own()
{
    // Touched, so that this OS thread has its copy.
    const volatile unsigned touched = here.thread.x;
    static_cast<void>(touched);
    Image image;
    dl_iterate_phdr(look, &image);
    return image;
}

std::string source_lines(const Image& image, const uint32_t* offsets, int count)
{
    std::ostringstream command, text;
    command << "addr2line -i -e '" << image.path << "'" << std::hex;
    for (int i = 0; i < count; i++)
        command << " 0x" << offsets[i] - 1;  // the call, not where it returns to
    command << " 2>/dev/null";
    const auto lines = kernel_lines(command.str());
    for (size_t i = 0; i < lines.size(); i++)
        text << (i ? ", called at " : "") << lines[i];
    if (lines.empty())
        text << "+0x" << std::hex << offsets[0];
    return text.str();
}

}  // namespace simulator
