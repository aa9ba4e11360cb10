"""SQLModel tables, one module a subject; all of them make up one layout."""

from geodata.store.models.areas import (
    Area,
    AreaLookup,
    AreaSegment,
    Import,
    Population,
    Refusal,
)
from geodata.store.models.cases import Case, CaseUpdate, RiskAssessment, SignOff, StandardStep
from geodata.store.models.foundation import Table
from geodata.store.models.incidents import Incident, Location, PlantedTruth
from geodata.store.models.keys import KeyState
from geodata.store.models.people import AuditEvent, AuditHead, User
from geodata.store.models.repeats import Action, Call, CallerPlan, LocationMerge, RecordingBreak
from geodata.store.models.runs import AnalysisRun, ForecastCell
from geodata.store.models.scores import AreaScore, AreaScoreSource
from geodata.store.models.worry import (
    NeighbourhoodOfficer,
    Postcode,
    Priority,
    SignalEvent,
    Survey,
    SurveyAnswer,
    SurveyEstimate,
    SurveyRespondent,
)

__all__ = [
    "Action",
    "AnalysisRun",
    "Area",
    "AreaLookup",
    "AreaScore",
    "AreaScoreSource",
    "AreaSegment",
    "AuditEvent",
    "AuditHead",
    "Call",
    "CallerPlan",
    "Case",
    "CaseUpdate",
    "ForecastCell",
    "Import",
    "Incident",
    "KeyState",
    "Location",
    "LocationMerge",
    "NeighbourhoodOfficer",
    "PlantedTruth",
    "Population",
    "Postcode",
    "Priority",
    "RecordingBreak",
    "Refusal",
    "RiskAssessment",
    "SignOff",
    "SignalEvent",
    "StandardStep",
    "Survey",
    "SurveyAnswer",
    "SurveyEstimate",
    "SurveyRespondent",
    "Table",
    "User",
]
