"""The endpoint doctor: tests a connection step by step, says what each step saw, and what to change.

It asks for model lists, and for one token of a model where that was asked for; never outside the endpoint's own
origin: its key goes nowhere else.
"""

from parley.doctor.advice import key_advice, where_instead
from parley.doctor.asking import variants
from parley.doctor.examining import examine
from parley.doctor.short_reply import INPUT_AT_MOST, MAX_TOKENS, Question, cost_ahead
from parley.doctor.steps import Diagnosis, Step, StepName, StepState, steps_of

__all__ = [
    "INPUT_AT_MOST",
    "MAX_TOKENS",
    "Diagnosis",
    "Question",
    "Step",
    "StepName",
    "StepState",
    "cost_ahead",
    "examine",
    "key_advice",
    "steps_of",
    "variants",
    "where_instead",
]
