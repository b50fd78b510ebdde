// check.h: tests as functions that fail by a message. TEST(name) { CHECK(a == b); }
#pragma once

#include <sstream>
#include <string>

namespace checks
{

struct Failure
{
    std::string message;
};

/// A test of the file it stands in, on the program's list before main begins.
struct Test
{
    const char* file;
    const char* name;
    void (*body)();
    const Test* next;

    Test(const char* file, const char* name, void (*body)());
};

/// "relu" for ".../relu_test.cpp".
std::string group(const Test& test);

[[noreturn]] inline void fail(const char* file, int line, const std::string& what) { throw Failure{std::string(file) + ":" + std::to_string(line) + ": " + what}; }

}  // namespace checks

#define TEST(name)                                               \
    static void name();                                          \
    static const checks::Test name##_test(__FILE__, #name, name); \
    static void name()

#define CHECK(condition)                                   \
    do                                                     \
    {                                                      \
        if (!(condition))                                  \
            checks::fail(__FILE__, __LINE__, #condition);  \
    } while (false)

#define CHECK_EQUAL(actual, expected)                                                                       \
    do                                                                                                      \
    {                                                                                                       \
        const auto& actual_value = (actual);                                                                \
        const auto& expected_value = (expected);                                                            \
        if (!(actual_value == expected_value))                                                              \
        {                                                                                                   \
            std::ostringstream text;                                                                        \
            text << #actual " is " << actual_value << ", not " << expected_value;                           \
            checks::fail(__FILE__, __LINE__, text.str());                                                   \
        }                                                                                                   \
    } while (false)
