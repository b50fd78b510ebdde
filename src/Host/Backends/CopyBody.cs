namespace Retrieval.Host.Backends;

/// <summary>Copies host memory piece by piece on a team of threads.</summary>
internal readonly unsafe struct CopyBody(byte* source, byte* target, long byteCount) : IParallelBody
{
    private const long PieceByteCount = 1 << 18;

    private readonly byte* _source = source;
    private readonly byte* _target = target;
    private readonly long _byteCount = byteCount;

    public static void Run(WorkerTeam team, byte* source, byte* target, long byteCount) =>
        team.For(checked((int)((byteCount + PieceByteCount - 1) / PieceByteCount)), new CopyBody(source, target, byteCount));

    public void Run(int index, int worker)
    {
        var first = index * PieceByteCount;
        var length = Math.Min(PieceByteCount, _byteCount - first);
        Buffer.MemoryCopy(_source + first, _target + first, length, length);
    }
}
