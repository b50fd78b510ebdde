using Retrieval.Host;
using Retrieval.Models;

namespace Retrieval.Training.Losses;

/// <summary>
/// What loss terms see of a batch of N images. All tensors lie on the device and stay where they are from one run to the next; what they
/// hold changes. A term decides nothing on the host by their contents, so that a step can be recorded.
/// </summary>
public readonly record struct LossBatch
{
    /// <summary>The network's outputs.</summary>
    public required NetworkOutputs Outputs { get; init; }

    /// <summary>Gradients of the outputs that some term uses, of the same shapes; terms add to them.</summary>
    public required NetworkOutputs Gradients { get; init; }

    /// <summary>Int32 [N]: the class of each image; for tuples its part (-1 query, 1 positive, 0 negative, 2 ignored).</summary>
    public required Tensor Labels { get; init; }

    /// <summary>Int32 [N]: which image a row was made from: rows of one number are augmentations of each other. None where no term asks for it.</summary>
    public Tensor Images { get; init; }

    /// <summary>Int32 [N]: 0 for a padding row, which stands for no image; none where all rows are images.</summary>
    public Tensor Real { get; init; }

    /// <summary>Int64 [2]: the run's seed and the step's number, which everything that is drawn on the device follows from. None where no term draws.</summary>
    public Tensor Draw { get; init; }
}
