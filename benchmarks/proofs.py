"""The proofs that are repeated at length: which test, what it shows, how often, of which code."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
EVERYWHERE = ("uv.lock", "tests/*.py")


@dataclass(frozen=True)
class Proof:
    """A test of the suite that is repeated with other seeds.

    Attributes
    ----------
    test
        pytest's name of it.
    shows
        What one of its cases is.
    blocks
        Repetitions after which the proof is complete.
    packages
        Folders whose code it proves something about; a change there begins it anew.
    players
        Cases in one Hypothesis example, for tests that draw several players at once.
    """

    name: str
    test: str
    shows: str
    blocks: int
    packages: tuple[str, ...]
    players: int = 1

    def code(self) -> str:
        """Name the code that a result is of: dependencies, packages, the folder's tests."""
        tests = Path(self.test.partition("::")[0]).parent.as_posix()
        patterns = [*EVERYWHERE, *(f"{folder}/**/*.py" for folder in (*self.packages, tests))]
        paths = {path for pattern in patterns for path in ROOT.glob(pattern)}
        digest = hashlib.blake2b(digest_size=6)
        for path in sorted(paths):
            digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
        return digest.hexdigest()


_FEATURES = ("data", "features")
_PARITY = "tests/features/test_parity.py"

PROOFS = (
    Proof("codec", "tests/features/test_tile_codec.py::test_packed_tiles_come_back_as_they_were",
          "a set of tiles that packs and unpacks to itself", 25, _FEATURES),
    Proof("parity", f"{_PARITY}::test_offline_online_and_brute_force_agree_to_the_bit",
          "a history whose features agree offline, online and by brute force, to the bit",
          10, _FEATURES, 24),
    Proof("future", f"{_PARITY}::"
          "test_events_at_or_after_the_cutoff_and_events_known_later_change_no_feature",
          "a history whose features no later or later-known event changes", 14, _FEATURES, 24),
    Proof("order", f"{_PARITY}::test_any_split_and_order_of_the_events_gives_the_same_features",
          "a history that a split in two commits, any order and duplicates leave as it is",
          14, _FEATURES, 24),
    Proof("import kills", "tests/data/test_ingest_kills.py::"
          "test_a_kill_at_any_step_leaves_nothing_half_written_and_a_repeat_completes",
          "SIGKILL at a drawn moment of an import, made good by a repeat", 10, ("data",)),
    Proof("simulator kills", "tests/data/simulator/test_run.py::"
          "test_a_run_killed_in_the_middle_leaves_no_log_and_goes_on_to_the_same_bytes",
          "SIGKILL at a drawn moment of a simulation, made good by a repeat", 10, ("data",)),
    Proof("build kills", "tests/features/test_build.py::"
          "test_a_killed_build_leaves_nothing_half_made_and_the_next_one_completes",
          "SIGKILL at a drawn moment of a build of tiles, made good by a repeat", 20, _FEATURES),
    Proof("live kills", "tests/serving/test_live_durability.py::"
          "test_killed_at_any_moment_the_service_loses_and_doubles_nothing",
          "25,600 live events through at least nine SIGKILLs of the service, every sum exact",
          8, (*_FEATURES, "serving")),
    Proof("live state", "tests/features/test_live_state.py::"
          "test_live_events_end_in_the_state_of_a_whole_load",
          "an operator whose live events end in the state of a whole load", 10, _FEATURES),
    Proof("protection", "tests/serving/test_protection_over_http.py::"
          "test_no_order_of_news_brings_a_protected_player_an_offer",
          "a sequence of news over HTTP that brings no protected player an offer",
          10, (*_FEATURES, "campaigns", "serving")),
    Proof("requests", "tests/serving/test_openapi.py::"
          "test_generated_requests_find_no_contradiction",
          "a run of up to 100 generated requests a route, answered as the OpenAPI says",
          10, (*_FEATURES, "serving")),
)  # fmt: skip
