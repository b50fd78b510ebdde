namespace Retrieval.Imaging.Loading;

/// <summary>An image that could not be read.</summary>
/// <param name="Path">The file.</param>
/// <param name="Reason">One line; it names the file.</param>
public sealed record ImageFailure(string Path, string Reason)
{
    public override string ToString() => Reason;
}
