using Xunit;

namespace Retrieval.Tests.Host.Cuda;

/// <summary>Tests that change the simulator for the whole process: nothing runs beside them.</summary>
[CollectionDefinition(Simulator.Alone, DisableParallelization = true)]
public sealed class SimulatorCollection;
