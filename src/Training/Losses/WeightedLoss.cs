namespace Retrieval.Training.Losses;

/// <summary>A term of a training's loss.</summary>
/// <param name="Loss">The term.</param>
/// <param name="Weight">Its weight in the sum, above 0.</param>
public sealed record WeightedLoss(LossOptions Loss, double Weight = 1);
