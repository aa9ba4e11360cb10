"""The words of residents' priorities and signal events: sources, states, kinds and limits."""

PRIORITY_SOURCES = {
    "pact": "PACT (partners and communities together) meeting",
    "parish": "Parish or town council",
    "survey": "Survey",
    "mcv": "My Community Voice",
    "online": "Other online messages",
    "other": "Other meeting or contact",
}
"""Where a priority came from, by the word that is stored."""

PRIORITY_STATES = {
    "agreed": "Agreed",
    "in hand": "In hand",
    "done": "Done",
    "not taken up": "Not taken up",
}
"""How a priority stands, by the word that is stored."""

LIVE_STATES = ("agreed", "in hand")
"""States of a priority that is still to be met."""

SIGNAL_KINDS = {
    "crime": "Crime",
    "social disorder": "Social disorder",
    "physical disorder": "Physical disorder",
    "other event": "Other event",
}
"""Kinds of signal event, by the word that is stored."""

LEAST_RADIUS_M, MOST_RADIUS_M = 50, 5_000
"""How far a signal event may reach, in metres."""

LONGEST_TITLE = 120
MOST_PEOPLE_ASKED = 1_000_000
LONGEST_TEXT = 1_000
