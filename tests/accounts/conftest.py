"""Who administers: a hospital's administrator and security officer, and a platform operator."""

import pytest
from django.test import Client

from tests.accounts.factories import UserFactory
from tests.cast import BACKEND, Cast, MountedClient, client_of, give_second_factor


@pytest.fixture
def admin(cast: Cast) -> MountedClient:
    return client_of(cast.deng)


@pytest.fixture
def officer(cast: Cast) -> MountedClient:
    return client_of(cast.an)


@pytest.fixture
def operator(db: None) -> Client:
    user = UserFactory(username="operator", is_operator=True)
    give_second_factor(user)
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client
