namespace Retrieval.Tests;
public sealed class SmokeTests { [Xunit.Fact] public void Runs() => Xunit.Assert.True(Environment.ProcessorCount > 0); }
