using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;

namespace Retrieval.Training.Sampling;

/// <summary>How an epoch's batches are chosen.</summary>
public abstract record SamplingOptions
{
    /// <summary>How the rows of a batch belong together.</summary>
    public abstract BatchLayout Layout { get; }

    /// <summary>Whether the rows' labels are places in tuples, else classes.</summary>
    public virtual bool GivesTuples => false;

    /// <summary>Whether the tuples of a batch serve each other as further negatives, for which they must share a pass.</summary>
    public virtual bool TuplesMeet => false;

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public abstract void Validate();

    /// <summary>Makes the source.</summary>
    /// <param name="model">The network that is trained, for sources that choose by descriptors.</param>
    /// <param name="data">Images and their classes.</param>
    /// <param name="extraction">How images are described to choose by.</param>
    /// <param name="seed">Decides everything that is drawn.</param>
    /// <exception cref="ArgumentException">The data can never give what is asked for.</exception>
    public abstract IBatchSource Create(RetrievalModel model, TupleDataset data, ExtractionOptions extraction, ulong seed);
}
