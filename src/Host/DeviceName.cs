using System.Globalization;

namespace Retrieval.Host;

/// <summary>Names a device as the command line does: <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
public readonly record struct DeviceName(string Kind, int Ordinal)
{
    public static DeviceName Cpu => new("cpu", 0);

    /// <summary>Parses a device's name.</summary>
    /// <exception cref="ArgumentException">The text names no kind of device.</exception>
    public static DeviceName Parse(string text)
    {
        var parts = text.Split(':');
        var ordinal = 0;
        var known = parts[0] is "cpu" or "cuda" && parts.Length <= 2;
        if (!known || (parts.Length == 2 && (parts[0] == "cpu" || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ordinal))))
            throw new ArgumentException($"device: expected cpu, cuda or cuda:<number>, got '{text}'");
        return new DeviceName(parts[0], ordinal);
    }

    public override string ToString() => Kind == "cpu" ? "cpu" : $"{Kind}:{Ordinal}";
}
