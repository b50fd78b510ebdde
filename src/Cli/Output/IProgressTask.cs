namespace Retrieval.Cli.Output;

/// <summary>One piece of work being shown. <see cref="IProgress{T}.Report"/> takes the number of units done so far, from any thread.</summary>
internal interface IProgressTask : IProgress<int>, IDisposable;
