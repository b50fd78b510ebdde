namespace Retrieval.Host.Backends.Cuda;

/// <summary>Pinned pieces that are used in turn, made when their turn first comes.</summary>
internal sealed class StagingRing(CudaContext context, int count, int pieceByteCount) : IDisposable
{
    private readonly StagingPiece?[] _pieces = new StagingPiece?[count];

    public int PieceByteCount => pieceByteCount;

    /// <summary>The piece of a turn; it may still be in use from its last one.</summary>
    public StagingPiece this[long turn] => _pieces[turn % count] ??= new StagingPiece(context, pieceByteCount);

    public void Dispose()
    {
        foreach (var piece in _pieces)
            piece?.Dispose();
    }
}
