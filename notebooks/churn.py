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
from training.candidates import fit_boosted, predict_walking_forward
from training.intervals import Interval, measure
from training.models import find_model
from training.params import read_params
from training.plots import curves
from training.train import learning_rows

quiet()
set_matplotlib_formats("png")
warnings.filterwarnings("ignore", "LightGBM binary classifier", UserWarning)
place = Path(os.environ.get("PLAYER_PLACE", ".demo/sim"))
log = EventLog(place / "operator")
model = find_model("churn")
params = read_params("churn")
print(f"{sum(commit.rows for commit in log.commits()):,} events in {log.root}")
print(model.question)

# %% [markdown]
# ## The rows
#
# One row is a player at a cutoff: who was active in the lookback and not protected. Features are
# as of the cutoff; the label is what the horizon after it brought.

# %%
periods = params.periods(log)
rows, later = learning_rows(log, place, model, params, periods)
frame = pd.DataFrame({"cutoff": pd.to_datetime(rows.cutoffs_us, unit="us"), "left": rows.positive})
display(frame.groupby("cutoff")["left"].agg(rows="size", share_left="mean").round(3))

# %% [markdown]
# How many rows know each feature? A feature without any has no source that covers it.

# %%
known = pd.Series(np.isfinite(rows.features).mean(axis=0), index=rows.names, name="share known")
print(f"{(known == 0).sum()} of {len(known)} features have no source here")
display(known[(known > 0) & (known < 1)].sort_values().head(10).round(3).to_frame())

# %% [markdown]
# ## A variant
#
# Change what you like, here the depth of the trees. Each cutoff is predicted by a model of those
# cutoffs whose labels were over by then.

# %%
deeper = msgspec.structs.replace(params.booster, num_leaves=15, max_depth=5)
variants = {
    "present": params,
    "deeper trees": msgspec.structs.replace(params, booster=deeper),
}
predicted = {
    name: predict_walking_forward(partial(fit_boosted, params=chosen), rows)
    for name, chosen in variants.items()
}
held_out = predicted["present"].rows
probabilities = {
    name: fit_calibration(found.margins, held_out.positive).probability(found.margins)
    for name, found in predicted.items()
}
measured = measure(
    probabilities, held_out.positive, held_out.players, resamples=300, seed=params.seed
)


def told(interval: Interval) -> str:
    return f"{interval.value:.3f} ({interval.low:.3f} to {interval.high:.3f})"


table = {
    name: {metric: told(interval) for metric, interval in found.items()}
    for name, found in measured.metrics.items()
}
difference = measured.differences["deeper trees", "present"]
table["difference"] = {metric: told(interval) for metric, interval in difference.items()}
display(pd.DataFrame(table))

# %% [markdown]
# An interval of the difference that holds 0 says: no better. Then the simpler one stays.

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
sample = np.random.default_rng(params.seed).choice(len(rows), min(2000, len(rows)), replace=False)
labels = [FEATURES[FEATURE_INDEX[name]].label for name in rows.names]
contributions = shap.TreeExplainer(boosted.booster).shap_values(rows.features[sample])
shap.summary_plot(
    contributions, rows.features[sample], feature_names=labels, max_display=15,
    rng=np.random.default_rng(0),
)  # fmt: skip

# %% [markdown]
# ## Make it the champion
#
# Write the settings into `training/params.yaml`, then
#
# ```
# python -m training.train --data PLACE/operator --place PLACE
# python -m training.evaluate --data PLACE/operator --place PLACE
# python -m training.promote --place PLACE
# ```
#
# `promote` asks for an interval above 0 against the recency baseline and the present champion.
