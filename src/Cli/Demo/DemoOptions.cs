using Retrieval.Datasets.World;
using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Training;
using Retrieval.Training.Data;
using Retrieval.Training.Losses;
using Retrieval.Training.Mining;
using Retrieval.Training.Optimizers;
using Retrieval.Training.Sampling;
using Retrieval.Training.Schedules;

namespace Retrieval.Cli.Demo;

/// <summary>The demo's fixed choices: small enough for two cores and a few minutes, large enough that training shows.</summary>
internal sealed record DemoOptions(int Epochs, int Seed)
{
    /// <summary>Landmarks whose images are never trained on.</summary>
    public const int TestLandmarks = 40;

    /// <summary>Queries of each test landmark.</summary>
    public const int QueriesPerLandmark = 2;

    /// <summary>Results shown for each query in the report.</summary>
    public const int ShownResults = 10;

    /// <summary>Queries shown in the report.</summary>
    public const int ShownQueries = 8;

    /// <summary>Side of the images.</summary>
    public const int Side = 80;

    /// <summary>The network.</summary>
    public const string Architecture = "resnet18-w16";

    /// <summary>Neighbours of alpha query expansion: few, since a landmark has few views.</summary>
    public const int ExpansionNeighbours = 3;

    /// <summary>Exponent of alpha query expansion.</summary>
    public const double ExpansionAlpha = 3;

    /// <summary>Dimensions that the whitenings keep.</summary>
    public const int WhitenedDimensions = 64;

    /// <summary>The world: disjoint landmarks for training and testing, and distractors.</summary>
    public WorldOptions World => new()
    {
        Landmarks = 300 + TestLandmarks,
        ViewsPerLandmark = 6,
        Distractors = 200,
        ImageWidth = Side,
        ImageHeight = Side,
        Difficulty = 0.2,
        Seed = Seed,
    };

    /// <summary>Training from scratch with hard-mined tuples.</summary>
    public TrainingOptions Training => new([new WeightedLoss(new TupleLoss(new TripletLoss(0.2f)))], new ExponentialSchedule(3e-3, Math.Pow(0.1, 1.0 / Epochs)),
        new OptimizerOptions(Decay: 1e-4), new TupleSampling(new MiningOptions(Queries: 1200, Pool: 600, Negatives: 1), TuplesPerStep: 24, BatchNegatives: true),
        new TrainingAugmentation(new RandomResizedCrop(MinimumArea: 0.7)), PassMode.BatchStatistics, (ulong)Seed);

    /// <summary>How the user's own photographs are brought to size.</summary>
    public static ImageSizing Sizing => new(ImageSizingKind.Exact, Side, Side);
}
