using System.CommandLine;
using Retrieval.Datasets.World;
using Retrieval.Training.Data;

namespace Retrieval.Cli.Commands;

/// <summary>Writes a generated world to disk: classes to train on, queries with their ground truth, and both as photographs with positions.</summary>
internal sealed class WorldCommand : Verb
{
    private const int Most = 1_000_000;

    private readonly Option<string> _out = new("--out") { Description = "Folder for the images and their lists; a folder that holds a part of the same world is completed", Required = true };
    private readonly Option<int> _landmarks = NumberOptions.Create("--landmarks", "Landmarks to train on", 300, least: 1, most: Most);
    private readonly Option<int> _tested = NumberOptions.Create("--test-landmarks", "Other landmarks to test on", 40, least: 1, most: Most);
    private readonly Option<int> _views = NumberOptions.Create("--views", "Views of each landmark", 6, least: 2, most: 10_000);
    private readonly Option<int> _queries = NumberOptions.Create("--queries", "Views of each tested landmark that ask; the others answer", 2, least: 1, most: 9_999);
    private readonly Option<int> _distractors = NumberOptions.Create("--distractors", "Images that match no other", 200, least: 0, most: 10_000_000);
    private readonly Option<string> _size = new("--size") { Description = "<width>x<height> of the images", DefaultValueFactory = _ => "96x96" };
    private readonly Option<double> _difficulty = NumberOptions.Create("--difficulty", "From 0, fair light and nothing in the way, to 1, night, fog and crowds", 0.2, least: 0, most: 1);

    public WorldCommand() : base("world", "Write a generated world of landmarks to train and test on")
    {
        foreach (var option in (IEnumerable<Option>)[_out, _landmarks, _tested, _views, _queries, _distractors, _size, _difficulty])
            Options.Add(option);
    }

    /// <inheritdoc/>
    public override int Run(Session session)
    {
        var size = Session.Checked(() => ImageSizing.Parse(session.Value(_size)!));
        if (size.Kind != ImageSizingKind.Exact)
            throw new UsersMistakeException($"--size: expected <width>x<height>, got '{size}'");
        var options = new WorldOptions
        {
            Landmarks = session.Value(_landmarks) + session.Value(_tested),
            ViewsPerLandmark = session.Value(_views),
            Distractors = session.Value(_distractors),
            ImageWidth = size.Width,
            ImageHeight = size.Height,
            Difficulty = session.Value(_difficulty),
            Seed = session.Seed,
        };
        var folder = session.Value(_out)!;
        var world = Session.Checked(() => GeneratedWorld.Create(options, session.Cancellation));
        var split = Session.Checked(() => WorldSplit.Of(world, session.Value(_tested), session.Value(_queries)));
        using (var progress = session.Progress.Begin("render", world.Views.Count, "images"))
            WorldExport.Write(world, split, folder, session.Threads, progress, session.Cancellation);
        session.Progress.Note($"{folder}: train/ with {split.Training.Count} images of {session.Value(_landmarks)} landmarks; gnd_world.json with {split.Queries.Count} queries, " +
            $"{split.Database.Count} database images of {session.Value(_tested)} others and distractors; places_train.csv and places_test.csv with positions; seed {session.Seed}");
        return ExitCode.Done;
    }
}
