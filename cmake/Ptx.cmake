# Ptx.cmake: every native/kernels/*.cu becomes PTX for any GPU from compute capability 8.0 on; the driver compiles that
# for the GPU it finds. The target `ptx` leaves <PTX_FOLDER>/<module>.ptx, which the C# build embeds. Without nvcc there is
# no such target, and everything else builds.

find_program(NVCC nvcc HINTS ENV CUDA_HOME ENV CUDA_PATH PATH_SUFFIXES bin PATHS /usr/local/cuda /opt/cuda)
if(NOT NVCC)
  return()
endif()

set(PTX_FOLDER "${CMAKE_SOURCE_DIR}/../out/native/ptx" CACHE PATH "where the PTX goes")
set(PTX_ARCHITECTURE compute_80 CACHE STRING "the oldest GPU that the PTX runs on")

set(PTX_FLAGS -ptx "-arch=${PTX_ARCHITECTURE}" -std=c++17 -lineinfo -Werror all-warnings "-I${CMAKE_SOURCE_DIR}/kernels")

# An nvcc takes host compilers up to the age of its own release; 11.8 ends at g++ 11.
execute_process(COMMAND "${NVCC}" --version OUTPUT_VARIABLE NVCC_VERSION_TEXT)
string(REGEX MATCH "release ([0-9]+)" _ "${NVCC_VERSION_TEXT}")
if(CMAKE_MATCH_1 LESS 12)
  find_program(NVCC_HOST_COMPILER g++-11)
  if(NVCC_HOST_COMPILER)
    list(APPEND PTX_FLAGS -ccbin "${NVCC_HOST_COMPILER}")
  endif()
endif()

get_filename_component(REPOSITORY "${CMAKE_SOURCE_DIR}/.." ABSOLUTE)
file(GLOB PTX_SOURCES CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/kernels/*.cu")
set(PTX_FILES)
foreach(source IN LISTS PTX_SOURCES)
  get_filename_component(module "${source}" NAME_WE)
  set(ptx "${PTX_FOLDER}/${module}.ptx")
  add_custom_command(
    OUTPUT "${ptx}"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${PTX_FOLDER}"
    COMMAND "${NVCC}" ${PTX_FLAGS} -MD -MF "${CMAKE_BINARY_DIR}/${module}.ptx.d" -o "${ptx}" "${source}"
    COMMAND "${CMAKE_COMMAND}" -D "FILE=${ptx}" -D "ROOT=${REPOSITORY}" -P "${REPOSITORY}/cmake/RelativePaths.cmake"
    DEPENDS "${source}"
    DEPFILE "${CMAKE_BINARY_DIR}/${module}.ptx.d"
    COMMENT "PTX ${module}"
    VERBATIM)
  list(APPEND PTX_FILES "${ptx}")
endforeach()
add_custom_target(ptx DEPENDS ${PTX_FILES})
