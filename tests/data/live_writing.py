"""A process that appends to a live log, tells of each answered batch, and goes on until killed."""

import sys
from itertools import count
from pathlib import Path

from data.live_log_writer import LiveLogWriter
from tests.data.live import NOW_US, item


def main() -> None:
    """Append batches whose ids begin with a name: each has five events, of them two sent before."""
    path, name = Path(sys.argv[1]), sys.argv[2]
    log = LiveLogWriter(path)
    for number in count():
        ids = [f"{name}-{max(3 * number + place - 2, 0)}" for place in range(5)]
        log.append([item(event_id=one) for one in ids], NOW_US)
        print(*ids, flush=True)


if __name__ == "__main__":
    main()
