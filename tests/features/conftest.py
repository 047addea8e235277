"""Servers for the tests of features that need one."""

from collections.abc import Iterator

import pytest
from redis import Redis

from tests.postgres import running_postgres
from tests.redis_server import RedisServer, redis_server


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture
def client(redis: RedisServer) -> Redis:
    redis.client.flushall()
    return redis.client


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a Postgres that was started for this run, without a database's name."""
    with running_postgres() as url:
        yield url
