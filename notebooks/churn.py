# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Churn: try a variant before you register it
#
# The rows come through the feature store, as in `training.train`; nothing here computes a feature
# of its own. Variants are compared by walking forward inside the training period. The test period
# stays unseen: `training.evaluate` looks at it, and counts each look.

# %%
import os
import warnings
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import shap
from IPython.display import display
from matplotlib_inline.backend_inline import set_matplotlib_formats

from data.event_log import EventLog
from data.quiet import quiet
from features.catalogue import FEATURE_INDEX, FEATURES
from training.calibration import fit_calibration
from training.candidates import OutOfFold, fit_boosted, predict_walking_forward
from training.dataset import LabelledRows
from training.history import open_history
from training.intervals import Interval, measure
from training.models import find_model
from training.params import read_params
from training.plots import curves
from training.train import learning_rows

quiet()
set_matplotlib_formats("png")
warnings.filterwarnings("ignore", "LightGBM binary classifier", UserWarning)

# %% [markdown]
# What you may change: the place (a folder that `make demo` filled) and how many resamples an
# interval takes.

# %%
place = Path(os.environ.get("PLAYER_PLACE", ".demo/sim"))
resamples = 300

log = EventLog(place / "operator")
model = find_model("churn")
params = read_params("churn")
periods = params.periods(log)
print(model.question)
print(f"looks back {params.lookback_days} days, ahead {params.horizon_days} days")

# %% [markdown]
# ## The log
#
# What its sources tell. A kind of event that no source covers is absent from the features, not 0.

# %%
with open_history(log) as history:
    kinds = history.query(
        """SELECT event_type, count(*) AS events, count(DISTINCT player_id) AS players,
        min(known_day) AS first_known, max(known_day) AS last_known
        FROM events GROUP BY event_type ORDER BY events DESC"""
    ).to_arrow_table()
display(kinds.to_pandas().set_index("event_type"))

# %% [markdown]
# ## The rows
#
# One row is a player at a cutoff: who was active in the lookback and not protected. Features are
# as of the cutoff; the label is what the horizon after it brought. Who left through a protection
# is no row.

# %%
rows, _ = learning_rows(log, place, model, params, periods)
moments = pd.to_datetime(rows.cutoffs_us, unit="us", utc=True)
frame = pd.DataFrame(
    {"cutoff": moments.tz_convert(log.settings.timezone).date, "left": rows.positive}
)
display(frame.groupby("cutoff")["left"].agg(rows="size", share_left="mean").round(3))
print(f"left out: {rows.left_out or 'nobody'}")

# %% [markdown]
# How many rows know each feature? The ones known least come first.

# %%
known = pd.Series(np.isfinite(rows.features).mean(axis=0), index=rows.names, name="share known")
print(f"{(known == 0).sum()} of {len(known)} features are known of nobody")
display(known[(known > 0) & (known < 1)].sort_values().head(10).round(3).to_frame())

# %% [markdown]
# ## Variants
#
# Change what you like: here the depth of the trees, and the features read. Each cutoff is
# predicted by a model of those cutoffs whose labels were over by then, so every variant is measured
# on the same rows.

# %%
FEW = ("days_since_", "active_days_", "activity_count_", "usual_gap_")


def reading(rows: LabelledRows, beginnings: tuple[str, ...]) -> LabelledRows:
    """The same rows with the features whose names begin so."""
    kept = [rows.column(name) for name in rows.names if name.startswith(beginnings)]
    names = tuple(rows.names[column] for column in kept)
    return replace(rows, names=names, features=rows.features[:, kept])


deeper = msgspec.structs.replace(params.booster, num_leaves=15, max_depth=5)
fit_present = partial(fit_boosted, params=params)
fit_deeper = partial(fit_boosted, params=msgspec.structs.replace(params, booster=deeper))
predicted: dict[str, OutOfFold] = {
    "present": predict_walking_forward(fit_present, rows),
    "deeper trees": predict_walking_forward(fit_deeper, rows),
    "rhythm alone": predict_walking_forward(fit_present, reading(rows, FEW)),
}

# %% [markdown]
# Each variant is calibrated on these very predictions, so Brier and ECE flatter all of them alike.

# %%
held_out = predicted["present"].rows
probabilities = {
    name: fit_calibration(found.margins, held_out.positive).probability(found.margins)
    for name, found in predicted.items()
}
measured = measure(
    probabilities, held_out.positive, held_out.players, resamples=resamples, seed=params.seed
)


def told(found: dict[str, Interval]) -> dict[str, str]:
    return {
        metric: f"{value.value:.3f} ({value.low:.3f} to {value.high:.3f})"
        for metric, value in found.items()
    }


display(pd.DataFrame({name: told(found) for name, found in measured.metrics.items()}))

# %% [markdown]
# Each variant minus the present, on the same draws of players. An interval that holds 0 says: no
# better. Then the simpler one stays. The more variants are tried, the more the best one flatters
# itself.

# %%
against = {
    name: measured.differences[name, "present"] for name in probabilities if name != "present"
}
display(pd.DataFrame({name: told(found) for name, found in against.items()}))

# %%
for figure in curves(probabilities, held_out.positive, "walking forward").values():
    display(figure)

# %% [markdown]
# ## What drives the score
#
# Contributions in log-odds, on a sample of rows. The service computes the same numbers for each
# answer; here they show the whole.

# %%
boosted = fit_boosted(rows, params)
generator = np.random.default_rng(params.seed)
sample = generator.choice(len(rows), min(2000, len(rows)), replace=False)
shap.summary_plot(
    shap.TreeExplainer(boosted.booster).shap_values(rows.features[sample]),
    rows.features[sample],
    feature_names=[FEATURES[FEATURE_INDEX[name]].label for name in rows.names],
    max_display=15,
    plot_size=(11, 6),
    rng=generator,
)

# %% [markdown]
# ## Make it the champion
#
# Write the settings into `training/params.yaml`, or the choice of features into
# `features/services.py` (and run `features.apply` again). Then
#
# ```
# python -m training.train --data PLACE/operator --place PLACE
# python -m training.evaluate --data PLACE/operator --place PLACE
# python -m training.promote --place PLACE
# ```
#
# `train` registers a version. `evaluate` looks at the test period, once for each version that you
# mean to promote. `promote` asks for an interval above 0 against the recency baseline and the
# present champion, and says what is missing if it refuses.
