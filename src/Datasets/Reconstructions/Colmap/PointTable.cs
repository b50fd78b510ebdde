namespace Retrieval.Datasets.Reconstructions.Colmap;

/// <summary>The 3-D points of a model, numbered from 0 in the order of the file.</summary>
internal sealed class PointTable
{
    private readonly Dictionary<ulong, int> _numbers = [];
    private readonly List<ColmapPoint> _points = [];

    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public PointTable(IColmapFiles files)
    {
        foreach (var point in files.Points())
        {
            if (!double.IsFinite(point.X + point.Y + point.Z))
                throw new InvalidDataException($"{files.PathOf("points3D")}: point {point.Id} has no position");
            if (!_numbers.TryAdd(point.Id, _points.Count))
                throw new InvalidDataException($"{files.PathOf("points3D")}: point {point.Id} is there twice");
            _points.Add(point);
        }
    }

    /// <summary>A point's number by its number in the files; null where there is none.</summary>
    public int? Find(ulong id) => _numbers.TryGetValue(id, out var number) ? number : null;

    public double DepthOf(int point, ColmapPose pose) => pose.DepthOf(_points[point].X, _points[point].Y, _points[point].Z);
}
