"""``python -m segmentry`` is the command line."""

from segmentry.cli import main

if __name__ == "__main__":
    main()
