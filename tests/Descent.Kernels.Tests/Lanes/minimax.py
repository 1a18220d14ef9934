"""Fits the polynomials of src/Descent.Kernels/Lanes: python3 minimax.py prints every coefficient as the float to paste.

Remez exchange in 60 digits. Coefficients are rounded to float one by one, lowest power first, and the rest is fitted again
after each, so that later coefficients make up for the rounding of earlier ones. The printed bound is the largest weighted
error of the rounded polynomial; 2**-24 is half a unit in the last place.
"""
import struct

from mpmath import mp, mpf, cos, erf, exp, linspace, log, lu_solve, matrix, pi, sin, sqrt

mp.dps = 60


def to_float(x):
    return mpf(struct.unpack("f", struct.pack("f", float(x)))[0])


def remez(f, weight, low, high, powers, iterations=12, points=1500):
    """Coefficients for the given powers that minimise the largest |weight·(f − p)| on [low, high]."""
    n = len(powers)
    nodes = [(low + high) / 2 + (high - low) / 2 * cos(pi * (n - i) / n) for i in range(n + 1)]
    grid = [(low + high) / 2 - (high - low) / 2 * cos(pi * i / points) for i in range(points + 1)]
    values = [(x, f(x), weight(x)) for x in grid]
    for _ in range(iterations):
        system = matrix(n + 1, n + 1)
        right = matrix(n + 1, 1)
        for i, x in enumerate(nodes):
            for j, power in enumerate(powers):
                system[i, j] = x**power
            system[i, n] = (-1) ** i / weight(x)
            right[i] = f(x)
        solution = lu_solve(system, right)
        c = list(solution)[:n]
        errors = [(x, w * (y - sum(a * x**p for a, p in zip(c, powers)))) for x, y, w in values]
        # One extremum per run of equal sign.
        extrema = []
        for x, e in errors:
            if extrema and (extrema[-1][1] > 0) == (e > 0):
                if abs(e) > abs(extrema[-1][1]):
                    extrema[-1] = (x, e)
            else:
                extrema.append((x, e))
        while len(extrema) > n + 1:
            extrema.pop(0 if abs(extrema[0][1]) < abs(extrema[-1][1]) else -1)
        if len(extrema) < n + 1:
            break
        nodes = [x for x, _ in extrema]
    return c


def fit(name, f, unit, low, high, degree, c0=None):
    """unit(x) is the relative error of the function that an error of 1 in the polynomial makes; c0 is given where not a float."""
    low, high = mpf(low), mpf(high)

    def weight(x):
        return max(abs(unit(x)) if abs(x) > mpf("1e-9") else mpf(0), mpf("1e-9"))

    fixed = [] if c0 is None else [c0]
    for k in range(len(fixed), degree + 1):
        c = remez(
            lambda x: f(x) - sum(a * x**i for i, a in enumerate(fixed)), weight, low, high, list(range(k, degree + 1))
        )
        fixed.append(to_float(c[0]))
    worst = max(abs(weight(x) * (f(x) - sum(a * x**i for i, a in enumerate(fixed)))) for x in linspace(low, high, 2001))
    print(f"{name}: degree {degree} on [{float(low):.4f}, {float(high):.4f}], error 2^{float(log(worst, 2)):.1f}")
    for k, a in enumerate(fixed):
        print(f"    c{k} = {float(a):.9e}")


def series(f, taylor):
    """f away from 0, where it would cancel; its Taylor series near 0."""
    return lambda x: f(x) if abs(x) > mpf("1e-6") else sum(a * x**i for i, a in enumerate(taylor))


half_ln2 = log(mpf(2)) / 2 * mpf("1.0001")
quarter_pi = pi / 4 * mpf("1.0001")
third = mpf(1) / 3

fit("exp: (eˣ − 1 − x) / x²",
    series(lambda x: (exp(x) - 1 - x) / x**2, [mpf(1) / 2, mpf(1) / 6, mpf(1) / 24]),
    lambda x: x**2 / (exp(x) - 1), -half_ln2, half_ln2, 5)
fit("log: (log(1 + x) − x + x²/2) / x³",
    series(lambda x: (log(1 + x) - x + x**2 / 2) / x**3, [third, -mpf(1) / 4, mpf(1) / 5]),
    lambda x: x**3 / log(1 + x), -third, third, 8)
fit("sin: (sin x − x) / x³ in s = x²",
    series(lambda s: (sin(sqrt(s)) - sqrt(s)) / sqrt(s) ** 3, [-mpf(1) / 6, mpf(1) / 120, -mpf(1) / 5040]),
    lambda s: sqrt(s) ** 3 / sin(sqrt(s)), 0, quarter_pi**2, 2)
fit("cos: (cos x − 1 + x²/2) / x⁴ in s = x²",
    series(lambda s: (cos(sqrt(s)) - 1 + s / 2) / s**2, [mpf(1) / 24, -mpf(1) / 720, mpf(1) / 40320]),
    lambda s: s**2 / cos(sqrt(s)), 0, quarter_pi**2, 2)
fit("pow: (log((1 + x) / (1 − x)) − 2x) / x³ in s = x²",
    series(lambda s: (log((1 + sqrt(s)) / (1 - sqrt(s))) - 2 * sqrt(s)) / sqrt(s) ** 3,
           [mpf(2) / 3, mpf(2) / 5, mpf(2) / 7]),
    lambda s: sqrt(s) ** 3 / log((1 + sqrt(s)) / (1 - sqrt(s))), 0, mpf("0.04"), 4,
    c0=mpf(2) / 3)
erf_split = mpf("0.9")
fit("erf, small: erf(x)/x − 1 in s = x²",
    series(lambda s: erf(sqrt(s)) / sqrt(s) - 1, [2 / sqrt(pi) - 1, -2 / sqrt(pi) / 3, 2 / sqrt(pi) / 10]),
    lambda s: sqrt(s) / erf(sqrt(s)), mpf("1e-8"), erf_split**2, 5)
fit("erf, large: −log(1 − erf x) / x − 1", lambda x: -log(1 - erf(x)) / x - 1,
    lambda x: x * (1 - erf(x)) / erf(x), erf_split, mpf("3.95"), 6)
