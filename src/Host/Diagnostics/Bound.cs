namespace Retrieval.Host.Diagnostics;

/// <summary>What limits an operation's speed at best.</summary>
public enum Bound
{
    Memory,
    Arithmetic,
}
