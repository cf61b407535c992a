"""What a probe found out about one model, and the same as the JSON that the store keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from parley.errors import Notice
from parley.probe.steps import Step

ADDRESS = "base_url"
"""The name under which the store keeps, beside a result, where it was taken."""


@dataclass(frozen=True)
class Check:
    """What came of one optional step."""

    seen: bool | None
    """Whether the model can do it; `None` = the step did not tell."""
    words: str
    """Ours, in one short sentence."""
    detail: str = ""
    """The endpoint's own words; untrusted, plain text."""


@dataclass(frozen=True)
class ProbeResult:
    """Everything about one model; what is `None` was not told."""

    reached: bool
    """Something of a reply came."""
    notice: Notice | None = None
    """Why it was not reached, or what went wrong on the way."""
    time_to_first_token_s: float | None = None
    tokens_per_second: float | None = None
    speed_source: str = ""
    """`server` or `measured`, as in `Outcome`."""
    is_streamed: bool | None = None
    """False: the endpoint sent the whole reply at once."""
    has_usage: bool | None = None
    """Whether the endpoint said how many tokens were used."""
    has_cached_tokens: bool | None = None
    """Whether it said how many of them were cached, be it none."""
    reasoning: str | None = None
    """The field that reasoning came in, or `think tags`; empty = the reply had none."""
    finish_reason: str | None = None
    checks: Mapping[Step, Check] = field(default_factory=dict)

    def with_check(self, step: Step, check: Check) -> ProbeResult:
        return replace(self, checks={**self.checks, step: check})

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> ProbeResult:
        """What `to_dict` wrote; names and steps that this program does not know are dropped."""
        known = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        notice = known.pop("notice", None)
        checks = known.pop("checks", {})
        return cls(
            **{"reached": False, **known},
            notice=None if notice is None else Notice.from_dict(notice),
            checks={Step(name): Check(**checks[name]) for name in checks if name in set(Step)},
        )
