using Retrieval.Datasets;
using Retrieval.Datasets.Places;
using Retrieval.Datasets.Readers;
using Retrieval.Datasets.Readers.Reidentification;
using Retrieval.Datasets.Reconstructions;
using Retrieval.Training.Data;

namespace Retrieval.Cli.Jobs;

/// <summary>Turns the path given to <c>--data</c> into a dataset or a benchmark by what is there.</summary>
internal static class DataReader
{
    /// <summary>What the option's help says.</summary>
    public const string Description = "A folder per class, a list file of '<path> <label>' lines, a ground truth gnd_<name>.json with images in jpg/, a folder in the form of Market-1501 (bounding_box_train, query, bounding_box_test), a folder with 3-D models (sfm/<scene>/sparse/0, jpg/), or photographs with positions (.mat, .npz, or .csv of path,east,north,role)";

    /// <summary>Images with classes.</summary>
    /// <exception cref="InvalidDataException">The path holds a ground truth, which has no classes.</exception>
    public static ImageDataset Classes(string path)
    {
        if (Directory.Exists(path))
            return ReconstructionFolder.IsAt(path) ? ReconstructionFolder.Read(path).ToClasses()
                : ReidentificationDataset.IsAt(path) ? ReidentificationDataset.ReadTraining(path)
                : ClassFolderDataset.Read(path);
        return IsGroundTruth(path)
            ? throw new InvalidDataException($"{path}: a ground truth has no classes to train on: expected a folder per class or a list file")
            : ListFileDataset.Read(path);
    }

    /// <summary>What <see cref="Images"/> takes.</summary>
    public const string ImagesDescription = "A folder of images (subfolders are classes when every image lies in one), a list file of '<path> <label>' lines, a ground truth gnd_<name>.json (its database), photographs with positions (their database), a folder in the form of Market-1501 (its gallery), or one image";

    /// <summary>Any images, with classes where there are some.</summary>
    /// <exception cref="IOException">There is nothing at the path.</exception>
    /// <exception cref="InvalidDataException">The folder holds no image, or the file is damaged.</exception>
    public static ImageDataset Images(string path)
    {
        if (Directory.Exists(path))
            return Folder(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such file or folder", path);
        if (ImageFiles.IsImage(path))
            return new ImageDataset(Path.GetFileName(path), [new ImageItem(Path.GetFullPath(path))], [], "one image");
        if (PlaceReader.Takes(path))
            return OfPlaces(PlaceReader.Read(path), path);
        if (!IsGroundTruth(path))
            return ListFileDataset.Read(path);
        var benchmark = LandmarkBenchmark.Read(path);
        return new ImageDataset(benchmark.Name, benchmark.Database, [], $"database of {path}");
    }

    /// <summary>What <see cref="Benchmark"/> takes.</summary>
    public const string BenchmarkDescription = Description + ", or holidays:, holidays-upright:, ukbench: or copydays: and the benchmark's folder";

    /// <summary>Whatever can be evaluated.</summary>
    public static Benchmark Benchmark(string path, ImageSizing sizing)
    {
        var end = path.IndexOf(':', StringComparison.Ordinal) + 1;
        var folder = path[end..];
        return path[..end] switch
        {
            "holidays:" => Jobs.Benchmark.Instances(HolidaysBenchmark.Read(folder, upright: false), sizing),
            "holidays-upright:" => Jobs.Benchmark.Instances(HolidaysBenchmark.Read(folder, upright: true), sizing),
            "ukbench:" => Jobs.Benchmark.Instances(UkbenchBenchmark.Read(folder), sizing),
            "copydays:" => Jobs.Benchmark.Instances(CopydaysBenchmark.Read(folder), sizing),
            _ when PlaceReader.Takes(path) => Jobs.Benchmark.Places(PlaceReader.Read(path), sizing),
            _ when IsGroundTruth(path) => Jobs.Benchmark.Landmarks(LandmarkBenchmark.Read(path), sizing),
            _ when ReidentificationDataset.IsAt(path) => Jobs.Benchmark.Reidentification(ReidentificationDataset.Read(path), sizing),
            _ => Jobs.Benchmark.LeaveOneOut(Classes(path), sizing),
        };
    }

    private static ImageDataset OfPlaces(PlaceDataset places, string path) =>
        new(places.Name, [.. places.Database.Select(image => new ImageItem(image.Path))], [], $"database of {path}");

    private static ImageDataset Folder(string path)
    {
        if (ReidentificationDataset.IsAt(path))
            return ReidentificationDataset.ReadGallery(path);
        if (ReidentificationFolder.IsAt(path))
            return ReidentificationFolder.ToDataset(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))), ReidentificationFolder.Read(path), $"images of {Path.GetFullPath(path)}");
        var images = ImageFiles.Below(path);
        if (images.Length == 0)
            throw new InvalidDataException($"{path}: expected images ({string.Join(' ', ImageFiles.Extensions)}), found none");
        if (Array.TrueForAll(images, image => image.Contains('/')))
            return ClassFolderDataset.Read(path);
        var full = Path.GetFullPath(path);
        return new ImageDataset(Path.GetFileName(Path.TrimEndingDirectorySeparator(full)), [.. images.Select(image => new ImageItem(Path.Combine(full, image)))], [], $"images below {full}");
    }

    private static bool IsGroundTruth(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
}
