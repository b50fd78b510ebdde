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

    /// <summary>What networks compute in on such a device unless the user says otherwise.</summary>
    /// <param name="training">Whether they are trained.</param>
    public Precision UsualPrecision(bool training) => Kind == "cpu" ? Precision.Float32 : training ? Precision.BFloat16 : Precision.TensorFloat32;

    public override string ToString() => Kind == "cpu" ? "cpu" : $"{Kind}:{Ordinal}";
}
