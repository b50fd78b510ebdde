using Retrieval.Imaging.Augmentation;

namespace Retrieval.Training.Sampling;

/// <summary>A batch that is ready for a step: an image for each row, blank where there is none.</summary>
internal readonly record struct LoadedBatch(AugmentedImage[] Images, BatchRow[] Rows);
