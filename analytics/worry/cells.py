"""A sample as cells: respondents of one ward or district in one segment, and where they may live.

A respondent whose ward is not known may live in any ward of the district, the likelier the more
of the district's residents in that segment live there; one whose segment is not known is of the
segments as the ward or district holds them. Both are fractions in the rows of the design.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.worry.sample import SurveySample, WardFrame
from analytics.worry.weighting import mean_by_group, widen_by_place

Floats = npt.NDArray[np.float64]
FEWEST_FOR_SPREAD = 30
_KEYS = ["district_code", "ward_code", "segment_code"]


@dataclass(frozen=True)
class Cells:
    """Cells of a sample and the share of each in segments, districts and wards.

    Attributes
    ----------
    mean, variance : ndarray (cells,)
        Weighted mean, and its variance from the spread within segments and the effective n.
    segment : ndarray (cells, segments)
    district : ndarray (cells, districts)
    ward : ndarray (cells, wards)
        Membership; rows sum to 1, or to 0 where nothing is known of it.
    segments, districts, wards : list of str
        Codes of the columns; wards are those with a mix.
    ward_mix : ndarray (wards, segments)
        Shares of each ward's residents.
    ward_district : ndarray (wards, districts)
        One-hot.
    residents : ndarray (wards,)
    cell_of : ndarray (respondents,)
        Cell of each respondent.
    """

    mean: Floats
    variance: Floats
    segment: Floats
    district: Floats
    ward: Floats
    segments: list[str]
    districts: list[str]
    wards: list[str]
    ward_mix: Floats
    ward_district: Floats
    residents: Floats
    cell_of: npt.NDArray[np.int64]


def build_cells(sample: SurveySample, frame: WardFrame) -> Cells:
    """Gather a sample into cells.

    Parameters
    ----------
    sample : SurveySample
    frame : WardFrame

    Notes
    -----
    A segment of the sample that no ward has gets a column too: it tells nothing of any ward but
    keeps its respondents out of other segments. The variance within a segment is pooled over the
    sample; a segment with fewer than 30 respondents takes that of all. Where clusters are known,
    what they widen the mean of the ward by (of the district, where the ward is not known) widens
    every cell of it, since the cells of one cluster err together.
    """
    mix = frame.mix.pivot(index="ward_code", columns="segment_code", values="share").fillna(0.0)
    rows = frame.wards.set_index("code").loc[lambda wards: wards.index.isin(mix.index)]
    mix = mix.loc[rows.index]
    answers = sample.frame
    asked = [code for code in answers["segment_code"].unique() if code]
    segments = sorted(set(map(str, mix.columns)) | set(map(str, asked)))
    ward_mix = mix.reindex(columns=segments, fill_value=0.0).to_numpy(dtype=np.float64)
    wards = [str(code) for code in rows.index]
    districts = sorted(set(map(str, frame.wards["district_code"])))
    ward_district = _one_hot(rows["district_code"].astype(str).tolist(), districts)
    residents = rows["residents"].to_numpy(dtype=np.float64)

    keys = answers[_KEYS].astype(str).copy()
    keys.loc[~keys["ward_code"].isin(wards), "ward_code"] = ""
    keys.loc[~keys["district_code"].isin(districts), "district_code"] = ""
    known = keys["ward_code"] != ""
    home = dict(zip(wards, rows["district_code"].astype(str), strict=True))
    keys.loc[known, "district_code"] = keys.loc[known, "ward_code"].map(home)
    number, named = pd.factorize(pd.MultiIndex.from_frame(keys), sort=True)
    weights = answers["weight"].to_numpy(dtype=np.float64)
    found = mean_by_group(number, answers["value"].to_numpy(), weights)
    labels = named.to_frame(index=False).set_axis(_KEYS, axis=1)

    place = (keys["district_code"] + "/" + keys["ward_code"]).to_numpy()
    beyond = (keys["district_code"] + "/" + keys["segment_code"]).to_numpy()
    of_cell = labels["district_code"] + "/" + labels["ward_code"]
    wider = of_cell.map(widen_by_place(place, answers, beyond)).to_numpy(dtype=np.float64)

    ward = _one_hot(labels["ward_code"].tolist(), wards)
    district = _one_hot(labels["district_code"].tolist(), districts)
    segment = _one_hot(labels["segment_code"].tolist(), segments)
    in_segment = residents[:, None] * ward_mix
    for row, (place, home_ward, kind) in enumerate(labels.itertuples(index=False)):
        if not home_ward and place:
            there = ward_district[:, districts.index(place)]
            odds = there * (in_segment[:, segments.index(kind)] if kind else residents)
            ward[row] = odds / odds.sum() if odds.sum() > 0 else there / max(there.sum(), 1.0)
        if not kind:
            living = ward[row] if ward[row].sum() > 0 else residents / max(residents.sum(), 1.0)
            segment[row] = living @ ward_mix
    spread = _spread_by_segment(answers)
    within = labels["segment_code"].map(spread).fillna(spread[""]).to_numpy(dtype=np.float64)
    return Cells(
        mean=found["mean"].to_numpy(dtype=np.float64),
        variance=within * wider / found["n_eff"].to_numpy(dtype=np.float64),
        segment=segment,
        district=district,
        ward=ward,
        segments=segments,
        districts=districts,
        wards=wards,
        ward_mix=ward_mix,
        ward_district=ward_district,
        residents=residents,
        cell_of=number.astype(np.int64),
    )


def _one_hot(codes: list[str], columns: list[str]) -> Floats:
    place = {code: number for number, code in enumerate(columns)}
    found = np.zeros((len(codes), len(columns)))
    for row, code in enumerate(codes):
        if code in place:
            found[row, place[code]] = 1.0
    return found


def _spread_by_segment(answers: pd.DataFrame) -> dict[str, float]:
    """Give the variance of values within each segment, and of all under ''."""
    by = mean_by_group(answers["segment_code"].astype(str), answers["value"], answers["weight"])
    everyone = mean_by_group(np.zeros(len(answers)), answers["value"], answers["weight"])
    overall = max(float(everyone["spread"].iloc[0]), 1e-6)
    enough = by[(by["n"] >= FEWEST_FOR_SPREAD) & (by["spread"] > 0.05 * overall)]
    return {str(code): float(value) for code, value in enough["spread"].items()} | {"": overall}
