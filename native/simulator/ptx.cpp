#include "simulator/ptx.h"

#include <algorithm>
#include <cctype>

namespace simulator
{

namespace
{

/// The text's words and signs; comments and strings are passed over.
class Reader
{
public:
    explicit Reader(std::string_view all) : text(all) {}

    /// The next word or sign, empty at the end. A word holds letters, digits and _ . $ %.
    std::string_view next()
    {
        skip_blank();
        const size_t first = at;
        while (at < text.size() && is_word(text[at]))
            at++;
        if (at == first && at < text.size())
            at++;
        return text.substr(first, at - first);
    }

    int line() const { return 1 + static_cast<int>(std::count(text.begin(), text.begin() + at, '\n')); }

    [[noreturn]] void fail(const std::string& message) const
    {
        throw PtxError{CUDA_ERROR_INVALID_PTX, "ptxas application ptx input, line " + std::to_string(line()) + "; fatal   : " + message};
    }

    void expect(std::string_view sign)
    {
        const std::string_view found = next();
        if (found != sign)
            fail("Parsing error near '" + std::string(found) + "': expected '" + std::string(sign) + "'");
    }

    size_t number()
    {
        const std::string_view word = next();
        if (word.empty() || word.size() > 9 || !std::all_of(word.begin(), word.end(), [](unsigned char c) { return isdigit(c); }))
            fail("Parsing error near '" + std::string(word) + "': expected a number");
        return std::stoul(std::string(word));
    }

private:
    static bool is_word(unsigned char c) { return isalnum(c) || c == '_' || c == '.' || c == '$' || c == '%'; }

    void skip_to(std::string_view mark)
    {
        const size_t found = text.find(mark, at);
        at = found == std::string_view::npos ? text.size() : found + mark.size();
    }

    void skip_blank()
    {
        while (at < text.size())
        {
            if (isspace(static_cast<unsigned char>(text[at])))
                at++;
            else if (text.substr(at, 2) == "//")
                skip_to("\n");
            else if (text.substr(at, 2) == "/*")
                skip_to("*/");
            else if (text[at] == '"')
            {
                at++;
                skip_to("\"");
            }
            else
                break;
        }
    }

    std::string_view text;
    size_t at = 0;
};

/// The digits of ".u64" or ".b8", in bytes.
size_t bytes_of(std::string_view type)
{
    const size_t digits = type.find_first_of("0123456789");
    return digits == std::string_view::npos ? 0 : std::stoul(std::string(type.substr(digits, 3))) / 8;
}

/// ".param .align 8 .b8 name[24]" or ".param .u64 name" behind what was read so far; the sign after it.
std::string_view read_parameter(Reader& reader, size_t& bytes)
{
    size_t element = 0, alignment = 0;
    std::string_view word = reader.next();
    for (; !word.empty() && word[0] == '.'; word = reader.next())
    {
        if (word == ".align")
            alignment = reader.number();
        else if (bytes_of(word) != 0)
            element = bytes_of(word);
    }
    if (element == 0 || word.empty())
        reader.fail("Parsing error near '" + std::string(word) + "': expected a parameter");
    size_t count = 1;
    word = reader.next();
    if (word == "[")
    {
        count = reader.number();
        reader.expect("]");
        word = reader.next();
    }
    alignment = std::max(alignment, element);
    bytes = (bytes + alignment - 1) / alignment * alignment + element * count;
    return word;
}

PtxEntry read_entry(Reader& reader)
{
    PtxEntry entry{std::string(reader.next()), 0};
    if (entry.name.empty() || (!isalpha(static_cast<unsigned char>(entry.name[0])) && entry.name[0] != '_' && entry.name[0] != '$' && entry.name[0] != '%'))
        reader.fail("Parsing error near '" + entry.name + "': expected an entry's name");
    reader.expect("(");
    std::string_view sign = reader.next();
    while (sign == ".param" || sign == ",")
    {
        if (sign == ",")
            reader.expect(".param");
        sign = read_parameter(reader, entry.param_bytes);
    }
    if (sign != ")")
        reader.fail("Parsing error near '" + std::string(sign) + "': expected ')'");
    return entry;
}

/// "7.8" is 78, "sm_90a" is 90.
int digits_of(std::string_view word)
{
    int value = 0;
    for (const char c : word)
        if (isdigit(static_cast<unsigned char>(c)) && value < 10000)
            value = 10 * value + (c - '0');
    return value;
}

}  // namespace

PtxModule read_ptx(std::string_view text)
{
    Reader reader(text);
    PtxModule module;
    int depth = 0;
    for (std::string_view word = reader.next(); !word.empty(); word = reader.next())
    {
        if (word == "{")
            depth++;
        else if (word == "}" && --depth < 0)
            reader.fail("Parsing error near '}': syntax error");
        else if (depth == 0 && word == ".version")
            module.version = digits_of(reader.next());
        else if (depth == 0 && word == ".target")
            module.target = digits_of(reader.next());
        else if (depth == 0 && word == ".entry")
            module.entries.push_back(read_entry(reader));
        else if (depth == 0 && isalpha(static_cast<unsigned char>(word[0])) && module.version == 0)
            reader.fail("Missing .version directive at start of file, near '" + std::string(word) + "'");
    }
    if (depth != 0)
        reader.fail("Parsing error near end of file: a brace is not closed");
    if (module.entries.empty() && module.version == 0)
        reader.fail("Missing .version directive at start of file");
    return module;
}

void check_ptx(const PtxModule& module, int driver_version, int capability)
{
    const int major = driver_version / 1000, minor = driver_version % 1000 / 10;
    const bool behind = major == 12 && minor >= 6;  // CUDA 12.6 brought no PTX of its own
    const int newest = 10 * (major - 4) + minor - behind;
    const auto text = [](int version) { return std::to_string(version / 10) + "." + std::to_string(version % 10); };
    if (module.version > newest)
        throw PtxError{CUDA_ERROR_UNSUPPORTED_PTX_VERSION,
                       "ptxas application ptx input; fatal   : Unsupported .version " + text(module.version) + "; current version is '" + text(newest) + "'"};
    if (module.target > capability)
        throw PtxError{CUDA_ERROR_INVALID_PTX, "ptxas fatal   : SM version specified by .target is higher than default SM version assumed"};
}

}  // namespace simulator
