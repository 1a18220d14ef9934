using System.Numerics;
using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>Draws one digit as a person might: a skeleton, a hand that shakes and leans, a pen with its width and pressure.</summary>
/// <remarks>
/// Everything random is drawn from one counter-based stream per picture, so that a picture depends on the draw and its index alone.
/// The picture is composed as MNIST's were: ink fitted into a box of 20 × 20 pixels, its centre of mass at the centre of 28 × 28.
/// A painter owns its scratch space and serves one thread.
/// </remarks>
internal sealed class DigitPainter
{
    /// <summary>Height and width of a picture, in pixels.</summary>
    internal const int Side = 28;

    private const float Box = 20;
    private const int StepsPerCurve = 5;

    private readonly Vector2[] _knots = new Vector2[64];
    private readonly List<PenMark> _marks = new(256);
    private readonly float[] _ink = new float[Side * Side];

    /// <summary>Draws a digit, row by row, 255 for ink.</summary>
    /// <param name="step">The draw that the whole set is made of.</param>
    /// <param name="index">Which picture of the set.</param>
    /// <param name="digit">0 to 9.</param>
    /// <param name="pixels">28 × 28 bytes.</param>
    internal void Paint(RandomStep step, int index, int digit, Span<byte> pixels)
    {
        var random = new Hand(step, index);
        Skeleton skeleton = Choose(Skeletons.Of(digit), ref random);
        Trace(skeleton, ref random);
        Distort(ref random);
        float softness = random.Between(0.8f, 1.4f);
        Compose(ref random);
        Array.Clear(_ink);
        DrawStrokes(softness);
        Expose(pixels, ref random);
    }


    private static Skeleton Choose(ReadOnlySpan<Skeleton> variants, ref Hand random)
    {
        int total = 0;
        foreach (Skeleton variant in variants)
        {
            total += variant.Weight;
        }

        int pick = (int)(random.Unit() * total);
        int chosen = 0;
        while (pick >= variants[chosen].Weight)
        {
            pick -= variants[chosen++].Weight;
        }

        return variants[chosen];
    }


    /// <summary>Shakes the knots and lays a Catmull–Rom spline through them, as marks of the pen in the order of writing.</summary>
    private void Trace(Skeleton skeleton, ref Hand random)
    {
        float shake = random.Between(0.8f, 2.6f);
        Knot[] knots = skeleton.Knots;
        for (int i = 0; i < knots.Length; i++)
        {
            _knots[i] = knots[i].Position + shake * random.Bell2();
        }

        _marks.Clear();
        for (int i = 0; i < knots.Length; i++)
        {
            if (i == 0 || knots[i - 1].Joint == Joint.PenUp)
            {
                _marks.Add(new(_knots[i], 1, StartsStroke: true));
            }

            if (knots[i].Joint == Joint.PenUp)
            {
                continue;
            }

            Vector2 from = _knots[i], to = _knots[i + 1];
            // At a corner or an end the neighbour is the point itself: the curve leaves towards the next knot.
            Vector2 before = i > 0 && knots[i].Joint == Joint.Smooth && knots[i - 1].Joint != Joint.PenUp ? _knots[i - 1] : from;
            Vector2 after = knots[i + 1].Joint == Joint.Smooth ? _knots[i + 2] : to;
            for (int step = 1; step <= StepsPerCurve; step++)
            {
                _marks.Add(new(CatmullRom(before, from, to, after, (float)step / StepsPerCurve), 1, StartsStroke: false));
            }
        }
    }


    private static Vector2 CatmullRom(Vector2 before, Vector2 from, Vector2 to, Vector2 after, float t) =>
        0.5f * (2 * from + t * (to - before + t * (2 * before - 5 * from + 4 * to - after + t * (3 * (from - to) + after - before))));

    /// <summary>
    /// Elastic distortion by a few plane waves, then slant, rotation and stretch; pen pressure follows a slow wave along the strokes.
    /// </summary>
    private void Distort(ref Hand random)
    {
        Wave wave1 = Wave.Draw(ref random), wave2 = Wave.Draw(ref random), wave3 = Wave.Draw(ref random);
        float stretch = MathF.Exp(0.18f * random.Bell() - 0.1f);
        float slant = 0.22f * random.Bell() + 0.12f;
        (float sin, float cos) = MathF.SinCos(0.1f * random.Bell());
        float waist = 6 * random.Bell();
        float pressure = random.Between(0, 0.3f), frequency = random.Between(0.02f, 0.12f), phase = random.Between(0, MathF.Tau);
        var page = new Vector2(50, 50);
        for (int i = 0; i < _marks.Count; i++)
        {
            Vector2 p = _marks[i].Position - page;
            p.Y += waist * MathF.Cos(p.Y * (MathF.PI / 100));
            p += wave1.At(p) + wave2.At(p) + wave3.At(p);
            p = new(stretch * p.X - slant * p.Y, p.Y);
            p = new(cos * p.X - sin * p.Y, sin * p.X + cos * p.Y);
            _marks[i] = _marks[i] with { Position = p, Radius = 1 + pressure * MathF.Sin(frequency * Box * i + phase) };
        }
    }


    /// <summary>Fits the strokes into the box and moves their centre of mass to the middle of the picture.</summary>
    private void Compose(ref Hand random)
    {
        Vector2 low = _marks[0].Position, high = low;
        float length = 0;
        for (int i = 0; i < _marks.Count; i++)
        {
            low = Vector2.Min(low, _marks[i].Position);
            high = Vector2.Max(high, _marks[i].Position);
            length += _marks[i].StartsStroke ? 0 : Vector2.Distance(_marks[i - 1].Position, _marks[i].Position);
        }

        Vector2 extent = high - low;
        float longest = MathF.Max(extent.X, extent.Y);
        // A thick pen would fill an 8 until nobody could read it: the pen is at most a part of the mean distance between strokes.
        float gap = Box * MathF.Max(extent.X, longest / 2) * extent.Y / (longest * length);
        float radius = MathF.Max(0.6f, MathF.Min(0.42f * gap, MathF.Exp(0.32f * random.Bell() + 0.25f)));
        float scale = (Box - 2 * radius) / longest;
        Vector2 moment = default;
        float mass = 0;
        for (int i = 0; i < _marks.Count; i++)
        {
            _marks[i] = _marks[i] with { Position = scale * (_marks[i].Position - low), Radius = radius * _marks[i].Radius };
            if (!_marks[i].StartsStroke)
            {
                float weight = Vector2.Distance(_marks[i - 1].Position, _marks[i].Position) * _marks[i].Radius;
                moment += weight * 0.5f * (_marks[i - 1].Position + _marks[i].Position);
                mass += weight;
            }
        }

        var jitter = new Vector2(random.Between(-0.7f, 0.7f), random.Between(-0.7f, 0.7f));
        Vector2 shift = new Vector2(Side / 2f, Side / 2f) - moment / mass + jitter;
        for (int i = 0; i < _marks.Count; i++)
        {
            _marks[i] = _marks[i] with { Position = _marks[i].Position + shift };
        }
    }


    /// <summary>Ink as a soft threshold of the distance to the nearest stroke: anti-aliased, and blurred at no cost.</summary>
    [MethodImpl(Jit.Hot)]
    private void DrawStrokes(float softness)
    {
        float[] ink = _ink;
        float perPixel = 1 / softness;
        for (int i = 1; i < _marks.Count; i++)
        {
            if (_marks[i].StartsStroke)
            {
                continue;
            }

            (Vector2 a, float radiusA, _) = _marks[i - 1];
            (Vector2 b, float radiusB, _) = _marks[i];
            float reach = MathF.Max(radiusA, radiusB) + 0.5f * softness;
            int left = Math.Max(0, (int)(MathF.Min(a.X, b.X) - reach)), right = Math.Min(Side - 1, (int)(MathF.Max(a.X, b.X) + reach));
            int top = Math.Max(0, (int)(MathF.Min(a.Y, b.Y) - reach)), bottom = Math.Min(Side - 1, (int)(MathF.Max(a.Y, b.Y) + reach));
            Vector2 along = b - a;
            float inverse = 1 / MathF.Max(along.LengthSquared(), 1e-12f);
            for (int y = top; y <= bottom; y++)
            {
                for (int x = left; x <= right; x++)
                {
                    Vector2 p = new Vector2(x + 0.5f, y + 0.5f) - a;
                    float t = MathF.Min(1, MathF.Max(0, Vector2.Dot(p, along) * inverse));
                    float distance = (p - t * along).Length();
                    float cover = 0.5f + (radiusA + t * (radiusB - radiusA) - distance) * perPixel;
                    ref float pixel = ref ink[y * Side + x];
                    pixel = MathF.Max(pixel, MathF.Min(1, cover));
                }
            }
        }
    }


    /// <summary>Ink to bytes, with grain in the ink.</summary>
    [MethodImpl(Jit.Hot)]
    private void Expose(Span<byte> pixels, ref Hand random)
    {
        float grain = random.Between(0, 0.15f);
        float[] ink = _ink;
        for (int i = 0; i < ink.Length; i++)
        {
            float value = ink[i];
            if (value > 0)
            {
                value *= 1 - grain * random.Unit();
                pixels[i] = (byte)(255 * value + 0.5f);
            }
            else
            {
                pixels[i] = 0;
            }
        }
    }


    /// <summary>Where the pen was, and how wide it was there.</summary>
    private readonly record struct PenMark(Vector2 Position, float Radius, bool StartsStroke);

    /// <summary>One plane wave of the elastic distortion.</summary>
    private readonly record struct Wave(Vector2 Frequency, float Phase, Vector2 Amplitude)
    {
        internal static Wave Draw(ref Hand random) => new(
            0.04f * random.Bell2(), random.Between(0, MathF.Tau), 2.5f * random.Bell2());

        internal Vector2 At(Vector2 p) => MathF.Sin(Vector2.Dot(Frequency, p) + Phase) * Amplitude;
    }
}
