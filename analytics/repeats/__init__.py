"""Repeats: what follows soon after and near to what came before."""
