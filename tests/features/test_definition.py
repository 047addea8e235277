"""An edit of what computes features is another version, an edit of what is said about it is not."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

import features.formulas
import features.sessions
import features.windows
from features.definition import code_digest


def edited(module: ModuleType, old: str, new: str, folder: Path) -> ModuleType:
    """The module as it would be after an edit."""
    text = Path(str(module.__file__)).read_text()
    assert old in text
    path = folder / "edited.py"
    path.write_text(text.replace(old, new))
    spec = importlib.util.spec_from_file_location("edited", path)
    assert spec is not None
    return importlib.util.module_from_spec(spec)


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        (features.sessions, "IDLE_MINUTES = 30", "IDLE_MINUTES = 10"),
        (features.formulas, "USUAL_DAYS = 90", "USUAL_DAYS = 60"),
        (features.windows, "cutoff_us[row] // DAY_US", "cutoff_us[row] // DAY_US + 1"),
    ],
)
def test_an_edit_of_the_code_changes_the_digest(
    module: ModuleType, old: str, new: str, tmp_path: Path
) -> None:
    assert code_digest(edited(module, old, new, tmp_path)) != code_digest(module)


def test_comments_docstrings_and_layout_change_nothing(tmp_path: Path) -> None:
    same = edited(features.sessions, "IDLE_MINUTES = 30", "IDLE_MINUTES = (30)  # half", tmp_path)
    assert code_digest(same) == code_digest(features.sessions)
    same = edited(features.sessions, "Sessions, derived", "Sessions, made", tmp_path)
    assert code_digest(same) == code_digest(features.sessions)
