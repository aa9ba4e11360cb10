"""What goes with worry: another figure of the survey takes the place of recorded ASB."""

from dataclasses import replace

from analytics.worry.sides import place_beside
from dashboard.permissions import handed
from dashboard.services.worry import EstimatesFound, MatrixFound


@handed
def set_beside(found: MatrixFound, side: EstimatesFound) -> MatrixFound:
    """Set another measure of the survey beside worry, ward by ward.

    Without an estimate of it, or where the survey is of other places or times, there is no
    matrix.
    """
    if found.matrix is None or side.estimates is None or side.shape_only:
        return replace(found, matrix=None)
    return replace(found, matrix=place_beside(found.matrix, side.estimates.table))
