"""The table of views: what there is to open, who may, and in which order the menu shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dashboard.permissions import Actor, Permission

VIEWS = Path(__file__).parent / "views"
OFFICIAL = "OFFICIAL"
SENSITIVE = "OFFICIAL-SENSITIVE"
GROUPS = ("Explore", "Victims and places", "Act", "Data", "Administration")
"""Parts of the menu, in its order."""


@dataclass(frozen=True)
class View:
    """One page.

    Attributes
    ----------
    file : str
        File under views.
    title, icon : str
        As the menu shows them.
    address : str
        Path of the page; empty for the one that opens without a path.
    needs : tuple of Permission
        Any one of them opens the page.
    group : str
        One of `GROUPS`.
    marking : str
        Classification of what the page holds for whoever may see counts.
    for_partners : bool
        True if everybody else gets released figures and estimates alone, which are OFFICIAL.
    partner_link : tuple of str
        Parameter of the link and its value by which anybody gets what partners get.
    """

    file: str
    title: str
    icon: str
    address: str
    needs: tuple[Permission, ...]
    group: str = "Explore"
    marking: str = SENSITIVE
    for_partners: bool = False
    partner_link: tuple[str, str] = ("", "")

    @property
    def path(self) -> Path:
        """Where the page's file is."""
        return VIEWS / self.file

    def marking_for(self, actor: Actor, query: Mapping[str, str]) -> str:
        """Give the classification of what somebody gets to see under the link's parameters."""
        name, value = self.partner_link
        asked = bool(name) and query.get(name) == value
        is_counted = actor.may(Permission.SEE_COUNTS) and not asked
        return OFFICIAL if self.for_partners and not is_counted else self.marking

    def open_to(self, actor: Actor) -> bool:
        """Say whether somebody may open the page."""
        return any(actor.may(permission) for permission in self.needs)


_COUNTS = (Permission.SEE_COUNTS,)
TABLE = (
    View("overview.py", "Overview", ":material/insights:", "", _COUNTS),
    View("map.py", "Map", ":material/map:", "map", _COUNTS),
    View("hotspots.py", "Hotspots", ":material/my_location:", "hotspots", _COUNTS),
    View(
        "area_figures.py", "Released figures", ":material/public:", "figures",
        (Permission.SEE_RELEASED,), marking=OFFICIAL,
    ),
    View(
        "worry.py", "Crime and worry", ":material/balance:", "worry", (Permission.SEE_WORRY,),
        for_partners=True,
    ),
    View(
        "survey.py", "Survey", ":material/ballot:", "survey", (Permission.SEE_WORRY,),
        for_partners=True,
    ),
    View(
        "profile.py", "Ward profile", ":material/description:", "profile",
        (Permission.SEE_COUNTS, Permission.SEE_RELEASED_LSOA), for_partners=True,
        partner_link=("version", "partner"),
    ),
    View("forecast_quality.py", "How good is it?", ":material/rule:", "forecast-quality", _COUNTS),
    View(
        "repeats.py", "Repeat victims and places", ":material/repeat:", "repeats",
        (Permission.SEE_REPEATS,), group="Victims and places",
    ),
    View(
        "call_check.py", "Call check", ":material/call:", "call-check", (Permission.CHECK_CALL,),
        group="Victims and places",
    ),
    View(
        "callers.py", "Repeat callers", ":material/phone_callback:", "callers",
        (Permission.SEE_CALLERS,), group="Victims and places",
    ),
    View(
        "cases.py", "Cases", ":material/folder_shared:", "cases",
        (Permission.SEE_CASES, Permission.SEE_SHARED_CASES), group="Victims and places",
    ),
    View(
        "actions.py", "Actions", ":material/task_alt:", "actions", (Permission.SEE_ACTIONS,),
        group="Act",
    ),
    View(
        "where_next.py", "Which wards next?", ":material/flag:", "where-next", _COUNTS, group="Act"
    ),
    View(
        "safety_index.py", "Safety index", ":material/equalizer:", "safety-index", _COUNTS,
        group="Act",
    ),
    View(
        "priorities.py", "Priorities", ":material/forum:", "priorities",
        (Permission.SEE_PRIORITIES,), group="Act", marking=OFFICIAL,
    ),
    View("signals.py", "Signal events", ":material/campaign:", "signals", _COUNTS, group="Act"),
    View(
        "neighbourhood.py", "Find a neighbourhood team", ":material/person_pin_circle:", "team",
        (Permission.SEE_RELEASED,), group="Act", marking=OFFICIAL,
    ),
    View(
        "questions.py", "Are the questions asked?", ":material/quiz:", "questions", _COUNTS,
        group="Victims and places",
    ),
    View(
        "data_quality.py", "Data quality", ":material/fact_check:", "data-quality", _COUNTS,
        group="Data",
    ),
    View(
        "data.py", "Data", ":material/upload_file:", "data", (Permission.IMPORT,), group="Data"
    ),
    View(
        "address_merges.py", "Same address?", ":material/join_inner:", "same-address",
        (Permission.MERGE_ADDRESSES,), group="Data",
    ),
    View(
        "audit.py", "Audit log", ":material/policy:", "audit", (Permission.SEARCH_AUDIT,),
        group="Administration",
    ),
    View(
        "people.py", "People", ":material/group:", "people", (Permission.MANAGE_PEOPLE,),
        group="Administration",
    ),
)  # fmt: skip


FIRST = ("overview.py", "callers.py", "people.py")
"""Where work begins: for those who see counts, who plan for callers, who look after people."""


def first_for(actor: Actor) -> View | None:
    """Give the page that opens first for somebody: of `FIRST`, else of the menu, else none."""
    found = views_for(actor)
    return next((view for file in FIRST for view in found if view.file == file), None) or next(
        iter(found), None
    )


def views_for(actor: Actor) -> list[View]:
    """List the pages somebody may open."""
    return [view for view in TABLE if view.open_to(actor)]
