using System.Text.Json;

namespace Retrieval.Host.Diagnostics;

/// <summary>
/// Writes a profile in the trace event format that Perfetto and Chrome's own viewer open: a track of the device, one for each thread of
/// the host, and a counter of the memory rented out. Times are microseconds.
/// </summary>
public static class ChromeTrace
{
    private const double MiB = 1 << 20;

    /// <summary>Writes the trace as one JSON object.</summary>
    /// <param name="stream">Where to; stays open.</param>
    /// <param name="profile">What to write.</param>
    /// <param name="title">What was profiled.</param>
    public static void Write(Stream stream, ProfileResult profile, string title)
    {
        List<TraceSlice> device = TraceTracks.OfDevice(profile), host = TraceTracks.OfHost(profile);
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ms");
        json.WriteStartObject("otherData");
        json.WriteString("profile", title);
        json.WriteEndObject();
        json.WriteStartArray("traceEvents");
        WriteNames(json, profile, device.Count == 0 ? 1 : device[^1].Thread + 1);
        foreach (var slice in device.Concat(host))
            WriteSlice(json, slice);
        foreach (var sample in profile.Memory)
            WriteMemory(json, sample);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, ProfileResult profile, int deviceTracks)
    {
        WriteName(json, "process_name", TraceTracks.DeviceProcess, 0, "device");
        for (var track = 0; track < deviceTracks; track++)
            WriteName(json, "thread_name", TraceTracks.DeviceProcess, track, track == 0 ? "compute" : $"compute, at the same time ({track + 1})");
        WriteName(json, "process_name", TraceTracks.HostProcess, 0, "host");
        foreach (var (thread, name) in profile.ThreadNames)
            WriteName(json, "thread_name", TraceTracks.HostProcess, thread, name);
    }

    private static void WriteName(Utf8JsonWriter json, string what, int process, int thread, string name)
    {
        BeginEvent(json, what, "M", process, thread, 0);
        json.WriteStartObject("args");
        json.WriteString("name", name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSlice(Utf8JsonWriter json, in TraceSlice slice)
    {
        BeginEvent(json, slice.Name, "X", slice.Process, slice.Thread, slice.StartUs);
        json.WriteNumber("dur", Math.Round(slice.EndUs - slice.StartUs, 3));
        if (slice.Operator is { } called)
        {
            json.WriteStartObject("args");
            json.WriteString("shapes", called.Shapes);
            json.WriteString("type", called.Type.ToString());
            json.WriteNumber("bytes", called.Work.Bytes);
            json.WriteNumber("flop", called.Work.Flops);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteMemory(Utf8JsonWriter json, MemorySample sample)
    {
        BeginEvent(json, "memory [MiB]", "C", TraceTracks.DeviceProcess, 0, TraceSlice.Microseconds(sample.AtMs));
        json.WriteStartObject("args");
        foreach (var purpose in Enum.GetValues<MemoryPurpose>())
            json.WriteNumber(purpose.ToString(), Math.Round(sample[purpose] / MiB, 3));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void BeginEvent(Utf8JsonWriter json, string name, string phase, int process, int thread, double startUs)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("ph", phase);
        json.WriteNumber("pid", process);
        json.WriteNumber("tid", thread);
        json.WriteNumber("ts", startUs);
    }
}
