"""django-q2's broker for Redis, made to give up soon and to share one server with others.

Redis forgets a task once a worker has fetched it, and all of them when it starts anew and kept no file. Both are
harmless: our own rows know the work, and the tick rings again.
"""

import functools
from typing import Any

import redis
from django.conf import settings
from django.utils.crypto import salted_hmac
from django_q.brokers.redis_broker import Redis
from django_q.conf import Conf
from redis.backoff import NoBackoff
from redis.credentials import UsernamePasswordCredentialProvider
from redis.retry import Retry

# A page must not wait for a server that is away.
CONNECT_SECONDS = 2.0
# Longer than a worker waits for a task in one call, which is a second.
ANSWER_SECONDS = 5.0


@functools.cache
def client() -> "redis.Redis":
    """The connections of this process; a fork gets its own ones by itself, and threads share them."""
    server = dict(settings.Q_CLUSTER["redis"])
    user, password = server.pop("username", None), server.pop("password", None)
    return redis.Redis(
        **server,
        # The client shows its other arguments to whoever logs it.
        credential_provider=UsernamePasswordCredentialProvider(user, password) if password else None,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        # Once more at once, for a connection that the server has closed meanwhile.
        retry=Retry(NoBackoff(), 1),
        client_name="dentalhub",
    )


def key_of(queue: str) -> str:
    """The name of a queue's list in Redis: another one for each secret key, whose tasks nobody else could read."""
    own = salted_hmac("dentalhub.redis_broker", "installation", algorithm="sha256").hexdigest()[:8]
    return f"dentalhub:{own}:{queue}"


class RedisBroker(Redis):  # type: ignore[misc] # django-q2 has no types
    """One list for each queue; the oldest task is its first member."""

    def __init__(self, list_key: str | None = None) -> None:
        super().__init__(list_key=list_key)
        self.list_key = key_of(list_key or Conf.CLUSTER_NAME)

    def __setstate__(self, state: tuple[str, Any]) -> None:
        self.list_key, self._info = state
        self.connection, self.cache = client(), None

    def ping(self) -> bool:
        """True; raises redis.RedisError."""
        return bool(self.connection.ping())

    def set_stat(self, key: str, value: str, timeout: int) -> None:
        """Nothing: nobody reads it, and a server that is away would be logged twice a second."""

    @staticmethod
    def get_connection(list_key: str | None = None) -> "redis.Redis":
        """The connections of this process."""
        return client()
