namespace Retrieval.Training.Losses;

/// <summary>What a loss term is made from.</summary>
public abstract record LossOptions
{
    /// <summary>Whether the labels must be places in tuples, else classes.</summary>
    public virtual bool NeedsTuples => false;

    /// <summary>Whether its parameters are class centres, which the optimiser steps by their gradient over the loss's weight.</summary>
    public virtual bool HasCentres => false;

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public abstract void Validate();

    /// <summary>Makes the term, and its parameters in the context's set.</summary>
    public abstract ILossTerm Create(LossContext context);
}
