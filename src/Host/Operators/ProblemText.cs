using System.Runtime.CompilerServices;

namespace Retrieval.Host;

/// <summary>An interpolated message that is put together only when the condition before it fails: checks that pass allocate nothing.</summary>
[InterpolatedStringHandler]
internal ref struct ProblemText
{
    private DefaultInterpolatedStringHandler _text;

    public ProblemText(int literalLength, int formattedCount, bool condition, out bool isNeeded)
    {
        isNeeded = !condition;
        if (isNeeded)
            _text = new DefaultInterpolatedStringHandler(literalLength, formattedCount);
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    /// <summary>The message; gives its buffer back.</summary>
    public string ToStringAndClear() => _text.ToStringAndClear();
}
