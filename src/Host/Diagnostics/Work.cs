namespace Retrieval.Host.Diagnostics;

/// <summary>What an operation has to do whatever way it is done: the bytes that it reads and writes when it touches each element once, and its arithmetic operations.</summary>
public readonly record struct Work(long Bytes, long Flops = 0)
{
    public static Work operator +(Work left, Work right) => new(left.Bytes + right.Bytes, left.Flops + right.Flops);
}
