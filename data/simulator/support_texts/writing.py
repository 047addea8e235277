"""What the customers of a simulated operator wrote: a file beside its event log, not part of it.

``support_texts.parquet`` has a row for each ``support.contact`` of the log, in the order in which
they happened: ``ticket_id``, ``player_id``, ``occurred_at``, ``language``, ``channel``, ``text``.
"""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.event_log import EventLog
from data.simulator.randomness import Luck, mixed
from data.simulator.support_texts.texts import BY_ANOTHER, LANGUAGES, SUBJECTS, Ints, texts_of

FILE = "support_texts.parquet"

_ROWS_PER_GROUP = 50_000

_CONTACTS = f"""
WITH languages AS (
    SELECT player_id, language FROM events WHERE event_type = 'player.registered'
)
SELECT ticket_id, player_id, occurred_at, languages.language, channel,
    if(third_party AND topic = 'rg_disclosure', '{BY_ANOTHER}', topic) AS subject
FROM events JOIN languages USING (player_id)
WHERE event_type = 'support.contact'
ORDER BY occurred_at, ticket_id
"""

_WRITTEN = pa.schema(
    {
        "ticket_id": pa.string(),
        "player_id": pa.string(),
        "occurred_at": pa.timestamp("us", "UTC"),
        "language": pa.string(),
        "channel": pa.string(),
        "text": pa.string(),
    }
)


def write_texts(log: EventLog, seed: int, folder: Path) -> None:
    """Write what customers wrote into ``folder``; the log has each contact once, however told."""
    luck = Luck(seed)
    writing = pq.ParquetWriter(folder / FILE, _WRITTEN, compression="zstd")
    with duckdb.connect() as con, writing as writer:
        con.execute("SET TimeZone = 'UTC'")
        con.read_parquet(log.files(), hive_partitioning=False).create_view("events")
        for contacts in con.sql(_CONTACTS).to_arrow_reader(_ROWS_PER_GROUP):
            writer.write_table(_with_texts(pa.Table.from_batches([contacts]), luck))


def _with_texts(contacts: pa.Table, luck: Luck) -> pa.Table:
    """Every contact with a text that depends on the player and the moment alone."""
    player = pc.utf8_slice_codeunits(contacts["player_id"], len("player-")).cast(pa.int64())
    key = mixed(player.to_numpy(), contacts["occurred_at"].cast(pa.int64()).to_numpy())
    texts = texts_of(
        _codes(contacts["language"], LANGUAGES),
        _codes(contacts["subject"], SUBJECTS),
        luck.uniform("what a customer writes", key),
        topics=SUBJECTS,
    )
    return contacts.drop_columns(["subject"]).append_column("text", pa.array(texts)).cast(_WRITTEN)


def _codes(names: pa.ChunkedArray, known: tuple[str, ...]) -> Ints:
    return np.asarray(pc.index_in(names, pa.array(known)).to_numpy(), dtype=np.int64)
