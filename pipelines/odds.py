"""How unlikely a count, a share or an amount is, given the like before it: three predictive distributions. Pure, stdlib."""

from __future__ import annotations

from math import exp, inf, lgamma, log, sqrt
from statistics import NormalDist, median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAD = 1.4826  # times the median absolute deviation is a normal's standard deviation
_MAD_ERROR = 1.17  # of a MAD over n values, as a share: 1.17/√n (Rousseeuw and Croux 1993: 37 % as efficient as the deviation)
_MEDIAN = 1.57  # π/2: the variance of a median over that of a mean
_LEAST_SPREAD = 0.01  # of a rate between two ordinary days, as a squared share: ten per cent
_LEAST_RHO = 0.01  # likeness of two stories of one day; so a long history never counts as more than 99 stories
_LEAST_TAU = 0.1  # spread of a logarithm between two ordinary days


def count_odds(now: int, before: Sequence[Sequence[int]]) -> tuple[float, float, float]:
    """Give the usual count and the chance of at most, and of at least, ``now``.

    ``before`` holds like days in its first group and other days in the rest, each group of days alike among themselves. Negative
    binomial, as in outbreak detection (Farrington et al. 1996; Noufaily et al. 2013): mean = the median of the like days; spread
    = 1.4826 · MAD of all days' Pearson residuals from their own group's median, so that a day of outage does not widen it, at
    its upper bound of two standard errors, so that few days are wide.
    """
    like = before[0]
    usual = float(median(like))
    mean = max(usual, 0.25)  # a median of none is no promise of none
    rest = [residual for days in before if len(days) > 1 for residual in _residuals(days)]
    spread = (_MAD * (1 + 2 * _MAD_ERROR / sqrt(len(rest))) * median(abs(one) for one in rest)) ** 2 if rest else 1.0
    extra = max((spread - 1) / mean, _LEAST_SPREAD)
    extra += _MEDIAN * (1 / mean + extra) / len(like)
    low = _negative_binomial(now, mean, extra)
    return usual, low, 1 - low + _pmf(now, mean, extra)


def _residuals(days: Sequence[int]) -> list[float]:
    middle = float(median(days))
    return [(one - middle) / sqrt(max(middle, 1.0)) * sqrt(len(days) / (len(days) - 1)) for one in days]


def _negative_binomial(most: int, mean: float, extra: float) -> float:
    """Chance of at most ``most``; variance = mean + extra · mean²."""
    return min(sum(_pmf(count, mean, extra) for count in range(most + 1)), 1.0)


def _pmf(count: int, mean: float, extra: float) -> float:
    size = 1 / extra
    chance = lgamma(count + size) - lgamma(size) - lgamma(count + 1)
    return exp(chance + size * log(size / (size + mean)) + count * log(mean / (size + mean)))


def share_odds(now: tuple[int, int], before: Sequence[tuple[int, int]]) -> tuple[float, float, float]:
    """Give the usual share and the chance of at most, and of at least, ``now``: so many of so many stories; ``before`` by day.

    Beta-binomial, its likeness within a day by moments (Williams 1982), its centre with half a story of doubt each way
    (Jeffreys): a short history is wide by itself, and no history at all says nothing. A day counts as twice the median day's
    stories at most, so that one backlog does not speak for all.
    """
    days = _levelled([(some, among) for some, among in before if among])
    some, among = sum(one for one, _ in days), sum(many for _, many in days)
    usual = (some + 0.5) / (among + 1)
    size = min((1 - _rho(days, usual)) / _rho(days, usual), among + 1)
    low = _beta_binomial(*now, usual * size, (1 - usual) * size)
    high = _beta_binomial(now[1] - now[0], now[1], (1 - usual) * size, usual * size)
    return usual, low, high


def _levelled(days: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    most = 2 * median(among for _, among in days) if days else 0
    return [(some * min(1, most / among), min(among, most)) for some, among in days]


def _rho(days: Sequence[tuple[float, float]], usual: float) -> float:
    if len(days) < 2:  # noqa: PLR2004 (one day has no spread between days)
        return _LEAST_RHO
    squares = sum((some - among * usual) ** 2 / (among * usual * (1 - usual)) for some, among in days)
    stories = sum(among for _, among in days) / len(days)
    return min(max((squares / (len(days) - 1) - 1) / max(stories - 1, 1), _LEAST_RHO), 0.5)


def _beta_binomial(most: int, among: int, yes: float, no: float) -> float:
    """Chance of at most ``most`` of ``among``."""
    whole = lgamma(yes + no) - lgamma(yes) - lgamma(no) - lgamma(among + yes + no) + lgamma(among + 1)
    terms = (
        lgamma(one + yes) + lgamma(among - one + no) - lgamma(one + 1) - lgamma(among - one + 1) for one in range(most + 1)
    )  # fmt: skip
    return min(sum(exp(whole + term) for term in terms), 1.0)


def amount_odds(now: tuple[int, float, float], before: Sequence[tuple[int, float, float]]) -> tuple[float, float, float]:
    """Give the usual amount and the chance of at most, and of at least, ``now``.

    An amount is its count, its sum and its sum of squares, all of logarithms; ``before`` by day. Student's t on the logarithm's
    mean, with the spread within a day and between days (a one-way random-effects model), by Wallace's (1959) normal form.
    """
    days = [day for day in before if day[0]]
    things, total = sum(day[0] for day in days), sum(day[1] for day in days)
    if things < 2 or not now[0]:  # noqa: PLR2004 (one thing has no spread)
        return 0.0, 1.0, 1.0
    means = [day[1] / day[0] for day in days]
    within = sum(day[2] - day[1] ** 2 / day[0] for day in days) / max(things - len(days), 1)
    middle = median(means) if len(days) > 2 else total / things  # noqa: PLR2004 (of two the mean)
    between = _MAD * median(abs(mean - middle) for mean in means)
    spread = within / now[0] + max(between**2 - within * len(days) / things, _LEAST_TAU**2) + within / things
    freedom = len(days) - 1 if things == len(days) else things - 1
    low = NormalDist().cdf(_wallace((now[1] / now[0] - middle) / sqrt(spread), freedom))
    return exp(middle), low, 1 - low


def _wallace(t: float, freedom: int) -> float:
    if freedom < 1:
        return 0.0
    z = (8 * freedom + 1) / (8 * freedom + 3) * sqrt(freedom * log(1 + t * t / freedom)) if abs(t) < inf else abs(t)
    return z if t >= 0 else -z
