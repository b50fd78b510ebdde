using System.Numerics;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>
/// Memory that is read soon, as cache lines at Address + (i mod 2^Shift) * Step + (i / 2^Shift) * Leap for i = 0, 1, 2 and so on. A
/// kernel touches one of them at every second depth: spread so thinly the fetches cost little, while many at once would block its own reads.
/// Addresses need not be valid.
/// </summary>
/// <param name="Address">Where the memory begins.</param>
/// <param name="Step">Floats from line to line.</param>
/// <param name="Leap">Floats from one row of lines to the next.</param>
/// <param name="Shift">Logarithm of the lines of a row.</param>
internal readonly unsafe record struct Hint(nint Address, nint Step, nint Leap, int Shift)
{
    private const int LineFloats = 16;

    /// <summary>Nothing worth fetching: memory that is in use anyway.</summary>
    public static Hint None(float* address) => new((nint)address, 0, 0, 0);

    /// <summary>One part of a block of rows, in the order of memory; false if the block has fewer parts.</summary>
    /// <param name="address">First float of the block.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="width">Floats of a row; of longer ones the beginning is fetched.</param>
    /// <param name="rows">Rows of the block.</param>
    /// <param name="depths">Depth of the kernels that will touch it.</param>
    /// <param name="part">Number of the part.</param>
    /// <param name="hint">The part.</param>
    public static bool Part(float* address, nint stride, int width, int rows, int depths, int part, out Hint hint)
    {
        var shift = Math.Min(4, BitOperations.Log2((uint)((width + LineFloats - 1) / LineFloats)));
        var first = part * Math.Max(1, depths >> (shift + 1));
        hint = new Hint((nint)(address + (first * stride)), LineFloats, stride, shift);
        return first < rows;
    }
}
