namespace Retrieval.Host.Backends.Cuda;

/// <summary>How many blocks of how many threads a kernel runs with; one-dimensional.</summary>
/// <param name="Blocks">0 to 2^31 - 1; nothing is launched for 0.</param>
/// <param name="Threads">A multiple of 32 up to 1,024.</param>
/// <param name="SharedByteCount">Dynamic shared memory of a block.</param>
internal readonly record struct LaunchShape(long Blocks, int Threads, int SharedByteCount = 0);
