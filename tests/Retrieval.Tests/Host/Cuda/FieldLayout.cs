namespace Retrieval.Tests.Host.Cuda;

/// <summary>A field of a parameter struct: name, first byte, length.</summary>
internal sealed record FieldLayout(string Name, int Offset, int ByteCount);
