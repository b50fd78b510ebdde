using Retrieval.Imaging;

namespace Retrieval.Training.Sampling;

/// <summary>Chooses the batches of each epoch. What it draws depends on seed and epoch alone.</summary>
public interface IBatchSource : IDisposable
{
    /// <summary>Chooses an epoch's batches.</summary>
    /// <param name="epoch">Counted from 0.</param>
    /// <param name="progress">Told how many images have been described to choose by, where the source does so.</param>
    /// <param name="cancellation">Stops between two forward passes.</param>
    /// <exception cref="ArgumentException">The data cannot give what is asked for.</exception>
    /// <exception cref="InvalidDataException">Too few images can be read.</exception>
    EpochPlan Plan(int epoch, IProgress<TrainingProgress>? progress, CancellationToken cancellation);

    /// <summary>Does to memory what choosing does; see <see cref="Trainer.Rehearse"/>.</summary>
    /// <param name="image">An image of the largest size.</param>
    void Rehearse(RgbImage image);
}
