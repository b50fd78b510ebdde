using Retrieval.Datasets;
using Retrieval.Datasets.Readers;
using Retrieval.Training.Data;

namespace Retrieval.Cli.Jobs;

/// <summary>Turns the path given to <c>--data</c> into a dataset or a benchmark by what is there.</summary>
internal static class DataReader
{
    /// <summary>What the option's help says.</summary>
    public const string Description = "A folder per class, a list file of '<path> <label>' lines, or a ground truth gnd_<name>.json with images in jpg/";

    /// <summary>Images with classes.</summary>
    /// <exception cref="InvalidDataException">The path holds a ground truth, which has no classes.</exception>
    public static ImageDataset Classes(string path)
    {
        if (Directory.Exists(path))
            return ClassFolderDataset.Read(path);
        return IsGroundTruth(path)
            ? throw new InvalidDataException($"{path}: a ground truth has no classes to train on: expected a folder per class or a list file")
            : ListFileDataset.Read(path);
    }

    /// <summary>Whatever can be evaluated.</summary>
    public static Benchmark Benchmark(string path, ImageSizing sizing) => IsGroundTruth(path)
        ? Jobs.Benchmark.Landmarks(LandmarkBenchmark.Read(path), sizing)
        : Jobs.Benchmark.LeaveOneOut(Classes(path), sizing);

    private static bool IsGroundTruth(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
}
