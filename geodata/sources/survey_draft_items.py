"""Drafting the questions of a survey: scale, missing answers and the yes, from codes and words."""

import re
from collections.abc import Collection, Mapping

import pandas as pd

from geodata.personal_details import find_personal
from geodata.sources.mapping_draft import DRAFT_MARK, plain, quote, words_of
from geodata.sources.survey_answer_words import find_yes, order_answers
from geodata.sources.survey_mapping import say_code
from geodata.survey_items import is_about_young_people
from geodata.survey_traits import is_trait

MOST_CODES = 11
LONGEST_ANSWER = 60
MOST_ODD = 0.5
"""Part of a column's answers that may be words where the others are codes."""
_MISSING = re.compile(
    r"refus|do(?:n.?t| not|es not) know|not know|\bdk\b|not applicable|\bn/?a\b|not asked|not coded"
    r"|no (?:answer|response|reply)|not answered|did not answer|prefer not|rather not"
    r"|missing|not stated|(?:un|not )sure|unknown|no opinion|(?:can.?t|cannot) (?:say|answer)"
)
_USUALLY_MISSING = re.compile(r"-[1789]|-?(?:77|88|9[5-9]|777|888|99[5-9])|[89]")
RARE = 0.01
"""Share of the answers below which an end of the scale that no label names is asked about."""
_ROLES = (
    ("driver", re.compile(r"nois|litter|rubbish|drug|vandal|graffiti|drunk|vehicle|problem")),
    ("worry", re.compile(r"worr")),
    ("safety", re.compile(r"\bsafe|unsafe|after dark")),
    ("confidence", re.compile(r"confiden|police and council|deal(?:ing)? with|good job")),
    ("experience", re.compile(r"experienc|witness|seen or suffered|victim")),
)


_CODE = re.compile(r"-?\d{1,3}")


def read_answers(column: pd.Series) -> pd.Series | None:
    """Count the answers of a column that looks like a question; None if it does not.

    Parameters
    ----------
    column : Series of str

    Returns
    -------
    Series of int, or None
        Rows by answer: whole numbers, a few of them words, or only words that say their order.
        Words that differ by capitals only are one, written as most rows have it.
    """
    counts = _count(column)
    codes = [one for one in counts.index if _CODE.fullmatch(one)]
    odd = counts.drop(codes)
    if not codes:
        return _count_words(counts)
    if not 2 <= len(codes) <= MOST_CODES or len(odd) > MOST_CODES:
        return None
    if any(map(_is_number, odd.index)) or odd.sum() > MOST_ODD * counts.sum():
        return None
    return counts[[*sorted(codes, key=int), *odd.index]]


def are_words(column: pd.Series) -> bool:
    """Say whether the answers of a column are mostly words."""
    counts = _count(column)
    words = counts[[not _is_number(one) for one in counts.index]]
    return bool(words.sum() > MOST_ODD * counts.sum())


def draft_item(column: str, label: str, counts: pd.Series, words: Mapping[str, str]) -> list[str]:
    """Draft the table of one question; no line if it has fewer than two answers.

    Parameters
    ----------
    column, label : str
    counts : Series of int
        From `read_answers`.
    words : mapping of str to str
        Words of the codes, if the file has any.
    """
    texts = [one for one in counts.index if not _CODE.fullmatch(one)]
    are_all_words = len(texts) == len(counts)
    named = {**dict.fromkeys(counts.index, ""), **words, **{one: one for one in texts}}
    missing = [
        code
        for code, word in named.items()
        if (_MISSING.search(word.casefold()) and (code not in texts or _may_be_shown(word)))
        or _is_usually_missing(code, named)
    ]
    odd = [] if are_all_words else [one for one in texts if one not in missing]
    scale = [code for code in named if code not in missing and code not in odd]
    if all(re.fullmatch(r"-?\d+", code) for code in scale):
        scale.sort(key=int)
    asked_about = []
    for end in (0, -1):
        while len(scale) > 2 and not named[scale[end]] and _is_rare(scale[end], counts):
            asked_about.append(scale.pop(end))
    if len(scale) < 2:
        return []
    scale, is_known = order_answers(scale, named)
    if is_trait(*(named[code] for code in scale)) or (are_all_words and not is_known):
        return []
    asked = f"{words_of(column)} {label}".casefold()
    role = next((role for role, form in _ROLES if form.search(asked)), "other")
    if is_about_young_people(column, label):
        role = "other"
    key = re.sub(r"[^a-z0-9_]+", "_", column.casefold()).strip("_")[:38]
    key = key if key[:1].isalpha() else f"q_{key}"
    said = ", ".join(f"{code} {named[code]}" for code in scale if named[code] and not are_all_words)
    said = "" if find_personal(said) else said
    yes, yes_label = find_yes(scale, named)
    lines = [
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
    ]
    if odd:
        lines.append(
            f"# {DRAFT_MARK}: {counts[odd].sum():,} of {counts.sum():,} answers are words; their "
            "rows are refused unless scale or missing has them"
        )
    if yes and not find_personal(yes_label):
        lines += [
            f"yes = [{', '.join(quote(code) for code in yes)}]  # {DRAFT_MARK}: answers that count "
            "as a yes",
            f"yes_label = {quote(yes_label)}",
        ]
    return lines


def _count(column: pd.Series) -> pd.Series:
    counts = column.map(say_code).value_counts()
    return counts.drop("", errors="ignore")


def _count_words(counts: pd.Series) -> pd.Series | None:
    """Count answers in words, if there are few and each is one of several people."""
    folded = pd.Series([one.casefold() for one in counts.index], index=counts.index)
    # value_counts puts the usual spelling first.
    usual = pd.Series(counts.index, index=counts.index).groupby(folded).transform("first")
    found = counts.groupby(usual, sort=False).sum()
    is_scale = (
        2 <= len(found) <= MOST_CODES
        and len(found) <= found.sum() / 2
        and all(map(_may_be_shown, found.index))
    )
    return found if is_scale else None


def _may_be_shown(word: str) -> bool:
    return len(word) <= LONGEST_ANSWER and not find_personal(word)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_usually_missing(code: str, named: Collection[str]) -> bool:
    """Say whether a code is one that stands for no answer, whatever its label says."""
    if not _USUALLY_MISSING.fullmatch(code):
        return False
    if code in ("8", "9"):
        return "10" not in named
    return not (code == "-1" and "-2" in named)


def _is_rare(code: str, counts: pd.Series) -> bool:
    return bool(counts.get(code, 0) < RARE * counts.sum())
