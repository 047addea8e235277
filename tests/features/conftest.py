"""A Redis for the tests of features that need one."""

from collections.abc import Iterator

import pytest
from redis import Redis

from tests.redis_server import RedisServer, redis_server


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture
def client(redis: RedisServer) -> Redis:
    redis.client.flushall()
    return redis.client
