"""Drafting the mapping of a survey nobody has described yet, from its names, codes and labels."""

import re
from collections.abc import Callable

import pandas as pd

from geodata.personal_details import find_personal
from geodata.sources.extract_columns import fold
from geodata.sources.mapping_draft import DRAFT_MARK, fitting_formats, plain, quote, words_of
from geodata.sources.survey import quarter_starts
from geodata.sources.survey_draft_items import are_words, draft_item, read_answers
from geodata.survey_traits import is_trait

SAMPLE_ROWS = 5_000
SYNONYMS: dict[str, tuple[str, ...]] = {
    "respondent": ("respondent", "respondent id", "respondent no", "respid", "resp id", "serial",
                   "serial no", "serial number", "case id", "caseid", "case no", "case number",
                   "record id", "unique id", "uid", "rowlabel", "ref", "reference", "id"),
    "weight": ("weight", "wt", "wgt", "wts", "weights", "person weight", "final weight",
               "individual weight", "survey weight", "weight final", "wt final", "finalwt",
               "tcindwt", "weighting"),
    "date": ("date", "interview date", "date of interview", "int date", "intdate", "interviewed",
             "interviewed on", "date interviewed", "fieldwork date", "survey date",
             "completed", "completed on", "date completed", "response date", "when"),
    "quarter": ("quarter", "fieldwork quarter", "survey quarter", "qtr", "wave"),
    "district": ("district", "district code", "lad", "lad code", "ladcd", "la", "la code", "lacd",
                 "local authority", "local authority code", "local authority district", "council",
                 "borough"),
    "ward": ("ward", "ward code", "wardcd", "wd", "wd code", "electoral ward"),
    "place": ("oa", "output area", "oa code", "lsoa", "lsoa code"),
    "segment": ("segment", "segment code", "seg", "seg code", "oac", "oac group", "oac code",
                "oac supergroup", "acorn", "mosaic", "lifestyle"),
    "stratum": ("stratum", "strata", "strat", "strata id", "stratum id", "stratum code",
                "stratum no", "stratum number", "strata code", "sampling stratum",
                "sample stratum", "design stratum", "variance stratum", "final stratum"),
    "cluster": ("cluster", "psu", "sampling point", "sample point", "sampling pt", "cluster id",
                "cluster no", "cluster number", "cluster code", "psu id", "psu no", "psu number",
                "psu code", "sampling point id", "sampling point number", "sampling point no",
                "sample point id", "sample point number", "sample point no",
                "primary sampling unit", "point number", "point no", "assignment",
                "assignment number"),
}  # fmt: skip
_ONS = {"WD": "ward", "LAD": "district", "LSOA": "place", "OA": "place"}
_ONS_COLUMN = re.compile(r"^(WD|LAD|LSOA|OA)\d{2}CD$", re.IGNORECASE)
_TRAITS = re.compile(
    r"\b(?:sex|gender|age|eth|relig|disab|marit|marri|livharm|orientat|tenure|educ|qualif|work\b"
    r"|employ|income|race\b|born|language|pregnan|how long)"
)


def suggest_survey_mapping(frame: pd.DataFrame, name: str) -> str:
    """Draft the mapping file of a survey, to be checked by somebody who knows it.

    Columns with few different codes become questions, their scale in the order of the codes. Age,
    sex, ethnicity and other traits of a person are never drafted: the survey store has no place
    for them.

    Parameters
    ----------
    frame : DataFrame
        The table as text, from `read_survey_table`, with its labels if it has any.
    name : str
        Name of the file.

    Returns
    -------
    str
        TOML text that `parse_survey_mapping` accepts once the name is written.
    """
    sample = frame.head(SAMPLE_ROWS)
    labels: dict[str, str] = frame.attrs.get("labels", {})
    words: dict[str, dict[str, str]] = frame.attrs.get("value_labels", {})
    columns = _guess_columns(sample)
    lacking = [
        said
        for fields, said in (
            ({"district", "ward", "place"}, "no district, ward or small area was found"),
            ({"date", "quarter"}, "no date or quarter was found"),
        )
        if not fields & set(columns)
    ]
    reach = "shape only" if lacking else "area"
    why = f"{' and '.join(lacking)}; " if lacking else ""
    lines = [
        f"# Drafted by Wardlight for {plain(name)}: check each line marked {DRAFT_MARK}.",
        "",
        "[survey]",
        f'name = "{DRAFT_MARK} name of the survey"  # {DRAFT_MARK}',
        'about = ""  # who was asked, how and when',
        f'reach = "{reach}"  # {DRAFT_MARK}: {why}area, shape only (other places or times), '
        "indicative (self-selected)",
    ]
    if "segment" in columns:
        lines.append(f'classification = "OAC 2021 group"  # {DRAFT_MARK}')
    if "weight" not in columns:
        lines.append(f"unweighted = true  # {DRAFT_MARK}: no weight was recognised")
    lines.append("# complete_to = 2026-09-30  # last day up to which fieldwork is whole")
    if {"stratum", "cluster"} & set(columns):
        lines.append(
            f"# same_points = true  # {DRAFT_MARK}: only if a code of a stratum or sampling point "
            "means the same in every quarter"
        )
    lines.append("")
    lines.append("[columns]  # Wardlight field = column of the file")
    lines += [f"{field} = {quote(column)}" for field, column in columns.items()]
    if not {"district", "ward", "place"} & set(columns):
        lines.append(f'# district = "..."  # {DRAFT_MARK}: none was recognised')
    if "date" in columns:
        lines += _draft_dates(sample[columns["date"]])
    used = set(columns.values())
    left: list[str] = []
    in_words: list[str] = []
    for column in map(str, sample.columns):
        if column in used:
            continue
        said = fold(f"{' '.join(words_of(column).split())} {labels.get(column, '')}")
        if _TRAITS.search(said) or is_trait(column, labels.get(column, "")):
            left.append(column)
            continue
        # What somebody wrote into a label is theirs to tell, not ours to print.
        label = "" if find_personal(labels.get(column, "")) else labels.get(column, "")
        answers = read_answers(sample[column])
        item = [] if answers is None else draft_item(column, label, answers, words.get(column, {}))
        lines += item
        if not item:
            (in_words if are_words(sample[column]) else left).append(column)
    if in_words:
        lines += [
            "",
            "# Not used: answers are words whose order is not known: "
            + plain(", ".join(in_words))[:300],
            "# If one is a question, write its [items.NAME] with a scale in the words of the file.",
        ]
    if left:
        lines += ["", f"# Not used: {plain(', '.join(left))[:300]}"]
    return "\n".join(lines) + "\n"


def _draft_dates(values: pd.Series) -> list[str]:
    formats = fitting_formats(values) or ["%Y-%m-%d"]
    mark = ""
    if any(one.startswith("%d/%m/") for one in formats):
        month_first = [one for one in formats if one.startswith("%m/%d/")]
        if month_first:
            formats = [one for one in formats if one not in month_first]
            mark = f"  # {DRAFT_MARK}: day first is taken"
    return ["", "[dates]", f"formats = [{', '.join(quote(one) for one in formats)}]{mark}"]


def _guess_columns(sample: pd.DataFrame) -> dict[str, str]:
    by_words = {words_of(str(column)): str(column) for column in reversed(sample.columns)}
    found: dict[str, str] = {}
    for column in map(str, sample.columns):
        match = _ONS_COLUMN.match(column)
        if match:
            found.setdefault(_ONS[match[1].upper()], column)
    for field, names in SYNONYMS.items():
        reads = _READS.get(field)
        known = [by_words[one] for one in names if one in by_words]
        known = [one for one in known if one not in found.values()]
        if reads is not None:
            known = [one for one in known if reads(sample[one])]
        if known and field not in found:
            found[field] = known[0]
    if "date" in found:
        found.pop("quarter", None)
    return {field: found[field] for field in SYNONYMS if field in found}


def _are_quarters(values: pd.Series) -> bool:
    given = values.str.strip()
    given = given[given != ""]
    return bool(len(given)) and bool(quarter_starts(given).notna().mean() > 0.5)


def _are_shared(values: pd.Series) -> bool:
    """Say whether there are several codes, and each has two respondents or more as a rule."""
    given = values.str.strip()
    given = given[given != ""]
    return 2 <= given.nunique() <= len(given) / 2


_READS: dict[str, Callable[[pd.Series], bool]] = {
    "date": lambda values: bool(fitting_formats(values)),
    "quarter": _are_quarters,
    "stratum": _are_shared,
    "cluster": _are_shared,
}
"""What the values of a column must be, so that its name alone does not decide."""
