/// <summary>Counts of tests; a run's counts add up.</summary>
internal readonly record struct Tally(int Passed = 0, int Failed = 0, int Skipped = 0)
{
    public static Tally operator +(Tally left, Tally right) =>
        new(left.Passed + right.Passed, left.Failed + right.Failed, left.Skipped + right.Skipped);
}
