"""The table of views: what there is to open, in the order of the menu."""

from dataclasses import dataclass
from pathlib import Path

from dashboard.access import User

VIEWS = Path(__file__).parent / "views"


@dataclass(frozen=True)
class View:
    """One page: file under views, title, icon and address."""

    file: str
    title: str
    icon: str
    address: str
    for_import: bool = False

    @property
    def path(self) -> Path:
        """Where the page's file is."""
        return VIEWS / self.file


TABLE = (
    View("overview.py", "Overview", ":material/insights:", ""),
    View("map.py", "Map", ":material/map:", "map"),
    View("hotspots.py", "Hotspots", ":material/my_location:", "hotspots"),
    View("forecast_quality.py", "How good is it?", ":material/rule:", "forecast-quality"),
    View("data_quality.py", "Data quality", ":material/fact_check:", "data-quality"),
    View("data.py", "Data", ":material/upload_file:", "data", for_import=True),
)


def views_for(user: User) -> list[View]:
    """List the pages a user may open."""
    return [view for view in TABLE if user.may_import or not view.for_import]
