"""The area-level model of Fay and Herriot: an area's own figure drawn towards a regression.

No kept Python library has it (samplics is archived), so it is written out here and tested against
a plain maximisation of the likelihood and against the shrinkage it must show at its limits.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class AreaFit:
    """A fitted area-level model.

    Attributes
    ----------
    beta : ndarray (k,)
        Coefficients.
    beta_covariance : ndarray (k, k)
    between : float
        Variance of the areas about the regression, squared points.
    value, mse : ndarray (areas,)
        EBLUP and its mean squared error (Prasad and Rao, 1990), NaN for areas without figures
        of their own.
    g1 : ndarray (areas,)
        Part of the error that is left were beta and the variance known.
    """

    beta: Floats
    beta_covariance: Floats
    between: float
    value: Floats
    mse: Floats
    g1: Floats


def fit_areas(direct: Floats, variance: Floats, design: Floats) -> AreaFit:
    """Fit ``direct = design @ beta + area + sampling`` by adjusted residual likelihood.

    Parameters
    ----------
    direct : ndarray (m,)
        Areas' own figures.
    variance : ndarray (m,)
        Their sampling variances, taken as known; above 0.
    design : ndarray (m, k)
        Covariates with a column of ones.

    Raises
    ------
    ValueError
        If there are not more areas than covariates.

    Notes
    -----
    The plain residual likelihood often sets the variance between areas to 0, which would give
    every ward a range that is far too narrow; multiplying it by the variance (Li and Lahiri)
    keeps it above 0.

    References
    ----------
    Fay, R. E. and Herriot, R. A. (1979). Estimates of income for small places. Journal of the
    American Statistical Association 74.
    Prasad, N. G. N. and Rao, J. N. K. (1990). The estimation of the mean squared error of
    small-area estimators. Journal of the American Statistical Association 85.
    Li, H. and Lahiri, P. (2010). An adjusted maximum likelihood method for solving small area
    estimation problems. Journal of Multivariate Analysis 101.
    """
    areas, covariates = design.shape
    if areas <= covariates:
        raise ValueError(f"{areas} areas cannot fit {covariates} coefficients")
    top = float(np.var(direct) + variance.max()) + 1e-6
    found = optimize.minimize_scalar(
        lambda log_between: -_score(float(np.exp(log_between)), direct, variance, design),
        bounds=(np.log(top * 1e-6), np.log(top * 10)),
        method="bounded",
        options={"xatol": 1e-6},
    )
    between = float(np.exp(found.x))
    weight = 1.0 / (between + variance)
    beta, covariance = _regress(weight, direct, design)
    fitted = design @ beta
    pull = between * weight
    value = fitted + pull * (direct - fitted)
    g1 = between * variance * weight
    leverage = np.einsum("ij,jk,ik->i", design, covariance, design)
    doubt = 2.0 / float((weight**2).sum())
    g3 = variance**2 * weight**3 * doubt
    return AreaFit(
        beta=beta,
        beta_covariance=covariance,
        between=between,
        value=value,
        mse=g1 + (1 - pull) ** 2 * leverage + 2 * g3,
        g1=g1,
    )


def _regress(weight: Floats, direct: Floats, design: Floats) -> tuple[Floats, Floats]:
    covariance: Floats = np.asarray(
        np.linalg.inv(design.T @ (design * weight[:, None])), np.float64
    )
    return covariance @ (design.T @ (weight * direct)), covariance


def _score(between: float, direct: Floats, variance: Floats, design: Floats) -> float:
    """Give the log of the adjusted residual likelihood, up to a constant."""
    weight = 1.0 / (between + variance)
    beta, covariance = _regress(weight, direct, design)
    left = direct - design @ beta
    residual = 0.5 * float(np.log(weight).sum() + np.linalg.slogdet(covariance)[1])
    return residual - 0.5 * float((weight * left**2).sum()) + float(np.log(between))
