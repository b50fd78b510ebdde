using System.CommandLine;
using System.Globalization;
using Retrieval.Cli.Jobs;
using Retrieval.Cli.Output;
using Retrieval.Imaging;
using Retrieval.Models.WeightFiles;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;

namespace Retrieval.Cli.Commands;

/// <summary>Chooses the pooling exponent for a resolution on augmented copies of training images, as MultiGrain does.</summary>
internal sealed class ChooseExponentCommand : Verb
{
    private const ulong ImageStream = 12;

    private readonly Option<string> _model = new("--model") { Description = "The model file", Required = true };
    private readonly Option<string> _data = new("--data") { Description = DataReader.ImagesDescription, Required = true };
    private readonly Option<int> _side = NumberOptions.Create("--side", "Side of the square copies: the resolution that p is chosen for", 224, least: 8, most: 16384);
    private readonly Option<string> _exponents = new("--exponents") { Description = "Values of p to try, separated by commas", DefaultValueFactory = _ => "1,2,3,4,5,6,7,8,9,10" };
    private readonly Option<int> _perClass = NumberOptions.Create("--per-class", "Most images of each class (of all images, where there are no classes: 1000 times as many)", 2, least: 1, most: 1_000_000);
    private readonly Option<int> _copies = NumberOptions.Create("--copies", "Augmented copies of each image", 5, least: 2, most: 1000);
    private readonly Option<int> _batch = NumberOptions.Create("--batch", "Most copies in one forward pass", 8, least: 1, most: 4096);
    private readonly Option<string?> _out = new("--out") { Description = "Also write the model with the p that was chosen" };

    public ChooseExponentCommand() : base("choose-p", "Choose the pooling exponent for a resolution on augmented copies of training images")
    {
        foreach (var option in (IEnumerable<Option>)[_model, _data, _side, _exponents, _perClass, _copies, _batch, _out])
            Options.Add(option);
    }

    public override int Run(Session session)
    {
        float[] exponents = Session.Checked(() => Exponents(session.Value(_exponents)!));
        int side = session.Value(_side), copies = session.Value(_copies);
        var data = DataReader.Images(session.Value(_data)!);
        using var device = session.OpenDevice();
        using var model = ModelFile.Load(session.Value(_model)!, device);
        Session.Check(() => model.Network.SetExponent(exponents[0]));
        int[] chosen = Choose(data.Labels(), session.Value(_perClass), (ulong)session.Seed);
        // Large enough that a crop is rarely enlarged, small enough to keep decoding cheap.
        var images = new FileImageSource([.. data.Items.Select(item => item.Path)], new ImageSizing(ImageSizingKind.Longest, Math.Min(16384, 2 * side), 0));
        var task = new ProxyTask(model, ProxyTask.FullAugmentation(side), copies, (ulong)session.Seed);
        float[][] descriptors;
        using (var progress = session.Progress.Begin("augmented copies", chosen.Length, "images"))
            descriptors = task.Describe(images, chosen, exponents, new ExtractionOptions(session.Value(_batch), session.Threads), progress, session.Cancellation);

        double[] scores = [.. descriptors.Select(values => AugmentedCopies.Found(device, values, chosen.Length, copies))];
        var best = exponents[Array.IndexOf(scores, scores.Max())];
        Print(session, exponents, scores, best);
        if (session.Value(_out) is { } path)
        {
            model.Network.SetExponent(best);
            model.Provenance["p"] = string.Create(CultureInfo.InvariantCulture, $"{best} for {side} x {side}, by {scores.Max():0.000} of {copies} copies of {chosen.Length} images of {data.Name}");
            ModelFile.Save(model, path);
        }
        return ExitCode.Done;
    }

    private static float[] Exponents(string text)
    {
        var exponents = new List<float>();
        foreach (var word in text.Split(','))
            exponents.Add(float.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= 100
                ? value
                : throw new ArgumentException($"exponents: expected numbers above 0 and at most 100 separated by commas, got '{text}'"));
        return [.. exponents];
    }

    /// <summary>Some images of each class, in the order of the set.</summary>
    private static int[] Choose(int[] labels, int perClass, ulong seed)
    {
        var order = Enumerable.Range(0, labels.Length).ToArray();
        new SeededRandom(seed, ImageStream).Shuffle<int>(order);
        return [.. order.GroupBy(index => labels[index]).SelectMany(group => group.Take(group.Key < 0 ? 1000 * perClass : perClass)).Order()];
    }

    private void Print(Session session, float[] exponents, double[] scores, float best)
    {
        var table = new FigureTable("choose-p", "", new("p", "p", "0.###"), new("found", $"copies found, of {session.Value(_copies)}", "0.000"), new("chosen", "chosen"));
        for (var i = 0; i < exponents.Length; i++)
            table.Add(exponents[i], scores[i], exponents[i] == best ? "yes" : "");
        session.Figures.Print(table);
    }
}
