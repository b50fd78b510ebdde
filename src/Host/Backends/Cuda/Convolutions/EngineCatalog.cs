using Retrieval.Host.Interop.Cudnn;
using static Retrieval.Host.Backends.Cuda.Convolutions.Descriptions;

namespace Retrieval.Host.Backends.Cuda.Convolutions;

/// <summary>The engines that cuDNN proposes for a problem, and plans made from them.</summary>
internal sealed class EngineCatalog(CudaContext context, CudnnHandle handle)
{
    /// <summary>Proposals that are looked at: the library puts the best first.</summary>
    private const int MostProposals = 16;

    private const int MostNotes = 32, MostKnobs = 64;

    /// <summary>Results that differ from run to run, float32 factors with float16's range, sums in less than float32.</summary>
    private static readonly CudnnNumericalNote[] NeverTaken = [CudnnNumericalNote.Nondeterministic, CudnnNumericalNote.DownConvertsInputs, CudnnNumericalNote.ReducedPrecisionReduction];

    /// <summary>On float32, tensor cores round the factors to TensorFloat32, and Winograd's transform costs digits.</summary>
    private static readonly CudnnNumericalNote[] NotStrict = [CudnnNumericalNote.TensorCore, CudnnNumericalNote.Winograd];

    /// <summary>Plans for the engines that the library proposes, the best first, at most as many as asked for and none that takes more workspace.</summary>
    public List<ConvolutionPlan> Propose(ConvolutionProblem problem, long workspaceLimit, int most)
    {
        List<ConvolutionPlan> plans = [];
        foreach (var mode in (ReadOnlySpan<CudnnHeuristicMode>)[CudnnHeuristicMode.DecisionTree, CudnnHeuristicMode.Fallback])
            foreach (var choice in Choices(problem, mode))
            {
                if (plans.Count == most)
                    return plans;
                if (!plans.Any(plan => Same(plan.Choice, choice)) && TryBuild(problem, choice, workspaceLimit) is { } plan)
                    plans.Add(plan);
            }
        return plans;
    }

    /// <summary>Makes a plan from a choice.</summary>
    /// <returns>Null if this engine does not take the problem, or not with as little workspace.</returns>
    public ConvolutionPlan? TryBuild(ConvolutionProblem problem, EngineChoice choice, long workspaceLimit)
    {
        var descriptions = new Descriptions(context);
        try
        {
            var engine = descriptions.Add(CudnnDescriptorType.Engine);
            Set(engine, CudnnAttribute.EngineGraph, ConvolutionGraph.Build(descriptions, handle, problem));
            Set(engine, CudnnAttribute.EngineIndex, CudnnAttributeType.Int64, choice.Engine);
            var configuration = descriptions.Add(CudnnDescriptorType.EngineConfiguration);
            Set(configuration, CudnnAttribute.ConfigurationEngine, Finish(engine));
            if (choice.Knobs.Count > 0)
                Set(configuration, CudnnAttribute.ConfigurationKnobs, [.. choice.Knobs.Select(knob => Describe(descriptions, knob))]);
            var plan = new ConvolutionPlan(descriptions, handle, Finish(configuration), choice);
            if (plan.WorkspaceByteCount <= workspaceLimit)
                return plan;
        }
        catch (CudnnException)
        {
            // Proposals need not be possible; the next one may be.
        }
        descriptions.Dispose();
        return null;
    }

    private static bool Same(EngineChoice one, EngineChoice other) => one.Engine == other.Engine && one.Knobs.SequenceEqual(other.Knobs);

    private static CudnnDescriptor Describe(Descriptions descriptions, EngineKnob knob)
    {
        var choice = descriptions.Add(CudnnDescriptorType.KnobChoice);
        Set(choice, CudnnAttribute.KnobType, CudnnAttributeType.KnobType, knob.Kind);
        Set(choice, CudnnAttribute.KnobValue, CudnnAttributeType.Int64, knob.Value);
        return Finish(choice);
    }

    private List<EngineChoice> Choices(ConvolutionProblem problem, CudnnHeuristicMode mode)
    {
        using var descriptions = new Descriptions(context);
        List<CudnnDescriptor> configurations;
        try
        {
            var heuristics = descriptions.Add(CudnnDescriptorType.EngineHeuristics);
            Set(heuristics, CudnnAttribute.HeuristicGraph, ConvolutionGraph.Build(descriptions, handle, problem));
            Set(heuristics, CudnnAttribute.HeuristicMode, CudnnAttributeType.HeuristicMode, mode);
            Finish(heuristics);
            var count = Get(heuristics, CudnnAttribute.HeuristicResults, CudnnAttributeType.Descriptor, Span<nint>.Empty);
            configurations = descriptions.GetAll(heuristics, CudnnAttribute.HeuristicResults, CudnnDescriptorType.EngineConfiguration, Math.Min(count, MostProposals));
        }
        catch (CudnnException)
        {
            // So the library says that it has nothing for this graph.
            return [];
        }
        return [.. configurations.Select(configuration => Read(descriptions, configuration, problem.Strict)).OfType<EngineChoice>()];
    }

    /// <summary>What a proposal consists of, or null if it will not do.</summary>
    private static EngineChoice? Read(Descriptions descriptions, CudnnDescriptor configuration, bool strict)
    {
        var engine = descriptions.GetAll(configuration, CudnnAttribute.ConfigurationEngine, CudnnDescriptorType.Engine, 1)[0];
        Span<CudnnNumericalNote> notes = stackalloc CudnnNumericalNote[MostNotes];
        notes = notes[..Math.Min(MostNotes, Get(engine, CudnnAttribute.EngineNumericalNotes, CudnnAttributeType.NumericalNote, notes))];
        if (notes.ContainsAny(NeverTaken) || (strict && notes.ContainsAny(NotStrict)))
            return null;
        Span<long> index = [0], value = [0];
        Get(engine, CudnnAttribute.EngineIndex, CudnnAttributeType.Int64, index);
        List<EngineKnob> knobs = [];
        Span<int> kind = [0];
        foreach (var choice in descriptions.GetAll(configuration, CudnnAttribute.ConfigurationKnobs, CudnnDescriptorType.KnobChoice, MostKnobs))
        {
            Get(choice, CudnnAttribute.KnobType, CudnnAttributeType.KnobType, kind);
            Get(choice, CudnnAttribute.KnobValue, CudnnAttributeType.Int64, value);
            knobs.Add(new EngineKnob(kind[0], value[0]));
        }
        return new EngineChoice(index[0], knobs);
    }
}
