"""Let ``python -m dashboard.cli`` do what ``wardlight`` does."""

from dashboard.cli import main

if __name__ == "__main__":
    main()
