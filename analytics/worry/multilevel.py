"""Multilevel regression with post-stratification: wards from segments, districts and themselves.

A value is the sum of a county mean, a segment's, a district's and a ward's effect, and the
respondent's own. The effects of a level are drawn from one normal distribution; how wide each is
comes from the data, and the doubt about it is carried into the ranges. A ward's estimate is the
model's prediction over its mix of segments.

No kept Python library fits such crossed effects with a known mixture of wards in seconds: PyMC
takes a minute, and the variational fit of statsmodels gives ranges that are too narrow. As all is
normal once the widths are given, the posterior here is exact on a grid of widths.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg
from threadpoolctl import threadpool_limits

from analytics.worry.cells import Cells
from analytics.worry.sample import WardEffects

Floats = npt.NDArray[np.float64]

MEAN_SD = 100.0
"""Prior standard deviation of the county mean about that of the answers, in points."""
WARD_MEDIAN, WARD_SPREAD = 3.1, 0.6
"""Log-normal prior of the ward width: the median in points and the sd of its log, so 1 to 10
points. A survey of 4,000 can hardly tell 2 from 4, so what is thought beforehand counts; the
simulation in docs/methods.md shows what happens where it is wrong."""
DISTRICT_SCALE, SEGMENT_SCALE = 5.0, 15.0
"""Half-normal priors of the other widths, in points."""
_SEGMENT_GRID = np.array([0.25, 1.0, 2.0, 3.5, 5.0, 7.0, 10.0, 14.0, 20.0])
_DISTRICT_GRID = np.array([0.1, 0.8, 1.6, 2.4, 3.4, 4.6, 6.0, 8.0])
_WARD_GRID = np.array([0.6, 1.0, 1.5, 2.0, 2.5, 3.0, 3.6, 4.3, 5.2, 6.5, 8.0, 10.0])
_WARD = 3
"""Number of the wards' level among mean, segments, districts and wards."""


@dataclass(frozen=True)
class MultilevelFit:
    """The posterior of every ward.

    Attributes
    ----------
    value, variance : ndarray (wards,)
        Mean and variance of each ward, the doubt about the widths within.
    model_share : ndarray (wards,)
        Share of the variance, at the likeliest widths, that is the model's and not the sample's.
    parts : dict of str to float
        Posterior mean of the widths: 'segment', 'district', 'ward', in points.
    effects : WardEffects
    """

    value: Floats
    variance: Floats
    model_share: Floats
    parts: dict[str, float]
    effects: WardEffects


@dataclass(frozen=True)
class _Normal:
    """What the fit needs of the cells: X'X and X'y weighted, and how wards read the effects."""

    centre: float
    cross: Floats
    right: Floats
    reading: Floats
    level: npt.NDArray[np.int64]


def fit_multilevel(cells: Cells, *, only_values: bool = False) -> MultilevelFit:
    """Fit the model to the cells of a sample.

    Parameters
    ----------
    cells : Cells
        From `build_cells`.
    only_values : bool, default False
        Leave variances NaN and take every second width, in a fifth of the time: for a check
        that fits many times and needs no range.

    Notes
    -----
    The width of segments is set to its likeliest value, which some thousand answers fix well;
    those of districts and wards are averaged over a grid of 8 by 12 values. The cost is one
    Cholesky factor of (wards + districts + segments) a grid point.

    References
    ----------
    Gelman, A. and Little, T. C. (1997). Poststratification into many categories using
    hierarchical logistic regression. Survey Methodology 23.
    Browne, W. J., Goldstein, H. and Rasbash, J. (2001). Multiple membership multiple
    classification models. Statistical Modelling 1.
    """
    # Several threads for matrices as small as these only get in each other's way.
    with threadpool_limits(1):
        return _fit(cells, only_values)


def _fit(cells: Cells, only_values: bool) -> MultilevelFit:
    normal = _gather(cells)
    segment_sd = _likeliest_segment_width(normal)
    every = slice(1, None, 2) if only_values else slice(None)
    district_grid, ward_grid = _DISTRICT_GRID[every], _WARD_GRID[every]
    districts, wards = np.meshgrid(district_grid, ward_grid, indexing="ij")
    steps = np.outer(np.gradient(district_grid), np.gradient(ward_grid)).ravel()
    widths = list(zip(districts.ravel(), wards.ravel(), strict=True))
    score = np.empty(len(widths))
    means = np.empty((len(widths), len(cells.wards)))
    variances = np.full_like(means, np.nan)
    for row, (district_sd, ward_sd) in enumerate(widths):
        factor, answer, score[row] = _solve(normal, segment_sd, district_sd, ward_sd)
        means[row] = normal.reading @ answer
        if not only_values:
            variances[row] = (_half(factor, normal.reading) ** 2).sum(axis=0)
    score += np.log(steps)
    chance = np.exp(score - score.max())
    chance /= chance.sum()
    value = chance @ means
    variance = chance @ (variances + (means - value) ** 2)
    best = widths[int(np.argmax(score))]
    middle = float(chance @ districts.ravel()), float(chance @ wards.ravel())
    return MultilevelFit(
        value=value + normal.centre,
        variance=variance,
        model_share=_model_share(normal, segment_sd, *best),
        parts={
            "segment": segment_sd,
            "district": middle[0],
            "ward": middle[1],
        },
        effects=_own_effects(cells, normal, segment_sd, *middle),
    )


def _gather(cells: Cells) -> _Normal:
    design = np.hstack([np.ones((len(cells.mean), 1)), cells.segment, cells.district, cells.ward])
    weighted = design / cells.variance[:, None]
    wards = len(cells.wards)
    centre = float(np.average(cells.mean, weights=1.0 / cells.variance))
    return _Normal(
        centre=centre,
        cross=design.T @ weighted,
        right=weighted.T @ (cells.mean - centre),
        reading=np.hstack(
            [np.ones((wards, 1)), cells.ward_mix, cells.ward_district, np.eye(wards)]
        ),
        level=np.repeat(np.arange(4), [1, len(cells.segments), len(cells.districts), wards]),
    )


def _precision(normal: _Normal, segment_sd: float, district_sd: float, ward_sd: float) -> Floats:
    sd = np.array([MEAN_SD, segment_sd, district_sd, ward_sd])
    return np.asarray(1.0 / sd[normal.level] ** 2)


def _solve(
    normal: _Normal, segment_sd: float, district_sd: float, ward_sd: float
) -> tuple[Floats, Floats, float]:
    """Give the Cholesky factor, the effects, and the log posterior of the widths."""
    precision = _precision(normal, segment_sd, district_sd, ward_sd)
    factor = linalg.cholesky(normal.cross + np.diag(precision), lower=True)
    answer = linalg.cho_solve((factor, True), normal.right)
    score = 0.5 * np.log(precision).sum() - np.log(np.diag(factor)).sum()
    score += 0.5 * normal.right @ answer
    return (
        factor,
        answer,
        float(score) + _log_prior(segment_sd, district_sd, ward_sd),
    )


def _log_prior(segment: float, district: float, ward: float) -> float:
    """Give the log density of the widths, up to a constant."""
    halves = (segment / SEGMENT_SCALE) ** 2 + (district / DISTRICT_SCALE) ** 2
    log_ward = np.log(ward / WARD_MEDIAN)
    return float(-0.5 * halves - log_ward - 0.5 * (log_ward / WARD_SPREAD) ** 2)


def _half(factor: Floats, reading: Floats) -> Floats:
    return np.asarray(linalg.solve_triangular(factor, reading.T, lower=True))


def _own_effects(
    cells: Cells, normal: _Normal, segment_sd: float, district_sd: float, ward_sd: float
) -> WardEffects:
    factor, answer, _ = _solve(normal, segment_sd, district_sd, ward_sd)
    own = normal.level == _WARD
    with_effects = linalg.cho_solve((factor, True), np.eye(len(own))[:, own])
    return WardEffects(
        wards=tuple(cells.wards),
        effect=np.asarray(answer[own]),
        covariance=np.asarray(with_effects[own]),
        reach=np.asarray(normal.reading @ with_effects),
        spread=ward_sd,
    )


def _likeliest_segment_width(normal: _Normal) -> float:
    middle = DISTRICT_SCALE / 2, WARD_MEDIAN
    scores = [_solve(normal, width, *middle)[2] for width in _SEGMENT_GRID]
    return float(_SEGMENT_GRID[int(np.argmax(scores))])


def _model_share(normal: _Normal, segment_sd: float, district_sd: float, ward_sd: float) -> Floats:
    """Split C M⁻¹ C' with M = X'R⁻¹X + P: the part through P is the model's."""
    factor, _, _ = _solve(normal, segment_sd, district_sd, ward_sd)
    pulled = linalg.cho_solve((factor, True), normal.reading.T)
    total = (pulled * normal.reading.T).sum(axis=0)
    sampled = (pulled * (normal.cross @ pulled)).sum(axis=0)
    return np.asarray(np.clip(1.0 - sampled / total, 0.0, 1.0))
