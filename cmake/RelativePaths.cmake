# RelativePaths.cmake: nvcc writes where the sources lie into its PTX; here that becomes a path from the repository's root, so
# that the same sources make the same PTX everywhere.
#   cmake -D FILE=<the PTX> -D ROOT=<the repository> -P RelativePaths.cmake
file(READ "${FILE}" text)
string(REPLACE "${ROOT}/" "" text "${text}")
file(WRITE "${FILE}" "${text}")
