"""Is a model alive, and can it do what is said of it? A few short calls, made when a person asks for them.

Only what is named here is used from outside.
"""

from parley.probe.expected import Expected, expected
from parley.probe.observed import OBSERVED_SOURCE, Probed, observed_facts, of_address, with_observed
from parley.probe.prober import begin, latest
from parley.probe.result import Check, ProbeResult
from parley.probe.run import MOST_MODELS, Order, ProbeRun
from parley.probe.steps import Step
from parley.probe.wording import cost_words, progress_words, step_words, table_row

__all__ = [
    "MOST_MODELS",
    "OBSERVED_SOURCE",
    "Check",
    "Expected",
    "Order",
    "ProbeResult",
    "ProbeRun",
    "Probed",
    "Step",
    "begin",
    "cost_words",
    "expected",
    "latest",
    "observed_facts",
    "of_address",
    "progress_words",
    "step_words",
    "table_row",
    "with_observed",
]
