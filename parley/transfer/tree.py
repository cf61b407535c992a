"""The tree of messages in an imported file: parents before children, gaps closed where something was left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from parley.conversation import Message, Role
from parley.errors import ImportRefused


@dataclass(frozen=True)
class Node:
    """A message of the file, by its own names for itself and the others."""

    parent: str | None
    message: Message | None
    """`None` = left out: what follows it follows the one before it."""
    children: tuple[str, ...] = ()
    """In their order, where the file has one."""
    reasoning: str = ""
    """Thoughts that stand in a node of their own: they belong to the reply that follows."""
    prompt: str = ""
    """A system prompt that stands in a node of its own."""


@dataclass(frozen=True)
class Grown:
    """Messages in an order in which they can be kept."""

    messages: tuple[Message, ...]
    ids: Mapping[str, str | None] = field(default_factory=dict)
    """By the file's name: the new id, or that of the nearest message before one that was left out."""
    prompts: tuple[str, ...] = ()
    """System prompts before any message."""
    late_prompts: tuple[str, ...] = ()
    """Those that come after one."""
    strays: int = 0
    """How many named a parent that the file does not hold; they stand at the beginning."""


def grow(nodes: Mapping[str, Node], where: str) -> Grown:
    """Give every message its parent. An order in which each parent comes first is kept.

    Raises:
        ImportRefused: messages that follow each other in a circle.
    """
    parents = _adopted(nodes)
    order = _order(nodes, parents)
    if len(order) < len(nodes):
        parents = {key: _parent(nodes, node) for key, node in nodes.items()}
        order = _order(nodes, parents)
    if len(order) < len(nodes):
        raise ImportRefused(f"{where} has messages that follow each other in a circle.")
    ids: dict[str, str | None] = {}
    thoughts: dict[str, str] = {}
    messages: list[Message] = []
    prompts: dict[bool, list[str]] = {True: [], False: []}
    for key in order:
        node, parent = nodes[key], parents[key]
        before = ids.get(parent) if parent else None
        thought = _joined(thoughts.get(parent or "", ""), node.reasoning)
        if node.prompt:
            prompts[before is None].append(node.prompt)
        if node.message is None:
            ids[key], thoughts[key] = before, thought
            continue
        ids[key] = node.message.id
        messages.append(_placed(node.message, before, thought))
    strays = sum(node.parent is not None and parents[key] is None for key, node in nodes.items())
    return Grown(tuple(messages), ids, tuple(prompts[True]), tuple(prompts[False]), strays)


def _parent(nodes: Mapping[str, Node], node: Node) -> str | None:
    return node.parent if node.parent in nodes else None


def _adopted(nodes: Mapping[str, Node]) -> dict[str, str | None]:
    """The parent of each. Some versions of Open WebUI lose it: then it is the one that lists the child."""
    claimed = {child: key for key, node in nodes.items() for child in node.children}
    return {key: _parent(nodes, node) or claimed.get(key) for key, node in nodes.items()}


def _order(nodes: Mapping[str, Node], parents: Mapping[str, str | None]) -> list[str]:
    """Parents first; without those that a circle keeps out of reach."""
    return list(nodes) if _is_in_order(parents) else list(_walked(nodes, parents))


def _is_in_order(parents: Mapping[str, str | None]) -> bool:
    seen: set[str | None] = {None}
    for key, parent in parents.items():
        if parent not in seen:
            return False
        seen.add(key)
    return True


def _walked(nodes: Mapping[str, Node], parents: Mapping[str, str | None]) -> Iterator[str]:
    """Each message right after the one that it follows, as deep as it goes; a circle is never entered."""
    families: dict[str | None, list[str]] = {}
    for key, parent in parents.items():
        families.setdefault(parent, []).append(key)
    waiting = families.get(None, [])[::-1]
    while waiting:
        key = waiting.pop()
        yield key
        ranks = {child: rank for rank, child in enumerate(nodes[key].children)}
        family = families.get(key, [])
        waiting += sorted(family, key=lambda child: ranks.get(child, len(ranks)))[::-1]


def _placed(message: Message, parent_id: str | None, thought: str) -> Message:
    if message.role is not Role.ASSISTANT:
        thought = ""
    return replace(message, parent_id=parent_id, reasoning=_joined(thought, message.reasoning))


def _joined(first: str, second: str) -> str:
    return f"{first}\n\n{second}" if first and second else first or second
