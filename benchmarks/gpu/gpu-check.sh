#!/usr/bin/env bash
# gpu-check.sh: proves Retrieval on this machine's NVIDIA GPU, and says how fast it is.
#
#   ./gpu-check.sh [part ...]                        all parts, or those that are named
#   ./gpu-check.sh --rehearse SIMULATOR [part ...]   tiny sizes on the simulator of kernels: proves this script, not the GPU
#
# Parts, and how many seconds each may take (README.md says what each proves):
#   doctor       10   finds the driver, the GPU, cuDNN and cuBLASLt
#   conformance  80   every test of the CUDA device, reference cases included, on the real driver
#   sanitizer    80   compute-sanitizer's four tools over tests of the kernels
#   nvcc         30   compiles the kernels with this machine's nvcc, warnings as errors; registers and spills
#   kernels      50   time and share of the GPU's ceilings of every kernel
#   train        90   images a second of a training step
#   extract      60   images a second of descriptors
#   search       40   queries a second of exact search
#   peers       145   the same in PyTorch, in turn with ours
# The whole ends after 590 s, whatever is left of it.
#
# Wants bash, the usual tools (coreutils, grep, sed, find, xargs) and the GPU's driver. Uses compute-sanitizer, nvcc and PyTorch where
# they are; a part whose tool is missing is skipped and says so. Installs nothing, asks no network. Results go to the folder OUT
# (./results): summary.jsonl has a line for each part, <part>.jsonl its figures, <part>.log all that it said.
# Exit code 0: nothing failed; 1: something did; 2: there is no such part or simulator.
set -uo pipefail
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
every=(doctor conformance sanitizer nvcc kernels train extract search peers)
declare -A seconds=([doctor]=10 [conformance]=80 [sanitizer]=80 [nvcc]=30 [kernels]=50 [train]=90 [extract]=60 [search]=40 [peers]=145)
whole=590

# What a part returns. Its one line for the table goes to descriptor 3.
passed=0 failed=1 skipped=3 marked=4

# ---------------------------------------------------------------- tools

refuse() { echo "gpu-check: $*" >&2; exit 2; }
limited() { timeout --kill-after=5 "$((deadline > SECONDS ? deadline - SECONDS : 1))" "$@"; }
run_tests() { limited "$here/dotnet/dotnet" "$here/app/Retrieval.Tests.dll" -noLogo -noColor "$@"; }
retrieval() { limited "$here/dotnet/dotnet" "$here/app/retrieval.dll" "$@"; }
say() { echo "$*" >&3; }

# field NAME: the values of a field in lines of JSON.
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p"; }

# tally LOG: "N passed, N failed, N skipped" of a run of tests; fails if there is no count, or it is of none.
tally() {
  local counts
  counts=$(sed -n 's/.*Total: \([0-9]*\), Errors: \([0-9]*\), Failed: \([0-9]*\), Skipped: \([0-9]*\), Not Run: \([0-9]*\).*/\1 \2 \3 \4 \5/p' "$1" | tail -n 1)
  set -- $counts
  [ $# -eq 5 ] && [ "$1" -gt 0 ] && echo "$(($1 - $2 - $3 - $4 - $5)) passed, $(($2 + $3)) failed, $4 skipped"
}

# find_tool NAME: where a program of the CUDA toolkit is.
find_tool() {
  command -v "$1" && return
  local file
  for file in "${CUDA_HOME:-/usr/local/cuda}/bin/$1" /usr/local/cuda*/bin/"$1" /opt/cuda/bin/"$1"; do
    [ -x "$file" ] && echo "$file" && return
  done
  return 1
}

# find_library NAME: the newest <NAME>.so.<major> among Python's packages, which bring libraries that the system's loader does not know.
find_library() {
  local folders
  folders=$(python3 -c 'import site, sys; print("\n".join(p for p in {*site.getsitepackages(), site.getusersitepackages(), *sys.path} if p.endswith("-packages")))' 2>/dev/null)
  [ -n "$folders" ] || folders=$(ls -d /opt/conda/lib/python3*/site-packages /usr/local/lib/python3*/*-packages 2>/dev/null)
  # shellcheck disable=SC2086
  [ -z "$folders" ] || find $folders -path "*nvidia*" -regex ".*/$1\.so\.[0-9]+" 2>/dev/null | sort -V | tail -n 1
}

# ---------------------------------------------------------------- parts

part_doctor() {
  [ -n "$simulator" ] || nvidia-smi || echo "nvidia-smi is not here"
  retrieval doctor --json | tee "$OUT/doctor.jsonl"
  local gpu
  gpu=$(grep '"name":"cuda:0"' "$OUT/doctor.jsonl")
  if ! grep -q '"available":true' <<<"$gpu"; then
    say "no GPU: $(sed 's/.*"detail":"\([^"]*\)".*/\1/' <<<"$gpu")"
    return $failed
  fi
  local text library lost=()
  text="$(field model <<<"$gpu"), driver $(grep '"name":"CUDA driver"' "$OUT/doctor.jsonl" | field version)"
  for library in cuDNN cuBLASLt; do
    if grep "\"name\":\"$library\"" "$OUT/doctor.jsonl" | grep -q '"found":true'; then
      text+=", $library $(grep "\"name\":\"$library\"" "$OUT/doctor.jsonl" | field version)"
    else
      lost+=("$library")
    fi
  done
  [ ${#lost[@]} -eq 0 ] && say "$text" && return $passed
  say "$text; not found: ${lost[*]} (cure: pip install nvidia-cudnn-cu13, or set RETRIEVAL_CUDNN and RETRIEVAL_CUBLASLT)"
  return $marked
}

part_conformance() {
  local only=()
  [ -z "$simulator" ] || only=(-class '*.ElementwiseTests' -class '*.GemTests' -class '*.CudaGraphTests' -class '*.PoolingOracleTests')
  RETRIEVAL_REQUIRE_DEVICES=1 run_tests -trait device=cuda "${only[@]}" | tee "$OUT/conformance.tests"
  local code=${PIPESTATUS[0]} text
  grep -E '\[(FAIL|SKIP)\]' "$OUT/conformance.tests" | sed -E 's/^ *(.*) \[(FAIL|SKIP)\].*/{"test":"\1","result":"\2"}/; s/\\/\\\\/g' >"$OUT/conformance.jsonl"
  text=$(tally "$OUT/conformance.tests") || { say "the tests came to no count (exit code $code)"; return $failed; }
  say "$text"
  [ "$code" -eq 0 ]
}

# The kernels once each, at sizes that the tools get through: oracle cases and the tests of single operators.
part_sanitizer() {
  local names=(AggregateScales BatchNorm ColumnSum Elementwise FrozenNorm Gem GradientNorm Image L2Normalize LossOracle Mac MatrixProduct MaxPool Optimizer
    OptimizerOracle PoolingOracle Resize Rows Spoc TopK TupleLoss)
  local filters=(-trait device=cuda) tool sanitizer found
  for tool in "${names[@]}"; do filters+=(-class "Retrieval.Tests.Host.${tool}Tests"); done
  if [ -n "$simulator" ]; then
    found=$(run_tests -list classes "${filters[@]}" | grep -c 'Retrieval\.Tests\.Host\.')
    say "not run, as the tools need a GPU; of ${#names[@]} classes of tests $found are here"
    [ "$found" -eq ${#names[@]} ] && return $skipped
    return $failed
  fi
  sanitizer=$(find_tool compute-sanitizer) || { say "compute-sanitizer is not here: it comes with the CUDA toolkit"; return $skipped; }
  local -A process=()
  for tool in memcheck racecheck initcheck synccheck; do
    limited "$sanitizer" --tool "$tool" --error-exitcode 99 --check-exit-code no --report-api-errors no --print-limit 20 --log-file "$OUT/sanitizer.$tool.report" \
      "$here/dotnet/dotnet" "$here/app/Retrieval.Tests.dll" -noLogo -noColor -maxThreads 2 "${filters[@]}" >"$OUT/sanitizer.$tool.tests" 2>&1 &
    process[$tool]=$!
  done
  local state=$passed text=
  for tool in memcheck racecheck initcheck synccheck; do
    wait "${process[$tool]}"
    local code=$? count
    cat "$OUT/sanitizer.$tool.tests" "$OUT/sanitizer.$tool.report"
    count=$(tally "$OUT/sanitizer.$tool.tests") || count="cut off"
    echo "{\"tool\":\"$tool\",\"exitCode\":$code,\"tests\":\"$count\"}" >>"$OUT/sanitizer.jsonl"
    case $code in
      0) text+="$tool clean ($count); " ;;
      124 | 137) text+="$tool cut off, clean so far; "; [ $state -ne $passed ] || state=$marked ;;
      *) text+="$tool: exit code $code ($count); "; state=$failed ;;
    esac
  done
  say "${text%; }"
  return "$state"
}

part_nvcc() {
  local nvcc release flags=() sources
  nvcc=$(find_tool nvcc) || { say "nvcc is not here: the kernels are those that the archive brought"; return $skipped; }
  release=$("$nvcc" --version | sed -n 's/.*release \([0-9.]*\).*/\1/p')
  [ "${release%%.*}" -ge 12 ] || flags=(-ccbin "$(command -v g++-11 || echo g++)")
  mkdir -p "$OUT/nvcc"
  [ -z "$simulator" ] && sources="$here"/kernels/*.cu || sources="$here"/kernels/relu.cu
  # shellcheck disable=SC2086
  ls $sources | limited xargs -P "$(nproc)" -I {} bash -c '
    name=$(basename "$1" .cu) nvcc=$2 out=$3 kernels=$4; shift 4
    { "$nvcc" "$@" -ptx -arch=compute_80 -std=c++17 -Werror all-warnings "-I$kernels" -o "$out/$name.ptx" "$kernels/$name.cu" &&
      "$nvcc" "$@" -cubin -arch=sm_90 -std=c++17 -Werror all-warnings -Xptxas -v "-I$kernels" -o "$out/$name.cubin" "$kernels/$name.cu"; } >"$out/$name.log" 2>&1 || { echo "FAILED $name"; cat "$out/$name.log"; exit 1; }
  ' nvcc-of-one {} "$nvcc" "$OUT/nvcc" "$here/kernels" "${flags[@]}"
  local code=$? kernels spilling
  cat "$OUT"/nvcc/*.log
  sed -n -e "s/.*Compiling entry function '\([^']*\)'.*/\1/;T next;h;b" -e ':next' \
    -e 's/.* \([0-9]*\) bytes spill stores, \([0-9]*\) bytes spill loads.*/\1 \2/;T used;H;b' -e ':used' \
    -e '/Used [0-9]* registers/{s/.*Used \([0-9]*\) registers.*/\1/;H;g;s/\(.*\)\n\(.*\) \(.*\)\n\(.*\)/{"kernel":"\1","registers":\4,"spillStores":\2,"spillLoads":\3}/p}' "$OUT"/nvcc/*.log >"$OUT/nvcc.jsonl"
  rm -rf "$OUT/nvcc"
  kernels=$(grep -c . "$OUT/nvcc.jsonl")
  spilling=$(grep -vc '"spillStores":0,"spillLoads":0' "$OUT/nvcc.jsonl")
  say "CUDA $release: $kernels kernels for sm_90, $spilling with spills, at most $(field registers <"$OUT/nvcc.jsonl" | sort -n | tail -n 1) registers"
  [ "$code" -eq 0 ] && [ "$kernels" -gt 0 ] || return $failed
  [ "$spilling" -eq 0 ] || return $marked
}

part_kernels() {
  local options=()
  [ -z "$simulator" ] || options=(--tiny --repeat 2)
  retrieval profile kernels --device cuda --json "${options[@]}" | tee "$OUT/kernels.jsonl"
  local code=${PIPESTATUS[0]} slow cut=
  case $code in
    0) ;;
    124 | 137) cut=" (cut off)" ;;
    *) return $failed ;;
  esac
  grep -q '"what":"kernel"' "$OUT/kernels.jsonl" || return $failed
  slow=$(grep '"below":true' "$OUT/kernels.jsonl" | field kernel | sort -u | tr '\n' ' ')
  say "$(grep -c '"what":"kernel"' "$OUT/kernels.jsonl") cases$cut${slow:+; below 80 % of a copy: $slow}"
  [ -z "$slow$cut" ] || return $marked
}

# bench TOPIC NAME-OF-RATE PRECISION CASES [option ...]: adds lines to the part's figures and to its text. Cut off, it keeps what there is.
bench() {
  local topic=$1 rate=$2 precision=$3 cases=$4 lines code
  shift 4
  lines=$(retrieval bench "$topic" --json --device cuda --precision "$precision" --cases "$cases" "$@")
  code=$?
  [ -z "$lines" ] || tee -a "$OUT/$part.jsonl" <<<"$lines"
  text+="$precision $(field "$rate" <<<"$lines" | sed 's/\..*//' | paste -sd/); "
  case $code in
    0) ;;
    124 | 137) [ -s "$OUT/$part.jsonl" ] || return $failed; text+="cut off; "; return $marked ;;
    *) return $failed ;;
  esac
}

# finish CODE UNIT: ends a part of benches. One that failed leaves its row to the command's own words.
finish() {
  [ "$1" -eq $failed ] || say "$2: ${text%; }"
  return "$1"
}

# The most important comes first: the first call of a size also measures the plans of its convolutions.
part_train() {
  local text=
  if [ -n "$simulator" ]; then
    bench train imagesPerSecond bf16 4x32x32 --arch resnet18 --repeat 1
  else
    bench train imagesPerSecond bf16 256x224x224 --repeat 20 && bench train imagesPerSecond bf16 64x224x224 --repeat 20 &&
      bench train imagesPerSecond tf32 64x224x224 --repeat 10 && bench train imagesPerSecond f32 64x224x224 --repeat 5
  fi
  finish $? images/s
}

part_extract() {
  local text=
  if [ -n "$simulator" ]; then
    bench embed imagesPerSecond tf32 2x32x32 --arch resnet18 --repeat 1
  else
    bench embed imagesPerSecond bf16 256x224x224 --repeat 20 && bench embed imagesPerSecond bf16 16x1024x768,1x224x224 --repeat 20 &&
      bench embed imagesPerSecond tf32 256x224x224 --repeat 10
  fi
  finish $? images/s
}

part_search() {
  local text= sizes=1000000x128x1x10,1000000x128x32x10,1000000x128x1024x10
  if [ -n "$simulator" ]; then
    bench search queriesPerSecond tf32 1000x32x4x10
  else
    bench search queriesPerSecond tf32 "$sizes" && bench search queriesPerSecond tf32 "${sizes//1000000x128/100000x2048}"
  fi
  finish $? queries/s
}

part_peers() {
  local options=(--device cuda)
  python3 -c 'import torch' 2>/dev/null || { say "PyTorch is not here"; return $skipped; }
  [ -z "$simulator" ] || options=(--device cpu --tiny --rounds 1)
  limited python3 "$here/pytorch_peer.py" "${options[@]}" --out "$OUT/peers.jsonl" -- "$here/dotnet/dotnet" "$here/app/retrieval.dll"
  local code=$? cut=
  case $code in
    0) ;;
    124 | 137) cut=" (cut off)" ;;
    *) say "see peers.log"; return $failed ;;
  esac
  say "ours / PyTorch$cut: $(sed -n 's/.*"what":"\([^"]*\)".*"peer":"\([^"]*\)".*"ratio":\([0-9.]*\).*/\1 \2 \3,/p' "$OUT/peers.jsonl" | tr '\n' ' ' | sed 's/, $//')"
  [ -z "$cut" ] || return $marked
}

# ---------------------------------------------------------------- the run

# run_part NAME: the part within its time and what is left of the whole; prints its row.
run_part() {
  part=$1
  local began=$SECONDS code words=([0]=pass [1]=FAIL [3]=skip [4]=mark)
  deadline=$((began + seconds[$part] < whole ? began + seconds[$part] : whole))
  printf '%-12s ' "$part"
  rm -f "$OUT/$part.jsonl"
  ("part_$part") >"$OUT/$part.log" 2>&1 3>"$OUT/$part.text"
  code=$?
  [ -n "${words[$code]:-}" ] || code=$failed
  local line
  line=$(paste -sd' ' "$OUT/$part.text" | tr '"\\' "'/")
  # A command that failed has said why in its last line.
  [ -n "$line" ] || line=$(grep '^error: ' "$OUT/$part.log" | tail -n 1 | tr '"\\' "'/")
  [ "$code" -ne $failed ] || [ "$SECONDS" -lt "$deadline" ] || line="ran past its time${line:+; $line}"
  printf '%-5s %4d s  %s\n' "${words[$code]}" "$((SECONDS - began))" "${line:-see $OUT/$part.log}"
  echo "{\"part\":\"$part\",\"state\":\"${words[$code]}\",\"seconds\":$((SECONDS - began)),\"text\":\"$line\"}" >>"$OUT/summary.jsonl"
  rm -f "$OUT/$part.text"
  [ $code -ne $failed ] || failures+=("$part")
  [ $code -ne $marked ] || marks+=("$part")
  [ $code -ne $skipped ] || skips+=("$part")
}

# The simulator comes with its kernels' layouts beside it, and stands in for the libraries, too.
use_simulator() {
  simulator=$1
  [ -f "$simulator" ] || refuse "there is no simulator $simulator"
  export RETRIEVAL_CUDA_DRIVER=$simulator RETRIEVAL_CUDNN=$simulator RETRIEVAL_CUBLASLT=$simulator RETRIEVAL_PTX=${simulator%/*}/simulated
}

# What the command does not find by itself is looked for with the help of this machine's Python.
use_gpu() {
  export RETRIEVAL_CUDA_DRIVER=${RETRIEVAL_CUDA_DRIVER:-libcuda.so.1}
  local found path
  deadline=$whole
  found=$(retrieval doctor --json 2>/dev/null)
  for part in cuDNN=CUDNN=libcudnn cuBLASLt=CUBLASLT=libcublasLt; do
    local names=(${part//=/ })
    local setting=RETRIEVAL_${names[1]}
    [ -z "${!setting:-}" ] || grep -q "\"name\":\"${names[0]}\",\"found\":true" <<<"$found" && continue
    path=$(find_library "${names[2]}") && [ -n "$path" ] && export "$setting=$path" && echo "$setting=$path"
  done
}

simulator= failures=() marks=() skips=()
if [ "${1:-}" = --rehearse ]; then
  use_simulator "${2:-}"
  shift 2
fi
parts=("${every[@]}")
[ $# -eq 0 ] || parts=("$@")
for part in "${parts[@]}"; do
  [ -n "${seconds[$part]:-}" ] || refuse "there is no part '$part', expected some of: ${every[*]}"
done
OUT=${OUT:-results}
mkdir -p "$OUT" && OUT=$(cd "$OUT" && pwd) || exit 2
rm -f "$OUT/summary.jsonl"
# Plans of convolutions and the driver's machine code are made anew in every run.
rm -rf "$OUT/cache"
export RETRIEVAL_CACHE=$OUT/cache/plans CUDA_CACHE_PATH=$OUT/cache/driver DOTNET_ROOT=$here/dotnet
[ -n "$simulator" ] || use_gpu

for part in "${parts[@]}"; do run_part "$part"; done
rm -rf "$OUT/cache"

verdict="$([ ${#failures[@]} -eq 0 ] && echo PASS || echo "FAIL: ${failures[*]}")"
[ ${#marks[@]} -eq 0 ] || verdict+="; marked: ${marks[*]}"
[ ${#skips[@]} -eq 0 ] || verdict+="; skipped: ${skips[*]}"
[ -z "$simulator" ] || verdict+=" (a rehearsal on the simulator: nothing has run on a GPU)"
echo "{\"verdict\":\"$verdict\",\"seconds\":$SECONDS,\"date\":\"$(date -u +%FT%TZ)\"}" >>"$OUT/summary.jsonl"
echo "$verdict"
[ ${#failures[@]} -eq 0 ]
