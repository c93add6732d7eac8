"""``python -m molva``: the command, where its script is not on the path."""

from molva.cli import main

if __name__ == "__main__":
    main()
