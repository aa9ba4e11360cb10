"""Traits of a person, such as age, sex or ethnicity: is a question, column or class about one?

Words are looked for whole, in names, labels, questions, columns and words of answers. A word that
a trait shares with something else ('road rage', 'disabled parking', 'attacked because of their
religion') does not count; one that is a trait only where nothing else stands ('Asian', 'Female')
counts where nothing else stands.
"""

import re
from collections.abc import Collection

_TOKEN = re.compile(
    r"(?:(?:q|resp|person|my|your|hh|hrp)?(?:age|sex|gender)(?:x|s|d|yrs?|years?|gr|grp|groups?|grouped"
    r"|bands?|banded|cat|category|ranges?|code|num|id|identity)?"
    r"|q?eth(?:n\w*|gr\w*|cat|orig\w*)?|(?:q|resp)?relig(?:ion\w*|n)?"
    r"|(?:q|resp)?disab(?!used)\w*|sexuality|transgender|heterosexual|homosexual|bisexual|lesbian"
    r"|marital\w*|marstat\w*|livharm|nationality|pregnan\w*|birth\w*|born|dob|hijab|caste)"
)
_PHRASE = re.compile(
    r"\bsexual (?:orientation|identity|preference)|\bhow old (?:are|is|were|was) (?:you|they|he|she"
    r"|the respondent)|\b(?:fe)?males? (?:or|and) (?:fe)?males?\b"
    r"|\b(?:wo)?m[ae]n or (?:wo)?m[ae]n\b"
    r"|\b(?:your|their|respondents?|what|which) (?:race|faith)\b|\braces? (?:or|and)\b"
    r"|\b(?:race|faith) (?:group|of (?:the )?respondent)|\bage[ds]? \d|\breligious (?:affiliation"
    r"|background|belief|group|identity)|\blong (?:term|standing) (?:illness|condition)"
    r"|\bcountry of origin\b|\bskin colou?r\b|\bare you married\b"
)
_NOT_A_TRAIT = re.compile(
    r"\b(?:because of|on account of|on grounds of|motivated by|based on)\b.*"
    r"|\bschool age[d]?\b|\b(?:all|any|every) ages?\b|\bunder ?age\b|\bof age\b"
    r"|\bsex (?:work\w*|offen\w*|attack\w*|crimes?|assault\w*|acts?|shops?|trade|industry)\b"
    r"|\b(?:age|gender|disability|sex) (?:based|hate|related)\b"
    r"|\bdisabled (?:parking|bays?|badges?|spaces?|access|toilets?)\b"
)
_ALONE = frozenset(
    {
        "male", "female", "man", "woman", "men", "women", "asian", "black", "white", "arab",
        "chinese", "indian", "pakistani", "bangladeshi", "caribbean", "african", "gypsy",
        "roma", "christian", "muslim", "jewish", "hindu", "sikh", "buddhist", "gay",
        "straight", "married", "race", "faith",
    }
)  # fmt: skip
_BESIDE = frozenset(
    {
        "or", "and", "other", "any", "mixed", "multiple", "british", "english", "irish",
        "welsh", "scottish", "background", "people", "person", "persons", "respondent",
        "respondents", "residents", "adults", "group", "groups", "traveller", "travellers",
        "origin", "young", "younger", "old", "older",
    }
)  # fmt: skip
_AGES = re.compile(
    r"(?:age[ds]? )?(?:1[5-8] ?(?:-|–|to) ?\d\d|\d\d ?(?:-|–|to) ?\d\d years?.*|[6-8][05] ?\+)"
)
"""Bands of ages with nothing else beside them, such as '16-24' and '65+'."""


def is_trait(*texts: str) -> bool:
    """Say whether one of these names, labels or words is of a trait of a person.

    Examples
    --------
    >>> is_trait("Respondent sex"), is_trait("ethgrp2"), is_trait("Are you male or female?")
    (True, True, True)
    >>> is_trait("Worry about racial attack"), is_trait("Average of the village")
    (False, False)
    """
    return any(map(_is_trait, texts))


def find_traits(texts: Collection[str]) -> list[str]:
    """Give those of the texts that are of a trait of a person, in their order."""
    return [text for text in texts if _is_trait(text)]


def _is_trait(text: str) -> bool:
    if _AGES.fullmatch(text.casefold().strip()):
        return True
    # 'RespAge' and 'age_band' are two words each, 'ethgrp2' is one with a number.
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold().replace("'", "").replace("’", "")
    said = " ".join(re.sub(r"[^0-9a-z]+", " ", apart).split())
    plain = _NOT_A_TRAIT.sub(" ", said)
    words = re.findall(r"[a-z]+", plain)
    if any(_TOKEN.fullmatch(word) for word in words) or _PHRASE.search(plain):
        return True
    return bool(words) and set(words) <= _ALONE | _BESIDE and not _ALONE.isdisjoint(words)
