"""The fixed lists of the incident record: ASB categories, types, channels and answers.

The three categories are the Home Office's descriptors, the fifteen types the National
Standard for Incident Recording (NSIR) list in use before April 2011. Types are a lookup
table: an extract's own words are mapped to them by its mapping file.
"""

NOT_RECORDED = "not recorded"

ASB_CATEGORIES = ("personal", "nuisance", "environmental", NOT_RECORDED)
CATEGORY_MEANINGS = {
    "personal": "Targeted at a person or group, or with an effect on them rather than on the "
    "community at large.",
    "nuisance": "Causes trouble, annoyance or suffering to a community at large, not to a "
    "particular victim.",
    "environmental": "Harms surroundings: the built and natural environment, public or private.",
    NOT_RECORDED: "The source does not say which category it is.",
}

ASB_TYPES = (
    "abandoned vehicles",
    "animal problems",
    "begging or vagrancy",
    "hoax calls",
    "fireworks",
    "malicious or nuisance communications",
    "noise",
    "prostitution-related",
    "environmental damage or littering",
    "neighbours",
    "rowdy or inconsiderate",
    "street drinking",
    "solvent misuse",
    "trespass",
    "vehicle nuisance",
    NOT_RECORDED,
)

CHANNELS = ("public", "partner", "officer-generated", "unknown")
GRADES = ("immediate", "high", "scheduled", NOT_RECORDED)
PRECISIONS = ("exact", "street", "snapped", "default", "none")
ANSWERS = ("yes", "no", NOT_RECORDED)
VULNERABLE_TYPES = ("personal", "situational", "incidental", NOT_RECORDED)
TIME_PRECISIONS = ("minute", "day", "month")
RISK_BANDS = ("standard", "medium", "high", NOT_RECORDED)

FLAG_COLUMNS = (
    "repeat_asked",
    "repeat_flag",
    "vulnerable_asked",
    "vulnerable_flag",
    "hate_flag",
    "thrive_recorded",
    "domestic_abuse_flag",
    "child_flag",
)
"""Yes/no fields of the incident record; each also takes 'not recorded'."""

PROTECTED_COLUMNS = (
    "age_recorded",
    "disability_recorded",
    "ethnicity_recorded",
    "gender_reassignment_recorded",
    "marriage_recorded",
    "pregnancy_recorded",
    "religion_recorded",
    "sex_recorded",
    "sexual_orientation_recorded",
)
"""Whether each protected characteristic was recorded, for completeness only: the
characteristic itself is never stored."""

WARD_METHODS = ("polygon", "lookup", "nearest", "none")
"""Ways an incident was given its ward, in the order they are tried."""

ASB_CRIME_TYPE = "Anti-social behaviour"
"""How police.uk names ASB in its column Crime type; other values are crimes."""
