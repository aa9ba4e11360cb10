"""How good is the matching of addresses? Precision and recall on a labelled set."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from analytics.repeats.matching import suggest_merges


@dataclass(frozen=True)
class Share:
    """A share of pairs with its likely range (Wilson, 95 of 100), all from 0 to 1."""

    hits: int
    pairs: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class MatchQuality:
    """How good suggestions were on a labelled set.

    Attributes
    ----------
    precision : Share
        Of the suggested pairs, those that are one home.
    recall : Share
        Of the pairs of texts of one home, those with one key, or joined if every suggestion is
        accepted.
    exact_recall : Share
        The same without any suggestion: those whose texts give one key.
    by_mess : DataFrame
        mess, pairs, exact (share with one key), joined (share joined): a text as kept against
        one written in that way.
    homes, texts : int
        Size of the labelled set.
    wrong : DataFrame
        Suggested pairs of two homes: mess of both, score and evidence, no address.
    """

    precision: Share
    recall: Share
    exact_recall: Share
    by_mess: pd.DataFrame
    homes: int
    texts: int
    wrong: pd.DataFrame


def measure_matching(labelled: pd.DataFrame, threshold: float | None = None) -> MatchQuality:
    """Say how many suggestions are right, and how many pairs are found.

    Parameters
    ----------
    labelled : DataFrame
        text, location_key (what the text's exact key is), truth (number of the home), mess (how
        it was written), easting, northing.
    threshold : float, optional
        Points from which a pair is suggested, else the calibrated ones.

    Notes
    -----
    Pairs of one home are not independent, so the likely ranges are somewhat too narrow.
    """
    places = labelled.drop_duplicates("location_key", ignore_index=True)
    given = {} if threshold is None else {"threshold": threshold}
    found = suggest_merges(places, **given)
    truth = places.set_index("location_key")["truth"]
    ends = found[["from_key", "to_key"]]
    right = ends["from_key"].map(truth).to_numpy() == ends["to_key"].map(truth).to_numpy()
    joined = _join(places["location_key"].tolist(), ends.to_numpy(dtype=object).tolist())
    rows = []
    for _, texts in labelled.groupby("truth", sort=True):
        members = texts[["location_key", "mess"]].to_numpy(dtype=object).tolist()
        for (one, first), (other, second) in combinations(members, 2):
            mess = second if first == "as kept" else first if second == "as kept" else "two ways"
            rows.append((mess, one == other, joined[one] == joined[other]))
    pairs = pd.DataFrame(rows, columns=["mess", "exact", "joined"])
    by_mess = pairs.groupby("mess", as_index=False).agg(
        pairs=("exact", "size"), exact=("exact", "mean"), joined=("joined", "mean")
    )
    mess = places.set_index("location_key")["mess"]
    wrong = found[~right].assign(one=found["from_key"].map(mess), other=found["to_key"].map(mess))[
        ["one", "other", "score", "evidence"]
    ]
    return MatchQuality(
        precision=_share(int(right.sum()), len(right)),
        recall=_share(int(pairs["joined"].sum()), len(pairs)),
        exact_recall=_share(int(pairs["exact"].sum()), len(pairs)),
        by_mess=by_mess,
        homes=int(labelled["truth"].nunique()),
        texts=len(labelled),
        wrong=wrong.reset_index(drop=True),
    )


def _share(hits: int, pairs: int) -> Share:
    if not pairs:
        return Share(0, 0, np.nan, 0.0, 1.0)
    likely = binomtest(hits, pairs).proportion_ci(method="wilson")
    return Share(hits, pairs, hits / pairs, float(likely.low), float(likely.high))


def _join(keys: list[str], pairs: list[list[str]]) -> dict[str, str]:
    """Give each key the first key of its group."""
    head = {key: key for key in keys}

    def find(key: str) -> str:
        while head[key] != key:
            head[key] = head[head[key]]
            key = head[key]
        return key

    for one, other in pairs:
        first, second = find(one), find(other)
        head[max(first, second)] = min(first, second)
    return {key: find(key) for key in keys}
