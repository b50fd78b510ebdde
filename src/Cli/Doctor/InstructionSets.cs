using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Retrieval.Cli.Doctor;

/// <summary>What this process may use of the processor's vector instructions: switched-off ones count as absent.</summary>
internal static class InstructionSets
{
    /// <summary>Widest vectors that the platform computes in hardware, in bits; 0 for none.</summary>
    public static int VectorBits => Vector512.IsHardwareAccelerated ? 512
        : Vector256.IsHardwareAccelerated ? 256
        : Vector128.IsHardwareAccelerated ? 128
        : 0;

    /// <summary>The sets of this kind of processor that matter to the computation, the best last.</summary>
    public static IReadOnlyList<(string Name, bool IsSupported)> All => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 or Architecture.X86 =>
        [
            ("SSE4.2", Sse42.IsSupported),
            ("AVX", Avx.IsSupported),
            ("AVX2", Avx2.IsSupported),
            ("FMA", Fma.IsSupported),
            ("AVX-512F", Avx512F.IsSupported),
            ("AVX-512BW", Avx512BW.IsSupported),
            ("AVX-512DQ", Avx512DQ.IsSupported),
        ],
        Architecture.Arm64 =>
        [
            ("AdvSimd", AdvSimd.Arm64.IsSupported),
            ("Dp", Dp.Arm64.IsSupported),
        ],
        _ => [],
    };
}
