"""The steps of a connection test: what each is called, how it ended, what was seen, and what would mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from parley import faults
from parley.catalog.parsing import ModelList
from parley.endpoint import Endpoint, Service
from parley.errors import one_line


class StepName(StrEnum):
    """In the order in which they are taken."""

    ADDRESS = "Address"
    HOST = "Host name"
    PORT = "Port"
    CERTIFICATE = "Certificate"
    WEIGHTS = "Model file"
    PROCESS = "Process"
    PATH = "Path"
    ANSWER = "Answer"
    KEY = "Key"
    PROJECT = "Project"
    MODELS = "Models"
    REPLY = "Short reply"


OF_THIS_MACHINE = frozenset({StepName.WEIGHTS, StepName.PROCESS, StepName.ANSWER})
OF_BOTH = frozenset({StepName.MODELS, StepName.REPLY})


class StepState(StrEnum):
    """How a step ended."""

    OK = "ok"
    FAILED = "failed"
    NOT_TRIED = "not tried"
    """An earlier step stood in the way, or nothing that was seen says anything about it."""
    SKIPPED = "skipped"
    """There was nothing to try, or it was not asked for."""


@dataclass(frozen=True)
class Step:
    """One step of a test."""

    name: StepName
    state: StepState = StepState.NOT_TRIED
    seen: str = ""
    """What was seen, in our words around the endpoint's; untrusted, one line, without the key."""
    fix: str = ""
    """What to change, or what to know; empty when there is nothing."""


Hears = Callable[[Step], object]
"""Who hears of each step as soon as it is done."""


@dataclass(frozen=True)
class Diagnosis:
    """What a test of a connection found."""

    works: bool
    sentence: str
    """What is the case."""
    advice: str = ""
    """What to change; empty when there is nothing."""
    suggestion: str = ""
    """A base URL on the same origin that answers in place of the one given."""
    models: int | None = None
    """How many models are listed; `None` = there was no list."""
    listed: ModelList | None = field(default=None, repr=False)
    """The list itself, as it was read."""
    detail: str = ""
    """The endpoint's own words; untrusted, plain text."""
    steps: tuple[Step, ...] = ()
    """Every step of the test in order, those that were not taken included."""


def steps_of(endpoint: Endpoint) -> tuple[StepName, ...]:
    """The steps that a test of this endpoint has, in order."""
    is_local = endpoint.service is Service.LOCAL
    return tuple(
        name for name in StepName if name in OF_BOTH or (name in OF_THIS_MACHINE) is is_local
    )


class Course:
    """One test under way: its steps, each told to whoever hears as it is done. A later word on a step replaces."""

    def __init__(self, endpoint: Endpoint, hears: Hears) -> None:
        self.endpoint = endpoint
        """Whose key is taken out of what was seen."""
        self._steps = {name: Step(name) for name in steps_of(endpoint)}
        self._hears = hears

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(self._steps.values())

    def has(self, state: StepState, *names: StepName) -> bool:
        """Whether one of these steps ended so."""
        return any(step.state is state for step in self.steps if step.name in names)

    def ok(self, name: StepName, seen: str, fix: str = "") -> None:
        self._note(Step(name, StepState.OK, seen, fix))

    def failed(self, name: StepName, seen: str, fix: str = "") -> None:
        self._note(Step(name, StepState.FAILED, seen, fix))

    def skipped(self, name: StepName, seen: str, fix: str = "") -> None:
        self._note(Step(name, StepState.SKIPPED, seen, fix))

    def left(self, name: StepName, seen: str) -> None:
        """Not tried, and why."""
        self._note(Step(name, StepState.NOT_TRIED, seen))

    def _note(self, step: Step) -> None:
        # The key goes before the cut: half of one could no longer be found.
        seen = one_line(faults.redact(step.seen, self.endpoint))
        said = Step(step.name, step.state, seen, step.fix)
        self._steps[step.name] = said
        self._hears(said)
