"""What a ward profile says of worry: always as a modelled estimate with its range."""

import math

from dashboard.messages import say_chance, say_range
from dashboard.services.profile_blocks import Worry

BANNER = "Modelled estimate, not a ward survey."
CLOSE = {
    "ASB": "the rate of ASB is too close to the middle of the county",
    "worry": "worry is too close to the middle of the county",
    "both": "both ASB and worry are too close to the middle of the county",
}


def say_worry(worry: Worry) -> tuple[str, ...]:
    """Give the sentences of the block on worry."""
    if worry.reason:
        return (worry.reason,)
    unit = "%" if worry.is_share else " of 100"
    lines = [
        f"{worry.measure}: {worry.value:.0f}{unit}, likely range "
        f"{say_range(worry.low, worry.high)}{'%' if worry.is_share else ''}. {BANNER}"
    ]
    if math.isfinite(worry.county):
        lines.append(
            f"Middle of the county's wards: {worry.county:.0f}{unit}{_say_cut(worry)}. "
            f"{worry.model_share:.0%} of the uncertainty comes from the model; the rest is that of "
            f"the sample and knows of {worry.ranges_from}."
        )
    if worry.quadrant:
        lines.append(_say_quadrant(worry))
    if worry.tactics:
        lines.append(f"Worth considering: {_join(worry.tactics)}.")
    if worry.communications:
        lines.append(f"How to tell people: {_join(worry.communications)}.")
    if worry.kind and (worry.kind_tactics or worry.kind_channels):
        lines.append(_say_kind(worry))
    if worry.proposal and (worry.tactics or worry.communications):
        lines.append(worry.proposal)
    return tuple(lines)


def _say_kind(worry: Worry) -> str:
    """Say what suits the kind of area that most residents live in: of places, never of people."""
    said = f"Largest kind of area here: {worry.kind} ({worry.kind_share:.0%} of residents)."
    if worry.kind_tactics:
        said += f" What fits: {_join(worry.kind_tactics)}."
    if worry.kind_channels:
        said += f" Ways to tell people: {_join(worry.kind_channels)}."
    return said


def _say_cut(worry: Worry) -> str:
    """Say the middle ward's rate, which is not the rate of the county as a whole."""
    if not math.isfinite(worry.asb_cut):
        return ""
    return f", and {worry.asb_cut:.1f} ASB incidents for every 1,000 residents"


def _say_quadrant(worry: Worry) -> str:
    chances = (
        f"chance that worry is above the county's middle {say_chance(worry.p_worry_high)}, "
        f"that ASB is {say_chance(worry.p_asb_high)}"
    )
    if not math.isfinite(worry.p_asb_high) or not math.isfinite(worry.p_worry_high):
        return (
            f"ASB and worry together: {worry.quadrant}, since a figure of ASB or worry is missing."
        )
    because = f", since {CLOSE[worry.why]}" if worry.why in CLOSE else ""
    return f"ASB and worry together: {worry.quadrant}{because} ({chances})."


def _join(words: tuple[str, ...]) -> str:
    return "; ".join([words[0], *(word[:1].lower() + word[1:] for word in words[1:])])
