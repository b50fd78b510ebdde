using System.Text.Json;

namespace Retrieval.Host.Diagnostics;

/// <summary>
/// Writes a profile in the trace event format that Perfetto and Chrome's own viewer open: a track of the device, one for each thread of
/// the host, and a counter of the memory rented out. Times are microseconds.
/// </summary>
public static class ChromeTrace
{
    private const int DeviceProcess = 1, HostProcess = 2;
    private const double MiB = 1 << 20;

    /// <summary>Writes the trace as one JSON object.</summary>
    /// <param name="stream">Where to; stays open.</param>
    /// <param name="profile">What to write.</param>
    /// <param name="title">What was profiled.</param>
    public static void Write(Stream stream, ProfileResult profile, string title)
    {
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ms");
        json.WriteStartObject("otherData");
        json.WriteString("profile", title);
        json.WriteEndObject();
        json.WriteStartArray("traceEvents");
        WriteNames(json, profile);
        foreach (var call in profile.Calls)
            WriteCall(json, call);
        foreach (var span in profile.Spans)
        {
            BeginEvent(json, span.Name, "X", HostProcess, span.Thread, span.StartMs);
            json.WriteNumber("dur", Microseconds(span.DurationMs));
            json.WriteEndObject();
        }
        foreach (var sample in profile.Memory)
            WriteMemory(json, sample);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, ProfileResult profile)
    {
        WriteName(json, "process_name", DeviceProcess, 0, "device");
        WriteName(json, "thread_name", DeviceProcess, 0, "compute");
        WriteName(json, "process_name", HostProcess, 0, "host");
        foreach (var (thread, name) in profile.ThreadNames)
            WriteName(json, "thread_name", HostProcess, thread, name);
    }

    private static void WriteName(Utf8JsonWriter json, string what, int process, int thread, string name)
    {
        BeginEvent(json, what, "M", process, thread, 0);
        json.WriteStartObject("args");
        json.WriteString("name", name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>What the device did on its track, and the host's call on the thread that made it.</summary>
    private static void WriteCall(Utf8JsonWriter json, in ProfiledCall call)
    {
        if (call.Operator.Kind is CallKind.Operator or CallKind.Transfer)
            WriteComplete(json, call, DeviceProcess, 0, call.StartMs, call.DurationMs);
        WriteComplete(json, call, HostProcess, call.Thread, call.HostStartMs, call.HostDurationMs);
    }

    private static void WriteComplete(Utf8JsonWriter json, in ProfiledCall call, int process, int thread, double startMs, double durationMs)
    {
        BeginEvent(json, call.Operator.Name, "X", process, thread, startMs);
        json.WriteNumber("dur", Microseconds(durationMs));
        json.WriteStartObject("args");
        json.WriteString("shapes", call.Operator.Shapes);
        json.WriteString("type", call.Operator.Type.ToString());
        json.WriteNumber("bytes", call.Operator.Work.Bytes);
        json.WriteNumber("flop", call.Operator.Work.Flops);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMemory(Utf8JsonWriter json, MemorySample sample)
    {
        BeginEvent(json, "memory [MiB]", "C", DeviceProcess, 0, sample.AtMs);
        json.WriteStartObject("args");
        foreach (var purpose in Enum.GetValues<MemoryPurpose>())
            json.WriteNumber(purpose.ToString(), Math.Round(sample[purpose] / MiB, 3));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void BeginEvent(Utf8JsonWriter json, string name, string phase, int process, int thread, double startMs)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("ph", phase);
        json.WriteNumber("pid", process);
        json.WriteNumber("tid", thread);
        json.WriteNumber("ts", Microseconds(startMs));
    }

    private static double Microseconds(double milliseconds) => Math.Round(milliseconds * 1e3, 3);
}
