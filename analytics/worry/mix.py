"""Which segments do the residents of each ward live in, and what does the classification lack?

Segments are kinds of small area, such as a group of the Output Area Classification: nobody is put
into one. A small area that the classification does not have is listed, never counted as zero.
"""

import pandas as pd

SMALL_AREA_COLUMNS = ("kind", "code", "ward_code", "residents")


def list_small_areas(
    kind: str,
    lsoa_wards: pd.DataFrame,
    lsoa_residents: pd.DataFrame,
    oa_lsoas: pd.DataFrame,
) -> pd.DataFrame:
    """List the small areas that a classification of some kind should have, with their residents.

    Parameters
    ----------
    kind : str
        'oa', 'lsoa' or 'ward': what the classification is of.
    lsoa_wards : DataFrame
        lsoa_code, ward_code: one row a current LSOA (best fit).
    lsoa_residents : DataFrame
        code, residents of the same LSOAs; one without is taken to have none known.
    oa_lsoas : DataFrame
        from_code, to_code: output area to LSOA; used for 'oa' only.

    Returns
    -------
    DataFrame
        kind, code, ward_code, residents. The residents of an LSOA are shared out equally to its
        output areas, which are drawn to be alike in size. An LSOA without any output area is
        listed itself, so that its residents are not lost from sight.
    """
    known = lsoa_wards.merge(
        lsoa_residents[["code", "residents"]], left_on="lsoa_code", right_on="code", how="left"
    )
    known["residents"] = known["residents"].fillna(0.0).astype(float)
    if kind == "ward":
        totals = known.groupby("ward_code", as_index=False)["residents"].sum()
        return totals.assign(kind="ward", code=totals["ward_code"])[list(SMALL_AREA_COLUMNS)]
    lsoas = known.assign(kind="lsoa", code=known["lsoa_code"])[list(SMALL_AREA_COLUMNS)]
    if kind == "lsoa":
        return lsoas
    pairs = oa_lsoas[["from_code", "to_code"]].drop_duplicates("from_code")
    found = pairs.merge(lsoas, left_on="to_code", right_on="code", how="inner")
    siblings = found.groupby("to_code")["from_code"].transform("size")
    small = found.assign(
        kind="oa", code=found["from_code"], residents=found["residents"] / siblings
    )[list(SMALL_AREA_COLUMNS)]
    rest = lsoas[~lsoas["code"].isin(pairs["to_code"])]
    return pd.concat([small, rest], ignore_index=True)


def carry_forward(
    segments: pd.DataFrame, links: pd.DataFrame, current: pd.Series | pd.Index
) -> pd.DataFrame:
    """Give current LSOAs without a class of their own that of the LSOAs they were made from.

    Parameters
    ----------
    segments : DataFrame
        code, segment_code, share.
    links : DataFrame
        from_code, to_code: older LSOA to newer one.
    current : Series or Index of str
        Codes that should be classified.

    Returns
    -------
    DataFrame
        As given, for current codes only. One made from several gets the mean of their shares.
    """
    own = segments[segments["code"].isin(current)]
    left = set(current) - set(own["code"])
    older = links[links["to_code"].isin(left) & links["from_code"].isin(segments["code"])]
    older = older[["from_code", "to_code"]].drop_duplicates()
    parents = older.groupby("to_code")["from_code"].transform("size")
    carried = older.assign(part=1.0 / parents).merge(
        segments, left_on="from_code", right_on="code", how="left"
    )
    carried["share"] = carried["share"] * carried["part"]
    made = carried.groupby(["to_code", "segment_code"])["share"].sum().reset_index()
    made["code"] = made["to_code"]
    columns = ["code", "segment_code", "share"]
    return pd.concat([own[columns], made[columns]], ignore_index=True)


def mix_of_wards(segments: pd.DataFrame, areas: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the share of each ward's residents that live in each segment, and what is missing.

    Parameters
    ----------
    segments : DataFrame
        code, segment_code, share: shares of a small area sum to 1.
    areas : DataFrame
        Small areas that should be there, as `list_small_areas` gives them.

    Returns
    -------
    mix : DataFrame
        ward_code, segment_code, share, over the small areas that the classification has. Where
        none of a ward's has residents on record, they count alike.
    missing : DataFrame
        ward_code, kind, code, residents of the small areas it does not have.

    Examples
    --------
    >>> areas = pd.DataFrame({"kind": "oa", "code": ["a", "b", "c"], "ward_code": "W",
    ...     "residents": [300.0, 100.0, 50.0]})
    >>> segments = pd.DataFrame({"code": ["a", "b"], "segment_code": ["1", "2"], "share": 1.0})
    >>> mix, missing = mix_of_wards(segments, areas)
    >>> mix["share"].tolist(), missing["code"].tolist()
    ([0.75, 0.25], ['c'])
    """
    is_there = areas["code"].isin(segments["code"])
    missing = areas.loc[~is_there, ["ward_code", "kind", "code", "residents"]]
    there = areas[is_there]
    total = there.groupby("ward_code")["residents"].transform("sum")
    size = there.groupby("ward_code")["residents"].transform("size")
    part = (there["residents"] / total.where(total > 0)).where(total > 0, 1.0 / size)
    joined = there.assign(part=part).merge(segments, on="code")
    joined["share"] = joined["share"] * joined["part"]
    mix = joined.groupby(["ward_code", "segment_code"], as_index=False)["share"].sum()
    mix["share"] = mix["share"] / mix.groupby("ward_code")["share"].transform("sum")
    mix = mix[mix["share"] > 0].reset_index(drop=True)
    return mix, missing.sort_values(["ward_code", "code"]).reset_index(drop=True)
