namespace Retrieval.Host.Diagnostics;

/// <summary>What tells calls with a <see cref="ProfiledOperator"/> of their own apart.</summary>
internal readonly record struct CallKey(string Name, CallKind Kind, ElementType Type, Shape First, Shape Second, Work Work)
{
    public string ShapesText => Second.Rank == 0 ? $"{First}" : $"{First} {Second}";
}
