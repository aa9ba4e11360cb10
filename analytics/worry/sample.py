"""What every estimate of worry takes and gives: a sample, the wards' mix, and estimates.

Values are percentages or scores from 0 to 100. Nothing here predicts a person: segments are kinds
of area, and no age, ethnicity, deprivation of a person or group of young people is a predictor.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

SAMPLE_COLUMNS = ("district_code", "ward_code", "segment_code", "weight", "value")
WARD_COLUMNS = ("code", "district_code", "residents")
MIX_COLUMNS = ("ward_code", "segment_code", "share")


class Method(StrEnum):
    """The estimators, from the plainest to the default."""

    DISTRICT = "district"
    SYNTHETIC = "synthetic"
    FAY_HERRIOT = "fay-herriot"
    MULTILEVEL = "multilevel"


@dataclass(frozen=True)
class SurveySample:
    """Answers to one measure.

    Attributes
    ----------
    frame : DataFrame
        One row a respondent: district_code and ward_code ('' if not known), segment_code ('' if
        not known), weight (above 0), value (0 to 100, not missing), and if known stratum and
        cluster (see `analytics.worry.weighting.read_design`).
    measure : str
        Key of the measure, for the record.
    is_share : bool
        True if the value is 0 or 100 for no or yes; False for a score.
    """

    frame: pd.DataFrame
    measure: str = "worry"
    is_share: bool = False


@dataclass(frozen=True)
class WardFrame:
    """Wards with their residents and the mix of segments they live in.

    Attributes
    ----------
    wards : DataFrame
        code, district_code, residents (0 or more).
    mix : DataFrame
        ward_code, segment_code, share (of the ward's residents; sums to 1 in each ward). A ward
        without any row has no mix and gets no estimate.
    missing : DataFrame
        ward_code, kind, code, residents: small areas of the wards that the classification does
        not have. Listed, never counted as zero.
    parents : mapping of str to str, optional
        The larger segment of each segment that lies in one, for pooling. None for codes that say
        it themselves, as those of the Output Area Classification do.
    """

    wards: pd.DataFrame
    mix: pd.DataFrame
    missing: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["ward_code", "kind", "code", "residents"])
    )
    parents: Mapping[str, str] | None = None


@dataclass(frozen=True)
class WardEffects:
    """The wards' own effects as the model left them, so that another figure can be set beside.

    Arrays in the order of `wards`, at the posterior means of the widths.

    Attributes
    ----------
    wards : tuple of str
        Codes.
    effect : ndarray (wards,)
        Posterior mean of each ward's own effect, points.
    covariance : ndarray (wards, wards)
        Posterior covariance of these effects, squared points.
    reach : ndarray (wards, wards)
        Posterior covariance of each ward's value (rows) with each ward's effect (columns).
    spread : float
        Standard deviation that the effects were drawn with, points.
    """

    wards: tuple[str, ...]
    effect: npt.NDArray[np.float64]
    covariance: npt.NDArray[np.float64]
    reach: npt.NDArray[np.float64]
    spread: float


@dataclass(frozen=True)
class WardEstimates:
    """Estimates of every ward by one method.

    Attributes
    ----------
    method : Method
        How they were made.
    table : DataFrame
        One row a ward in the order of `WardFrame.wards`: code, district_code, residents, value,
        se, low, high (95 %, within 0 to 100), modelled, modelled_se (the model's own figure and
        error, before its wards were made to reproduce the districts' figures: chances are taken
        of these), model_share (share of the variance that comes
        from the model rather than from the sample, 0 to 1), respondents (known to live there).
        NaN where a ward has no mix.
    districts : DataFrame
        code, direct, direct_low, direct_high, n, n_eff, modelled (before benchmarking), shift
        (direct less modelled; NaN where the direct figure is refused), benchmarked (True where
        the wards now reproduce the direct figure).
    pooled : DataFrame
        segment_code, n, pooled_into ('' if it stands alone or the method never pools, else the
        code of the larger segment or 'all').
    parts : dict of str to float
        Standard deviations the model found: 'ward', 'district', 'segment', in points.
    effects : WardEffects or None
        What the multilevel model says of the wards' own effects, whatever the method; None for
        the district's figure and where no ranges were asked for.
    """

    method: Method
    table: pd.DataFrame
    districts: pd.DataFrame
    pooled: pd.DataFrame
    parts: dict[str, float] = field(default_factory=dict)
    effects: WardEffects | None = None


def require_sample(sample: SurveySample, wards: WardFrame) -> None:
    """Refuse frames that cannot be estimated from.

    Raises
    ------
    ValueError
        If a column is missing, a weight is not above 0, a value lies outside 0 to 100, or the
        shares of a ward do not sum to 1.
    """
    for name, frame, columns in (
        ("sample", sample.frame, SAMPLE_COLUMNS),
        ("wards", wards.wards, WARD_COLUMNS),
        ("mix", wards.mix, MIX_COLUMNS),
    ):
        missing = [column for column in columns if column not in frame.columns]
        if missing:
            raise ValueError(f"{name} lacks {', '.join(missing)}")
    if sample.frame.empty:
        raise ValueError("the sample is empty")
    weight, value = (sample.frame[name].to_numpy(dtype=float) for name in ("weight", "value"))
    if not (weight > 0).all():
        raise ValueError("weights must be above 0")
    if not ((value >= 0) & (value <= 100)).all():
        raise ValueError("values must lie between 0 and 100")
    totals = wards.mix.groupby("ward_code")["share"].sum().to_numpy()
    if not np.allclose(totals, 1, atol=1e-6):
        raise ValueError("the shares of a ward must sum to 1")
