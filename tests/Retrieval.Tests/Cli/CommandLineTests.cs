using Retrieval.Cli;
using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Cli;

/// <summary>What becomes of a verb's exceptions.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public void A_verb_returns_the_exit_code() => Assert.Equal((7, ""), Run(_ => 7));

    [Theory]
    [InlineData(typeof(UsersMistakeException))]
    [InlineData(typeof(InvalidDataException))]
    [InlineData(typeof(FileNotFoundException))]
    [InlineData(typeof(UnauthorizedAccessException))]
    [InlineData(typeof(DllNotFoundException))]
    public void A_users_mistake_is_one_line(Type kind) => Assert.Equal(
        (2, "error: a.jpg: cut off after 3 bytes" + Environment.NewLine),
        Run(_ => throw Create(kind, "a.jpg: cut off\n  after 3 bytes")));

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(ArgumentException))]
    [InlineData(typeof(OperationCanceledException))]
    public void A_bug_is_told_whole(Type kind)
    {
        var (exitCode, error) = Run(_ => throw Create(kind, "boom"));
        Assert.Equal(1, exitCode);
        Assert.Contains(kind.FullName + ": boom", error, StringComparison.Ordinal);
        Assert.Contains(nameof(A_bug_is_told_whole), error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_check_of_the_users_values_is_the_users_mistake() => Assert.Equal(
        (2, "error: margin: expected above 0, got -1" + Environment.NewLine),
        Run(_ =>
        {
            Session.Check(() => throw new ArgumentException("margin: expected above 0, got -1", "margin"));
            return 0;
        }));

    [Fact]
    public void An_interrupted_run_says_so()
    {
        using var interruption = new Interruption();
        var result = Run(session =>
        {
            Assert.True(interruption.Request(ExitCode.Interrupted));
            Assert.False(interruption.Request(ExitCode.Terminated));
            session.Cancellation.ThrowIfCancellationRequested();
            return 0;
        }, interruption);
        Assert.Equal((130, "interrupted" + Environment.NewLine), result);
    }

    [Fact]
    public void A_verb_sees_the_global_options()
    {
        using var interruption = new Interruption();
        var seen = Run(session =>
        {
            using var device = session.OpenDevice();
            return session.Json && session.Seed == 9 && session.Threads == 2 && device.Name == session.DeviceName ? 0 : 5;
        }, interruption, "--json", "--seed", "9", "--threads", "2", "--device", "cpu");
        Assert.Equal((0, ""), seen);
        Assert.Equal(2, Run(session => session.OpenDevice().GetHashCode(), interruption, "--device", "cuda:1").ExitCode);
        Assert.Equal(Environment.ProcessorCount, Run(session => session.Threads).ExitCode);
    }

    [DeviceTheory]
    [InlineData(false, null, Precision.TensorFloat32)]
    [InlineData(true, null, Precision.BFloat16)]
    [InlineData(true, "f32", Precision.Float32)]
    [InlineData(false, "bf16", Precision.BFloat16)]
    public void The_precision_is_that_of_the_work_unless_it_is_given(DeviceName on, bool training, string? given, Precision onCuda)
    {
        TestDevices.Require(on);
        using var interruption = new Interruption();
        string[] precision = given is null ? [] : ["--precision", given];
        var got = (Precision?)null;
        var (exitCode, error) = Run(session =>
        {
            using var device = session.OpenDevice(training);
            got = device.Precision;
            return 0;
        }, interruption, ["--device", on.ToString(), .. precision]);
        var expected = on == DeviceName.Cpu ? given == "bf16" ? null : Precision.Float32 : (Precision?)onCuda;
        Assert.Equal((expected is null ? 2 : 0, expected), (exitCode, got));
        Assert.Equal(expected is null, error.Length > 0);
    }

    private static Exception Create(Type kind, string message) => (Exception)kind.GetConstructor([typeof(string), typeof(Exception)])!.Invoke([message, null]);

    private static (int ExitCode, string Error) Run(Func<Session, int> work)
    {
        using var interruption = new Interruption();
        return Run(work, interruption);
    }

    private static (int ExitCode, string Error) Run(Func<Session, int> work, Interruption interruption, params string[] arguments)
    {
        using var error = new StringWriter();
        var exitCode = new CommandLine([new Work(work)], TextWriter.Null, error, interruption).Run(["work", .. arguments]);
        return (exitCode, error.ToString());
    }

    private sealed class Work(Func<Session, int> work) : Verb("work", "does what the test says")
    {
        public override int Run(Session session) => work(session);
    }
}
