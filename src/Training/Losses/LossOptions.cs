using Retrieval.Training.Sampling;

namespace Retrieval.Training.Losses;

/// <summary>What a loss term is made from.</summary>
public abstract record LossOptions
{
    /// <summary>Whether its parameters are class centres, which the optimiser steps by their gradient over the loss's weight.</summary>
    public virtual bool HasCentres => false;

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public abstract void Validate();

    /// <summary>Checks that batches are of a kind that the loss can be computed of; by default: that labels are classes.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public virtual void RequireSampling(SamplingOptions sampling)
    {
        if (sampling.GivesTuples)
            throw new ArgumentException($"losses: {this} needs batches with class labels, which mined tuples have not");
    }

    /// <summary>Makes the term, and its parameters in the context's set.</summary>
    public abstract ILossTerm Create(LossContext context);
}
