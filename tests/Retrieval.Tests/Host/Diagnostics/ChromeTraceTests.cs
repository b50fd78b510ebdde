using System.Text.Json;
using Retrieval.Host;
using Retrieval.Host.Diagnostics;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host.Diagnostics;

/// <summary>The trace as viewers expect it: whole JSON, complete events with names and times, counters, and names of the tracks.</summary>
public sealed class ChromeTraceTests : OperatorTests
{
    private const int DeviceProcess = 1, HostProcess = 2;

    [DeviceTheory]
    public void EveryCallIsAnEvent(DeviceName on)
    {
        Open(on);
        using var profile = Device.StartProfile();
        var x = Zeros(new Shape(3, 5));
        for (var i = 0; i < 4; i++)
            Operators.Relu(x, x);
        Device.Synchronize();
        using (HostActivity.Start("a \"quoted\" span"))
            Device.Return(x);
        Operators.Fill(Zeros(new Shape(1)), 0);
        var result = profile.Finish();

        using var trace = Written(result);
        var events = trace.RootElement.GetProperty("traceEvents").EnumerateArray().ToArray();
        var complete = events.Where(item => Phase(item) == "X").ToArray();
        Assert.Equal(4, complete.Count(item => Process(item) == DeviceProcess && Name(item) == "Relu"));
        Assert.Equal(4, complete.Count(item => Process(item) == HostProcess && Name(item) == "Relu"));
        Assert.DoesNotContain(complete, item => Process(item) == DeviceProcess && Name(item) == "Synchronize");
        Assert.Contains(complete, item => Process(item) == HostProcess && Name(item) == "a \"quoted\" span");
        Assert.All(complete, item => Assert.InRange(item.GetProperty("dur").GetDouble(), 0, result.WallMs * 1e3));
        Assert.All(events, item => Assert.InRange(item.GetProperty("ts").GetDouble(), 0, result.WallMs * 1e3));
        var relu = complete.First(item => Name(item) == "Relu").GetProperty("args");
        Assert.Equal(("[3, 5]", 120), (relu.GetProperty("shapes").GetString(), relu.GetProperty("bytes").GetInt64()));
    }

    /// <summary>What the trace event format asks of each event, and Perfetto of each track: slices by rising start, each within another or apart from it.</summary>
    [DeviceTheory]
    public void EveryTrackIsInOrder(DeviceName on)
    {
        const string odd = "a \"quoted\"\n\t<span> \\ \u00fc \u0001";
        Open(on);
        using var profile = Device.StartProfile();
        Parallel.For(0, 4, worker =>
        {
            using var span = HostActivity.Start(odd);
            var x = Device.Rent(new Shape(3, 100 + worker));
            for (var i = 0; i < 10; i++)
            {
                Operators.Fill(x, i);
                Operators.Relu(x, x);
            }
        });
        var result = profile.Finish();

        using var trace = Written(result);
        var events = trace.RootElement.GetProperty("traceEvents").EnumerateArray().ToArray();
        Assert.All(events, Wellformed);
        Assert.Contains(events, item => Name(item) == odd);
        Assert.Equal(result.Calls.Count + result.Spans.Count, events.Count(item => Phase(item) == "X" && Process(item) == HostProcess));
        foreach (var track in events.Where(item => Phase(item) == "X").GroupBy(item => (Process(item), item.GetProperty("tid").GetInt32())))
            Nested([.. track]);
        foreach (var counter in events.Where(item => Phase(item) == "C").GroupBy(Name))
            Assert.Equal(counter.Select(Start).Order(), counter.Select(Start));
    }

    [Fact]
    public void TracksHaveNamesAndMemoryIsCounted()
    {
        using var profile = Device.StartProfile();
        Zeros(new Shape(1 << 18));
        using var trace = Written(profile.Finish());
        var events = trace.RootElement.GetProperty("traceEvents").EnumerateArray().ToArray();
        var named = events.Where(item => Name(item) == "thread_name").Select(item => (Process(item), item.GetProperty("tid").GetInt32())).ToHashSet();
        Assert.All(events.Where(item => Phase(item) == "X"), item => Assert.Contains((Process(item), item.GetProperty("tid").GetInt32()), named));
        var counters = events.Where(item => Phase(item) == "C").ToArray();
        Assert.Equal(1, counters[^1].GetProperty("args").GetProperty("Activations").GetDouble());
        Assert.Equal("a title", trace.RootElement.GetProperty("otherData").GetProperty("profile").GetString());
    }

    private static JsonDocument Written(ProfileResult result)
    {
        using var stream = new MemoryStream();
        ChromeTrace.Write(stream, result, "a title");
        return JsonDocument.Parse(stream.ToArray());
    }

    private static void Wellformed(JsonElement item)
    {
        Assert.NotEqual("", Name(item));
        Assert.True(Start(item) >= 0);
        Assert.True(Process(item) > 0 && item.GetProperty("tid").GetInt32() >= 0);
        switch (Phase(item))
        {
            case "X":
                Assert.True(item.GetProperty("dur").GetDouble() >= 0);
                break;
            case "M":
                Assert.Equal(JsonValueKind.String, item.GetProperty("args").GetProperty("name").ValueKind);
                break;
            default:
                Assert.Equal("C", Phase(item));
                Assert.All(item.GetProperty("args").EnumerateObject(), value => Assert.True(value.Value.GetDouble() >= 0));
                break;
        }
    }

    private static void Nested(JsonElement[] track)
    {
        // Sums of two numbers with three decimals.
        const double rounding = 1e-4;
        var open = new Stack<double>();
        var last = 0.0;
        foreach (var item in track)
        {
            double start = Start(item), end = start + item.GetProperty("dur").GetDouble();
            Assert.True(start >= last, $"{item} begins before the one before it");
            last = start;
            while (open.Count > 0 && open.Peek() <= start + rounding)
                open.Pop();
            Assert.True(open.Count == 0 || end <= open.Peek() + rounding, $"{item} ends after the slice that it begins in");
            open.Push(end);
        }
    }

    private static double Start(JsonElement item) => item.GetProperty("ts").GetDouble();

    private static string? Name(JsonElement item) => item.GetProperty("name").GetString();

    private static string? Phase(JsonElement item) => item.GetProperty("ph").GetString();

    private static int Process(JsonElement item) => item.GetProperty("pid").GetInt32();
}
