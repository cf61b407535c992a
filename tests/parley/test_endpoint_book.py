"""Endpoints of an owner and their keys: which there are, where keys come from, what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from parley.endpoint import PRESETS, THIS_MACHINE, ApiKey, Endpoint, Service
from parley.endpoint_book import EndpointBook, KeySource
from parley.errors import NameRefused
from parley.settings import Settings
from parley.store import Store

OWNER = "ann"
URL = "https://api.example.com/v1"
UNCLEAR = {"OPENAI_API_KEY": "0123456789abcdef"}


def book_of(
    store: Store, environ: dict[str, str] | None = None, *, local_model: bool = False
) -> EndpointBook:
    return EndpointBook(Settings.from_environ(environ or {}), store, local_model=local_model)


def found(book: EndpointBook, name: str, owner: str = OWNER) -> Endpoint:
    endpoint = book.named(owner, name)
    assert endpoint is not None
    return endpoint


def test_without_anything_the_presets_are_there_and_no_default(store: Store) -> None:
    book = book_of(store)

    assert [endpoint.name for endpoint in book.all(OWNER)] == [preset.name for preset in PRESETS]
    assert not book.has_default
    assert book.default(OWNER).name == "W&B Inference"
    assert book.named(OWNER, "no such") is None


def test_the_model_on_this_machine_is_the_default_where_no_key_is_given(store: Store) -> None:
    book = book_of(store, local_model=True)

    assert book.default(OWNER) == THIS_MACHINE
    assert book.has_default


def test_an_endpoint_with_a_key_of_the_environment_comes_before_this_machine(store: Store) -> None:
    book = book_of(store, {"WANDB_API_KEY": "k-1"}, local_model=True)

    assert book.default(OWNER).name == "W&B Inference"
    assert book.key_source(OWNER, book.default(OWNER)) is KeySource.ENVIRONMENT
    assert [endpoint.name for endpoint in book.all(OWNER)].count("W&B Inference") == 1


def test_an_endpoint_of_secrets_is_offered_with_its_key(store: Store) -> None:
    secret = Endpoint("Team server", URL, key=ApiKey("k-1"))

    book = EndpointBook(Settings.from_environ({}), store, secrets=[secret])

    assert book.default(OWNER) == secret
    assert book.has_default


def test_an_added_endpoint_is_kept_for_its_owner_alone(store: Store) -> None:
    book = book_of(store)

    book.add(OWNER, name=" Mine ", base_url=URL, project="team/project")

    added = found(book_of(store), "Mine")
    assert (added.base_url, added.project, added.key) == (URL, "team/project", None)
    assert book.is_own(OWNER, added)
    assert book.named("bob", "Mine") is None


def test_an_added_endpoint_of_a_known_service_is_treated_as_that_service(store: Store) -> None:
    book = book_of(store)

    book.add(OWNER, name="Second", base_url="https://api.inference.wandb.ai/v1", project=None)

    assert found(book, "Second").service is Service.WANDB
    assert found(book, "Second").needs_key


@pytest.mark.parametrize(
    "name", ["", "  ", "OpenAI", "openai ", "Mine", "mine", "This machine", "a" * 61, "a\nb"]
)
def test_a_name_that_is_empty_or_taken_is_refused(store: Store, name: str) -> None:
    book = book_of(store)
    book.add(OWNER, name="Mine", base_url=URL, project=None)

    with pytest.raises(NameRefused):
        book.add(OWNER, name=name, base_url="https://other.example/v1", project=None)

    assert found(book, "Mine").base_url == URL
    assert found(book, "OpenAI").base_url == "https://api.openai.com/v1"


def test_a_removed_endpoint_is_gone_and_its_key_with_it(store: Store) -> None:
    book = book_of(store)
    book.add(OWNER, name="Mine", base_url=URL, project=None)
    book.give_key(OWNER, found(book, "Mine"), ApiKey("k-1"))

    book.remove(OWNER, found(book, "Mine"))

    assert book.named(OWNER, "Mine") is None
    book.add(OWNER, name="Mine", base_url=URL, project=None)
    assert found(book, "Mine").key is None


def test_removing_one_of_two_endpoints_on_a_server_leaves_the_other_its_key(store: Store) -> None:
    book = book_of(store)
    book.give_key(OWNER, found(book, "OpenAI"), ApiKey("sk-1"))
    book.add(OWNER, name="Mine", base_url="https://api.openai.com/v1", project=None)

    book.remove(OWNER, found(book, "Mine"))

    assert found(book, "OpenAI").key == ApiKey("sk-1")


def test_parley_is_set_up_once_its_owner_gave_a_key_or_an_endpoint(store: Store) -> None:
    empty, keyed = book_of(store), book_of(store)
    keyed.give_key(OWNER, found(keyed, "OpenAI"), ApiKey("sk-1"))

    assert not empty.is_set_up(OWNER)
    assert keyed.is_set_up(OWNER)
    assert not keyed.is_set_up("bob")
    assert book_of(store, {"WANDB_API_KEY": "k-1"}).is_set_up("bob")
    empty.add(OWNER, name="Mine", base_url=URL, project=None)
    assert empty.is_set_up(OWNER)


def test_a_typed_key_is_for_one_owner_and_one_origin(store: Store) -> None:
    book = book_of(store)
    book.add(OWNER, name="Mine", base_url=URL, project=None)

    book.give_key(OWNER, found(book, "Mine"), ApiKey("k-1"))

    keys = {endpoint.name: endpoint.key for endpoint in book.all(OWNER) if endpoint.key}
    assert keys == {"Mine": ApiKey("k-1")}
    assert book.key_source(OWNER, found(book, "Mine")) is KeySource.TYPED
    assert all(endpoint.key is None for endpoint in book.all("bob"))


def test_a_typed_key_goes_before_the_environments_until_it_is_forgotten(store: Store) -> None:
    book = book_of(store, {"WANDB_API_KEY": "from-environment"})
    book.give_key(OWNER, found(book, "W&B Inference"), ApiKey("typed"))
    typed = found(book, "W&B Inference").key

    book.forget_key(OWNER, found(book, "W&B Inference"))

    assert typed == ApiKey("typed")
    assert found(book, "W&B Inference").key == ApiKey("from-environment")
    assert book.key_source(OWNER, found(book, "W&B Inference")) is KeySource.ENVIRONMENT


def test_no_key_is_ever_written(store: Store, tmp_path: Path) -> None:
    book = book_of(store, {"WANDB_API_KEY": "canary-environment"} | UNCLEAR)
    book.add(OWNER, name="Mine", base_url=URL, project=None)

    book.give_key(OWNER, found(book, "Mine"), ApiKey("canary-typed"))
    book.assign(OWNER, Service.OPENAI)

    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Mine" in written
    assert b"canary" not in written
    assert UNCLEAR["OPENAI_API_KEY"].encode() not in written


@pytest.mark.parametrize("environ", [{}, {"WANDB_API_KEY": "k-1"}])
def test_a_project_saved_for_a_preset_is_sent_with_its_own_address_and_key(
    store: Store, environ: dict[str, str]
) -> None:
    before = found(book_of(store, environ), "W&B Inference")

    book_of(store, environ).set_project(OWNER, before, "team/project")

    after = found(book_of(store, environ), "W&B Inference")
    assert after.project == "team/project"
    assert (after.base_url, after.key, after.service) == (
        before.base_url,
        before.key,
        Service.WANDB,
    )
    assert not book_of(store, environ).is_own(OWNER, after)


def test_a_project_of_the_environment_can_be_taken_away(store: Store) -> None:
    environ = {"OPENAI_BASE_URL": URL, "OPENAI_PROJECT_ID": "a/b", "OPENAI_API_KEY": "k-1"}
    book = book_of(store, environ)

    book.set_project(OWNER, found(book, "api.example.com"), None)

    assert found(book, "api.example.com").project is None


def test_a_saved_row_never_leads_a_key_of_the_environment_elsewhere(store: Store) -> None:
    store.save_endpoint(
        OWNER, name="W&B Inference", base_url="https://evil.example/v1", project="p/q"
    )

    endpoint = found(book_of(store, {"WANDB_API_KEY": "k-1"}), "W&B Inference")

    assert endpoint.base_url == "https://api.inference.wandb.ai/v1"
    assert endpoint.project is None


def test_an_own_endpoint_moves_to_another_path_of_its_server_with_its_key(store: Store) -> None:
    book = book_of(store)
    book.add(OWNER, name="Mine", base_url=URL, project="a/b")
    book.give_key(OWNER, found(book, "Mine"), ApiKey("k-1"))

    book.move(OWNER, found(book, "Mine"), "https://api.example.com/api/v1")

    moved = found(book, "Mine")
    assert moved.base_url == "https://api.example.com/api/v1"
    assert (moved.key, moved.project) == (ApiKey("k-1"), "a/b")


@pytest.mark.parametrize(
    ("name", "base_url"),
    [("Mine", "https://evil.example/v1"), ("OpenAI", "https://api.openai.com/v2")],
)
def test_no_endpoint_moves_to_another_server_and_no_preset_moves_at_all(
    store: Store, name: str, base_url: str
) -> None:
    book = book_of(store)
    book.add(OWNER, name="Mine", base_url=URL, project=None)
    before = found(book, name).base_url

    book.move(OWNER, found(book, name), base_url)

    assert found(book, name).base_url == before


def test_an_unclear_key_is_used_for_nobody_until_its_service_is_named(store: Store) -> None:
    book = book_of(store, UNCLEAR)

    assert book.needs_assignment(OWNER)
    assert all(endpoint.key is None for endpoint in book.all(OWNER))


@pytest.mark.parametrize(
    ("service", "holder"),
    [(Service.WANDB, "W&B Inference"), (Service.OPENAI, "OpenAI"), (Service.OTHER, None)],
)
def test_an_unclear_key_goes_where_the_owner_says_and_is_not_asked_about_again(
    store: Store, service: Service, holder: str | None
) -> None:
    book_of(store, UNCLEAR).assign(OWNER, service)

    book = book_of(store, UNCLEAR, local_model=True)
    holders = [endpoint.name for endpoint in book.all(OWNER) if endpoint.key]
    assert holders == ([holder] if holder else [])
    assert book.default(OWNER).name == (holder or "This machine")
    assert book.assigned_to(OWNER) is service
    assert not book.needs_assignment(OWNER)
    assert book.needs_assignment("bob")


def test_the_owner_can_be_asked_again(store: Store) -> None:
    book = book_of(store, UNCLEAR)
    book.assign(OWNER, Service.WANDB)

    book.assign(OWNER, None)

    assert book.needs_assignment(OWNER)
    assert book.assigned_to(OWNER) is None


def test_without_an_unclear_key_nothing_is_asked(store: Store) -> None:
    book = book_of(store)

    assert not book.unassigned_key
    assert not book.needs_assignment(OWNER)
