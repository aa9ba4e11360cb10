"""What a back-test found: a table of folds, a summary with ranges, and a verdict in words."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd

from analytics.prediction.methods import BASELINE, DEFAULT, METHODS
from analytics.prediction.scoring import bootstrap_difference

TABLE_COLUMNS = (
    "method",
    "fold",
    "cutoff",
    "coverage",
    "cells_flagged",
    "hits",
    "total",
    "hit_rate",
    "pai",
    "pei",
    "fit_seconds",
    "predict_seconds",
    "share_empty",
    "predicted",
    "rri",
    "jaccard",
    "ceiling_hit_rate",
    "ceiling_low",
    "ceiling_high",
)
NO_BETTER = "no better than last year's ranking here"


@dataclass(frozen=True)
class BacktestResult:
    """What a back-test found.

    Attributes
    ----------
    table : DataFrame
        One row a method, fold and coverage. ``cutoff`` is the moment of the forecast;
        ``cells_flagged`` cells were flagged and caught ``hits`` of ``total`` events (a fraction
        where ties were shared); ``share_empty`` is the share of flagged cells without an event,
        ``predicted`` the events expected in them, ``rri`` predicted over observed, ``jaccard``
        the likeness to the set flagged a fold earlier, and the ``ceiling_`` columns what a
        forecaster with the true rates would catch (mean and 90 % range).
    calibration : DataFrame
        One row a method and band of rank, over the reported folds: ``cells``, ``predicted``,
        ``observed`` and the 95 % range of the observed count.
    settings : dict
        Parameters, data and what was learned (weights of the ensemble, calibration), as plain
        values; `forecast` takes them up.
    notes : tuple of str
        What was left out or cut short.
    chosen : str
        The method a forecast made now would use.
    """

    table: pd.DataFrame
    calibration: pd.DataFrame
    settings: dict[str, Any]
    notes: tuple[str, ...] = ()
    chosen: str = BASELINE
    seed: int = field(default=0, repr=False)

    @property
    def earned(self) -> bool:
        """True if a forecast has earned its place over last year's ranking."""
        return self.chosen != BASELINE

    def summary(self, level: float = 0.90) -> pd.DataFrame:
        """Pool the folds of each method and coverage.

        Parameters
        ----------
        level : float, default 0.90
            Level of the intervals.

        Returns
        -------
        DataFrame
            One row a method and coverage: ``hits`` and ``total`` summed; ``ground`` the share of
            cells flagged; ``hit_rate`` and
            ``pai`` from the sums; ``pei`` likewise against the most that could be caught;
            ``difference`` of hits to the 12-month count with ``low`` and ``high`` (paired
            bootstrap of folds; 0.05 is 5 % more), ``beats_baseline``; means of ``share_empty``
            and ``jaccard``; ``rri`` from the sums; ``share_of_ceiling``; ``seconds`` a fold.
        """
        rng = np.random.default_rng(self.seed)
        rows = []
        keys = self.table[["method", "coverage"]].drop_duplicates()
        for name, coverage in keys.itertuples(index=False):
            mine = self._folds(name, coverage)
            base = self._folds(BASELINE, coverage)
            difference, low, high = bootstrap_difference(
                mine["hits"], base["hits"], level=level, rng=rng
            )
            hits, total = mine["hits"].sum(), mine["total"].sum()
            best = (mine["hits"] / mine["pei"]).where(mine["pei"] > 0, mine["best"]).sum()
            ceiling = (mine["ceiling_hit_rate"] * mine["total"]).sum() / total if total else np.nan
            share = hits / total if total else np.nan
            rows.append(
                {
                    "method": name,
                    "coverage": coverage,
                    "folds": len(mine),
                    "hits": hits,
                    "total": total,
                    "hit_rate": share,
                    "ground": mine["cells_flagged"].sum() / mine["cells"].sum(),
                    "pai": share * mine["cells"].sum() / mine["cells_flagged"].sum(),
                    "pei": hits / best if best else np.nan,
                    "difference": difference,
                    "low": low,
                    "high": high,
                    "beats_baseline": bool(low > 0),
                    "share_empty": mine["share_empty"].mean(),
                    "rri": mine["predicted"].sum() / hits if hits else np.nan,
                    "jaccard": mine["jaccard"].mean(),
                    "ceiling_hit_rate": ceiling,
                    "share_of_ceiling": share / ceiling if ceiling else np.nan,
                    "seconds": (mine["fit_seconds"] + mine["predict_seconds"]).mean(),
                }
            )
        return pd.DataFrame(rows)

    def _folds(self, name: str, coverage: float) -> pd.DataFrame:
        at = (self.table["method"] == name) & (self.table["coverage"] == coverage)
        return self.table[at].sort_values("fold")

    @property
    def verdict(self) -> str:
        """The finding in one or two sentences of plain English, at about 1 % of the ground."""
        found = self.summary()
        coverage = min(found["coverage"].unique(), key=lambda share: abs(share - 0.01))
        at = found[found["coverage"] == coverage].set_index("method")
        base, folds = at.loc[BASELINE], int(at.loc[BASELINE, "folds"])
        if not base["total"]:
            return "No incident came in the windows tested, so nothing can be said."
        ground, over = _say_share(base["ground"]), f"{folds} window{'s' if folds > 1 else ''}"
        ranking = (
            f"Over {over}, last year's ranking caught {base['hit_rate']:.1%} of ASB in {ground} "
            "of the ground"
        )
        if not self.earned:
            return f"A forecast is {NO_BETTER}, so the ranking is shown. {ranking}."
        name = self.chosen if self.chosen in at.index else DEFAULT
        ours, label = at.loc[name], METHODS[self.chosen].lower()
        if not ours["low"] > 0:
            return (
                f"The {label} has earned its place over all windows and shares of ground tried, "
                f"but in {ground} of the ground the gain is too small to tell from chance. "
                f"{ranking}, the forecast {ours['hit_rate']:.1%}."
            )
        return (
            f"{ranking}; the forecast ({label}) caught {ours['hit_rate']:.1%}: "
            f"{ours['difference']:.1%} more (90 in 100 range {ours['low']:.1%} to "
            f"{ours['high']:.1%})."
        )

    def to_json(self) -> str:
        """Write the result as JSON text, to be read by `from_json`."""
        return json.dumps(asdict(_plain(self)), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote."""
        held = json.loads(text)
        table = pd.DataFrame(held["table"])
        numbers = [name for name in table.columns if name not in ("method", "cutoff")]
        calibration = pd.DataFrame(held["calibration"])
        return cls(
            table.astype(dict.fromkeys(numbers, float)).assign(
                fold=table["fold"].astype("int64"),
                cells_flagged=table["cells_flagged"].astype("int64"),
                cutoff=pd.to_datetime(table["cutoff"]),
            ),
            calibration,
            held["settings"],
            tuple(held["notes"]),
            held["chosen"],
            held["seed"],
        )


@dataclass(frozen=True)
class _Plain:
    table: dict[str, Any]
    calibration: dict[str, Any]
    settings: dict[str, Any]
    notes: list[str]
    chosen: str
    seed: int


def _plain(result: BacktestResult) -> _Plain:
    table = result.table.assign(cutoff=result.table["cutoff"].astype(str))
    return _Plain(
        _columns(table),
        _columns(result.calibration),
        result.settings,
        list(result.notes),
        result.chosen,
        result.seed,
    )


def _columns(frame: pd.DataFrame) -> dict[str, list[Any]]:
    blank = frame.astype(object).where(frame.notna(), None)
    return {str(name): column.tolist() for name, column in blank.items()}


def _say_share(share: float) -> str:
    return f"{100 * share:.2g}%"
