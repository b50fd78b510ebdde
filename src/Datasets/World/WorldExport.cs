using Retrieval.Datasets.Reconstructions;
using Retrieval.Imaging;

namespace Retrieval.Datasets.World;

/// <summary>
/// Writes a world to disk in the forms that the readers know:
/// <c>train/&lt;landmark&gt;/*.jpg</c>, a folder per class, with a 3-D model of each in <c>train/sfm</c>; <c>jpg/*.jpg</c> with <c>gnd_world.json</c>, queries and
/// database in the form of revisited Oxford and Paris; <c>poses.json</c>, cameras and 3-D points;
/// <c>places_train.csv</c> and <c>places_test.csv</c>, the same images with positions; <c>world.json</c>, the options.
/// </summary>
public static class WorldExport
{
    private const int JpegQuality = 92;
    private const string TrainingFolder = "train";

    /// <summary>
    /// Writes what is missing: a run that was cut short goes on where it stopped. Each file appears whole or not at all.
    /// </summary>
    /// <param name="world">The images.</param>
    /// <param name="split">Which of them train, ask and answer.</param>
    /// <param name="folder">Made if need be; it may hold a part of the same world, but of no other.</param>
    /// <param name="threads">Threads that render; -1 for all cores.</param>
    /// <param name="progress">Told the number of images done; from several threads.</param>
    /// <param name="cancellation">Stops between images.</param>
    /// <exception cref="InvalidDataException">The folder holds another world.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(GeneratedWorld world, WorldSplit split, string folder, int threads = -1, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        Directory.CreateDirectory(folder);
        ClaimFolder(world, split, folder);
        var training = split.Training.ToHashSet();
        string PathOf(int index)
        {
            var view = world.Views[index];
            var directory = training.Contains(index) ? Path.Combine(folder, TrainingFolder, GeneratedWorld.LandmarkName(view.Cluster)) : Path.Combine(folder, "jpg");
            return Path.Combine(directory, view.Name + ".jpg");
        }

        int[] missing = [.. Enumerable.Range(0, world.Views.Count).Where(index => !File.Exists(PathOf(index)))];
        foreach (var directory in missing.Select(index => Path.GetDirectoryName(PathOf(index))!).Distinct())
            Directory.CreateDirectory(directory);
        var done = world.Views.Count - missing.Length;
        world.RenderAll(missing, (index, image) =>
        {
            ImageEncoder.Save(image, PathOf(index), JpegQuality);
            progress?.Report(Interlocked.Increment(ref done));
        }, threads, cancellation);
        WriteWhole(Path.Combine(folder, "poses.json"), WorldJson.Poses(world));
        WriteModels(world, split, Path.Combine(folder, TrainingFolder));
        WriteWhole(Path.Combine(folder, "gnd_world.json"), WorldJson.GroundTruth(world, split));
        string Relative(int index) => Path.GetRelativePath(folder, PathOf(index)).Replace('\\', '/');
        WriteWhole(Path.Combine(folder, "places_train.csv"), WorldPlaces.Training(world, split, Relative));
        WriteWhole(Path.Combine(folder, "places_test.csv"), WorldPlaces.Test(world, split, Relative));
    }

    private static void WriteModels(GeneratedWorld world, WorldSplit split, string folder)
    {
        foreach (var landmark in split.Training.GroupBy(index => world.Views[index].Cluster))
        {
            var model = ReconstructionFolder.ModelOf(folder, GeneratedWorld.LandmarkName(landmark.Key));
            Directory.CreateDirectory(model);
            foreach (var (name, bytes) in WorldModel.Files(world, [.. landmark.Select(index => world.Views[index])]))
                WriteWhole(Path.Combine(model, name), bytes);
        }
    }

    /// <summary>Remembers whose images the folder holds, or refuses to mix them with another world's.</summary>
    private static void ClaimFolder(GeneratedWorld world, WorldSplit split, string folder)
    {
        var path = Path.Combine(folder, "world.json");
        var mine = WorldJson.Options(world.Options, split);
        if (!File.Exists(path))
            WriteWhole(path, mine);
        else if (!File.ReadAllBytes(path).AsSpan().SequenceEqual(mine))
            throw new InvalidDataException($"{path}: the folder holds another world; choose another folder or delete this one");
    }

    private static void WriteWhole(string path, byte[] bytes)
    {
        var partial = path + ".partial";
        using (var file = File.Create(partial))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(partial, path, overwrite: true);
    }
}
