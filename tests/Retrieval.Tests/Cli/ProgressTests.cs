using Retrieval.Cli.Output;
using Spectre.Console;
using Xunit;

namespace Retrieval.Tests.Cli;

public sealed class ProgressTests
{
    [Fact]
    public void Lines_come_every_few_seconds_with_rate_and_time_left()
    {
        var time = new Clock();
        using var output = new StringWriter();
        using var progress = new PlainProgressReporter(output, time);
        using (var task = progress.Begin("extract", 400, "images"))
        {
            foreach (var done in Enumerable.Range(1, 120))
            {
                time.Seconds += 0.1;
                task.Report(done);
            }
            progress.Note("b.jpg: skipped");
        }
        Assert.Equal(
            ["extract: 50 of 400 images, 10.0 images/s, 35.0 s left", "extract: 100 of 400 images, 10.0 images/s, 30.0 s left",
             "b.jpg: skipped", "extract: 120 images in 12.0 s, 10.0 images/s"],
            output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Without_a_total_there_is_no_time_left()
    {
        var time = new Clock();
        using var output = new StringWriter();
        using var progress = new PlainProgressReporter(output, time);
        var task = progress.Begin("scan", 0, "files");
        time.Seconds = 6;
        task.Report(3);
        Assert.Equal("scan: 3 files, 0.50 files/s" + Environment.NewLine, output.ToString());
    }

    [Fact]
    public void Bars_may_overlap_and_follow_each_other()
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
        });
        console.Profile.Width = 160;
        using (var progress = new BarProgressReporter(console))
        {
            using (var epoch = progress.Begin("epoch [1]", 10, "steps"))
            {
                using (var mining = progress.Begin("mine", 0, "images"))
                    mining.Report(5);
                progress.Note("loss [0.5]");
                epoch.Report(10);
            }
            using (var whitening = progress.Begin("whiten", 3, "pairs"))
                whitening.Report(3);
        }
        var text = output.ToString();
        foreach (var expected in new[] { "epoch [1]", "mine", "whiten", "steps/s", "pairs/s", "100%", "loss [0.5]" })
            Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8.44, "8.4 s")]
    [InlineData(187, "3:07")]
    [InlineData(3765, "1:02:45")]
    [InlineData(360000, "100:00:00")]
    public void Durations_are_short(double seconds, string expected) => Assert.Equal(expected, ProgressText.Duration(TimeSpan.FromSeconds(seconds)));

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)Math.Round(Seconds * TimestampFrequency);
    }
}
