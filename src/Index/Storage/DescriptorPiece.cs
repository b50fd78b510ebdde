namespace Retrieval.Index.Storage;

/// <summary>Consecutive rows of the descriptor matrix that lie together in memory, few enough for one operator call.</summary>
internal readonly record struct DescriptorPiece(long FirstRow, int RowCount, nint Address)
{
    /// <summary>Elements of the largest piece: 4 GiB of float32, so that no index within a piece passes 31 bits.</summary>
    private const long ElementLimit = 1L << 30;

    /// <summary>The most rows that a piece may hold.</summary>
    public static int RowLimit(int dimension) => (int)(ElementLimit / dimension);

    /// <summary>Cuts one block of memory into pieces.</summary>
    public static DescriptorPiece[] Cut(nint address, long rowCount, int dimension)
    {
        long limit = RowLimit(dimension);
        var pieces = new DescriptorPiece[(rowCount + limit - 1) / limit];
        for (var i = 0; i < pieces.Length; i++)
        {
            var first = i * limit;
            pieces[i] = new DescriptorPiece(first, (int)Math.Min(limit, rowCount - first), address + (nint)(first * dimension * sizeof(float)));
        }
        return pieces;
    }
}
