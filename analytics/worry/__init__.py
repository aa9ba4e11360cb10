"""Worry of wards: survey figures, estimates with their ranges, and what stands beside ASB."""
