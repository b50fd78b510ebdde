namespace Retrieval.Evaluation.Reidentification;

/// <summary>
/// The camera rule: gallery entries of the query's identity are positives, except those that the query's own camera saw,
/// which are ignored. Entries of <see cref="JunkIdentity"/> are always ignored.
/// </summary>
public sealed class CameraGroundTruth : IGroundTruth
{
    /// <summary>Market-1501's mark for detections that are neither right nor wrong.</summary>
    public const int JunkIdentity = -1;

    private readonly int[] _queryIdentities;
    private readonly int[] _queryCameras;
    private readonly int[] _entryIdentities;
    private readonly int[] _cameras;
    private readonly int[] _cameraOffsets;
    private readonly int[] _positiveCounts;

    private CameraGroundTruth(IReadOnlyList<int> queryIdentities, IReadOnlyList<int> queryCameras, int[] entryIdentities, int[] cameras, int[] cameraOffsets)
    {
        if (queryIdentities.Count != queryCameras.Count)
            throw new ArgumentException($"{queryIdentities.Count} query identities, but {queryCameras.Count} cameras");
        _queryIdentities = [.. queryIdentities];
        _queryCameras = [.. queryCameras];
        _entryIdentities = entryIdentities;
        _cameras = cameras;
        _cameraOffsets = cameraOffsets;
        var entriesOf = Enumerable.Range(0, entryIdentities.Length).ToLookup(entry => entryIdentities[entry]);
        _positiveCounts = new int[QueryCount];
        for (var query = 0; query < QueryCount; query++)
            _positiveCounts[query] = entriesOf[_queryIdentities[query]].Count(entry => Judge(query, entry) == Relevance.Positive);
    }

    public int QueryCount => _queryIdentities.Length;

    public int DatabaseCount => _entryIdentities.Length;

    /// <summary>A gallery of single images, each seen by one camera.</summary>
    /// <exception cref="ArgumentException">Identities and cameras differ in number.</exception>
    public static CameraGroundTruth ForImages(
        IReadOnlyList<int> queryIdentities,
        IReadOnlyList<int> queryCameras,
        IReadOnlyList<int> galleryIdentities,
        IReadOnlyList<int> galleryCameras)
    {
        if (galleryIdentities.Count != galleryCameras.Count)
            throw new ArgumentException($"{galleryIdentities.Count} gallery identities, but {galleryCameras.Count} cameras");
        int[] offsets = [.. Enumerable.Range(0, galleryIdentities.Count + 1)];
        return new CameraGroundTruth(queryIdentities, queryCameras, [.. galleryIdentities], [.. galleryCameras], offsets);
    }

    /// <summary>A gallery of centroids, each seen by all cameras of its members.</summary>
    /// <exception cref="ArgumentException">Identities and cameras differ in number.</exception>
    public static CameraGroundTruth ForCentroids(
        IReadOnlyList<int> queryIdentities, IReadOnlyList<int> queryCameras, IReadOnlyList<CentroidGroup> centroids)
    {
        var offsets = new int[centroids.Count + 1];
        for (var i = 0; i < centroids.Count; i++)
            offsets[i + 1] = offsets[i] + centroids[i].Cameras.Count;
        int[] identities = [.. centroids.Select(centroid => centroid.Identity)];
        return new CameraGroundTruth(queryIdentities, queryCameras, identities, [.. centroids.SelectMany(centroid => centroid.Cameras)], offsets);
    }

    public int PositiveCount(int query) => _positiveCounts[query];

    public Relevance Judge(int query, int databaseIndex)
    {
        var identity = _entryIdentities[databaseIndex];
        if (identity == JunkIdentity)
            return Relevance.Junk;
        if (identity != _queryIdentities[query])
            return Relevance.Negative;
        var seenBy = _cameras.AsSpan(_cameraOffsets[databaseIndex].._cameraOffsets[databaseIndex + 1]);
        return seenBy.Contains(_queryCameras[query]) ? Relevance.Junk : Relevance.Positive;
    }
}
