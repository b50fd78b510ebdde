using System.CommandLine;
using System.Globalization;
using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Training;
using Retrieval.Training.Losses;
using Retrieval.Training.Mining;
using Retrieval.Training.Optimizers;
using Retrieval.Training.Sampling;
using Retrieval.Training.Schedules;

namespace Retrieval.Cli.Jobs;

/// <summary>The options of a training run.</summary>
internal sealed class TrainingArguments
{
    private readonly Option<string> _loss = Word("--loss", "contrastive or triplet", "contrastive");
    private readonly Option<float?> _margin = new("--margin") { Description = "The loss's margin; 0.7 for contrastive, 0.1 for triplet" };
    private readonly Option<string> _optimizer = Word("--optimizer", "adam, adamw or sgd", "adam");
    private readonly Option<double> _rate = NumberOptions.Create("--rate", "Learning rate", 1e-3, least: 0, most: 10);
    private readonly Option<double> _decay = NumberOptions.Create("--decay", "Weight decay", 1e-4, least: 0, most: 0.99);
    private readonly Option<string> _schedule = Word("--schedule", "exp:<factor an epoch>, or steps:<epoch>,<epoch>:<factor>", "exp:0.99");
    private readonly Option<int> _negatives = NumberOptions.Create("--negatives", "Hard negatives of each query", 5, least: 1, most: 1000);
    private readonly Option<int> _queries = NumberOptions.Create("--queries", "Queries an epoch", 2000, least: 1, most: int.MaxValue);
    private readonly Option<int> _pool = NumberOptions.Create("--mining-pool", "Random images among which negatives are searched each epoch", 22000, least: 1, most: int.MaxValue);
    private readonly Option<bool> _anyCluster = new("--any-cluster") { Description = "Allow several negatives of one class for a query" };
    private readonly Option<string> _positives = Word("--positives", "random, nearest or farthest of the candidates", "random");
    private readonly Option<int> _tuples = NumberOptions.Create("--tuples", "Tuples (query, positive, negatives) a step", 5, least: 1, most: 10000);
    private readonly Option<bool> _batchNegatives = new("--batch-negatives") { Description = "Let the tuples of a step serve each other as further negatives (from scratch)" };
    private readonly Option<string?> _statistics = new("--statistics") { Description = "Batch normalisation: batch (from scratch) or frozen (fine-tuning); by default frozen with --weights" };
    private readonly Option<double> _flip = NumberOptions.Create("--flip", "Chance of mirroring a training image", 0.0, least: 0, most: 1);
    private readonly Option<double> _crop = NumberOptions.Create("--crop", "Smallest share of the area that a random crop keeps; 1 for no crops", 1.0, least: 0.01, most: 1);

    public IEnumerable<Option> All => [_loss, _margin, _optimizer, _rate, _decay, _schedule, _negatives, _queries, _pool, _anyCluster, _positives, _tuples, _batchNegatives, _statistics, _flip, _crop];

    /// <summary>The run's options.</summary>
    /// <param name="session">The user's values.</param>
    /// <param name="fineTuning">Whether the network starts from given weights.</param>
    public TrainingOptions Options(Session session, bool fineTuning) => Session.Checked(() =>
    {
        var mining = new MiningOptions(session.Value(_queries), session.Value(_pool), session.Value(_negatives), !session.Value(_anyCluster),
            Parse<PositiveRule>("positives", session.Value(_positives)!));
        var optimizer = new OptimizerOptions(Parse<OptimizerKind>("optimizer", session.Value(_optimizer)!), session.Value(_decay));
        var sampling = new TupleSampling(mining, session.Value(_tuples), session.Value(_batchNegatives));
        var options = new TrainingOptions([new WeightedLoss(new TupleLoss(Loss(session)))], Schedule(session), optimizer, sampling,
            Augmentation(session), Statistics(session.Value(_statistics), fineTuning), (ulong)session.Seed);
        options.Validate();
        return options;
    });

    private TrainingAugmentation Augmentation(Session session)
    {
        var steps = new List<Augmentation>();
        if (session.Value(_crop) is < 1 and var area)
            steps.Add(new RandomResizedCrop(MinimumArea: area));
        if (session.Value(_flip) is > 0 and var probability)
            steps.Add(new HorizontalFlip(probability));
        return new TrainingAugmentation(steps);
    }

    private static Option<string> Word(string name, string description, string otherwise) => new(name) { Description = description, DefaultValueFactory = _ => otherwise };

    private static T Parse<T>(string name, string word) where T : struct, Enum =>
        Enum.GetNames<T>().FirstOrDefault(known => known.Equals(word, StringComparison.OrdinalIgnoreCase)) is { } found
            ? Enum.Parse<T>(found)
            : throw new ArgumentException($"{name}: expected {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}, got '{word}'");

    private static PassMode Statistics(string? word, bool fineTuning) => word switch
    {
        null => fineTuning ? PassMode.FrozenStatistics : PassMode.BatchStatistics,
        "batch" => PassMode.BatchStatistics,
        "frozen" => PassMode.FrozenStatistics,
        _ => throw new ArgumentException($"statistics: expected batch or frozen, got '{word}'"),
    };

    private ITupleLoss Loss(Session session)
    {
        var margin = session.Value(_margin);
        if (margin is not (null or (>= 0 and <= 4)))
            throw new ArgumentException($"margin: expected 0 to 4, got {margin}");
        return session.Value(_loss) switch
        {
            "contrastive" => new ContrastiveLoss(margin ?? 0.7f),
            "triplet" => new TripletLoss(margin ?? 0.1f),
            var word => throw new ArgumentException($"loss: expected contrastive or triplet, got '{word}'"),
        };
    }

    private ILearningRateSchedule Schedule(Session session)
    {
        var word = session.Value(_schedule)!;
        var parts = word.Split(':');
        var rate = session.Value(_rate);
        if (parts is ["exp", var factor] && Number(factor, out var gamma))
            return new ExponentialSchedule(rate, gamma);
        if (parts is ["steps", var epochs, var drop] && Number(drop, out gamma))
        {
            var milestones = epochs.Split(',').Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) ? epoch : -1).ToArray();
            if (!milestones.Contains(-1))
                return new WarmupMultiStepSchedule(rate, milestones, gamma);
        }
        throw new ArgumentException($"schedule: expected exp:<factor> or steps:<epoch>,<epoch>:<factor> with a factor above 0 and at most 1, got '{word}'");

        static bool Number(string text, out double value) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value is > 0 and <= 1;
    }
}
