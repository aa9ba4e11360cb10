"""Ward estimates of one measure, by any of the methods, behind one interface.

Every method gives each ward a value with a 95 % range that includes the model's own error, and is
benchmarked so that the wards of a district reproduce the district's own figure. None predicts
anything of a person, and none uses age, ethnicity or deprivation of people.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.worry.benchmarking import expect_moves, scale_to
from analytics.worry.cells import build_cells
from analytics.worry.direct import DISTRICT, estimate_direct
from analytics.worry.fay_herriot import fit_areas
from analytics.worry.multilevel import fit_multilevel
from analytics.worry.sample import (
    Method,
    SurveySample,
    WardEffects,
    WardEstimates,
    WardFrame,
    require_sample,
)
from analytics.worry.synthetic import (
    SegmentFigures,
    doubt_of_districts,
    measure_segments,
    project_segments,
)
from analytics.worry.weighting import mean_by_group, read_design, widen_by_place

Floats = npt.NDArray[np.float64]

LIKELY_Z = 1.959963984540054
FEWEST_WARDS = 30
"""Wards with respondents from which the area-level model works on wards, not on districts."""
DEFAULT = Method.MULTILEVEL
METHODS = {
    Method.DISTRICT: "District figure",
    Method.SYNTHETIC: "Segment shares",
    Method.FAY_HERRIOT: "Area-level model (Fay-Herriot)",
    Method.MULTILEVEL: "Multilevel model with post-stratification",
}


@dataclass(frozen=True)
class _Raw:
    """What a method says of the wards before benchmarking; arrays in the order of the frame."""

    value: Floats
    variance: Floats
    model_share: Floats
    parts: dict[str, float]
    effects: WardEffects | None = None


def estimate_wards(
    sample: SurveySample,
    wards: WardFrame,
    method: Method = DEFAULT,
    *,
    benchmark: bool = True,
    ranges: bool = True,
) -> WardEstimates:
    """Estimate a measure for every ward.

    Parameters
    ----------
    sample : SurveySample
        Answers; districts may be '' for a survey of other places, which then shapes the wards
        by segment alone and is not benchmarked.
    wards : WardFrame
        Wards with residents and mix of segments.
    method : Method
        How. `Method.DISTRICT` gives every ward its district's own figure, and is what the others
        have to beat.
    benchmark : bool, default True
        Whether wards are made to reproduce the district's own figure, for districts with an
        effective 100 respondents or more.
    ranges : bool, default True
        Whether ranges are wanted; without them they are NaN where that saves time.

    Raises
    ------
    ValueError
        If the frames are not of their shapes.

    Notes
    -----
    The error of a benchmarked ward is its error before plus what benchmarking is expected to move
    its district by, squared (`analytics.worry.benchmarking.expect_moves`).
    """
    require_sample(sample, wards)
    districts = _measure_districts(sample, wards)
    figures = measure_segments(sample, wards)
    if method is Method.MULTILEVEL:
        raw = _multilevel_raw(sample, wards, only_values=not ranges)
    else:
        raw = _RAW[method](sample, wards, districts, figures)
        if ranges and method is not Method.DISTRICT:
            # What goes with recorded ASB is learnt by one model, whichever gives the figures.
            fit = fit_multilevel(build_cells(sample, wards), only_values=True)
            raw = replace(raw, effects=fit.effects)
    value, variance = raw.value.copy(), raw.variance.copy()
    modelled, modelled_se = np.clip(raw.value, 0.0, 100.0), np.sqrt(raw.variance)
    residents = wards.wards["residents"].to_numpy(dtype=np.float64)
    home = wards.wards["district_code"].astype(str).to_numpy()
    districts["modelled"] = np.nan
    districts["benchmarked"] = False
    for code, row in districts.iterrows():
        inside = (home == code) & np.isfinite(value)
        if not inside.any():
            continue
        weights = residents[inside] if residents[inside].sum() > 0 else np.ones(inside.sum())
        districts.loc[code, "modelled"] = np.average(value[inside], weights=weights)
        if benchmark and np.isfinite(row["direct"]):
            value[inside] = scale_to(value[inside], weights, float(row["direct"]))
            districts.loc[code, "benchmarked"] = True
    districts["shift"] = districts["direct"] - districts["modelled"]
    moves = expect_moves(districts[districts["benchmarked"]])
    variance += pd.Series(home).map(moves).fillna(0.0).to_numpy(dtype=np.float64)
    value = np.clip(value, 0.0, 100.0)
    se = np.sqrt(variance)
    table = pd.DataFrame(
        {
            "code": wards.wards["code"].to_numpy(),
            "district_code": home,
            "residents": residents,
            "value": value,
            "se": se,
            "low": np.clip(value - LIKELY_Z * se, 0.0, 100.0),
            "high": np.clip(value + LIKELY_Z * se, 0.0, 100.0),
            "modelled": modelled,
            "modelled_se": modelled_se,
            "model_share": np.where(np.isfinite(value), raw.model_share, np.nan),
            "respondents": _count_by_ward(sample, wards),
        }
    )
    return WardEstimates(
        method=method,
        table=table,
        districts=districts.drop(columns=["mean", "variance"]).reset_index(names="code"),
        pooled=_list_pooled(figures, method),
        parts=raw.parts,
        effects=raw.effects,
    )


def _measure_districts(sample: SurveySample, wards: WardFrame) -> pd.DataFrame:
    """Measure the districts: code, direct (NaN if refused), its range, n, n_eff, mean, variance.

    Mean and variance are there for few respondents too: models weigh them by what they tell.
    """
    codes = pd.Index(sorted(set(wards.wards["district_code"].astype(str))))
    answers = sample.frame
    direct = estimate_direct(answers, DISTRICT, is_share=sample.is_share)
    direct = direct.set_index("code").reindex(codes).drop(columns="refused").astype(float)
    plain = mean_by_group(
        answers["district_code"].astype(str),
        answers["value"],
        answers["weight"],
        read_design(answers),
    ).reindex(codes)
    return pd.DataFrame(
        {
            "direct": direct["value"],
            "direct_low": direct["low"],
            "direct_high": direct["high"],
            "n": direct["n"].fillna(0).astype(int),
            "n_eff": direct["n_eff"].fillna(0.0),
            "mean": plain["mean"],
            "variance": plain["variance"],
        }
    )


def _list_pooled(figures: SegmentFigures, method: Method) -> pd.DataFrame:
    """List the segments with their respondents; only two methods pool, the others never do."""
    listed = figures.table.reset_index()[["segment_code", "n", "pooled_into"]]
    pools = method in (Method.SYNTHETIC, Method.FAY_HERRIOT)
    return listed if pools else listed.assign(pooled_into="")


def _count_by_ward(sample: SurveySample, wards: WardFrame) -> npt.NDArray[np.int64]:
    counts = sample.frame["ward_code"].astype(str).value_counts()
    return np.asarray(counts.reindex(wards.wards["code"]).fillna(0), dtype=np.int64)


def _district_raw(
    sample: SurveySample, wards: WardFrame, districts: pd.DataFrame, figures: SegmentFigures
) -> _Raw:
    del figures
    everyone = mean_by_group(
        np.zeros(len(sample.frame)),
        sample.frame["value"],
        sample.frame["weight"],
        read_design(sample.frame),
    ).iloc[0]
    mean = districts["mean"].fillna(everyone["mean"])
    variance = districts["variance"].fillna(everyone["variance"])
    home = wards.wards["district_code"].astype(str)
    value = home.map(mean).to_numpy(dtype=np.float64)
    return _Raw(value, home.map(variance).to_numpy(dtype=np.float64), np.zeros(len(value)), {})


def _synthetic_raw(
    sample: SurveySample, wards: WardFrame, districts: pd.DataFrame, figures: SegmentFigures
) -> _Raw:
    del sample
    projected = project_segments(figures, wards)
    weights = _district_weights(wards, projected["value"].to_numpy())
    between = doubt_of_districts(
        districts.loc[weights.index],
        weights.to_numpy() @ projected["value"].fillna(0).to_numpy(),
        weights.to_numpy() ** 2 @ projected["variance"].fillna(0).to_numpy(),
    )
    sampling = projected["variance"].to_numpy(dtype=np.float64)
    variance = sampling + between
    return _Raw(
        projected["value"].to_numpy(dtype=np.float64),
        variance,
        between / variance,
        {"ward": float(np.sqrt(between))},
    )


def _fay_herriot_raw(
    sample: SurveySample, wards: WardFrame, districts: pd.DataFrame, figures: SegmentFigures
) -> _Raw:
    """Fit wards where enough of them have respondents, else districts, whose doubt wards share."""
    projected = project_segments(figures, wards)
    level = projected["value"].to_numpy(dtype=np.float64)
    asked = sample.frame[sample.frame["ward_code"].astype(str).isin(wards.wards["code"])]
    own = mean_by_group(asked["ward_code"].astype(str), asked["value"], asked["weight"])
    own = own.reindex(wards.wards["code"])
    answers = sample.frame[["ward_code", "district_code", "segment_code"]].astype(str)
    beyond = answers["district_code"] + "/" + answers["segment_code"]
    wider = widen_by_place(answers["ward_code"], sample.frame, beyond)
    usable = np.isfinite(own["mean"].to_numpy(dtype=np.float64)) & np.isfinite(level)
    if usable.sum() < FEWEST_WARDS:
        return _district_fay_herriot(wards, districts, projected)
    everyone = mean_by_group(
        np.zeros(len(sample.frame)), sample.frame["value"], sample.frame["weight"]
    ).iloc[0]
    design = np.column_stack([np.ones(len(level)), level])
    n_eff = (own["n_eff"] / wider.reindex(own.index)).to_numpy(dtype=np.float64)
    sampling = float(everyone["spread"]) / n_eff
    direct = own["mean"].to_numpy(dtype=np.float64)
    fit = fit_areas(direct[usable], sampling[usable], design[usable])
    doubt = np.einsum("ij,jk,ik->i", design, fit.beta_covariance, design)
    value, variance = design @ fit.beta, doubt + fit.between
    model = np.full(len(level), fit.between)
    value[usable], variance[usable], model[usable] = fit.value, fit.mse, fit.g1
    return _Raw(
        value, variance, np.clip(model / variance, 0.0, 1.0), {"ward": float(np.sqrt(fit.between))}
    )


def _district_fay_herriot(
    wards: WardFrame, districts: pd.DataFrame, projected: pd.DataFrame
) -> _Raw:
    """Draw each district's distance from the projection towards the county's; wards follow it."""
    value = projected["value"].to_numpy(dtype=np.float64)
    sampling = projected["variance"].to_numpy(dtype=np.float64)
    weights = _district_weights(wards, value)
    there = districts.loc[weights.index]
    known = there["variance"].notna().to_numpy()
    shift, doubt = np.zeros(len(value)), np.zeros(len(value))
    between = 0.0
    if known.sum() > 1:
        level = weights.to_numpy() @ np.nan_to_num(value)
        fit = fit_areas(
            (there["mean"].to_numpy(dtype=np.float64) - level)[known],
            there["variance"].to_numpy(dtype=np.float64)[known],
            np.ones((int(known.sum()), 1)),
        )
        between = fit.between
        codes = weights.index[known]
        home = wards.wards["district_code"].astype(str)
        shift = np.asarray(home.map(pd.Series(fit.value, codes)).fillna(float(fit.beta[0])), float)
        unknown = between + float(fit.beta_covariance[0, 0])
        doubt = np.asarray(home.map(pd.Series(fit.mse, codes)).fillna(unknown), float)
    variance = sampling + doubt + between
    return _Raw(value + shift, variance, between / variance, {"ward": float(np.sqrt(between))})


def _multilevel_raw(sample: SurveySample, wards: WardFrame, *, only_values: bool) -> _Raw:
    cells = build_cells(sample, wards)
    fit = fit_multilevel(cells, only_values=only_values)
    place = pd.Index(cells.wards).get_indexer(pd.Index(wards.wards["code"].astype(str)))
    known = place >= 0

    def spread(of_wards: Floats) -> Floats:
        return np.where(known, of_wards[np.maximum(place, 0)], np.nan)

    return _Raw(
        spread(fit.value), spread(fit.variance), spread(fit.model_share), fit.parts, fit.effects
    )


def _district_weights(wards: WardFrame, projected: Floats) -> pd.DataFrame:
    """Give each district's weights of wards by residents: rows districts, columns wards."""
    home = wards.wards["district_code"].astype(str).to_numpy()
    residents = wards.wards["residents"].to_numpy(dtype=np.float64)
    residents = np.where(np.isfinite(projected), residents, 0.0)
    codes = sorted(set(home))
    matrix = np.array([np.where(home == code, residents, 0.0) for code in codes])
    total = matrix.sum(axis=1)
    kept = total > 0
    return pd.DataFrame(
        matrix[kept] / total[kept, None], index=[c for c, k in zip(codes, kept, strict=True) if k]
    )


_RAW: dict[Method, Callable[[SurveySample, WardFrame, pd.DataFrame, SegmentFigures], _Raw]] = {
    Method.DISTRICT: _district_raw,
    Method.SYNTHETIC: _synthetic_raw,
    Method.FAY_HERRIOT: _fay_herriot_raw,
}
