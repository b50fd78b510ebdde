namespace Retrieval.Host.Diagnostics;

/// <summary>A call while it is made.</summary>
internal readonly ref struct CallScope(Profile profile, ProfiledOperator @operator, int startMark, long hostStart)
{
    private readonly Profile _profile = profile;
    private readonly ProfiledOperator _operator = @operator;
    private readonly int _startMark = startMark;
    private readonly long _hostStart = hostStart;

    public void Dispose() => _profile.End(_operator, _startMark, _hostStart);
}
