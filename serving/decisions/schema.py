"""Brings a database of decisions to this version's tables; several processes may do so at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from serving.decisions.engine import POSTGRES, address_of, writing
from serving.errors import ServingError

_TURN = 7_305_804_402_566_259_059
"""Names the advisory lock of migrations, among all locks of a Postgres database."""


class UnknownSchema(ServingError):
    """The database was made by another, newer version."""


def upgrade(engine: Engine) -> None:
    """Apply the migrations that are missing: all of them or, if anything fails, none.

    Raises
    ------
    UnknownSchema
        If the database is of a revision that this version doesn't know.
    DecisionStoreUnavailable
        If the database can't be reached or used.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    with writing(engine) as connection:
        # SQLite's writing transaction excludes other processes by itself.
        if engine.dialect.name == POSTGRES:
            connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
        _refuse_unknown(connection, ScriptDirectory.from_config(config), address_of(engine))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _refuse_unknown(connection: Connection, scripts: ScriptDirectory, address: str) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    unknown = set(MigrationContext.configure(connection).get_current_heads()) - known
    if unknown:
        raise UnknownSchema(
            f"the decisions at {address} are of revision {', '.join(sorted(unknown))}, and this "
            f"version knows revisions up to {scripts.get_current_head()}: start the version that "
            "made them or a newer one"
        )
