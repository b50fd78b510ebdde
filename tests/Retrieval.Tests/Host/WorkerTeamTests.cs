using Retrieval.Host;
using Retrieval.Host.Backends;
using Xunit;

namespace Retrieval.Tests.Host;

public sealed class WorkerTeamTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 7)]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 1009)]
    [InlineData(7, 5)]
    public void RunsEachPieceOnce(int size, int count)
    {
        using var team = new WorkerTeam(size);
        for (var round = 0; round < 20; round++)
        {
            var runs = new int[count];
            team.For(count, new Counter(runs, new bool[size]));
            Assert.All(runs, times => Assert.Equal(1, times));
        }
    }

    [Fact]
    public void AllMembersTakePart()
    {
        using var team = new WorkerTeam(3);
        var seen = new bool[3];
        // Each piece waits until every member has one.
        using var barrier = new Barrier(3);
        team.For(3, new Meeting(barrier, seen));
        Assert.All(seen, Assert.True);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void AnExceptionReachesTheCaller(int size)
    {
        using var team = new WorkerTeam(size);
        for (var round = 0; round < 20; round++)
            Assert.Equal("piece 13", Assert.Throws<InvalidOperationException>(() => team.For(100, new Failing(13))).Message);
        var runs = new int[50];
        team.For(50, new Counter(runs, new bool[size]));
        Assert.All(runs, times => Assert.Equal(1, times));
    }

    [Fact]
    public void ALoopInALoopRunsOnItsCaller()
    {
        using var team = new WorkerTeam(3);
        var runs = new int[40 * 10];
        team.For(40, new Nested(team, runs));
        Assert.All(runs, times => Assert.Equal(1, times));
    }

    [Fact]
    public void ManyCallersAtOnce()
    {
        using var team = new WorkerTeam(2);
        var failures = 0;
        var callers = Enumerable.Range(0, 6).Select(_ => new Thread(() =>
        {
            for (var round = 0; round < 200; round++)
            {
                var runs = new int[17];
                team.For(17, new Counter(runs, new bool[2]));
                if (runs.Any(times => times != 1))
                    Interlocked.Increment(ref failures);
            }
        })).ToArray();
        foreach (var caller in callers)
            caller.Start();
        foreach (var caller in callers)
            caller.Join();
        Assert.Equal(0, failures);
    }

    private readonly struct Counter(int[] runs, bool[] seen) : IParallelBody
    {
        public void Run(int index, int worker)
        {
            seen[worker] = true;
            Interlocked.Increment(ref runs[index]);
        }
    }

    private readonly struct Meeting(Barrier barrier, bool[] seen) : IParallelBody
    {
        public void Run(int index, int worker)
        {
            seen[worker] = true;
            Assert.True(barrier.SignalAndWait(TimeSpan.FromSeconds(30)));
        }
    }

    private readonly struct Failing(int piece) : IParallelBody
    {
        public void Run(int index, int worker)
        {
            if (index == piece)
                throw new InvalidOperationException($"piece {index}");
        }
    }

    private readonly struct Nested(WorkerTeam team, int[] runs) : IParallelBody
    {
        public void Run(int index, int worker) => team.For(10, new Inner(runs, index * 10));
    }

    private readonly struct Inner(int[] runs, int first) : IParallelBody
    {
        public void Run(int index, int worker)
        {
            Assert.Equal(0, worker);
            Interlocked.Increment(ref runs[first + index]);
        }
    }
}
