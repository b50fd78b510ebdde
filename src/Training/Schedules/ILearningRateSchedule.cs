namespace Retrieval.Training.Schedules;

/// <summary>Learning rate as a pure function of time in epochs, so that a resumed run needs no state for it.</summary>
public interface ILearningRateSchedule
{
    /// <summary>Rate at a time: a whole number at the start of the epoch of that number, counted from 0.</summary>
    double Rate(double epoch);
}
