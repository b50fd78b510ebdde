namespace Retrieval.Datasets.Reconstructions;

/// <summary>One image of a 3-D model.</summary>
/// <param name="Name">The image's path below the folder of images.</param>
/// <param name="Centre">Where it was taken.</param>
/// <param name="Points">What it shows of the model.</param>
public sealed record ReconstructedView(string Name, CameraCentre Centre, ObservedPoints Points);
