"""A process that appends to the audit trail: `python -m tests.frame.audit_writers NAME COUNT`."""

import sys

import django


def main() -> None:
    django.setup()
    from django.db import transaction

    from dentalhub.audit import record

    name, count = sys.argv[1], int(sys.argv[2])
    for number in range(count):
        with transaction.atomic():
            record(None, "run.requested", f"{name} {number}")
            # Every third one comes to nothing.
            transaction.set_rollback(number % 3 == 2)


if __name__ == "__main__":
    main()
