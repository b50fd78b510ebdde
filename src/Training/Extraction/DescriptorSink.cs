namespace Retrieval.Training.Extraction;

/// <summary>Receives finished descriptors in the order of the input.</summary>
/// <param name="position">Place in the input.</param>
/// <param name="descriptor">[D], valid during the call only.</param>
public delegate void DescriptorSink(int position, ReadOnlySpan<float> descriptor);
