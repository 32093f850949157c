"""Mapping files in a bucket; moto answers in this process, nothing leaves the machine."""

import socket
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from moto import mock_aws

from mappings.exceptions import MappingFolderError
from mappings.file_folder import folder_at, versioning_problem
from mappings.file_transfer import export_text
from mappings.models import Mapping
from mappings.versions import new_version

ADDRESS = "s3://dental-mappings/network/berlin"
KEY = "network/berlin/center_01.json"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of an S3 that has the bucket `dental-mappings` with versioning."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="dental-mappings", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        client.put_bucket_versioning(Bucket="dental-mappings", VersioningConfiguration={"Status": "Enabled"})
        yield client


def versions(s3: Any) -> int:
    return len(s3.list_object_versions(Bucket="dental-mappings", Prefix=KEY).get("Versions", []))


def test_export_keeps_every_version_in_the_bucket(
    proposal: Mapping, s3: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("export_mapping", "--all", ADDRESS)
    call_command("export_mapping", "--all", ADDRESS)
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "Written: center_01.json",
        "1 files written, 0 unchanged, 0 removed.",
        "0 files written, 1 unchanged, 0 removed.",
    ]
    assert said.err == ""
    assert s3.get_object(Bucket="dental-mappings", Key=KEY)["Body"].read().decode() == export_text(proposal)
    assert versions(s3) == 1
    new_version(proposal.center, proposal.snapshot, proposal.document(), author=None, generated=True)
    call_command("export_mapping", "--all", ADDRESS)
    assert versions(s3) == 2


def test_files_come_back_from_the_bucket(
    proposal: Mapping, reviewer: User, s3: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    text = export_text(proposal).replace('"PKV"', '"GKV"')
    s3.put_object(Bucket="dental-mappings", Key=KEY, Body=text.encode())
    s3.put_object(Bucket="dental-mappings", Key="network/berlin/old/center_01.json", Body=b"{}")
    call_command("import_mapping", ADDRESS, "--as", "reviewer")
    assert capsys.readouterr().out == "center_01 v2 is a new draft.\n"


def test_pruned_file_can_be_restored_from_the_bucket(
    proposal: Mapping, s3: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    key = "network/berlin/center_77.json"
    s3.put_object(Bucket="dental-mappings", Key=key, Body=b'{"center_id": "center_77", "tables": {}}')
    call_command("export_mapping", "--all", ADDRESS, "--prune")
    assert "Removed: center_77.json" in capsys.readouterr().out
    found = s3.list_object_versions(Bucket="dental-mappings", Prefix=key)
    assert (len(found["Versions"]), len(found["DeleteMarkers"])) == (1, 1)


def test_bucket_without_versioning_is_used_with_a_warning(
    proposal: Mapping, s3: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    s3.put_bucket_versioning(Bucket="dental-mappings", VersioningConfiguration={"Status": "Suspended"})
    call_command("export_mapping", "--all", ADDRESS)
    assert capsys.readouterr().err == f"{ADDRESS} has no versioning: overwritten files are lost.\n"


def test_versioning_that_may_not_be_asked_for_is_said(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_at(ADDRESS)

    def forbid() -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetBucketVersioning")

    monkeypatch.setattr(type(folder.storage), "bucket", type("Bucket", (), {"Versioning": staticmethod(forbid)}))
    assert versioning_problem(folder) == f"Whether {ADDRESS} keeps old versions cannot be seen with these rights."


def test_missing_bucket_is_bad_input_and_names_no_key(proposal: Mapping, s3: Any) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("export_mapping", "--all", "s3://no-such-bucket")
    assert caught.value.returncode == 2
    assert str(caught.value).startswith("s3://no-such-bucket cannot be used: ")
    assert "testing" not in str(caught.value)


def test_server_that_refuses_ends_the_command(proposal: Mapping, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{unused.getsockname()[1]}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "testing")
    with pytest.raises(CommandError, match="Could not connect") as caught:
        call_command("export_mapping", "--all", ADDRESS)
    assert caught.value.returncode == 2


def test_s3_without_its_packages_says_which_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "storages.backends.s3", None)
    with pytest.raises(MappingFolderError, match=r"requirements-s3\.lock"):
        folder_at(ADDRESS)
