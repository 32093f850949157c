"""A person with every role, and something at most addresses."""

import pytest
from django.contrib.auth.models import User

from extraction.enums import Trigger
from extraction.run_requests import request_run
from mappings.discovery import store_catalog
from mappings.versions import propose_for
from tests.extraction.builders import FRIDAY, center, center_with_mapping, entry
from tests.extraction.landed_entries import land_entries
from tests.mappings.catalogs import standard
from tests.security.four_eyes_scene import Scene, SignIn, person


@pytest.fixture
def superuser(db: None) -> User:
    """Somebody who may do everything."""
    return User.objects.create_superuser("root")


@pytest.fixture
def something_everywhere(db: None) -> None:
    """A center with results and an approved version, another with a draft, and a run."""
    first = center_with_mapping(1)
    second = center(2)
    propose_for(second, store_catalog(second, standard()).snapshot)
    land_entries(first, FRIDAY, entry(), entry("8", "02 Beratung"))
    request_run([first], FRIDAY, FRIDAY, trigger=Trigger.COMMAND, workers=1)


@pytest.fixture
def four_eyes(db: None, client_of: SignIn) -> Scene:
    """The insider has changed a draft; a colleague and a third reviewer have not."""
    return Scene(client_of, *(person(name, "reviewer") for name in ("insider", "colleague", "third")))
