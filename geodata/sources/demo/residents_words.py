"""Words of the synthetic county's priorities and signal events.

They name what was done or left lying about, never people: no group of residents is a problem.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """What residents ask for: title, what they said, and what was done by state of the priority."""

    title: str
    you_said: str
    we_did: dict[str, str]


@dataclass(frozen=True)
class Asked:
    """How residents were asked: source, share of priorities, how many people, and in words."""

    source: str
    share: float
    people: tuple[int, int]
    how: str


@dataclass(frozen=True)
class Signal:
    """An event that unsettles: title, kind, reach in metres, who told, how many days it lasts."""

    title: str
    kind: str
    radius_m: int
    source: str
    lasts_days: tuple[int, int] | None = None


def _problem(title: str, you_said: str, in_hand: str, done: str, not_taken_up: str) -> Problem:
    states = {"agreed": "", "in hand": in_hand, "done": done, "not taken up": not_taken_up}
    return Problem(title, you_said, states)


PROBLEMS = (
    _problem(
        "Off-road bikes on footpaths",
        "Bikes and quad bikes are ridden on the footpaths at weekends.",
        "We asked the council to narrow two gates and we patrol at weekends.",
        "Two gates were narrowed and signs put up. Reports fell over the next three months.",
        "The path is private land. We told the owner what you said.",
    ),
    _problem(
        "Litter and fly-tipping by the garages",
        "Rubbish is dumped beside the garages and stays for weeks.",
        "The council has cleared it once and is looking at lighting.",
        "The council cleared the site and put up lighting. It is checked each week.",
        "The site is due to be built on next year.",
    ),
    _problem(
        "Late-night noise near the shops",
        "Shouting and loud music wake people near the shops after midnight.",
        "We meet the owners of the late shops and bars this month.",
        "Closing times were agreed with two bars and a marshal works at weekends.",
        "We could not find a pattern to act on. Please report noise when it happens.",
    ),
    _problem(
        "Speeding and car meets at the retail park",
        "Cars gather and race in the retail park on Sunday evenings.",
        "The owner of the car park is pricing a barrier.",
        "A barrier now closes the car park at 10pm.",
        "The owner of the car park did not agree to a barrier. We will ask again.",
    ),
    _problem(
        "Drug dealing in the alleyway",
        "People buy and sell drugs in the alleyway and leave needles behind.",
        "We patrol it each day and the council collects needles.",
        "The hedge was cut back, a light mended and two people were charged.",
        "We passed this on to the team that deals with drug supply.",
    ),
    _problem(
        "Broken street lights",
        "The path to the station is dark and people avoid it.",
        "The council has ordered new lamps.",
        "All nine lamps work again.",
        "The path is due for new lighting in next year's programme.",
    ),
    _problem(
        "Damage to the playground",
        "Swings were cut down and the bins set alight.",
        "New swings are ordered and the park warden visits in the evening.",
        "The playground was mended and opened again with local families.",
        "The playground is to be moved, so it will not be mended here.",
    ),
    _problem(
        "Noise from late parties",
        "Loud parties in rented homes go on until the morning.",
        "The council's noise team has written to the owners.",
        "Two owners now check their bookings, and complaints have stopped.",
        "No home could be identified. Diary sheets are on offer.",
    ),
    _problem(
        "Abandoned vehicles",
        "Cars without number plates stand on the verge for months.",
        "Notices were put on four cars.",
        "Four cars were taken away.",
        "The cars have keepers and tax, so they cannot be taken away.",
    ),
    _problem(
        "Being seen more often on foot",
        "We do not see officers or know who they are.",
        "The beat officer holds a street surgery each month.",
        "Street surgeries are held each month and dates are on the notice board.",
        "We do not have the officers for a daily patrol here, and said so at the meeting.",
    ),
)  # fmt: skip

ASKED = (
    Asked("pact", 0.40, (6, 35), "People who came to a PACT meeting; most live near the hall."),
    Asked("survey", 0.22, (60, 320), "Leaflets to every home; about one in eight answered."),
    Asked("parish", 0.18, (7, 20), "Members of the parish council and people who came to hear."),
    Asked("mcv", 0.08, (30, 400), "Whoever has signed up and answered; few were over 65."),
    Asked("online", 0.04, (30, 400), "Whoever answered online; few were over 65."),
    Asked("other", 0.08, (10, 60), "People met at a street surgery on one afternoon."),
)

SIGNALS = (
    Signal("Bus shelter burnt out", "physical disorder", 400, "Neighbourhood team", (20, 60)),
    Signal("Serious assault in a busy street", "crime", 1_200, "Local news"),
    Signal("Used needles found under a hedge", "physical disorder", 300, "Council", (10, 40)),
    Signal("Fly-tipping beside the sports ground", "physical disorder", 350, "Council", (7, 30)),
    Signal("Run of burglaries", "crime", 1_500, "Residents' online group", (30, 90)),
    Signal("War memorial sprayed with paint", "crime", 800, "Local news", (5, 20)),
    Signal("Street lights out along a path", "physical disorder", 500, "Parish council"),
    Signal("Fireworks set off late at night", "social disorder", 600, "PACT meeting", (6, 15)),
    Signal("Large car meet with racing", "social disorder", 1_000, "Neighbourhood team", (1, 3)),
    Signal("Empty pub with smashed windows", "physical disorder", 300, "Neighbourhood team"),
    Signal("Closure of the police counter", "other event", 2_500, "Local news"),
    Signal("Playground swings cut down", "crime", 450, "Parish council", (14, 50)),
)  # fmt: skip
"""A dozen events; one without days is not known to be over."""
