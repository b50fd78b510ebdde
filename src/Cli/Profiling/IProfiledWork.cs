namespace Retrieval.Cli.Profiling;

/// <summary>A job that is profiled: steps that are all alike, and the memory that they use.</summary>
internal interface IProfiledWork : IDisposable
{
    /// <summary>What is done, for the title: such as "resnet50, 8 images of 224x224".</summary>
    string Description { get; }

    /// <summary>What a step does some of, in the plural.</summary>
    string Unit { get; }

    /// <summary>How many of the unit a step does.</summary>
    int UnitsPerStep { get; }

    /// <summary>Does one step.</summary>
    void Step(CancellationToken cancellation);
}
