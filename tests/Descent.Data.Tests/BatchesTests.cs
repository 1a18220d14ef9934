namespace Descent;

public class BatchesTests
{
    [Fact]
    public void An_epoch_shows_every_image_once_with_its_label_and_the_next_epoch_in_another_order()
    {
        ImageDataset data = Numbered(103);
        Batches batches = data.Batches(10, new Rng(1));
        List<int> first = Epoch(batches), second = Epoch(batches);
        Assert.Equal(11, batches.Count);
        Assert.Equal(Enumerable.Range(0, 103), first.Order());
        Assert.Equal(Enumerable.Range(0, 103), second.Order());
        Assert.NotEqual(first, second);
        Assert.NotEqual(Enumerable.Range(0, 103), first);
        Assert.Equal(first, Epoch(data.Batches(10, new Rng(1))));
    }

    [Theory]
    [InlineData(103, 10, false, 11, 3)]
    [InlineData(103, 10, true, 10, 10)]
    [InlineData(100, 10, false, 10, 10)]
    [InlineData(7, 10, false, 1, 7)]
    [InlineData(1, 1, true, 1, 1)]
    public void Batches_are_full_but_for_the_last_one(int images, int size, bool dropLast, int count, int last)
    {
        Batches batches = Numbered(images).Batches(size, new Rng(1), dropLast: dropLast);
        int[] sizes = [.. batches.Select(batch => batch.Images.Shape[0])];
        Assert.Equal(count, batches.Count);
        Assert.Equal(count, sizes.Length);
        Assert.Equal(last, sizes[^1]);
        Assert.All(sizes[..^1], s => Assert.Equal(size, s));
        Assert.Equal(sizes.Sum(), batches.ImageCount);
    }

    [Fact]
    public void Without_shuffling_the_order_is_that_of_the_data_set()
    {
        Assert.Equal(Enumerable.Range(0, 23), Epoch(Numbered(23).Batches(5, new Rng(1), shuffle: false)));
        Assert.Equal(Enumerable.Range(0, 23), Epoch(Numbered(23).InOrder(5)));
    }

    [Fact]
    public void Tensors_hold_preprocessed_images_and_labels()
    {
        var data = new ImageDataset(new(2, 1, 2), [0, 255, 51, 102, 255, 0, 204, 153], [1, 0], ["a", "b"], new([0.5, 0.2], [0.25, 0.1]));
        (Tensor images, Tensor labels) = data.InOrder(2).Single();
        Assert.Equal(new Shape(2, 2, 1, 2), images.Shape);
        Assert.Equal((DType.F32, DType.I32), (images.DType, labels.DType));
        float[] expected = [-2, 2, 0, 2, 2, -2, 6, 4];
        Assert.All(expected.Zip(images.ToArray<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.Equal([1, 0], labels.ToArray<int>());
    }

    [Fact]
    public void A_batch_that_was_left_is_stale_instead_of_showing_another_one()
    {
        List<(Tensor Images, Tensor Labels)> kept = Numbered(100).Batches(10, new Rng(1)).Take(3).ToList();
        Assert.Throws<StaleTensorException>(() => kept[0].Images.ToArray<float>());
        Assert.Throws<StaleTensorException>(() => kept[1].Labels.ToArray<int>());
        Assert.Throws<StaleTensorException>(() => (kept[0].Images * 2).Sum().Item());
        Assert.Equal(10, kept[2].Labels.ToArray<int>().Distinct().Count());
    }

    [Fact]
    public void The_first_batch_alone_can_be_kept()
    {
        (_, Tensor labels) = Numbered(100).InOrder(10).First();
        Thread.Sleep(20);
        Assert.Equal(Enumerable.Range(0, 10), labels.ToArray<int>());
    }

    [Fact]
    public void Leaving_an_epoch_early_stops_the_preparation_of_more()
    {
        var data = new Counting(Numbered(100));
        foreach ((_, Tensor labels) in data.InOrder(1, workers: 2))
        {
            if (labels.ToArray<int>()[0] == 4)
            {
                break;
            }
        }

        Thread.Sleep(100);
        Assert.InRange(data.Reads, 5, 5 + 2);
    }

    [Fact]
    public void Preparation_runs_at_most_two_batches_ahead()
    {
        var data = new Counting(Numbered(100));
        using IEnumerator<(Tensor Images, Tensor Labels)> epoch = data.InOrder(10, workers: 2).GetEnumerator();
        epoch.MoveNext();
        epoch.MoveNext();
        SpinWait.SpinUntil(() => data.Reads >= 40, 2000);
        Thread.Sleep(50);
        Assert.Equal(40, data.Reads);
    }

    [Fact]
    public void A_data_set_that_fails_to_read_fails_in_the_loop_with_its_own_error()
    {
        var data = new Counting(Numbered(100), failAt: 35);
        int seen = 0;
        Assert.Throws<InvalidDataException>(() =>
        {
            foreach ((Tensor images, _) in data.InOrder(10))
            {
                seen += images.Shape[0];
            }
        });
        Assert.Equal(30, seen);
    }

    [Fact]
    public void Batch_sizes_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Numbered(10).Batches(0, new Rng(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Numbered(10).InOrder(-1));
        Assert.Throws<ArgumentException>(() => Numbered(10).Batches(11, new Rng(1), dropLast: true));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void The_number_of_workers_changes_nothing(int workers)
    {
        Batches one = Numbered(103).Batches(10, new Rng(1), workers: 1), several = Numbered(103).Batches(10, new Rng(1), workers: workers);
        Assert.Equal(Epoch(one), Epoch(several));
        Assert.Equal(Epoch(one), Epoch(several));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(11)]
    public void A_position_resumes_the_epoch_behind_its_batch_and_goes_on_with_the_next(int batches)
    {
        var rng = new Rng(1);
        Batches whole = Numbered(103).Batches(10, rng);
        Epoch(whole);
        LoaderPosition position = default;
        RngState? state = null;
        var rest = new List<int>();
        int seen = 0;
        foreach ((_, Tensor labels) in whole)
        {
            if (seen < batches)
            {
                (position, state) = (whole.Position, rng.State);
            }
            else
            {
                rest.AddRange(labels.ToArray<int>());
            }

            seen++;
        }

        if (batches == 0)
        {
            position = new(1, 0, 1);
        }

        List<int> next = Epoch(whole);
        var fresh = new Rng(1);
        if (state is not null)
        {
            fresh.State = state;
        }

        Batches resumed = Numbered(103).Batches(10, fresh);
        resumed.Resume(position);
        Assert.Equal(new LoaderPosition(1, batches, 1), resumed.Position);
        Assert.Equal(rest, Epoch(resumed));
        Assert.Equal(next, Epoch(resumed));
        Assert.Equal(whole.Position, resumed.Position);
        Assert.Equal(rng.State.Counters["shuffle"], fresh.State.Counters["shuffle"]);
    }

    [Fact]
    public void A_position_of_other_data_is_refused()
    {
        Batches batches = Numbered(23).InOrder(10);
        Assert.Contains("3 batches has no position 4", Assert.Throws<ArgumentException>(() => batches.Resume(new(0, 4, 0))).Message);
        Assert.Throws<ArgumentException>(() => batches.Resume(new(-1, 0, 0)));
    }

    [Fact]
    public void Nothing_reads_the_data_set_once_a_pass_was_left()
    {
        var data = new Counting(Numbered(100), delay: TimeSpan.FromMilliseconds(2));
        using (IEnumerator<(Tensor Images, Tensor Labels)> epoch = data.InOrder(20, workers: 3).GetEnumerator())
        {
            epoch.MoveNext();
        }

        int reads = data.Reads;
        Thread.Sleep(30);
        Assert.Equal(reads, data.Reads);
    }

    [Fact]
    public void A_thousand_passes_that_were_left_leave_no_thread_and_no_handle()
    {
        Batches batches = Numbered(100).Batches(5, new Rng(1), workers: 4);
        Leave(50);
        (int threads, int handles) = Held();
        Leave(1000);
        (int threadsAfter, int handlesAfter) = Held();

        // The pool and the tests beside this one may hold some more; a leak would be a thousand.
        Assert.InRange(threadsAfter, 0, threads + 200);
        Assert.InRange(handlesAfter, 0, handles + 500);

        void Leave(int passes)
        {
            for (int i = 0; i < passes; i++)
            {
                foreach ((Tensor images, _) in batches)
                {
                    break;
                }
            }
        }

        static (int Threads, int Handles) Held()
        {
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            return (process.Threads.Count, process.HandleCount);
        }
    }

    /// <summary>Images of one pixel whose value is their label is their index.</summary>
    private static ImageDataset Numbered(int count) => new(
        new(1, 1, 1), Bytes(count), Bytes(count), [.. Enumerable.Range(0, count).Select(i => $"{i}")], new([0], [1.0 / 255]));

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)i)];

    private static List<int> Epoch(Batches batches)
    {
        var labels = new List<int>();
        foreach ((Tensor images, Tensor batchLabels) in batches)
        {
            int[] numbers = batchLabels.ToArray<int>();
            Assert.Equal(numbers, images.ToArray<float>().Select(value => (int)MathF.Round(value)));
            labels.AddRange(numbers);
        }

        return labels;
    }

    private sealed class Counting(IDataset source, int failAt = int.MaxValue, TimeSpan delay = default) : IDataset
    {
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public int Count => source.Count;

        public Shape ImageShape => source.ImageShape;

        public IReadOnlyList<string> ClassNames => source.ClassNames;

        public Preprocessing Preprocessing => source.Preprocessing;

        public int Label(int index) => source.Label(index);

        public ReadOnlySpan<byte> Image(int index)
        {
            Interlocked.Increment(ref _reads);
            Thread.Sleep(delay);
            return index < failAt ? source.Image(index) : throw new InvalidDataException("planted");
        }
    }
}
