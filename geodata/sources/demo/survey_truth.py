"""What the residents of each ward would answer: the truth that the synthetic survey samples.

Nothing in it depends on age, ethnicity or any other characteristic of a person.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import betaln, comb

from geodata.sources.demo.geography import Floats, Geography, Ints
from geodata.sources.demo.people import CLASSIFICATION
from geodata.sources.demo.places import Places
from geodata.sources.demo.survey_questions import DISTRICT_SD, QUESTIONS, SEGMENT_LEAN, Question

ALIKE = 4.0
"""How alike people of one ward and segment are: two parameters of a beta distribution together."""
GAP_WARDS = 5
GAP_POINTS = 16.0
"""How many more in a hundred see or suffer ASB in wards that report little of it."""
_LEAST, _MOST = 3.0, 97.0


@dataclass(frozen=True)
class WardMix:
    """The wards of the county as the survey meets them.

    Attributes
    ----------
    district : ndarray (wards,)
        Number of each ward's district.
    residents : ndarray (wards,)
    shares : ndarray (wards, segments)
        Share of each ward's residents in each segment; rows sum to 1.
    segments : list of str
        Code of each segment.
    """

    district: Ints
    residents: Floats
    shares: Floats
    segments: list[str]


@dataclass(frozen=True)
class Truth:
    """What people think by ward and segment.

    Attributes
    ----------
    means : ndarray (questions, wards, segments)
        Mean score in the newest four quarters, 0 to 100.
    gap_wards : ndarray
        Numbers of wards where much is seen or suffered and little reported.
    """

    means: Floats
    gap_wards: Ints

    def to_frame(self, geography: Geography, mix: WardMix) -> pd.DataFrame:
        """List the truth of each ward: ward_code, measure, value from 0 to 100.

        Measures are 'worry' (the mean of the items in the score), 'score:ITEM' (mean score) and
        'yes:ITEM' (per cent who would say yes) in the newest four quarters.
        """
        found: dict[str, Floats] = {}
        in_score = [number for number, one in enumerate(QUESTIONS) if one.item.in_score]
        found["worry"] = over_mix(self.means[in_score].mean(axis=0), mix)
        for question, means in zip(QUESTIONS, self.means, strict=True):
            if question.item.role != "experience":
                found[f"score:{question.item.name}"] = over_mix(means, mix)
            found[f"yes:{question.item.name}"] = over_mix(_share_of_yes(question, means), mix)
        return pd.DataFrame(
            {
                "ward_code": np.tile(geography.ward_codes, len(found)),
                "measure": np.repeat(np.array(list(found), dtype=object), len(mix.residents)),
                "value": np.concatenate(list(found.values())),
            }
        )


def mix_wards(geography: Geography, population: pd.DataFrame, segments: pd.DataFrame) -> WardMix:
    """Add the segments of LSOAs up to wards by their residents."""
    held = segments[segments["classification"] == CLASSIFICATION]
    shares = held.pivot(index="code", columns="segment_code", values="share")
    people = population[population["kind"] == "lsoa"].set_index("code")["residents"]
    codes = geography.lsoa_codes.tolist()
    weight = people.loc[codes].to_numpy(dtype=np.float64)
    parts = shares.loc[codes].to_numpy(dtype=np.float64) * weight[:, None]
    summed = np.column_stack([np.bincount(geography.lsoa_ward, column) for column in parts.T])
    residents = np.bincount(geography.lsoa_ward, weight).astype(np.float64)
    return WardMix(
        geography.ward_district,
        residents,
        summed / residents[:, None],
        [str(code) for code in shares.columns],
    )


def count_reports(geography: Geography, places: Places, where: Ints) -> Ints:
    """Count the incidents of each ward that have a place; `where` is -1 for those without."""
    placed = where[where >= 0]
    placed = placed[~places.is_default[placed]]
    return np.bincount(
        geography.lsoa_ward[places.lsoa[placed]], minlength=len(geography.ward_codes)
    )


def draw_truth(
    rng: np.random.Generator, geography: Geography, mix: WardMix, reports: Ints
) -> Truth:
    """Draw what people think in each ward and segment.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    geography : Geography
    mix : WardMix
    reports : ndarray (wards,)
        Incidents recorded in each ward.

    Notes
    -----
    A mean is that of the county plus an effect of the segment, of the district and of the ward.
    Wards that are reported from more worry a little more and see more.
    """
    wards = len(mix.residents)
    reported = _normal_scores(reports / mix.residents)
    worried = _blend(rng, wards, 0.35, reported)
    district = rng.normal(0, DISTRICT_SD, len(geography.district_codes))
    district -= district.mean()
    lean = np.array(SEGMENT_LEAN)
    means = np.empty((len(QUESTIONS), wards, len(lean)))
    for number, one in enumerate(QUESTIONS):
        own = rng.normal(0, 1, wards)
        left = max(1 - one.with_worry**2 - one.with_reports**2, 0.0)
        ward = one.with_worry * worried + one.with_reports * reported + np.sqrt(left) * own
        ward = one.ward_sd * _within(ward, mix)
        means[number] = one.mean + one.lean * (lean[None, :] + district[mix.district][:, None])
        means[number] += ward[:, None]
    gap = _choose_gap_wards(mix, reports)
    experience = [one.item.role == "experience" for one in QUESTIONS].index(True)
    means[experience, gap] += GAP_POINTS
    return Truth(np.clip(means, _LEAST, _MOST), gap)


def over_mix(values: Floats, mix: WardMix) -> Floats:
    """Average values of wards and segments over the mix of each ward."""
    return np.asarray((values * mix.shares).sum(axis=1))


def _share_of_yes(question: Question, means: Floats) -> Floats:
    """Give the per cent whose answer is at or above the step that counts as a yes."""
    steps = question.steps
    a, b = means / 100 * ALIKE, (1 - means / 100) * ALIKE
    above = np.arange(question.yes_from, steps + 1)[:, None, None]
    log_share = betaln(above + a, steps - above + b) - betaln(a, b)
    return np.asarray((comb(steps, above) * np.exp(log_share)).sum(axis=0) * 100)


def _normal_scores(values: Floats) -> Floats:
    """Give the values' ranks as standard deviations, so that a few busy wards do not lead."""
    ranks = pd.Series(values).rank().to_numpy()
    centred = (ranks - 0.5) / len(values)
    return np.asarray(np.sqrt(12) * (centred - 0.5))


def _blend(rng: np.random.Generator, count: int, correlation: float, other: Floats) -> Floats:
    own = rng.normal(0, 1, count)
    return np.asarray(correlation * other + np.sqrt(1 - correlation**2) * own)


def _within(values: Floats, mix: WardMix) -> Floats:
    """Take the mean of each district's residents out, and bring the spread to 1."""
    weight = np.bincount(mix.district, mix.residents)
    left = values - (np.bincount(mix.district, mix.residents * values) / weight)[mix.district]
    return np.asarray(left / left.std())


def _choose_gap_wards(mix: WardMix, reports: Ints) -> Ints:
    """Choose larger wards with few reports a head and worried segments, one to a district."""
    rate = reports / mix.residents
    large = mix.residents >= np.median(mix.residents)
    few = np.flatnonzero(large & (rate <= np.quantile(rate, 0.3)))
    worried = over_mix(np.broadcast_to(np.array(SEGMENT_LEAN), mix.shares.shape), mix)
    chosen: list[int] = []
    for ward in few[np.argsort(-worried[few], kind="stable")].tolist():
        if mix.district[ward] not in mix.district[chosen] and len(chosen) < GAP_WARDS:
            chosen.append(ward)
    return np.array(sorted(chosen), dtype=np.int64)
