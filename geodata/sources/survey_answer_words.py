"""What words of answers say of their order, and which of them count as a yes.

Only for drafts, which somebody checks: where the words do not say it, neither does this.
"""

import re
from collections.abc import Mapping, Sequence

_STRONG, _BARE, _MILD, _MIDDLE, _WEAK, _NONE = 1.0, 2.5, 3.0, 5.0, 6.0, 9.0
_DEGREES = (
    (
        _STRONG,
        r"(?:a )?very|extremely|strongly|completely|always|definitely|a great deal(?: of)?|yes",
    ),
    (_MILD, r"(?:a )?fairly|quite|tend to|often|usually|mostly|rather|somewhat"),
    (_MIDDLE, r"neither|neutral|sometimes|about the same|mixed"),
    (
        _WEAK,
        r"not (?:a )?(?:very|particularly|much|that|so)|rarely|hardly|slightly"
        r"|a (?:little|bit)(?: of)?|(?:a )?(?:small|minor)",
    ),
    (_NONE, r"not(?: at all| a| an)?|never|none|no"),
)
_POLES = (
    r"\b(?:disagree|dissatisfied|unlikely|unsafe|uncomfortable|unhappy|unconfident|poor|bad|worse)"
)
_FEELS_SAFE = re.compile(r"\b(?:un)?safe\b")


def order_answers(codes: Sequence[str], words: Mapping[str, str]) -> tuple[list[str], bool]:
    """Put the answers of a question in order, most first, as far as their words say it.

    Parameters
    ----------
    codes : sequence of str
        In the order that stands where the words do not say one.
    words : mapping of str to str
        Words of the codes, as many as are known.

    Returns
    -------
    codes : list of str
    is_known : bool
        True if the words say the order of all.

    Notes
    -----
    Of feeling safe, the least safe is first, since the scale runs towards worry.

    Examples
    --------
    >>> order_answers(["1", "2", "3"], {"1": "Not worried", "2": "Fairly worried", "3": "Very"})
    (['3', '2', '1'], True)
    """
    said = {code: words[code].strip().casefold() for code in codes if words.get(code, "").strip()}
    degrees = _rank(said)
    known = [degrees[code] for code in codes if code in degrees]
    if len(known) == len(codes) == len(set(known)):
        return sorted(codes, key=degrees.__getitem__), True
    first, last = degrees.get(codes[0]), degrees.get(codes[-1])
    if first is not None and last is not None and first > last:
        return list(reversed(codes)), False
    return list(codes), False


def find_yes(scale: Sequence[str], words: Mapping[str, str]) -> tuple[list[str], str]:
    """Find the answers that count as a yes, and what they say together; none where unsure.

    Of two answers one can be the yes; of more, the strongest two if they say the same thing, such
    as 'very worried' and 'fairly worried'.

    Examples
    --------
    >>> find_yes(["1", "2"], {"1": "Yes", "2": "No"})
    (['1'], 'Yes')
    >>> find_yes(["a", "b", "c"], {"a": "Very worried", "b": "Fairly worried", "c": "Not worried"})
    (['a', 'b'], 'Very or fairly worried')
    >>> find_yes(["1", "2", "3", "4"], {"1": "Every day"})
    ([], '')
    """
    said = [words.get(code, "").strip() for code in scale]
    if len(scale) < 2 or not all(said[:2]):
        return [], ""
    low = [word.casefold() for word in said]
    if len(scale) == 2:
        is_no = [bool(re.match(r"(?:no|not|never|none)\b", word)) for word in low]
        if is_no == [False, True] and not re.search(_POLES, low[0]):
            return [scale[0]], said[0]
        return [], ""
    (strong, left), (mild, right) = map(_split, low[:2])
    are_two_of_one = (
        strong == _STRONG
        and mild in (_MILD, _BARE, _WEAK)
        and left == right
        and not low[0].startswith("yes")
        and not low[1].startswith("not")
    )
    if not are_two_of_one or any(_split(word)[0] is None for word in low):
        return [], ""
    first = said[0]
    if left and mild != _BARE:
        # 'Very or fairly worried', without 'worried' twice.
        first = first[: len(first) - len(left)].strip()
    return list(scale[:2]), f"{first} or {low[1]}"


def _rank(said: Mapping[str, str]) -> dict[str, float]:
    """Give how much each answer says, the least first; where opposites stand, from pole to pole."""
    has_poles = any(re.search(_POLES, word) for word in said.values())
    found = {}
    for code, word in said.items():
        degree = _split(word)[0]
        if degree is None:
            continue
        if has_poles:
            degree = _MILD if degree == _WEAK and not word.startswith("not") else degree
            if re.search(_POLES, word) and degree != _MIDDLE:
                degree = 10.0 - degree
        found[code] = degree
    if any(_FEELS_SAFE.search(word) for word in said.values()):
        found = {code: 10.0 - degree for code, degree in found.items()}
    return found


def _split(word: str) -> tuple[float | None, str]:
    """Give the degree of an answer and what it is of; None for words that say no degree."""
    # Longer beginnings first: 'not very' is no 'not'.
    for degree, form in (_DEGREES[3], *_DEGREES[:3], _DEGREES[4]):
        found = re.match(rf"(?:{form})\b[\s,]*", word)
        if found:
            return degree, word[found.end() :]
    bare = re.match(
        r"(?:worried|concerned|agree|disagree|(?:dis)?satisfied|(?:un)?likely|(?:un)?safe|good|poor"
        r"|bad|(?:un)?happy|confident|(?:a )?(?:big|serious|major))\b", word,
    )  # fmt: skip
    return (_BARE, word) if bare else (None, word)
