"""Hotspots: where ASB is concentrated, whether it is more than chance, what is new and why."""
