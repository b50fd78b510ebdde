namespace Retrieval.Datasets.Reconstructions.Colmap;

/// <summary>An image of the model.</summary>
/// <param name="Name">Its path below the folder of images.</param>
/// <param name="Pose">Where it was taken from, and which way it looks.</param>
/// <param name="CameraId">What it was taken with.</param>
/// <param name="PointIds">The 3-D points of its key points, in any order; a point may stand there twice.</param>
internal sealed record ColmapImage(string Name, ColmapPose Pose, uint CameraId, IReadOnlyList<ulong> PointIds);
