"""The questions of the synthetic survey, and how answers to each are spread over the county."""

from dataclasses import dataclass

from geodata.survey_items import Item

SEGMENT_LEAN = (9.0, 4.0, 1.0, 8.0, -5.0, -9.0, -3.0, -5.0)
"""How many points above the county the worry score of each segment lies; spread about 6."""

DISTRICT_SD, WARD_SD = 2.0, 2.5
"""Spread in points of the districts' effects, and of the wards' within their districts."""


@dataclass(frozen=True)
class Question:
    """One question with the truth that its answers are drawn from.

    Attributes
    ----------
    item : Item
        The question as surveys keep it.
    steps : int
        Steps of the scale: answers score 0, 100 / steps and so on up to 100.
    yes_from : int
        Lowest step that counts as a yes.
    mean : float
        Mean score of the county, about.
    lean : float
        Times `SEGMENT_LEAN` and the districts' effects for this question; below 0 if it is
        answered higher where people worry less.
    ward_sd : float
        Spread of the wards within their districts, points.
    with_worry, with_reports : float
        Correlation of the wards' effects with those of worry, and of reported ASB a head.
    person : float
        Correlation of what one person answers here with the person's general worry.
    unanswered : float
        Share of respondents without an answer: refused, do not know or not asked.
    year_before : float
        Points to add to the mean score of the four quarters before the newest four.
    """

    item: Item
    steps: int
    yes_from: int
    mean: float
    lean: float = 1.0
    ward_sd: float = WARD_SD
    with_worry: float = 1.0
    with_reports: float = 0.0
    person: float = 0.7
    unanswered: float = 0.015
    year_before: float = 0.0


def _worry(name: str, about: str, mean: float) -> Question:
    item = Item(
        name=name,
        label=f"Worry about {about}",
        question=f"How worried are you about {about}?",
        role="worry",
        yes_label="very or fairly worried",
        in_score=True,
    )
    return Question(item, 3, 2, mean, with_worry=0.95)


def _problem(name: str, about: str, mean: float) -> Question:
    item = Item(
        name=name,
        label=about[:1].upper() + about[1:],
        question=f"How much of a problem is this within 15 minutes' walk: {about}?",
        role="driver",
        yes_label="a very or fairly big problem",
    )
    return Question(
        item, 3, 2, mean, lean=0.8, ward_sd=4.0, with_worry=0.4, with_reports=0.3, person=0.45,
        unanswered=0.03,
    )  # fmt: skip


QUESTIONS = (
    _worry("worry_insulted", "being insulted or pestered in a public place", 44.0),
    _worry("worry_damage", "having your home or car damaged on purpose", 46.0),
    _worry("worry_burglary", "having your home broken into", 50.0),
    _worry("worry_vehicle", "having a vehicle, or something in it, stolen", 42.0),
    Question(
        Item(
            name="unsafe_dark",
            label="Feeling unsafe after dark",
            question="How safe do you feel walking alone in this area after dark?",
            role="safety",
            yes_label="a bit or very unsafe",
            in_score=True,
        ),
        3, 2, 40.0,
    ),
    Question(
        Item(
            name="asb_experienced",
            label="ASB seen or suffered in 12 months",
            question="In the past 12 months, have you seen or suffered anti-social behaviour in "
            "your local area?",
            role="experience",
            yes_label="yes",
        ),
        1, 1, 34.0, lean=1.2, ward_sd=4.0, with_worry=0.2, with_reports=0.7, person=0.35,
    ),
    _problem("problem_noise", "noisy neighbours or loud parties", 26.0),
    _problem("problem_litter", "rubbish or litter lying around", 38.0),
    _problem("problem_drugs", "people using or dealing drugs", 33.0),
    _problem("problem_vehicles", "vehicles used in an anti-social way", 36.0),
    Question(
        Item(
            name="confident_agencies",
            label="Police and council deal with what matters",
            question="How much do you agree that the police and local council are dealing with "
            "the anti-social behaviour and crime issues that matter in this area?",
            role="confidence",
            yes_label="strongly agree or tend to agree",
        ),
        4, 3, 52.0, lean=-0.6, ward_sd=3.0, with_worry=-0.5, person=-0.3, unanswered=0.06,
        year_before=-4.0,
    ),
)  # fmt: skip
"""Every question; confidence rose by 4 points in the newest year, and nothing else changed."""
