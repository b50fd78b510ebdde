namespace Retrieval.Training.Schedules;

/// <summary>Learning rate as a pure function of the epoch, so that a resumed run needs no state for it.</summary>
public interface ILearningRateSchedule
{
    /// <summary>Rate during an epoch, counted from 0.</summary>
    double Rate(int epoch);
}
