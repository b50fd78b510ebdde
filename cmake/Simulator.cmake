# Simulator.cmake: the kernels, compiled by the host's C++ compiler, with the engine that runs them and the driver's entry
# points. g++ or clang++ is all it needs. Leaves in <SIMULATOR_FOLDER>:
#   libretrieval-simulator.so            what the host loads in place of the driver
#   libretrieval-simulator-watched.so    the same, every access of a kernel checked (slower)
#   simulated/<module>.ptx               what the host loads in place of PTX: entries and layouts, no code
#
# Three flavours: plain, watched, sanitized (address and undefined behaviour). In the watched one only the kernels are
# instrumented, by the compiler's thread sanitizer, whose calls watch_hooks.cpp answers in place of its runtime.

find_package(Threads REQUIRED)
set(SIMULATOR_FOLDER "${CMAKE_SOURCE_DIR}/../out/native" CACHE PATH "where the simulator goes")

set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_EXTENSIONS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g")
add_compile_options(-Wall -Wextra -Werror -fvisibility=hidden -fno-strict-aliasing -fno-omit-frame-pointer)
include_directories("${CMAKE_SOURCE_DIR}" "${CMAKE_SOURCE_DIR}/kernels")

set(SANITIZED -fsanitize=address,undefined -fno-sanitize-recover=all -O1)
set(WATCHED -fsanitize=thread -O1)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  list(APPEND WATCHED "SHELL:-mllvm -tsan-instrument-read-before-write=1")  # x += 1 reads, too
endif()

# The sanitizers' runtimes are packages of their own in some places.
include(CheckCXXSourceCompiles)
set(CMAKE_REQUIRED_FLAGS "-fsanitize=address,undefined")
check_cxx_source_compiles("#include <sanitizer/asan_interface.h>\nint main() { return 0; }" HAS_SANITIZERS)
unset(CMAKE_REQUIRED_FLAGS)
set(FLAVOURS plain watched)
if(HAS_SANITIZERS)
  list(APPEND FLAVOURS sanitized)
else()
  message(WARNING "the compiler has no address sanitizer: kernels are not tested with it")
endif()

# simulator_kernels(<target> <flags> <.cu files>): kernels as objects; each file's stem is its module.
function(simulator_kernels target flags)
  add_library(${target} OBJECT ${ARGN})
  target_compile_options(${target} PRIVATE -Wno-unknown-pragmas ${flags})
  foreach(source IN LISTS ARGN)
    get_filename_component(module "${source}" NAME_WE)
    set_source_files_properties("${source}" PROPERTIES LANGUAGE CXX COMPILE_DEFINITIONS "KERNEL_MODULE=\"${module}\"")
  endforeach()
endfunction()

file(GLOB KERNEL_SOURCES CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/kernels/*.cu")
simulator_kernels(kernels_plain "" ${KERNEL_SOURCES})
simulator_kernels(kernels_watched "${WATCHED}" ${KERNEL_SOURCES})
if(HAS_SANITIZERS)
  simulator_kernels(kernels_sanitized "${SANITIZED}" ${KERNEL_SOURCES})
endif()

# The engine and the driver's entry points are the same objects in the plain and the watched flavour, but for memory.cpp
# and watch*.cpp.
file(GLOB ENGINE_SOURCES CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/simulator/*.cpp")
list(FILTER ENGINE_SOURCES EXCLUDE REGEX "/(memory|manifest|image|watch[a-z_]*)\\.cpp$")
file(GLOB WATCH_SOURCES CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/simulator/watch*.cpp" "${CMAKE_SOURCE_DIR}/simulator/image.cpp")
# What the libraries compute is tuned even where kernels are not.
set_source_files_properties("${CMAKE_SOURCE_DIR}/simulator/products.cpp" "${CMAKE_SOURCE_DIR}/simulator/elements.cpp" "${CMAKE_SOURCE_DIR}/simulator/convolution.cpp"
  PROPERTIES COMPILE_OPTIONS "-O3")
set(MEMORY_SOURCE "${CMAKE_SOURCE_DIR}/simulator/memory.cpp")
add_library(engine OBJECT ${ENGINE_SOURCES})
add_library(engine_plain OBJECT ${MEMORY_SOURCE})
add_library(engine_watched OBJECT ${MEMORY_SOURCE} ${WATCH_SOURCES})
target_compile_definitions(engine_watched PRIVATE SIMULATOR_WATCHED)
if(HAS_SANITIZERS)
  add_library(engine_sanitized OBJECT ${ENGINE_SOURCES} ${MEMORY_SOURCE})
  target_compile_options(engine_sanitized PRIVATE ${SANITIZED})
endif()

# simulator_link(<target> <flavour>): everything of a flavour but the kernels.
function(simulator_link target flavour)
  if(flavour STREQUAL sanitized)
    target_link_libraries(${target} PRIVATE engine_sanitized)
    target_link_options(${target} PRIVATE ${SANITIZED})
  else()
    target_link_libraries(${target} PRIVATE engine engine_${flavour})
  endif()
  target_link_libraries(${target} PRIVATE Threads::Threads ${CMAKE_DL_LIBS})
endfunction()

add_library(retrieval-simulator SHARED)
target_link_libraries(retrieval-simulator PRIVATE kernels_plain)
simulator_link(retrieval-simulator plain)
add_library(retrieval-simulator-watched SHARED)
target_link_libraries(retrieval-simulator-watched PRIVATE kernels_watched)
simulator_link(retrieval-simulator-watched watched)
set_target_properties(retrieval-simulator retrieval-simulator-watched PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${SIMULATOR_FOLDER}")
foreach(library retrieval-simulator retrieval-simulator-watched)
  target_link_options(${library} PRIVATE -Wl,--no-undefined "-Wl,--version-script=${CMAKE_SOURCE_DIR}/simulator/exports.map")
endforeach()

add_executable(manifest "${CMAKE_SOURCE_DIR}/simulator/manifest.cpp")
target_link_libraries(manifest PRIVATE kernels_plain)
simulator_link(manifest plain)
add_custom_command(TARGET manifest POST_BUILD COMMAND manifest "${SIMULATOR_FOLDER}/simulated" COMMENT "Layouts of the kernels' parameters" VERBATIM)
