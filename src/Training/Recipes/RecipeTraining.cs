using Retrieval.Training.Recipes.Sections;

namespace Retrieval.Training.Recipes;

/// <summary>From a recipe to a training run.</summary>
public static class RecipeTraining
{
    /// <summary>The run's options.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="fineTuning">Whether the network starts from given weights.</param>
    /// <param name="seed">Decides everything that is drawn.</param>
    /// <exception cref="ArgumentException">Values that do not go together.</exception>
    public static TrainingOptions Options(Recipe recipe, bool fineTuning, ulong seed)
    {
        var options = new TrainingOptions(LossSection.Create(recipe), ScheduleSection.Create(recipe), OptimizerSection.Create(recipe), SamplingSection.Create(recipe),
            DataSection.Augmentation(recipe), NetworkSection.Mode(recipe, fineTuning), seed)
        {
            RateBySteps = recipe.Get(ScheduleSection.BySteps),
            Accumulation = recipe.Get(OptimizerSection.Accumulate),
            Average = recipe.Get(OptimizerSection.Average),
            Recipe = recipe,
        };
        options.Validate();
        return options;
    }
}
