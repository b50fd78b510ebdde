namespace Retrieval.Datasets.Readers;

/// <summary>Text from a file as an error message shows it: quoted, on one line, not long.</summary>
internal static class Shown
{
    private const int Longest = 100;

    public static string Text(string text)
    {
        var end = text.Length > Longest ? "..." : "";
        var visible = text.Take(Longest).Select(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029' ? '\uFFFD' : letter);
        return $"'{string.Concat(visible)}{end}'";
    }
}
