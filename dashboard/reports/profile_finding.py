"""What a ward profile finds, in a title and two or three sentences: made from its figures."""

import math

from dashboard.messages import say_range
from dashboard.reports.profile_words import say_trend
from dashboard.services.profile_blocks import Asb, Profile, Rate, Worry

SIDES = {
    "above": "clearly above", "below": "clearly below", "": "not clearly different from",
}  # fmt: skip


def say_title_finding(profile: Profile) -> str:
    """Give the finding as a title: where recorded ASB of the ward stands.

    It is called clearly above or below only if the likely range of the ward and that of the
    larger area do not meet.
    """
    asb, other = profile.asb, _find_other(profile.asb)
    if not asb.period:
        return f"{profile.ward}: no ASB figure is held"
    if not math.isfinite(asb.count):
        return f"{profile.ward}: the ASB figure of {asb.period} is not shown"
    if other is None or not math.isfinite(asb.rate):
        return f"{profile.ward}: ASB is recorded, and there is no rate to compare"
    return f"{profile.ward}: recorded ASB {SIDES[_side(asb, other)]} {_whose(other)} rate"


def say_finding(profile: Profile) -> tuple[str, ...]:
    """Give the finding in sentences: rate and change with their ranges, and worry."""
    asb, other = profile.asb, _find_other(profile.asb)
    said = []
    if not math.isfinite(asb.count):
        said.append(f"{asb.period}: {asb.note.lower()}." if asb.period else asb.note)
    elif other is not None and math.isfinite(asb.rate):
        said.append(
            f"{asb.rate:,.1f} incidents for every 1,000 residents (likely range "
            f"{say_range(asb.rate_low, asb.rate_high, 1)}), against {other.value:,.1f} "
            f"({say_range(other.low, other.high, 1)}) in {_where(other)}."
        )
    if asb.change is not None and math.isfinite(asb.count):
        said.append(say_trend(profile))
    said.append(_say_worry(profile.worry))
    return tuple(said)


def _say_worry(worry: Worry) -> str:
    if worry.reason or not math.isfinite(worry.value):
        return "There is no estimate of worry."
    unit = "%" if worry.is_share else " of 100"
    figure = f"{worry.value:.0f}{unit} (likely range {say_range(worry.low, worry.high)})"
    if not (math.isfinite(worry.county) and math.isfinite(worry.p_worry_high)):
        return f"Modelled worry: {figure}."
    middle = f"the county's middle: {figure} against {worry.county:.0f}{unit}"
    # As in the matrix, a figure shown on the other side of the middle is not called on this one.
    if worry.p_worry_high >= worry.certainty and worry.value >= worry.county:
        return f"Modelled worry is likely above {middle}."
    if worry.p_worry_high <= 1 - worry.certainty and worry.value <= worry.county:
        return f"Modelled worry is likely below {middle}."
    return f"Modelled worry is too close to call beside {middle}."


def _find_other(asb: Asb) -> Rate | None:
    """Give the widest area to compare with: the county, else the district."""
    return asb.others[-1] if asb.others else None


def _side(asb: Asb, other: Rate) -> str:
    if asb.rate_low > other.high:
        return "above"
    return "below" if asb.rate_high < other.low else ""


def _whose(other: Rate) -> str:
    return "the county's" if other.area == "County" else f"{other.area}'s"


def _where(other: Rate) -> str:
    return "the county" if other.area == "County" else other.area
