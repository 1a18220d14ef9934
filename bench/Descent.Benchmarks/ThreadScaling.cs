using System.Diagnostics;
using System.Globalization;
using Descent.KernelBench;

namespace Descent.Benchmarks;

/// <summary>
/// How many times as fast several threads train a case as one does, beside a loop of multiply-adds over registers, which shares nothing: what
/// the loop gains is what the machine has to give in the same seconds. All of them take turns.
/// </summary>
internal static class ThreadScaling
{
    public static void Run(Options options)
    {
        foreach (Case of in options.Cases)
        {
            var one = new OwnSide(of, threads: 1);
            var team = new OwnSide(of, options.Threads);
            int iterations = Math.Max(2, (int)(options.Seconds * of.Few(10) / one.Train(of.Few(10))));
            List<double> alone = [], together = [], gains = [], loopGains = [];
            for (int round = 0; round < options.Rounds; round++)
            {
                double loop = LoopsPerSecond(threads: 1, options.Seconds);
                alone.Add(iterations * of.Batch / one.Train(iterations));
                together.Add(iterations * of.Batch / team.Train(iterations));
                loopGains.Add(LoopsPerSecond(options.Threads, options.Seconds) / loop);
                gains.Add(together[^1] / alone[^1]);
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{of.Name,-14} train, img/s: 1 thread {Race.Median(alone),9:N0}, {options.Threads} threads {Race.Median(together),9:N0}; "
                + $"{Race.Median(gains):F2} ({gains.Min():F2} to {gains.Max():F2}) times as fast, "
                + $"the loop {Race.Median(loopGains):F2} ({loopGains.Min():F2} to {loopGains.Max():F2})"));
        }
    }

    private static double LoopsPerSecond(int threads, double seconds)
    {
        int loops = 0;
        long start = Stopwatch.GetTimestamp();
        Thread[] team = [.. Enumerable.Range(0, threads).Select(_ => new Thread(Loop))];
        Array.ForEach(team, thread => thread.Start());
        Array.ForEach(team, thread => thread.Join());
        return loops / Stopwatch.GetElapsedTime(start).TotalSeconds;

        void Loop()
        {
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
            {
                FmaPeak.Run(times: 1);
                Interlocked.Increment(ref loops);
            }
        }
    }
}
