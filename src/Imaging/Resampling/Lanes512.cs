using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Retrieval.Imaging.Resampling;

/// <summary>Sixteen sums, five pixels: AVX-512.</summary>
internal readonly unsafe struct Lanes512 : IResampleLanes<Vector512<int>>
{
    public static int Lanes => 16;

    public static int Pixels => 5;

    public static Vector512<int> Broadcast(int value) => Vector512.Create(value);

    public static Vector512<int> Load(int* values) => Vector512.Load(values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAdd(Vector512<int> sums, byte* bytes, Vector512<int> weights) => sums + (Widen(bytes) * weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> AddPixels(Vector512<int> sums)
    {
        // Pixels 0..4 sit at lanes 0, 3, 6, 9, 12. First 2 onto 0, 3 onto 1 and 4 onto 0; then 1 onto 0.
        var third = Vector512.Shuffle(sums, Vector512.Create(6, 7, 8, 9, 10, 11, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15)).GetLower();
        var fifth = Vector512.Shuffle(sums, Vector512.Create(12, 13, 14, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15)).GetLower();
        return Lanes256.AddPixels(sums.GetLower() + third + fifth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<int> sums, byte* bytes)
    {
        if (!Avx512F.IsSupported)
        {
            Lanes256.Store(sums.GetLower(), bytes);
            Lanes256.Store(sums.GetUpper(), bytes + Lanes256.Lanes);
            return;
        }
        var values = Vector512.Max(sums >> ResampleWeights.FractionBits, Vector512<int>.Zero).AsUInt32();
        Avx512F.ConvertToVector128ByteWithSaturation(values).Store(bytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Widen(byte* bytes)
    {
        var sixteen = Vector128.Load(bytes);
        return Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Int32(sixteen)
            : Vector512.WidenLower(Vector512.WidenLower(sixteen.ToVector256Unsafe().ToVector512Unsafe())).AsInt32();
    }
}
