using System.Text;
using Retrieval.Models;
using Retrieval.Training.Recipes;
using Retrieval.Training.Recipes.Sections;
using Retrieval.Training.Sampling;
using Retrieval.Training.Schedules;
using Xunit;

namespace Retrieval.Tests.Training.Recipes;

public sealed class RecipeTests
{
    public static TheoryData<string> BuiltIn => [.. BuiltInRecipes.Names];

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void A_built_in_recipe_makes_a_run_and_is_written_as_it_is_read(string name)
    {
        var recipe = BuiltInRecipes.Find(name);
        NetworkSection.Create(recipe).Validate();
        RecipeTraining.Options(recipe, recipe.Get(NetworkSection.Pretrained), seed: 1).Validate();
        Assert.NotEmpty(recipe.Get(AboutSection.Title));
        Assert.NotEmpty(recipe.Get(AboutSection.Paper));
        Assert.Equal(recipe.Values, Recipe.Parse(name, Encoding.UTF8.GetBytes(recipe.ToJson())).Values);
    }

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void Every_recipe_has_a_small_sibling_that_starts_from_nothing(string name)
    {
        var small = BuiltInRecipes.Find(name.EndsWith(".small", StringComparison.Ordinal) ? name : name + ".small");
        Assert.False(small.Get(NetworkSection.Pretrained));
        Assert.Equal(PassMode.BatchStatistics, NetworkSection.Mode(small, fineTuning: false));
        Assert.True(DataSection.IsFixed(small));
    }

    /// <summary>Each mistake stands in line 3.</summary>
    [Theory]
    [InlineData("\"rte\": 1", "schedule.rte: unknown key, expected one of epochs, kind, rate")]
    [InlineData("\"rate\": \"fast\"", "schedule.rate: expected a number from 0 to 10, got \"fast\"")]
    [InlineData("\"rate\": 11", "schedule.rate: expected a number from 0 to 10, got 11")]
    [InlineData("\"rate\": 1e999", "schedule.rate: expected a number from 0 to 10, got 1e999")]
    [InlineData("\"rate\": null", "schedule.rate: expected a number from 0 to 10, got null")]
    [InlineData("\"epochs\": 2.5", "schedule.epochs: expected a whole number from 1 to 1000000, got 2.5")]
    [InlineData("\"kind\": \"stairs\"", "schedule.kind: expected one of constant, exponential")]
    [InlineData("\"milestones\": [1, \"2\"]", "schedule.milestones: expected a list of numbers from 0 to 1000000")]
    [InlineData("\"bySteps\": 1", "schedule.bySteps: expected true or false, got 1")]
    [InlineData("\"rate\": 1, \"rate\": 2", "schedule.rate: it stands here for the second time")]
    [InlineData("\"rate\": {\"rate\": 1}", "schedule.rate: expected a number")]
    [InlineData("\"rate\" 1", "not JSON")]
    [InlineData("\"rate\": 1 } }, { \"more\": {", "not JSON")]
    public void A_mistake_is_one_line_with_file_line_key_and_range(string text, string complaint)
    {
        var exception = Assert.Throws<InvalidDataException>(() => Parse($"{{\n\"schedule\": {{\n{text} }} }}"));
        Assert.StartsWith($"some.json:3: {complaint}", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Theory]
    [InlineData("{\"schedle\": {}}", "schedle: unknown key, expected one of about, network, data")]
    [InlineData("{\"schedule\": 3}", "schedule: expected a section")]
    [InlineData("{\"optimiser\": {\"head\": 3}}", "optimiser.head: expected a section")]
    [InlineData("{\"optimiser\": {\"head\": {\"p\": 1}}}", "optimiser.head.p: unknown key, expected one of rate, decay in 'optimiser.head'")]
    [InlineData("{\"network\": {\"backbone\": \"resnet19\"}}", "network.backbone: architecture: expected one of alexnet")]
    [InlineData("{\"data\": {\"size\": \"big\"}}", "data.size: size: expected <longest side>")]
    [InlineData("[]", "expected an object of sections")]
    [InlineData("", "not JSON")]
    public void What_is_no_recipe_is_refused(string text, string complaint) =>
        Assert.StartsWith($"some.json:1: {complaint}", Assert.Throws<InvalidDataException>(() => Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Damaged_files_are_refused_and_nothing_else()
    {
        var good = BuiltInRecipes.Text(BuiltInRecipes.Names[0]);
        var random = new Random(5);
        for (var turn = 0; turn < 300; turn++)
        {
            var bytes = (byte[])good.Clone();
            for (var i = 0; i < 3; i++)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                Recipe.Parse("some.json", bytes);
            }
            catch (InvalidDataException exception)
            {
                Assert.StartsWith("some.json:", exception.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_key_is_set_as_a_command_line_writes_it()
    {
        var recipe = new[] { "schedule.rate=0.5", "sampling.kind = shuffled", "data.flip=1", "schedule.milestones=[3, 7]", "network.neck=true", "optimiser.head.decay=null", "data.size=96x96" }
            .Aggregate(Recipe.Empty, (changed, assignment) => changed.With(assignment));
        Assert.Equal((0.5, "shuffled", true, null, "96x96"), (recipe.Get(ScheduleSection.Rate), recipe.Get(SamplingSection.Kind), recipe.Get(NetworkSection.Neck),
            recipe.Get(OptimizerSection.HeadDecay), recipe.Get(DataSection.Size)));
        Assert.Equal([3.0, 7], recipe.Get(ScheduleSection.Milestones));
        Assert.Contains("expected one of", Assert.Throws<FormatException>(() => recipe.With("schedule.rte=1")).Message, StringComparison.Ordinal);
        Assert.Contains("schedule.rate: expected a number from 0 to 10, got \"x\"", Assert.Throws<FormatException>(() => recipe.With("schedule.rate=x")).Message, StringComparison.Ordinal);
        Assert.Contains("<key>=<value>", Assert.Throws<FormatException>(() => recipe.With("schedule.rate")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Schedules_follow_their_kinds()
    {
        double[] Rates(params string[] settings)
        {
            var schedule = ScheduleSection.Create(settings.Aggregate(Recipe.Empty.With(ScheduleSection.Rate, 1.0).With(ScheduleSection.Epochs, 4), (changed, setting) => changed.With("schedule." + setting)));
            return [.. Enumerable.Range(0, 5).Select(epoch => Math.Round(schedule.Rate(epoch), 4))];
        }
        Assert.Equal([1, 1, 1, 1, 1], Rates("kind=constant"));
        Assert.Equal([1, 0.5, 0.25, 0.125, 0.0625], Rates("kind=exponential", "factor=0.5"));
        Assert.Equal([1, 1, 0.1, 0.1, 0.01], Rates("kind=steps", "factor=0.1", "milestones=[2, 4]"));
        Assert.Equal([1, 1, 1, 0.1, 0.1], Rates("kind=drops", "factor=0.1", "milestones=[2, 4]"));
        Assert.Equal([1, 1, 0.5, 0.5, 0.25], Rates("kind=every", "factor=0.5", "period=2"));
        Assert.Equal([1, 0.8536, 0.5, 0.1464, 0], Rates("kind=cosine", "factor=1e-6"));
        Assert.Equal([0.3333, 0.6667, 1, 1, 1], Rates("kind=constant", "warmup=3"));
        Assert.Equal([0.5, 1, 1, 0.1, 0.1], Rates("kind=steps", "factor=0.1", "warmup=2", "milestones=[1, 3]"));
        ILearningRateSchedule warm = new WarmupSchedule(new CosineSchedule(1, 4), 2);
        Assert.Equal([0.5, 0.75, 1], ((double[])[0, 0.5, 1]).Select(time => Math.Round(warm.Rate(time) / new CosineSchedule(1, 4).Rate(time), 4)));
    }

    [Fact]
    public void Sampling_follows_its_kind()
    {
        Assert.Equal(new IdentitySampling(8, 3), SamplingSection.Create(Recipe.Empty.With("sampling.kind=identities").With("sampling.identities=8").With("sampling.instances=3")));
        Assert.Equal(new ShuffledSampling(12, 3, 0.5, false),
            SamplingSection.Create(Recipe.Empty.With("sampling.kind=shuffled").With("sampling.batch=12").With("sampling.repetitions=3").With("sampling.epochLength=0.5").With("sampling.dropLast=false")));
    }

    /// <summary>Queries are left out by the margin of the loss that they are trained with, and none where the loss or the batch gives all of them something to learn.</summary>
    [Fact]
    public void Places_are_sampled_by_the_margin_of_the_loss()
    {
        var places = Recipe.Empty.With("sampling.kind=places").With("sampling.queries=9").With("sampling.pool=40").With("sampling.negatives=3").With("sampling.tuples=2");
        PlaceSampling Sampling(params string[] settings) => (PlaceSampling)SamplingSection.Create(settings.Aggregate(places, (recipe, setting) => recipe.With(setting)));
        Assert.Equal(new PlaceSampling(9, 4, 40, 3, 2, 0.3f), Sampling("losses.triplet.weight=0.5", "losses.triplet.margin=0.3"));
        Assert.Equal(new PlaceSampling(9, 7, 40, 3, 2, 0.2f, Squared: false), Sampling("losses.distanceTriplet.weight=1", "losses.distanceTriplet.margin=0.2", "sampling.firstQueries=7"));
        Assert.Equal(new PlaceSampling(9, 4, 40, 3, 2, null), Sampling("losses.contrastive.weight=1"));
        Assert.Equal(new PlaceSampling(9, 4, 40, 3, 2, null), Sampling("losses.triplet.weight=1", "losses.distanceTriplet.weight=1"));
        Assert.Equal(new PlaceSampling(9, 4, 40, 3, 2, null, BatchNegatives: true), Sampling("losses.triplet.weight=1", "sampling.batchNegatives=true"));
        Assert.Equal(1, Sampling("sampling.queries=1").FirstQueries);
    }

    private static Recipe Parse(string text) => Recipe.Parse("some.json", Encoding.UTF8.GetBytes(text));
}
