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
        DoNotOverlap([.. complete.Where(item => Process(item) == DeviceProcess)]);
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

    private static void DoNotOverlap(JsonElement[] track)
    {
        const double Rounding = 2e-3;
        for (var i = 1; i < track.Length; i++)
            Assert.True(track[i].GetProperty("ts").GetDouble() + Rounding >= track[i - 1].GetProperty("ts").GetDouble() + track[i - 1].GetProperty("dur").GetDouble());
    }

    private static string? Name(JsonElement item) => item.GetProperty("name").GetString();

    private static string? Phase(JsonElement item) => item.GetProperty("ph").GetString();

    private static int Process(JsonElement item) => item.GetProperty("pid").GetInt32();
}
