"""Asks, shows and lets people act: the Streamlit app and the command line."""
