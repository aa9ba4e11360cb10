"""Does an estimate tell wards apart better than the figure of their district does?

Nobody knows the truth of a ward, but some respondents can be held out: an estimate made without
them has to predict their answers better than the mean of their district, made without them too.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.worry.cells import build_cells
from analytics.worry.estimators import estimate_wards
from analytics.worry.sample import Method, SurveySample, WardFrame
from analytics.worry.weighting import read_design

Floats = npt.NDArray[np.float64]

FOLDS = 5
LEAST_Z = 1.2816
"""Standard errors by which the two tests together must stand above 0: one in ten by chance. How
often that refuses rightly and wrongly is in the simulation of docs/methods.md."""


@dataclass(frozen=True)
class Gain:
    """How much better than the district's figure held-out answers were predicted.

    Attributes
    ----------
    gain : float
        Squared error of the district mean less that of the estimate, a respondent, in squared
        points; above 0 where the estimate is better.
    low, high : float
        90 % range of the gain.
    z : float
        Standard errors by which held-out answers rise with what is said of the wards and of the
        segments that live there; near 0 if nothing true is said.
    is_better : bool
        True if that is unlikely to be chance and the gain is not below 0 by more than its error;
        otherwise wards must not be shown.
    respondents : int
        Answers that were predicted.
    """

    gain: float
    low: float
    high: float
    z: float
    is_better: bool
    respondents: int


def check_gain(
    sample: SurveySample,
    wards: WardFrame,
    method: Method,
    rng: np.random.Generator | None = None,
    *,
    folds: int = FOLDS,
) -> Gain:
    """Predict held-out respondents from the rest, by ward and by district.

    Parameters
    ----------
    sample : SurveySample
    wards : WardFrame
    method : Method
        How wards are estimated.
    rng : numpy.random.Generator, optional
        Deals respondents to folds; the same deal each time if not given.
    folds : int, default 5
        Each is held out once.

    Notes
    -----
    Wards are set against the mean of their district as the same estimate gives it, since the
    district's own figure is what they are benchmarked to. Answers vary far more between people
    than between wards, so the gain in squared error is blunt, and two sharper tests are joined,
    each in its standard errors: whether answers rise with the estimate of the respondent's own
    ward, where it is known, and whether they rise with the mean of the wards where the
    respondent's segment lives. A survey without districts is set against its overall mean.
    People of one cluster are held out together and err together: a neighbour's answer tells of the
    sampling point, not of the ward.
    """
    rng = rng or np.random.default_rng(0)
    answers = sample.frame.reset_index(drop=True)
    design = read_design(answers)
    drawn = design.cluster if design and design.has_clusters else np.arange(len(answers))
    part = rng.permutation(np.arange(drawn.max() + 1) % folds)[drawn]
    living = {"ward": _where_they_live(answers, wards)}
    if answers["ward_code"].astype(str).isin(wards.wards["code"]).any():
        living["segment"] = _where_they_live(answers.assign(ward_code=""), wards)
    truth = answers["value"].to_numpy(dtype=np.float64)
    base = np.full(len(answers), np.nan)
    apart = {name: np.full(len(answers), np.nan) for name in living}
    places = wards.wards["district_code"].astype(str).to_numpy()
    residents = wards.wards["residents"].to_numpy(dtype=np.float64)
    if not np.isin(answers["district_code"].astype(str), places).any():
        places = np.full(len(places), "", dtype=object)
    for fold in range(folds):
        held = part == fold
        rest = SurveySample(answers[~held], sample.measure, sample.is_share)
        plain = estimate_wards(rest, wards, Method.DISTRICT, benchmark=False).table
        found = estimate_wards(rest, wards, method, benchmark=False, ranges=False).table
        value = found["value"].to_numpy(dtype=np.float64)
        beyond = np.nan_to_num(value - _level_of_districts(value, places, residents))
        base[held] = living["ward"][held] @ plain["value"].to_numpy()
        for name, chances in living.items():
            apart[name][held] = chances[held] @ beyond
    use = living["ward"].sum(axis=1) > 0.99
    if not use.any():
        return Gain(np.nan, np.nan, np.nan, np.nan, False, 0)
    weight = answers["weight"].to_numpy(dtype=np.float64)[use]
    left = (truth - base)[use]
    told = apart["ward"][use]
    drawn = drawn[use]
    gain, error = _mean_and_error(2 * left * told - told**2, weight, drawn)
    joined = np.zeros(len(left))
    for moved in apart.values():
        _, doubt = _mean_and_error(left * moved[use], weight, drawn)
        joined += left * moved[use] / doubt if doubt > 0 else 0.0
    together, doubt = _mean_and_error(joined, weight, drawn)
    z = together / doubt if doubt > 0 else 0.0
    return Gain(
        gain=gain,
        low=gain - 1.6449 * error,
        high=gain + 1.6449 * error,
        z=float(z),
        is_better=bool(z > LEAST_Z and gain > -error),
        respondents=int(use.sum()),
    )


def _level_of_districts(value: Floats, places: npt.NDArray, residents: Floats) -> Floats:
    """Give each ward the mean of its district's wards by residents; NaN wards are left out."""
    codes = np.unique(places, return_inverse=True)[1]
    weight = np.where(np.isfinite(value), np.maximum(residents, 1e-9), 0.0)
    total = np.bincount(codes, weight * np.nan_to_num(value))
    return np.asarray((total / np.maximum(np.bincount(codes, weight), 1e-12))[codes])


def _mean_and_error(
    values: Floats, weight: Floats, drawn: npt.NDArray[np.int64]
) -> tuple[float, float]:
    mean = float(np.average(values, weights=weight))
    off = np.bincount(drawn, weight * (values - mean))
    return mean, float(np.sqrt((off**2).sum()) / weight.sum())


def _where_they_live(answers: pd.DataFrame, wards: WardFrame) -> Floats:
    """Give each respondent's chances of living in each ward of the frame."""
    cells = build_cells(SurveySample(answers), wards)
    in_segment = cells.residents[:, None] * cells.ward_mix
    total = in_segment.sum(axis=0)
    anywhere = cells.segment @ (in_segment / np.where(total > 0, total, 1.0)).T
    by_cell = np.where(cells.ward.sum(axis=1, keepdims=True) > 0, cells.ward, anywhere)
    place = pd.Index(wards.wards["code"].astype(str)).get_indexer(pd.Index(cells.wards))
    living = np.zeros((len(by_cell), len(wards.wards)))
    living[:, place] = by_cell
    return living[cells.cell_of]
