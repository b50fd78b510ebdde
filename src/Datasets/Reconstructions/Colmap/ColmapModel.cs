using Retrieval.Datasets.Readers;

namespace Retrieval.Datasets.Reconstructions.Colmap;

/// <summary>Reads COLMAP's sparse models: <c>cameras</c>, <c>images</c> and <c>points3D</c>, as <c>.bin</c> or, where that is missing, as <c>.txt</c>.</summary>
public static class ColmapModel
{
    /// <summary>Reads a model.</summary>
    /// <param name="folder">Holds the three files.</param>
    /// <param name="name">What the model is called.</param>
    /// <returns>The model, its images in the order of their names. What stands behind a camera is not among the points that it shows.</returns>
    /// <exception cref="InvalidDataException">A file is damaged, or files do not belong together.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static Reconstruction Read(string folder, string name)
    {
        IColmapFiles files = File.Exists(Path.Combine(folder, "images.bin")) ? new ColmapBinary(folder) : new ColmapText(folder);
        foreach (var file in (string[])["cameras", "images", "points3D"])
            if (!File.Exists(files.PathOf(file)))
                throw new FileNotFoundException($"{files.PathOf(file)}: no such file: expected COLMAP's sparse model (cameras, images and points3D, .bin or .txt)");
        var focalLengths = FocalLengths(files);
        var points = new PointTable(files);
        var views = files.Images().Select(image => View(files, image, focalLengths, points)).OrderBy(view => view.Name, StringComparer.Ordinal).ToArray();
        return views.Length > 0 ? new Reconstruction(name, views) : throw new InvalidDataException($"{files.PathOf("images")}: the model has no image");
    }

    private static Dictionary<uint, double> FocalLengths(IColmapFiles files)
    {
        var result = new Dictionary<uint, double>();
        foreach (var (id, focalLength) in files.Cameras())
        {
            if (!(focalLength > 0 && double.IsFinite(focalLength)))
                throw new InvalidDataException($"{files.PathOf("cameras")}: camera {id} has the focal length {focalLength}, expected one above 0");
            if (!result.TryAdd(id, focalLength))
                throw new InvalidDataException($"{files.PathOf("cameras")}: camera {id} is there twice");
        }
        return result;
    }

    private static ReconstructedView View(IColmapFiles files, ColmapImage image, Dictionary<uint, double> focalLengths, PointTable points)
    {
        var path = files.PathOf("images");
        if (!image.Pose.IsValid)
            throw new InvalidDataException($"{path}: {Shown.Text(image.Name)} has no pose");
        if (!focalLengths.TryGetValue(image.CameraId, out var focalLength))
            throw new InvalidDataException($"{path}: {Shown.Text(image.Name)} was taken with camera {image.CameraId}, which {files.PathOf("cameras")} does not hold");
        var seen = new SortedDictionary<int, float>();
        foreach (var id in image.PointIds)
        {
            if (points.Find(id) is not { } point)
                throw new InvalidDataException($"{path}: {Shown.Text(image.Name)} shows point {id}, which {files.PathOf("points3D")} does not hold");
            var scale = (float)(focalLength / points.DepthOf(point, image.Pose));
            if (scale > 0 && float.IsFinite(scale))
                seen[point] = scale;
        }
        return new ReconstructedView(image.Name, image.Pose.Centre, new ObservedPoints([.. seen.Keys], [.. seen.Values]));
    }
}
