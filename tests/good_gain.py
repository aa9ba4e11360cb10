"""A held-out comparison that came out well, for tests of what is shown and not of the gain."""

import pytest

from analytics.worry.checking import Gain
from dashboard.services import worry

GOOD = Gain(gain=1.0, low=1.0, high=1.0, z=3.0, is_better=True, respondents=100)


def take_gain_as_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the held-out comparison, which takes long and has tests of its own."""
    monkeypatch.setattr(worry, "check_gain", lambda *args, **named: GOOD)
