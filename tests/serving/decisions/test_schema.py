"""Migrations come to the tables of the code, at once or not at all, whoever starts them."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect, text

from serving.decisions.engine import DecisionStoreUnavailable, open_engine, reading, writing
from serving.decisions.schema import UnknownSchema, upgrade
from serving.decisions.tables import METADATA
from tests.serving.decisions.writers import at_once


def checks(connection: Connection) -> dict[str, set[str]]:
    """What each table's rows must fulfil, as the database wrote it down."""
    seen = inspect(connection)
    return {
        table: {
            f"{check['name']}: {check['sqltext']}" for check in seen.get_check_constraints(table)
        }
        for table in METADATA.tables
    }


def test_migrations_come_to_the_tables_of_the_code(engine: Engine) -> None:
    with reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        migrated = checks(connection)
    with writing(engine) as connection:
        METADATA.drop_all(connection)
        METADATA.create_all(connection)
        assert checks(connection) == migrated


def test_a_migrated_database_is_left_as_it_is(engine: Engine) -> None:
    upgrade(engine)
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0001"


def test_several_processes_may_start_at_once(empty: Engine, url: str) -> None:
    assert at_once("upgrade", url, 6) == ["upgraded"] * 6
    with reading(empty) as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_database_of_a_newer_version_is_refused_and_left_alone(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnknownSchema, match=r"are of revision 9999, .* up to 0001: start the"):
        upgrade(engine)
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_a_file_that_is_no_database_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "decisions.sqlite").write_text("no database " * 100)
    with pytest.raises(DecisionStoreUnavailable, match="file is not a database"):
        upgrade(open_engine(f"sqlite:///{tmp_path}/decisions.sqlite"))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:s3cret@127.0.0.1:1/decisions",
        "postgresql://user@127.0.0.1:1/decisions?password=s3cret",
    ],
)
def test_a_database_that_is_down_is_a_fault_that_shows_no_secret(url: str) -> None:
    with pytest.raises(DecisionStoreUnavailable) as fault:
        upgrade(open_engine(url))
    assert "//…@127.0.0.1:1/decisions can't be used" in str(fault.value)
    assert "s3cret" not in str(fault.value)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://u:s3cret@h/d", "?"])
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(DecisionStoreUnavailable, match=r"neither sqlite:///PATH nor") as fault:
        open_engine(url)
    assert "s3cret" not in str(fault.value)


def test_commits_on_sqlite_are_on_disk_when_they_return(tmp_path: Path) -> None:
    with reading(open_engine(f"sqlite:///{tmp_path}/new/decisions.sqlite")) as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    full = 2
    assert found == {
        "journal_mode": "wal", "synchronous": full, "foreign_keys": 1, "busy_timeout": 5000
    }  # fmt: skip
