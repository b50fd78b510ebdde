namespace Retrieval.Training.Mining;

/// <summary>
/// Weakly supervised choice for a query with a known place (NetVLAD, CVPR 2016): the positive is the nearest of the potential positives by
/// the current descriptors; the negatives are the nearest of those that are surely elsewhere. A negative violates the margin when it is nearer
/// than d_positive + sqrt(margin), as the published port has it, or, on squared distances, when d^2 is below d_positive^2 + margin, as the paper's loss has it.
/// </summary>
/// <param name="margin">Margin on squared distances.</param>
/// <param name="candidates">How many of the nearest negatives are looked at.</param>
/// <param name="squared">Whether squared distances are compared.</param>
internal sealed class PlaceMiner(double margin, int candidates, bool squared)
{
    /// <summary>Chooses for one query.</summary>
    /// <param name="distance">The query's distance to an image.</param>
    /// <param name="potentialPositives">Images near the query's place.</param>
    /// <param name="negativeDraws">Images that are surely elsewhere; repetitions do not matter.</param>
    /// <returns>The choice; null without a potential positive.</returns>
    public PlaceChoice? Choose(Func<int, double> distance, IEnumerable<int> potentialPositives, IEnumerable<int> negativeDraws)
    {
        if (Nearest(distance, potentialPositives, 1) is not [var (positive, near)])
            return null;
        var negatives = Nearest(distance, negativeDraws.Distinct(), candidates);
        return new PlaceChoice(positive, near, negatives, negatives.TakeWhile(negative => Violates(near, negative.Distance)).Count());
    }

    private bool Violates(double near, double far) => squared ? far * far < (near * near) + margin : far < near + Math.Sqrt(margin);

    /// <summary>Of equals the lower number comes first.</summary>
    private static (int Image, double Distance)[] Nearest(Func<int, double> distance, IEnumerable<int> images, int count) =>
        [.. images.Select(image => (Image: image, Distance: distance(image))).OrderBy(pair => pair.Distance).ThenBy(pair => pair.Image).Take(count)];
}
