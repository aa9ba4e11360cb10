"""The questions of a survey: what each asks, what it is for, and which may never be used.

Young people or groups hanging about are people, not a nuisance to be predicted from: such a
question may be kept and shown, but drives no estimate and stands in no score. Questions about a
trait of a person are not kept at all: see `geodata.survey_traits`.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

from geodata.survey_traits import is_trait

ROLES = ("worry", "safety", "experience", "driver", "confidence", "other")
"""What a question is for: worry about crime or ASB, feeling safe, ASB seen or suffered, how big
a problem something is, confidence in police and council, or anything else."""

KINDS = ("microdata", "estimates")
"""What a survey comes as: one row a respondent, or ready figures."""

REACHES = ("area", "shape only", "indicative")
"""How far a survey can be used: it names districts of here; it is of other places or times; or
its respondents chose themselves."""

_ABOUT_YOUNG_PEOPLE = re.compile(
    r"\b(?:young(?:er)?[\s-]+(?:people|persons?|adults?|men|women|lads|males|ones)|youths?\b"
    r"|youngsters?\b|juveniles?\b|teens?\b|teenage|adolescen|yps?\d*\b|minors\b|hoodies?\b"
    r"|kids?\b|children\b|school[\s-]?(?:kids?|child\w*|age|boys?|girls?|pupils?)|pupils?\b"
    r"|boys\b|girls\b|lads\b|truan|under[\s-]?age|under[\s-]?(?:1\d|2[0-5])s?\b"
    r"|(?:1\d|2[0-5]) and under\b|gangs?\b|congregat|loiter"
    r"|hang(?:ing|s)?[\s-]+(?:about|around|round|out)\b|stand(?:ing)?[\s-]+(?:about|around)\b"
    r"|gather(?:ing|s)?[\s-]+(?:about|around|in)\b"
    r"|groups?[\s-]+(?:of[\s-]+(?:people|males|men|women)|gather|in[\s-]+(?:the[\s-]+)?street))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Item:
    """One question of a survey, with answers on a scale from 0 to 100.

    Attributes
    ----------
    name : str
        Short name, each once in a survey.
    label : str
        What it is called on screen, such as 'Worry about being insulted or pestered'.
    question : str
        The question as it was put; "" if not known.
    role : str
        One of `ROLES`.
    yes_label : str
        What a yes says, such as 'Very or fairly worried'; "" if no answer counts as a yes.
    in_score : bool
        Whether it stands in the worry score.
    coding : str
        What each answer is worth, as its mapping says; "" if not known. A further file of the
        survey must say the same.

    Raises
    ------
    ValueError
        If the role is not known, or the question may not be used in that way.
    """

    name: str
    label: str
    question: str = ""
    role: str = "other"
    yes_label: str = ""
    in_score: bool = False
    coding: str = ""

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"role is one of {', '.join(ROLES)}, got {self.role!r}")
        refused = why_refused(
            self.name, self.label, self.question, self.yes_label,
            role=self.role, in_score=self.in_score,
        )  # fmt: skip
        if refused:
            raise ValueError(refused)


def is_about_young_people(*texts: str) -> bool:
    """Say whether a question is about young people, or about groups hanging about.

    Examples
    --------
    >>> is_about_young_people("Teenagers hanging around on the streets")
    True
    >>> is_about_young_people("Noisy neighbours or loud parties")
    False
    """
    return any(_ABOUT_YOUNG_PEOPLE.search(text.replace("_", " ")) for text in texts)


def why_refused(*texts: str, role: str, in_score: bool) -> str:
    """Say why a question may not be kept, have this role or stand in a score; "" if it may.

    Parameters
    ----------
    *texts : str
        Its name, label, wording, column and words of answers.
    role : str
        One of `ROLES`.
    in_score : bool
        Whether it would stand in the worry score.
    """
    if is_trait(*texts):
        return "age, sex, ethnicity and other traits of a person are not kept of a survey"
    if (role != "other" or in_score) and is_about_young_people(*texts):
        return (
            "a question about young people or groups hanging about is never a driver and stands "
            "in no score; its role is 'other'"
        )
    return ""


def items_to_json(items: Iterable[Item]) -> str:
    """Write items as JSON, for the store."""
    return json.dumps([asdict(item) for item in items], ensure_ascii=False)


def items_from_json(text: str) -> tuple[Item, ...]:
    """Read items from the JSON of `items_to_json`; fields not known are passed over."""
    known = {field.name for field in fields(Item)}
    return tuple(
        Item(**{name: value for name, value in one.items() if name in known})
        for one in json.loads(text or "[]")
    )
