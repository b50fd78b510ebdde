using System.Diagnostics.CodeAnalysis;

namespace Retrieval.Imaging.Loading;

/// <summary>What became of one image of a run.</summary>
/// <param name="Index">Its place in the input.</param>
/// <param name="Path">Its file.</param>
/// <param name="Value">What was made of it; the default of the type if it failed.</param>
/// <param name="Failure">Why it could not be read; null if it could.</param>
public readonly record struct ImageResult<T>(int Index, string Path, T? Value, ImageFailure? Failure)
{
    [MemberNotNullWhen(false, nameof(Failure))]
    [MemberNotNullWhen(true, nameof(Value))]
    public bool Succeeded => Failure is null;
}
