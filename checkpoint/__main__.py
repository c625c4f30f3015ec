"""`python -m checkpoint`."""

from checkpoint.cli import main

if __name__ == "__main__":
    main()
