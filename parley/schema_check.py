"""The only reader of `jsonschema`: is a schema valid, does a reply fit it. A script for a process of its own.

A pattern in a schema can keep Python busy for years, and nothing in the same process could stop it. So this runs
apart (`parley/checker_process.py`), imports nothing of Parley, and no `$ref` is ever fetched.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # carries no types
from jsonschema.exceptions import (  # type: ignore[import-untyped]  # carries no types
    SchemaError,
    ValidationError,
    best_match,
)
from jsonschema.validators import validator_for  # type: ignore[import-untyped]  # carries no types
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

MESSAGE_CHARS = 200
LONGEST_S = 30
"""Longer than any asker waits: an app that was killed leaves nothing behind that runs for ever."""
READY: dict[str, str] = {}
"""Written before the first question is read."""

_REFERENCES = ("$ref", "$dynamicRef")
_NOWHERE = (Unresolvable, ValueError, TypeError)
"""Pointers into lists and plain values, and addresses that are none, come as the last two."""
_WORDS = {None: "null", True: "true", False: "false"}


class NotTold(Exception):
    """Whether the reply fits is not known."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def fault_of_schema(schema: Mapping[str, Any]) -> str:
    """What is wrong with a schema; empty when it can be used."""
    kind = validator_for(schema, default=Draft202012Validator)
    try:
        kind.check_schema(schema, format_checker=kind.FORMAT_CHECKER)
        return _lost_reference(schema)
    except SchemaError as error:
        return _words(error)
    except RecursionError:
        return "it is nested too deeply"


def fault_of_reply(schema: Mapping[str, Any], value: object) -> str:
    """Where a reply does not fit a schema first; empty when it fits.

    Raises:
        NotTold: it may fit all the same.
    """
    validator = validator_for(schema, default=Draft202012Validator)(schema, registry=Registry())
    try:
        error = next(validator.iter_errors(value), None)
        return _words(best_match([error])) if error else ""
    except RecursionError:
        raise NotTold("the schema has no end, or the reply is nested too deeply") from None
    except ArithmeticError:
        raise NotTold("it holds a number beyond what can be reckoned with") from None
    except _NOWHERE:
        raise NotTold("the schema refers to something that it does not hold") from None


def _lost_reference(schema: Mapping[str, Any]) -> str:
    """The first reference that leads nowhere, of all that stand in a place where a schema stands."""
    root = Resource.from_contents(schema, default_specification=DRAFT202012)
    waiting = [(root, Registry().resolver_with_root(root))]
    seen: set[int] = set()
    while waiting:
        resource, resolver = waiting.pop()
        part = resource.contents
        if id(part) in seen or not isinstance(part, Mapping):
            continue
        seen.add(id(part))
        for reference in (part[name] for name in _REFERENCES if isinstance(part.get(name), str)):
            try:
                found = resolver.lookup(reference)
            except _NOWHERE:
                return f"it refers to “{reference[:MESSAGE_CHARS]}”, which it does not hold; nothing is fetched"
            target = Resource.from_contents(found.contents, default_specification=DRAFT202012)
            waiting.append((target, found.resolver))
        waiting += [(each, resolver.in_subresource(each)) for each in resource.subresources()]
    return ""


def _words(error: ValidationError | SchemaError) -> str:
    message = str(error.message)
    if error.validator == "type" and (error.instance is None or isinstance(error.instance, bool)):
        message = message.replace(repr(error.instance), _WORDS[error.instance], 1)
    if (error.validator, error.validator_value) == ("format", "regex"):
        message = f"{error.instance!r} is not a pattern that can be checked here"
    if len(message) > MESSAGE_CHARS:
        message = f"what stands there does not keep the rule “{error.validator}”"
    return f"{error.json_path}: {message}"


def answer(schema: Mapping[str, Any], reply: str | None) -> dict[str, str]:
    """`{"fault": …}` of the schema when there is no reply (JSON text), else of the reply; or `{"untold": why}`."""
    try:
        if reply is None:
            return {"fault": fault_of_schema(schema)}
        return {"fault": fault_of_reply(schema, json.loads(reply))}
    except NotTold as error:
        return {"untold": error.why}


def main() -> None:
    """Answer each line, an object of the arguments of `answer`, with one line, until there are no more."""
    _write(READY)
    for line in sys.stdin:
        # The default action of the signal ends the process, even in the middle of a pattern.
        signal.alarm(LONGEST_S)
        _write(answer(**json.loads(line)))
        signal.alarm(0)


def _write(line: Mapping[str, str]) -> None:
    sys.stdout.write(f"{json.dumps(line)}\n")
    sys.stdout.flush()


if __name__ == "__main__":  # pragma: no cover - reached in the checker's own process alone
    main()
