"""Prediction: forecasts of where ASB will be reported, and whether they earn their place."""
