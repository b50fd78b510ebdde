using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Retrieval.Host;
using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Tests.Models;
using Retrieval.Training;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Retrieval.Training.Losses;
using Retrieval.Training.Mining;
using Retrieval.Training.Optimizers;
using Retrieval.Training.Sampling;
using Retrieval.Training.Schedules;

namespace Retrieval.Tests.Training;

/// <summary>A training run of a tiny network on striped images.</summary>
internal sealed class TinyTraining : IDisposable
{
    public static readonly TupleSampling Tuples = new(new MiningOptions(Queries: 7, Pool: 20, Negatives: 3), TuplesPerStep: 2);

    public static readonly TrainingOptions Options = new(Loss(new ContrastiveLoss(0.7f)), new ExponentialSchedule(5e-3, 0.9), new OptimizerOptions(), Tuples,
        new TrainingAugmentation(new RandomResizedCrop(MinimumArea: 0.6), new HorizontalFlip()), PassMode.BatchStatistics, Seed: 5);

    public static WeightedLoss[] Loss(ITupleLoss loss) => [new(new TupleLoss(loss))];

    public TinyTraining(TrainingOptions options, TupleDataset? data = null, int threads = 1, NetworkDescription? network = null, ulong weightSeed = 1, DeviceName? on = null)
    {
        Device = Device.Open(on ?? DeviceName.Cpu, threads);
        Model = new RetrievalModel(new DescriptorNetwork(Device, network ?? ResNetTests.Small(PoolingKind.Gem, whitening: 8)));
        WeightInitializer.Initialize(Model.Network.Parameters, weightSeed);
        Trainer = new Trainer(Model, data ?? Data, options, new ExtractionOptions(4, 2));
    }

    public static TupleDataset Data { get; } = StripedImages.Dataset(6, 4);

    public Device Device { get; }

    public RetrievalModel Model { get; }

    public Trainer Trainer { get; }

    /// <summary>Digest of all that a run carries on: weights, statistics, optimiser, and the history without its times.</summary>
    public string State
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var parameter in Model.Network.Parameters.All)
                hash.AppendData(MemoryMarshal.AsBytes(parameter.Value.ToArray<float>().AsSpan()));
            var path = Path.GetTempFileName();
            try
            {
                var writer = new Retrieval.Models.WeightFiles.SafetensorsWriter();
                Trainer.Optimizer.Store(writer);
                writer.Save(path);
                hash.AppendData(File.ReadAllBytes(path));
            }
            finally
            {
                File.Delete(path);
            }
            hash.AppendData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Trainer.History.Select(report => report with { MiningSeconds = 0, TrainingSeconds = 0 }))));
            return Convert.ToHexString(hash.GetHashAndReset());
        }
    }

    public TinyTraining RunEpochs(int count)
    {
        for (var i = 0; i < count; i++)
            Trainer.RunEpoch();
        return this;
    }

    public void Dispose()
    {
        Trainer.Dispose();
        Model.Dispose();
        Device.Dispose();
    }
}
