using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Tests.Support;
using Retrieval.Training.Optimizers;
using Retrieval.Training.Schedules;
using Xunit;

namespace Retrieval.Tests.Training;

public sealed class OptimizerTests
{
    [Theory]
    [OracleData("adam", "adamw", "sgd")]
    public void A_parameter_follows_the_reference_trajectory(string path)
    {
        var oracle = OracleCase.Load(path);
        var kind = oracle.Op switch { "adam" => OptimizerKind.Adam, "adamw" => OptimizerKind.AdamW, _ => OptimizerKind.Sgd };
        var options = new OptimizerOptions(kind, Decay: oracle.Number("weight_decay"), Momentum: oracle.Number("momentum", 0.9), Nesterov: oracle.Flag("nesterov"),
            Beta1: oracle.Number("beta1", 0.9), Beta2: oracle.Number("beta2", 0.999), Epsilon: oracle.Number("eps", 1e-8));
        using var run = new Run(options, ("w", ParameterRole.Linear, oracle.Floats("param.w")));
        oracle.Check("out.trajectory", run.Steps("w", oracle.Floats("in.grads"), _ => oracle.Number("lr")));
    }

    [Theory]
    [OracleData("groups_landmark")]
    public void The_exponent_has_a_rate_of_its_own_and_no_decay(string path)
    {
        var oracle = OracleCase.Load(path);
        var schedule = new ExponentialSchedule(oracle.Number("lr"), oracle.Number("gamma"), oracle.Flag("schedule_before_first_step"));
        var factor = oracle.Number("p_lr_factor");
        var options = new OptimizerOptions(Decay: oracle.Number("weight_decay")) { Exponents = new ParameterGroup(factor, 0) };
        using var run = new Run(options, ("w", ParameterRole.Linear, oracle.Floats("param.w")), ("p", ParameterRole.PoolExponent, oracle.Floats("param.p")));
        float[] gradientsW = oracle.Floats("in.grads_w"), gradientsP = oracle.Floats("in.grads_p");
        int sizeW = oracle.Floats("param.w").Length, sizeP = oracle.Floats("param.p").Length;
        List<float> w = [], p = [];
        List<double> rates = [];
        for (var step = 0; step < oracle.Shape("out.rates")[0]; step++)
        {
            run.SetGradient("w", gradientsW.AsSpan(step * sizeW, sizeW));
            run.SetGradient("p", gradientsP.AsSpan(step * sizeP, sizeP));
            run.Optimizer.Step(schedule.Rate(step));
            rates.AddRange([schedule.Rate(step), schedule.Rate(step) * factor]);
            w.AddRange(run.Values("w"));
            p.AddRange(run.Values("p"));
        }
        oracle.Check("out.rates", rates);
        oracle.Check("out.trajectory_w", w);
        oracle.Check("out.trajectory_p", p);
    }

    [Theory]
    [OracleData("groups_centroid")]
    public void Centres_follow_plain_descent_beside_the_model(string path)
    {
        var oracle = OracleCase.Load(path);
        using var model = new Run(new OptimizerOptions(Decay: oracle.Number("weight_decay")), ("w", ParameterRole.Linear, oracle.Floats("param.w")));
        using var centres = new Run(new OptimizerOptions(OptimizerKind.Sgd, Decay: 0, Momentum: 0), ("c", ParameterRole.Linear, oracle.Floats("param.centers")));
        var undone = Array.ConvertAll(oracle.Floats("in.grads_centers"), value => (float)(value / oracle.Number("center_weight")));
        oracle.Check("out.trajectory_w", model.Steps("w", oracle.Floats("in.grads_w"), _ => oracle.Number("lr")));
        oracle.Check("out.trajectory_centers", centres.Steps("c", undone, _ => oracle.Number("center_lr")));
    }

    /// <summary>All gradients have one norm together; class centres, which descend by themselves, keep theirs.</summary>
    [Theory]
    [InlineData(1, 0.2)]
    [InlineData(10, 1)]
    public void Gradients_beyond_the_limit_step_by_its_length(double limit, double factor)
    {
        var options = new OptimizerOptions(OptimizerKind.Sgd, Decay: 0, Momentum: 0, ClipNorm: limit, CentreRate: 0.5);
        using var device = Device.OpenCpu(1);
        using ParameterSet network = new(device), losses = new(device);
        Parameter[] parameters = [network.Add("w", ParameterRole.Linear, new Shape(2)), network.Add("b", ParameterRole.Bias, new Shape(1)), losses.Add("k", ParameterRole.Linear, new Shape(1)), losses.Add("c", ParameterRole.Centre, new Shape(1))];
        using var optimizer = new Optimizer(network, options, losses, centreWeight: 0.25);
        float[][] gradients = [[1, -2], [2], [4], [8]];
        foreach (var (parameter, gradient) in parameters.Zip(gradients))
            parameter.Gradient.Upload<float>(gradient);
        optimizer.Step(rate: 0.1);
        double[] expected = [-0.1 * factor, 0.2 * factor, -0.2 * factor, -0.4 * factor, -0.5 * 8 / 0.25], clipped = [.. parameters.Take(3).SelectMany(parameter => parameter.Gradient.ToArray<float>()).Select(value => (double)value)];
        Assert.All(expected.Zip(parameters.SelectMany(parameter => parameter.Value.ToArray<float>())), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Equal(Math.Min(limit, 5), Math.Sqrt(clipped.Sum(value => value * value)), 1e-5);
        Assert.Equal([8f], parameters[3].Gradient.ToArray<float>());
    }

    [Theory]
    [OracleData("lr_exponential", "lr_warmup_multistep", "lr_drops", "lr_step")]
    public void A_schedule_gives_the_reference_rates(string path)
    {
        var oracle = OracleCase.Load(path);
        var rate = oracle.Number("lr");
        ILearningRateSchedule schedule = oracle.Op switch
        {
            "lr_exponential" => new ExponentialSchedule(rate, oracle.Number("gamma"), oracle.Flag("schedule_before_first_step")),
            "lr_warmup_multistep" => new WarmupMultiStepSchedule(rate, Integers("milestones"), oracle.Number("gamma"), oracle.Integer("warmup_epochs")),
            "lr_drops" => new DropSchedule(rate, Integers("drops"), oracle.List("factors")),
            _ => new StepSchedule(rate, oracle.Number("gamma"), oracle.Integer("step_size"), oracle.Integer("first_epoch_number")),
        };
        oracle.Check("out.rates", Enumerable.Range(0, oracle.Integers("in.epochs")[0]).Select(epoch => schedule.Rate(epoch)).ToArray());

        int[] Integers(string key) => [.. oracle.List(key).Select(value => (int)value)];
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        Assert.Contains("weight decay", Assert.Throws<ArgumentException>(() => new OptimizerOptions(Decay: -1).Validate()).Message, StringComparison.Ordinal);
        Assert.Contains("momentum", Assert.Throws<ArgumentException>(() => new OptimizerOptions(Momentum: 1).Validate()).Message, StringComparison.Ordinal);
        Assert.Contains("beta2", Assert.Throws<ArgumentException>(() => new OptimizerOptions(Beta2: double.NaN).Validate()).Message, StringComparison.Ordinal);
    }

    private sealed class Run : IDisposable
    {
        private readonly Device _device = Device.OpenCpu(1);
        private readonly ParameterSet _parameters;

        public Run(OptimizerOptions options, params ReadOnlySpan<(string Name, ParameterRole Role, float[] Values)> parameters)
        {
            _parameters = new ParameterSet(_device);
            foreach (var (name, role, values) in parameters)
                _parameters.Add(name, role, new Shape(values.Length)).Set(values);
            Optimizer = new Optimizer(_parameters, options);
        }

        public Optimizer Optimizer { get; }

        public float[] Values(string name) => _parameters[name].Value.ToArray<float>();

        public void SetGradient(string name, ReadOnlySpan<float> gradient) => _parameters[name].Gradient.Upload(gradient);

        public List<float> Steps(string name, float[] gradients, Func<int, double> rate)
        {
            var size = Values(name).Length;
            var trajectory = new List<float>();
            for (var step = 0; step * size < gradients.Length; step++)
            {
                SetGradient(name, gradients.AsSpan(step * size, size));
                Optimizer.Step(rate(step));
                trajectory.AddRange(Values(name));
            }
            return trajectory;
        }

        public void Dispose()
        {
            Optimizer.Dispose();
            _parameters.Dispose();
            _device.Dispose();
        }
    }
}
