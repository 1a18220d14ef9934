using System.CommandLine;

namespace Descent.Cli;

/// <summary><c>descent doctor</c>: examines a training before it begins.</summary>
internal static class DoctorVerb
{
    private static readonly SettingOptions s_options = new(
        TrainingSettings.Schema, TrainingSettings.Out, TrainingSettings.Overwrite, TrainingSettings.CheckpointEvery, TrainingSettings.Eager,
        TrainingSettings.TestFlip);

    private static readonly Option<bool> s_quick = new("--quick") { Description = "Only the checks that take no step, as 'train' does them at its start." };

    public static Command Command()
    {
        var command = new Command("doctor", "Examine a training before it begins: data, network, learning rate. Takes what 'train' takes.");
        s_options.AddTo(command);
        command.Add(s_quick);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(s_options.Read(parsed), parsed.GetValue(s_quick), cancellation)));
        return command;
    }

    private static int Run(SettingValues settings, bool quick, CancellationToken cancellation)
    {
        if (settings.Get(TrainingSettings.Folds) is not null || settings.Get(TrainingSettings.Sweep) is not null)
        {
            throw new UsageException("--folds and --sweep make many trainings; 'doctor' examines one: leave them out.");
        }

        Architecture architecture = settings.Get(TrainingSettings.Model);
        if (architecture.IsFitted)
        {
            throw new UsageException($"The model '{architecture.Name}' learns from all examples at once: there are no steps to examine.");
        }

        TrainingPlan plan = TrainingPlan.Of(settings);
        Device device = Device.Cpu(settings.Get(TrainingSettings.Threads) ?? 0);
        var rng = new Rng(settings.Get(TrainingSettings.Seed), device);
        (IDataset train, _, IDataset test) = TrainingData.Load(settings, rng, cancellation);
        var subject = new DoctorSubject(
            () =>
            {
                var own = new Rng(rng.Seed, device);
                Layer model = TrainVerb.Build(architecture, train, own, plan.Options.Preprocess);
                Parameter[] trained = TrainVerb.Begin(
                    model, settings.Get(TrainingSettings.Weights), settings.Get(TrainingSettings.Replace), settings.Get(TrainingSettings.Freeze), readsWeights: true);
                return TrainVerb.TrainerOf(plan, model, trained, train, own);
            },
            test);
        bool json = settings.Get(TrainingSettings.Json), fails = false;
        int width = Doctor.Checks.Max(check => check.Name.Length);
        foreach (Finding finding in Doctor.Examine(subject, quick, cancellation))
        {
            fails |= finding.Verdict == Verdict.Fail;
            Console.Out.WriteLine(json ? Json.Line(finding.WriteMembers) : $"{Word(finding.Verdict),-4}  {finding.Check.PadRight(width)}  {finding.Says}");
            if (!json && finding.Advice.Length > 0)
            {
                Console.Out.WriteLine($"{new string(' ', width + 8)}{finding.Advice}");
            }
        }

        return fails ? ExitCode.Failed : ExitCode.Success;
    }

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Ok => "ok",
        Verdict.Warn => "warn",
        _ => "FAIL",
    };
}
