using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Retrieval.Imaging.Resampling;

/// <summary>Eight sums, two pixels: AVX2.</summary>
internal readonly unsafe struct Lanes256 : IResampleLanes<Vector256<int>>
{
    public static int Lanes => 8;

    public static int Pixels => 2;

    public static Vector256<int> Broadcast(int value) => Vector256.Create(value);

    public static Vector256<int> Load(int* values) => Vector256.Load(values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> sums, byte* bytes, Vector256<int> weights) => sums + (Widen(bytes) * weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AddPixels(Vector256<int> sums) =>
        sums.GetLower() + Vector256.Shuffle(sums, Vector256.Create(3, 4, 5, 6, 7, 7, 7, 7)).GetLower();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<int> sums, byte* bytes)
    {
        Lanes128.Store(sums.GetLower(), bytes);
        Lanes128.Store(sums.GetUpper(), bytes + Lanes128.Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Widen(byte* bytes)
    {
        if (Avx2.IsSupported)
            return Avx2.ConvertToVector256Int32(bytes);
        var eight = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(bytes)).AsByte();
        return Vector256.WidenLower(Vector256.WidenLower(eight.ToVector256Unsafe())).AsInt32();
    }
}
