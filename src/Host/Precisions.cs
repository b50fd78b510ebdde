namespace Retrieval.Host;

/// <summary>The words of the command line for precisions.</summary>
public static class Precisions
{
    /// <summary><c>f32</c>, <c>tf32</c> or <c>bf16</c>.</summary>
    public static string Word(this Precision precision) => precision switch
    {
        Precision.Float32 => "f32",
        Precision.TensorFloat32 => "tf32",
        Precision.BFloat16 => "bf16",
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "not a precision"),
    };

    /// <summary>Reads a word.</summary>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public static Precision Parse(string text)
    {
        foreach (var precision in Enum.GetValues<Precision>())
            if (precision.Word() == text)
                return precision;
        throw new ArgumentException($"precision: expected f32, tf32 or bf16, got '{text}'");
    }
}
