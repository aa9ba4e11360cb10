"""Drafting the mapping of a survey nobody has described yet, from its names, codes and labels."""

import re
from collections.abc import Callable, Collection

import pandas as pd

from geodata.sources.extract_columns import fold
from geodata.sources.mapping_draft import DRAFT_MARK, fitting_formats, plain, quote, words_of
from geodata.sources.survey import quarter_starts
from geodata.sources.survey_mapping import say_code
from geodata.survey_items import is_about_young_people
from geodata.survey_traits import is_trait

MOST_CODES = 11
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
}  # fmt: skip
_ONS = {"WD": "ward", "LAD": "district", "LSOA": "place", "OA": "place"}
_ONS_COLUMN = re.compile(r"^(WD|LAD|LSOA|OA)\d{2}CD$", re.IGNORECASE)
_MISSING = re.compile(
    r"refus|do(?:n.?t| not|es not) know|not know|\bdk\b|not applicable|\bn/?a\b|not asked|not coded"
    r"|no (?:answer|response|reply)|not answered|did not answer|prefer not|rather not"
    r"|missing|not stated|(?:un|not )sure|unknown|no opinion|(?:can.?t|cannot) (?:say|answer)"
)
_USUALLY_MISSING = re.compile(r"-[1789]|-?(?:77|88|9[5-9]|777|888|99[5-9])|[89]")
RARE = 0.01
"""Share of the answers below which an end of the scale that no label names is asked about."""
_TRAITS = re.compile(
    r"\b(?:sex|gender|age|eth|relig|disab|marit|marri|livharm|orientat|tenure|educ|qualif|work\b"
    r"|employ|income|race\b|born|language|pregnan|how long)"
)
_ROLES = (
    ("driver", re.compile(r"nois|litter|rubbish|drug|vandal|graffiti|drunk|vehicle|problem")),
    ("worry", re.compile(r"worr")),
    ("safety", re.compile(r"\bsafe|unsafe|after dark")),
    ("confidence", re.compile(r"confiden|police and council|deal(?:ing)? with|good job")),
    ("experience", re.compile(r"experienc|witness|seen or suffered|victim")),
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
    lines += ["# complete_to = 2026-09-30  # last day up to which fieldwork is whole", ""]
    lines.append("[columns]  # Wardlight field = column of the file")
    lines += [f"{field} = {quote(column)}" for field, column in columns.items()]
    if not {"district", "ward", "place"} & set(columns):
        lines.append(f'# district = "..."  # {DRAFT_MARK}: none was recognised')
    if "date" in columns:
        formats = fitting_formats(sample[columns["date"]]) or ["%Y-%m-%d"]
        lines += ["", "[dates]", f"formats = [{', '.join(quote(one) for one in formats)}]"]
    used, left = set(columns.values()), []
    for column in map(str, sample.columns):
        if column in used:
            continue
        said = fold(f"{' '.join(words_of(column).split())} {labels.get(column, '')}")
        codes = _codes(sample[column])
        if (
            _TRAITS.search(said)
            or is_trait(column, labels.get(column, ""))
            or not 2 <= len(codes) <= MOST_CODES
        ):
            left.append(column)
            continue
        counts = sample[column].map(say_code).value_counts()
        item = _draft_item(column, labels.get(column, ""), counts[codes], words.get(column, {}))
        lines += item
        if not item:
            left.append(column)
    if left:
        lines += ["", f"# Not used: {plain(', '.join(left))[:300]}"]
    return "\n".join(lines) + "\n"


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


_READS: dict[str, Callable[[pd.Series], bool]] = {
    "date": lambda values: bool(fitting_formats(values)),
    "quarter": _are_quarters,
}
"""What the values of a column must be, so that its name alone does not decide."""


def _codes(column: pd.Series) -> list[str]:
    codes = {say_code(text) for text in column.unique()} - {""}
    whole = all(re.fullmatch(r"-?\d{1,3}", code) for code in codes)
    return sorted(codes, key=int) if whole else []


def _draft_item(column: str, label: str, counts: pd.Series, words: dict[str, str]) -> list[str]:
    named = {**dict.fromkeys(counts.index, ""), **words}
    missing = [
        code
        for code, word in named.items()
        if _MISSING.search(word.casefold()) or _is_usually_missing(code, named)
    ]
    scale = [code for code in named if code not in missing]
    if all(re.fullmatch(r"-?\d+", code) for code in scale):
        scale.sort(key=int)
    asked_about = []
    for end in (0, -1):
        while len(scale) > 2 and not words.get(scale[end]) and _is_rare(scale[end], counts):
            asked_about.append(scale.pop(end))
    if len(scale) < 2:
        return []
    asked = f"{words_of(column)} {label}".casefold()
    role = next((role for role, form in _ROLES if form.search(asked)), "other")
    if is_about_young_people(column, label):
        role = "other"
    key = re.sub(r"[^a-z0-9_]+", "_", column.casefold()).strip("_")[:38]
    key = key if key[:1].isalpha() else f"q_{key}"
    said = ", ".join(f"{code} {words[code]}" for code in scale if code in words)
    return [
        "",
        f"[items.{key}]",
        f"column = {quote(column)}",
        f"label = {quote(label or column)}  # {DRAFT_MARK}",
        f'role = "{role}"  # {DRAFT_MARK}: worry, safety, experience, driver, confidence or other',
        f"in_score = {str(role in ('worry', 'safety')).lower()}",
        f"scale = [{', '.join(quote(code) for code in scale)}]"
        f"  # {DRAFT_MARK}: first is 100, last is 0{'; ' + plain(said)[:120] if said else ''}",
        f"missing = [{', '.join(quote(code) for code in missing)}]",
        *(
            f"# {DRAFT_MARK}: {quote(code)} stands in {counts[code]:,} of {counts.sum():,} answers "
            "and no label names it: put it into scale or missing"
            for code in asked_about
        ),
        '# yes = ["1", "2"]  # answers that count as a yes, if any',
        '# yes_label = "Very or fairly worried"',
    ]


def _is_usually_missing(code: str, named: Collection[str]) -> bool:
    """Say whether a code is one that stands for no answer, whatever its label says."""
    if not _USUALLY_MISSING.fullmatch(code):
        return False
    if code in ("8", "9"):
        return "10" not in named
    return not (code == "-1" and "-2" in named)


def _is_rare(code: str, counts: pd.Series) -> bool:
    return bool(counts.get(code, 0) < RARE * counts.sum())
