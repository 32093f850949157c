"""Stored passwords in a database of their own, for a process that rotates their key and is killed."""

import json
import sys

import django


def main() -> None:
    """`fill COUNT` stores so many; `read` prints how many open with the right text, and how many each key sealed."""
    django.setup()
    from centers.credentials import password_of
    from centers.key_rotation import counts_by_key
    from centers.models import DatabaseServer, Region
    from centers.secret import Secret
    from centers.stored_secrets import store

    if sys.argv[1] == "fill":
        region = Region.objects.create(code="germany", name="Germany")
        for number in range(int(sys.argv[2])):
            server = DatabaseServer.objects.create(
                code=f"s{number}", region=region, host=f"db{number}.example", user="svc"
            )
            store(server, Secret(f"password {number}"))
        return
    if sys.argv[1] == "change":
        for server in DatabaseServer.objects.order_by("pk"):
            store(server, Secret(f"changed {server.code}"))
        return
    found = [(server.code, password_of(server.spec()).reveal()) for server in DatabaseServer.objects.order_by("pk")]
    sys.stdout.write(json.dumps({"passwords": found, "counts": counts_by_key()}))


if __name__ == "__main__":
    main()
