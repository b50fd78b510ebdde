using System.Runtime.Intrinsics;

namespace Retrieval.Imaging.Resampling;

/// <summary>
/// One vector width of the resampler: 32-bit sums of bytes times fixed-point weights. Every width computes the same integers.
/// </summary>
/// <typeparam name="TSums">A vector of 32-bit sums.</typeparam>
internal unsafe interface IResampleLanes<TSums>
    where TSums : struct
{
    /// <summary>Sums in a vector, and bytes read by one step.</summary>
    static abstract int Lanes { get; }

    /// <summary>Whole pixels in a vector; the lanes left over are multiplied by zero.</summary>
    static abstract int Pixels { get; }

    static abstract TSums Broadcast(int value);

    static abstract TSums Load(int* values);

    /// <summary><paramref name="sums"/> + the next <see cref="Lanes"/> bytes times <paramref name="weights"/>, lane by lane.</summary>
    static abstract TSums MultiplyAdd(TSums sums, byte* bytes, TSums weights);

    /// <summary>The pixels of a vector added up: red, green and blue in the first three lanes.</summary>
    static abstract Vector128<int> AddPixels(TSums sums);

    /// <summary>Drops the fraction, clips to a byte and stores <see cref="Lanes"/> bytes.</summary>
    static abstract void Store(TSums sums, byte* bytes);
}
