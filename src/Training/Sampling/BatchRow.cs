namespace Retrieval.Training.Sampling;

/// <summary>One image of a batch.</summary>
/// <param name="Image">Number of the image; <see cref="None"/> for a row that only fills the batch: an image of zeros that no loss looks at as an anchor.</param>
/// <param name="Draw">Number of its augmentation in the epoch, different for every row.</param>
/// <param name="Label">What losses are told: the class, or the place in a tuple (-1 query, 1 positive, 0 negative).</param>
/// <param name="Class">Its class or cluster.</param>
public readonly record struct BatchRow(int Image, int Draw, int Label, int Class)
{
    /// <summary>No image.</summary>
    public const int None = -1;

    /// <summary>Whether there is an image.</summary>
    public bool IsReal => Image != None;
}
