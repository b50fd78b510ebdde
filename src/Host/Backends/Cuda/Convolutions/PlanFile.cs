using System.Text.Json;

namespace Retrieval.Host.Backends.Cuda.Convolutions;

/// <summary>
/// The plans that were chosen on this kind of GPU with this version of cuDNN, kept between runs: a line of JSON each. A file that is damaged,
/// or another's, is not believed and written anew; one that cannot be read or written is done without: it only saves time. Several processes
/// may use it at once: each replaces it whole by what it found there and what it added, so at worst something is measured again.
/// </summary>
internal sealed class PlanFile
{
    /// <summary>No file of ours is as large: ten thousand plans are about 3 MiB.</summary>
    private const long LargestByteCount = 64L << 20;

    private readonly string? _path;
    private readonly Dictionary<string, EngineChoice> _plans = [];

    /// <param name="folder">Folder of the file, or null for none.</param>
    /// <param name="gpu">Name of the GPU.</param>
    /// <param name="cudnn">Version of cuDNN.</param>
    public PlanFile(string? folder, string gpu, Version cudnn)
    {
        if (folder is null)
            return;
        var name = string.Concat(gpu.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : '-'));
        _path = Path.Combine(folder, $"convolution-plans-{name}-{cudnn}.json");
        Read();
    }

    /// <summary>What was chosen for a problem before, or null.</summary>
    public EngineChoice? Find(ConvolutionProblem problem) => _path is null ? null : _plans.GetValueOrDefault(problem.ToString());

    /// <summary>Remembers a choice.</summary>
    public void Add(ConvolutionProblem problem, EngineChoice choice)
    {
        if (_path is null)
            return;
        // First what others have added since.
        Read();
        _plans[problem.ToString()] = choice;
        Write(_path);
    }

    private void Read()
    {
        try
        {
            if (!File.Exists(_path) || new FileInfo(_path).Length > LargestByteCount)
                return;
            foreach (var line in File.ReadLines(_path))
                if (JsonSerializer.Deserialize(line, StoredPlanJson.Default.StoredPlan) is { Problem: { } problem, Engine: >= 0, Knobs: { } knobs } stored)
                    _plans[problem] = new EngineChoice(stored.Engine, knobs);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            // What came before the damage is as good as any plan: whether one still fits shows when it is built.
        }
    }

    private void Write(string path)
    {
        var beside = $"{path}.{Environment.ProcessId}-{Guid.NewGuid():n}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllLines(beside, _plans.OrderBy(plan => plan.Key, StringComparer.Ordinal)
                .Select(plan => JsonSerializer.Serialize(new StoredPlan(plan.Key, plan.Value.Engine, [.. plan.Value.Knobs]), StoredPlanJson.Default.StoredPlan)));
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            TryDelete(beside);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Nothing depends on it.
        }
    }
}
