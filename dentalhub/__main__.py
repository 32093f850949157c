"""`python -m dentalhub NAME`, where there is no manage.py."""

from dentalhub.cli import main

if __name__ == "__main__":
    main()
