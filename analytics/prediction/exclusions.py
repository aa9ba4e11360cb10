"""Which incidents a forecast may learn from, and what leaving the others out changes.

A forecast that learns from what patrols find sends patrols back to where they were. So only
reports by the public and by partners are used; what officers generate (proactive patrol logs,
searches, arrests) is left out and counted. No column but place and time passes: who lives
there, how they feel and what was done to whom cannot reach a model.
"""

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.calendar import say_date
from geodata.errors import ForecastBlockedError
from geodata.grids import Grid
from geodata.schemas import require_columns
from geodata.usable_places import REASONS, say_why_unusable

MOST_UNKNOWN = 0.10
"""Share of located ASB incidents without a report channel above which nothing is forecast."""

MOST_MONTH_ONLY = 0.05
"""Share of incidents without a day up to which they are left out; above it months are used."""

KEPT_CHANNELS = ("public", "partner")
OFFICERS = "officer-generated"
UNKNOWN = "unknown channel"
NO_DAY = "only the month is known"

EVENT_COLUMNS = ("x_m", "y_m", "occurred_at", "month")
"""All that a forecast can ever see of an incident: its place and either its time or its month."""

LEFT_OUT_WORDS = {
    "no coordinate": "without a place",
    "default geocode": "at a default place",
    "excluded place": "at an excluded place",
    OFFICERS: "recorded by officers, not reported",
    UNKNOWN: "of an unknown report channel",
    NO_DAY: "without a day",
}
"""Each reason in words that follow a number of incidents."""

_NEEDED = ("month", "report_channel", "occurred_at")


@dataclass(frozen=True)
class ExclusionEffect:
    """What the rule on report channels changes in the ranking of places.

    Attributes
    ----------
    incidents_all, incidents_kept : int
        Located ASB incidents on the grid before and after the rule.
    coverage : float
        Share of the grid's cells that is flagged, 0 to 1.
    cells_flagged : int
        Number of flagged cells.
    cells_changed : int
        Flagged cells of the ranking with all incidents that are not flagged without the others.
    jaccard : float
        Cells flagged in both rankings over cells flagged in either, 0 to 1.
    share_before, share_after : float
        Share of the kept incidents that lies in the cells flagged with all incidents, and in
        those flagged with the kept ones only.
    """

    incidents_all: int
    incidents_kept: int
    coverage: float
    cells_flagged: int
    cells_changed: int
    jaccard: float
    share_before: float
    share_after: float

    @property
    def sentence(self) -> str:
        """Say the effect in words."""
        gone = self.incidents_all - self.incidents_kept
        if not gone:
            return "No incident was left out for its report channel, so the ranking is the same."
        return (
            f"Leaving out {gone:,} of {self.incidents_all:,} incidents for their report channel "
            f"changes {self.cells_changed:,} of the {self.cells_flagged:,} top places."
        )


@dataclass(frozen=True)
class TrainingEvents:
    """Incidents a forecast may learn from.

    Attributes
    ----------
    events : DataFrame
        x_m, y_m (metres) and either occurred_at (datetime64) or month (period[M]); nothing else.
    left_out : dict of str to int
        How many ASB incidents were left out, by reason; each under the first that holds.
    considered : int
        ASB incidents given; kept and left out add up to it.
    unknown_share : float
        Share of located ASB incidents whose channel is neither known nor declared, 0 to 1.
    unit : {'day', 'month'}
        What is known of the time of every event.
    declared : int
        Events kept because the installation declared them to be reports by the public.
    notes : tuple of str
        What a reader of any result must be told, in words.
    effect : ExclusionEffect or None
        Given if a grid was passed.
    """

    events: pd.DataFrame = field(repr=False)
    left_out: dict[str, int]
    considered: int
    unknown_share: float
    unit: str
    declared: int = 0
    notes: tuple[str, ...] = ()
    effect: ExclusionEffect | None = None


def training_events(
    frame: pd.DataFrame,
    *,
    most_unknown: float = MOST_UNKNOWN,
    declared_public: bool = False,
    declared_on: dt.date | None = None,
    grid: Grid | None = None,
    coverage: float = 0.01,
) -> TrainingEvents:
    """Choose the incidents that a forecast may learn from.

    Parameters
    ----------
    frame : DataFrame
        Incidents as `read_incident_frame` gives them; crimes (``asb`` False) are not considered.
    most_unknown : float, default 0.10
        Largest share of located ASB incidents with an unknown channel, 0 to 1.
    declared_public : bool, default False
        True if the installation states that its open data (channel unknown, only the month
        known, place snapped: police.uk) are reports by the public. It covers no other record:
        a force extract says its channel in its mapping.
    declared_on : date, optional
        The day of that statement, printed in the notes.
    grid : Grid, optional
        If given, the effect of the rule is measured on it.
    coverage : float, default 0.01
        Share of the cells whose ranking is compared.

    Returns
    -------
    TrainingEvents
        Incidents of the public and of partners at usable places. Incidents of an unknown
        channel are left out even below the limit: what is not known to be a report is not
        learned from. If up to 5 % have no day they are left out too and the unit is the day;
        if more, every event is given by its month.

    Raises
    ------
    ForecastBlockedError
        If the share with an unknown channel is above the limit.
    FrameShapeError
        If a column is missing.
    ValueError
        If ``most_unknown`` is not from 0 to 1.
    """
    if not 0 <= most_unknown <= 1:
        raise ValueError(f"most_unknown is a share from 0 to 1, got {most_unknown!r}")
    require_columns(frame, _NEEDED, "incidents")
    asb = frame[frame["asb"].to_numpy(dtype=bool)] if "asb" in frame.columns else frame
    reasons = say_why_unusable(asb)
    located = reasons == ""
    channel = asb["report_channel"].astype("object").fillna("unknown").to_numpy()
    officers = channel == OFFICERS
    unknown = ~officers & ~np.isin(channel, KEPT_CHANNELS)
    declared = unknown & _is_open_data(asb) & declared_public
    unknown &= ~declared
    unknown_share = float(unknown[located].mean()) if located.any() else 0.0
    if unknown_share > most_unknown:
        raise _blocked(int((unknown & located).sum()), int(located.sum()), most_unknown)
    reasons[located & officers] = OFFICERS
    reasons[located & unknown] = UNKNOWN
    no_day = asb["occurred_at"].isna().to_numpy()
    kept = reasons == ""
    month_only = int((kept & no_day).sum())
    by_day = month_only <= MOST_MONTH_ONLY * kept.sum()
    if by_day:
        reasons[kept & no_day] = NO_DAY
    effect = _effect(asb, located, kept, grid, coverage) if grid is not None else None
    left_out = {
        name: int((reasons == name).sum()) for name in (*REASONS, OFFICERS, UNKNOWN, NO_DAY)
    }
    used = int((kept & declared).sum())
    return TrainingEvents(
        events=_events(asb[reasons == ""], "day" if by_day else "month"),
        left_out=left_out,
        considered=len(asb),
        unknown_share=unknown_share,
        unit="day" if by_day else "month",
        declared=used,
        notes=_notes(left_out, len(asb), used, declared_on, month_only, int(kept.sum()), by_day),
        effect=effect,
    )


def measure_exclusion_effect(
    frame: pd.DataFrame,
    grid: Grid,
    coverage: float = 0.01,
    *,
    most_unknown: float = MOST_UNKNOWN,
    declared_public: bool = False,
) -> ExclusionEffect:
    """Measure what leaving records out for their channel changes in the ranking of places.

    Parameters
    ----------
    frame : DataFrame
        As for `training_events`; cut it to the period of the ranking before.
    grid : Grid
        Cells of the ranking.
    coverage : float, default 0.01
        Share of the cells that is flagged; at least one cell is.
    most_unknown, declared_public
        As for `training_events`.

    Returns
    -------
    ExclusionEffect
        Both rankings leave out unusable places, so that only the channel differs. Ties at the
        end of the flagged set go to the cell with the lower number in both.
    """
    found = training_events(
        frame,
        most_unknown=most_unknown,
        declared_public=declared_public,
        grid=grid,
        coverage=coverage,
    )
    assert found.effect is not None
    return found.effect


def _effect(
    asb: pd.DataFrame,
    located: npt.NDArray[np.bool_],
    kept: npt.NDArray[np.bool_],
    grid: Grid,
    coverage: float,
) -> ExclusionEffect:
    if not 0 < coverage <= 1:
        raise ValueError(f"coverage is a share above 0 and up to 1, got {coverage!r}")
    x = asb["easting"].to_numpy(dtype=np.float64)
    y = asb["northing"].to_numpy(dtype=np.float64)
    every = grid.count(x[located], y[located])
    public = grid.count(x[kept], y[kept])
    flagged = min(len(grid), max(1, round(coverage * len(grid))))
    before = np.argsort(-every, kind="stable")[:flagged]
    after = np.argsort(-public, kind="stable")[:flagged]
    both = len(np.intersect1d(before, after))
    total = public.sum()
    return ExclusionEffect(
        incidents_all=int(every.sum()),
        incidents_kept=int(total),
        coverage=coverage,
        cells_flagged=flagged,
        cells_changed=flagged - both,
        jaccard=both / (2 * flagged - both) if flagged else float("nan"),
        share_before=float(public[before].sum() / total) if total else float("nan"),
        share_after=float(public[after].sum() / total) if total else float("nan"),
    )


def _is_open_data(frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    if "location_precision" not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    snapped = (frame["location_precision"] == "snapped").to_numpy(dtype=bool)
    return np.asarray(snapped & frame["occurred_at"].isna().to_numpy())


def _events(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    # Columns are named one by one: nothing else of an incident can pass.
    events = pd.DataFrame(
        {
            "x_m": frame["easting"].to_numpy(dtype=np.float64),
            "y_m": frame["northing"].to_numpy(dtype=np.float64),
        }
    )
    if unit == "day":
        events["occurred_at"] = frame["occurred_at"].to_numpy(dtype="datetime64[us]")
    else:
        # Months are stored as months since year 0, and periods count from January 1970.
        ordinals = frame["month"].to_numpy(dtype=np.int64) - 1970 * 12
        days = ordinals.astype("datetime64[M]").astype("datetime64[s]")
        events["month"] = pd.PeriodIndex(days, freq="M")
    return events


def _blocked(unknown: int, located: int, most: float) -> ForecastBlockedError:
    return ForecastBlockedError(
        "Too many incidents do not say who reported them, so no forecast is made.",
        f"{unknown:,} of {located:,} located ASB incidents ({unknown / located:.0%}) have an "
        f"unknown report channel; at most {most:.0%} may. A forecast that learns from what "
        "patrols find sends patrols back to the same places.",
        "Give the report channel in the mapping of the extract. For open data, which never holds "
        "it, the installation can declare that its ASB rows are reports by the public.",
    )


def _notes(
    left_out: dict[str, int],
    considered: int,
    declared: int,
    declared_on: dt.date | None,
    month_only: int,
    kept: int,
    by_day: bool,
) -> tuple[str, ...]:
    notes = []
    gone = {name: count for name, count in left_out.items() if count}
    if gone:
        listed = ", ".join(f"{count:,} {LEFT_OUT_WORDS[name]}" for name, count in gone.items())
        notes.append(f"Left out of {considered:,} ASB incidents: {listed}.")
    if declared:
        when = f"on {say_date(declared_on)}" if declared_on else "without a date"
        notes.append(
            f"{declared:,} incidents of open data do not say who reported them. This installation "
            f"declared {when} that they are reports by the public; the data cannot show it."
        )
    if not by_day and month_only < kept:
        notes.append(
            f"{month_only:,} of {kept:,} incidents are known by their month only, so every "
            "incident is counted by its month."
        )
    return tuple(notes)
