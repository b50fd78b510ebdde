namespace Retrieval.Datasets.Readers.Reidentification;

/// <summary>
/// A re-identification set in the form of Market-1501: a folder with <c>bounding_box_train</c>, <c>query</c> and <c>bounding_box_test</c>. A gallery
/// image is right for a query of its identity that another camera saw; of the same camera it is ignored, as junk is.
/// </summary>
public sealed class ReidentificationDataset
{
    private const string TrainFolder = "bounding_box_train", QueryFolder = "query", GalleryFolder = "bounding_box_test";

    private ReidentificationDataset(string name, IReadOnlyList<ReidentificationImage> queries, IReadOnlyList<ReidentificationImage> gallery) =>
        (Name, Queries, Gallery) = (name, queries, gallery);

    public string Name { get; }

    /// <summary>In ordinal order of their names; each of an identity.</summary>
    public IReadOnlyList<ReidentificationImage> Queries { get; }

    /// <summary>In ordinal order of their names, distractors and junk among them.</summary>
    public IReadOnlyList<ReidentificationImage> Gallery { get; }

    /// <summary>Whether a folder has the form.</summary>
    public static bool IsAt(string folder) => Directory.Exists(Path.Combine(folder, QueryFolder)) && Directory.Exists(Path.Combine(folder, GalleryFolder));

    /// <summary>Reads queries and gallery.</summary>
    /// <exception cref="IOException">A folder is missing.</exception>
    /// <exception cref="InvalidDataException">A name has another form, a query has no identity, or label files that lie there say otherwise.</exception>
    public static ReidentificationDataset Read(string folder)
    {
        var queries = Part(folder, QueryFolder, "queryID.mat", "queryCam.mat");
        if (queries.Any(IsNobody))
            throw new InvalidDataException($"{folder}: {Shown.Text(Path.GetFileName(queries.First(IsNobody).Path))} is a query of no identity: "
                + $"{ReidentificationName.Junk} marks junk and {ReidentificationName.Distractor} distractors, so identities begin at 1");
        return new ReidentificationDataset(NameOf(folder), queries, Part(folder, GalleryFolder, "testID.mat", "testCam.mat"));
    }

    /// <summary>Reads the gallery alone, as a dataset.</summary>
    /// <exception cref="IOException">The folder is missing.</exception>
    /// <exception cref="InvalidDataException">A name has another form, or label files that lie there say otherwise.</exception>
    public static ImageDataset ReadGallery(string folder) =>
        ReidentificationFolder.ToDataset(NameOf(folder), Part(folder, GalleryFolder, "testID.mat", "testCam.mat"), $"gallery of {Path.GetFullPath(folder)}");

    /// <summary>Reads the images to train on: classes are identities.</summary>
    /// <exception cref="IOException">The folder is missing.</exception>
    /// <exception cref="InvalidDataException">A name has another form, an image has no identity, or label files that lie there say otherwise.</exception>
    public static ImageDataset ReadTraining(string folder)
    {
        var images = Part(folder, TrainFolder, "train_label.mat", "train_cam.mat");
        return images.All(image => image.Name.Identity != ReidentificationName.Distractor)
            ? ReidentificationFolder.ToDataset(NameOf(folder), images, $"training images of {Path.GetFullPath(folder)}")
            : throw new InvalidDataException($"{folder}: {TrainFolder} holds images of identity {ReidentificationName.Distractor}, which marks distractors: identities begin at 1");
    }

    private static bool IsNobody(ReidentificationImage image) => image.Name.Identity is ReidentificationName.Junk or ReidentificationName.Distractor;

    private static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    private static IReadOnlyList<ReidentificationImage> Part(string folder, string part, string identityFile, string cameraFile)
    {
        var images = ReidentificationFolder.Read(Path.Combine(folder, part));
        RequireAgreement(Path.Combine(folder, identityFile), part, images, image => image.Name.Identity);
        RequireAgreement(Path.Combine(folder, cameraFile), part, images, image => image.Name.Camera);
        return images;
    }

    /// <summary>The published labels stand in the order of the names. Where a copy of the set brings them, a set that is not whole is found out by them.</summary>
    private static void RequireAgreement(string file, string part, IReadOnlyList<ReidentificationImage> images, Func<ReidentificationImage, int> told)
    {
        if (!File.Exists(file))
            return;
        var labels = LabelFile.Read(file);
        if (labels.Length != images.Count)
            throw new InvalidDataException($"{file}: has labels of {labels.Length} images, {part} holds {images.Count}");
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] != told(images[i]))
                throw new InvalidDataException($"{file}: has {labels[i]} for image {i + 1} of {part}, whose name {Shown.Text(Path.GetFileName(images[i].Path))} tells {told(images[i])}");
    }
}
