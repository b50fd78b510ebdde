using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>Where windows are packed to: line after line, each a row of the windows' matrix.</summary>
internal unsafe interface IPackTarget
{
    /// <summary>Copies floats to columns [at, at + count) of a line.</summary>
    void Copy(float* source, int line, int at, int count);

    /// <summary>Zeroes columns [at, at + count) of a line.</summary>
    void Clear(int line, int at, int count);
}

/// <summary>Lines of contiguous floats, a stride apart.</summary>
internal readonly unsafe struct PackedRows(float* address, int stride) : IPackTarget
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Copy(float* source, int line, int at, int count) => FloatRun.Copy(source, address + (line * stride) + at, count);

    public void Clear(int line, int at, int count) => FloatRun.Clear(address + (line * stride) + at, count);
}
