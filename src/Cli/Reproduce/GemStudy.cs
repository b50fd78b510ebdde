using Retrieval.Cli.Jobs;
using Retrieval.Datasets.World;
using Retrieval.Training.Recipes;
using Retrieval.Training.Recipes.Sections;
using Retrieval.Training.Whitening;

namespace Retrieval.Cli.Reproduce;

/// <summary>GeM (TPAMI 2018): one network for each pooling, then whitenings and query expansion on the generalised mean's.</summary>
/// <param name="photographs">Classes of photographs, or null for the generated world.</param>
internal sealed class GemStudy(string? photographs) : IStudy
{
    private const string Gem = "GeM", Mac = "MAC", Spoc = "SPoC", Fixed = "GeM, p fixed at 3", Pca = "GeM + PCA", Learned = "GeM + Lw", Expanded = "GeM + Lw + alpha-QE";
    private const int TestLandmarks = 50, Queries = 2;

    private static readonly WorldOptions Options = new() { Landmarks = 200 + TestLandmarks, ViewsPerLandmark = 8, Distractors = 200, ImageWidth = 80, ImageHeight = 80 };
    private static readonly Expansion Neighbours = new(5, 3);

    public string System => "gem";

    public string Data { get; } = StudyData.Name(photographs);

    public IReadOnlyList<Claim> Claims { get; } =
    [
        new("generalised mean over maximum", Gem, Mac),
        new("generalised mean over average", Gem, Spoc),
        new("learnt p over a fixed one", Gem, Fixed),
        new("learnt whitening over PCA whitening", Learned, Pca),
        new("alpha query expansion over none", Expanded, Learned),
    ];

    public IReadOnlyDictionary<string, double> Run(Lab lab)
    {
        var recipe = Lab.TupleRecipe("gem-tpami2018.small").With("data.size=80x80");
        var data = photographs is null ? lab.World(Options, TestLandmarks, Queries) : lab.Photographs(photographs, DataSection.Sizing(recipe));
        var measures = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, assignment) in new[] { (Mac, "network.pooling=mac"), (Spoc, "network.pooling=spoc"), (Fixed, "network.learnExponent=false") })
            measures[name] = Pooling(lab, data, recipe.With(assignment));
        Whitened(lab, data, recipe, measures);
        return measures;
    }

    private static double Pooling(Lab lab, TrialData data, Recipe recipe)
    {
        using var model = lab.Train(data.Training, recipe);
        return lab.Map(data.Test, model);
    }

    private static void Whitened(Lab lab, TrialData data, Recipe recipe, Dictionary<string, double> measures)
    {
        using var model = lab.Train(data.Training, recipe);
        var descriptors = lab.Describe(model, data.Test.Images);
        measures[Gem] = lab.Map(data.Test, descriptors);
        var training = new DescriptorMatrix(lab.Describe(model, data.Training.Images), model.Network.Description.Dimension);
        var pca = PcaWhitening.Learn(training, new PcaWhiteningOptions { Threads = lab.Threads, Device = lab.Device }, lab.Cancellation);
        measures[Pca] = lab.Map(data.Test, Apply(lab, pca, descriptors));
        var learned = LearnedWhitening.Learn(training, MatchingPairs.Draw(data.Training, lab.Seed), new LearnedWhiteningOptions { Threads = lab.Threads, Device = lab.Device }, cancellation: lab.Cancellation);
        var whitened = Apply(lab, learned, descriptors);
        measures[Learned] = lab.Map(data.Test, whitened);
        measures[Expanded] = lab.Map(data.Test, whitened, Neighbours);
    }

    private static float[] Apply(Lab lab, WhiteningTransform transform, float[] descriptors)
    {
        var (weights, bias) = transform.ToLinearLayer();
        using var whitening = new Models.DescriptorWhitening(lab.Device, weights, bias, transform.InputDimensions, "");
        return whitening.Apply(descriptors);
    }
}
