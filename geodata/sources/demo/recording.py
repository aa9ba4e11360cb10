"""What was written down about each incident, and what was left out.

Missing answers are the rule, as in real records: asking about repeats and vulnerability is
recorded for fewer than half, differs by channel and gets better over the months.
"""

import numpy as np
import numpy.typing as npt

from geodata.categories import ASB_TYPES, NOT_RECORDED, PROTECTED_COLUMNS

Texts = npt.NDArray[np.object_]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_CHANNELS = np.array(["public", "partner", "officer-generated", "unknown"], dtype=object)
_CHANNEL_HOME = np.array([0.80, 0.08, 0.09, 0.03])
_CHANNEL_CENTRE = np.array([0.69, 0.08, 0.20, 0.03])
_ASKED = np.array([0.46, 0.26, 0.10, 0.05])
"""Share asked about repeats by channel, before the drift over the months."""

_TYPE_SHARES = np.array([
    0.020, 0.025, 0.020, 0.005, 0.008, 0.055, 0.090, 0.003,
    0.045, 0.150, 0.370, 0.030, 0.002, 0.022, 0.115, 0.040,
])  # fmt: skip
_PERSONAL = np.array([
    0.04, 0.25, 0.10, 0.15, 0.08, 0.82, 0.28, 0.05, 0.06, 0.68, 0.20, 0.06, 0.05, 0.15, 0.08, 0.20,
])  # fmt: skip
_ENVIRONMENTAL = np.array([
    0.62, 0.10, 0.02, 0.00, 0.06, 0.00, 0.05, 0.02, 0.72, 0.03, 0.03, 0.05, 0.06, 0.12, 0.05, 0.05,
])  # fmt: skip
_PROTECTED_SHARES = (0.64, 0.16, 0.31, 0.02, 0.05, 0.03, 0.08, 0.71, 0.06)
_OUTCOMES = np.array(
    ["", "Advice given", "Patrol requested", "Referred to partner", "Warning issued",
     "No further action", "Gone on arrival"], dtype=object,
)  # fmt: skip
_AGENCIES = np.array(
    ["", "Synthetic County Police", "District council", "Housing provider"], dtype=object
)


def pick(rng: np.random.Generator, values: Texts, shares: Floats) -> Texts:
    """Draw one value a row; shares is one row of chances for each row of the result."""
    ladder = np.cumsum(shares, axis=1)
    drawn = rng.random(len(shares)) * ladder[:, -1]
    return np.asarray(values[(drawn[:, None] >= ladder).sum(axis=1)], dtype=object)


def answer(rng: np.random.Generator, recorded: Bools, yes: Bools | Floats | float) -> Texts:
    """Give yes or no where it was recorded, 'not recorded' elsewhere."""
    says_yes = rng.random(len(recorded)) < np.asarray(yes, dtype=float)
    said = np.where(says_yes, "yes", "no").astype(object)
    return np.where(recorded, said, NOT_RECORDED)


def record_kind(
    rng: np.random.Generator,
    *,
    month: Ints,
    hour: Ints,
    in_centre: Bools,
    repeats: Bools,
    is_personal: Bools,
) -> dict[str, Texts]:
    """Record the channel, type, category and grade of each incident."""
    count = len(month)
    home, centre = in_centre[:, None], in_centre
    shares = np.where(home, _CHANNEL_CENTRE, _CHANNEL_HOME)
    channel = pick(rng, _CHANNELS, shares)
    channel[is_personal & (channel == "officer-generated")] = "public"
    weight = np.tile(_TYPE_SHARES, (count, 1))
    late = (hour >= 21) | (hour < 5)
    weight[:, 4] *= np.where((month == 11) | (month == 10), 9.0, 0.4) * np.where(hour >= 16, 1.5, 1)
    weight[late, 6] *= 2.2
    weight[late & ~centre, 14] *= 0.7
    weight[np.ix_(centre, np.array([2, 11]))] *= 3.0
    weight[centre, 9] *= 0.3
    weight[np.ix_(~late, np.array([0, 8]))] *= 1.3
    weight[np.ix_(np.isin(month, (6, 7, 8)), np.array([6, 14]))] *= 1.2
    weight[repeats | is_personal, 9] *= 3.0
    types = np.array(ASB_TYPES, dtype=object)
    asb_type = pick(rng, types, weight)
    number = {name: i for i, name in enumerate(ASB_TYPES)}
    code = np.array([number[name] for name in asb_type], dtype=np.int64)
    personal = np.where(is_personal, 1.0, _PERSONAL[code])
    environmental = np.where(is_personal, 0.0, _ENVIRONMENTAL[code])
    nuisance = np.maximum(1 - personal - environmental, 0)
    missing = np.where(is_personal, 0.0, 0.08)
    categories = np.array(["personal", "environmental", "nuisance", NOT_RECORDED], dtype=object)
    category = pick(rng, categories, np.column_stack([personal, environmental, nuisance, missing]))
    grade_shares = np.where(
        (category == "personal")[:, None], [0.14, 0.42, 0.36, 0.08], [0.08, 0.30, 0.52, 0.10]
    )
    grades = np.array(["immediate", "high", "scheduled", NOT_RECORDED], dtype=object)
    return {
        "report_channel": channel,
        "nsir_category": category,
        "asb_type": asb_type,
        "grade": pick(rng, grades, grade_shares),
    }


def record_answers(
    rng: np.random.Generator, *, channel: Texts, category: Texts, repeats: Bools, progress: Floats
) -> dict[str, Texts | Floats]:
    """Record the yes/no fields; progress runs from 0 in the first month to 1 in the last."""
    count = len(channel)
    code = np.select([channel == name for name in _CHANNELS[:3]], [0, 1, 2], 3)
    asked = _ASKED[code] * (0.80 + 0.35 * progress)
    asked = np.where(category == "personal", np.minimum(asked * 1.5, 0.9), asked * 0.9)
    has_repeat_asked = rng.random(count) < asked
    repeat_asked = answer(rng, has_repeat_asked, 0.85)
    has_vulnerable_asked = rng.random(count) < asked * 0.92
    vulnerable_asked = answer(rng, has_vulnerable_asked, 0.85)
    repeat_flag = answer(rng, repeat_asked == "yes", np.where(repeats, 0.80, 0.11))
    vulnerable_flag = answer(rng, vulnerable_asked == "yes", np.where(repeats, 0.45, 0.14))
    is_vulnerable = vulnerable_flag == "yes"
    kinds = np.array(["personal", "situational", "incidental", NOT_RECORDED], dtype=object)
    drawn = pick(rng, kinds, np.tile([0.46, 0.20, 0.19, 0.15], (count, 1)))
    hate_recorded = rng.random(count) < 0.35 + 0.20 * progress
    hate_flag = answer(rng, hate_recorded, np.where(category == "personal", 0.045, 0.01))
    thrive = answer(rng, rng.random(count) < asked + 0.22, 0.88)
    harm = np.where(category == "personal", 2.0, 1.0) * np.where(repeat_flag == "yes", 1.5, 1.0)
    harm *= np.where(is_vulnerable, 2.0, 1.0) * np.where(hate_flag == "yes", 2.0, 1.0)
    harm = np.where(rng.random(count) < 0.05, np.nan, np.minimum(harm, 6.0))
    result: dict[str, Texts | Floats] = {
        "repeat_asked": repeat_asked,
        "repeat_flag": repeat_flag,
        "vulnerable_asked": vulnerable_asked,
        "vulnerable_flag": vulnerable_flag,
        "hate_flag": hate_flag,
        "thrive_recorded": thrive,
        "vulnerable_type": np.where(is_vulnerable, drawn, NOT_RECORDED),
        "harm_score": harm,
        "lead_agency": pick(rng, _AGENCIES, np.tile([0.35, 0.45, 0.14, 0.06], (count, 1))),
        "outcome": pick(
            rng, _OUTCOMES, np.tile([0.3, 0.22, 0.12, 0.08, 0.05, 0.13, 0.1], (count, 1))
        ),
    }
    known = (category == "personal") & (rng.random(count) < 0.75)
    for column, share in zip(PROTECTED_COLUMNS, _PROTECTED_SHARES, strict=True):
        result[column] = answer(rng, known, share * (0.9 + 0.2 * progress))
    return result
