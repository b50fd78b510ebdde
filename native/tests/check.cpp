// check.cpp: runs the program's tests, or those of the files whose groups are named. Exit code 1 if one failed or none ran.
#include "tests/check.h"

#include <algorithm>
#include <cstring>
#include <iostream>
#include <vector>

namespace checks
{

namespace
{

const Test* first = nullptr;

bool passes(const Test& test)
{
    try
    {
        test.body();
        return true;
    }
    catch (const Failure& failure)
    {
        std::cout << "FAILED " << group(test) << '.' << test.name << ": " << failure.message << std::endl;
        return false;
    }
}

}  // namespace

Test::Test(const char* file, const char* name, void (*body)()) : file(file), name(name), body(body), next(first) { first = this; }

std::string group(const Test& test)
{
    const char* const slash = strrchr(test.file, '/');
    const std::string stem = slash ? slash + 1 : test.file;
    return stem.substr(0, std::min(stem.find("_test"), stem.find('.')));
}

}  // namespace checks

int main(int count, char** arguments)
{
    const std::vector<std::string> wanted(arguments + 1, arguments + count);
    int passed = 0, failed = 0;
    for (const checks::Test* test = checks::first; test; test = test->next)
        if (wanted.empty() || std::find(wanted.begin(), wanted.end(), group(*test)) != wanted.end())
            (checks::passes(*test) ? passed : failed)++;
    std::cout << passed << " passed, " << failed << " failed" << std::endl;
    return failed > 0 || passed == 0;
}
