"""The environment, read once: which endpoint is the default follows from which key is set."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from parley.endpoint import ApiKey, Service
from parley.errors import BaseUrlRefused, KeyRefused, ProjectRefused, SettingsRefused
from parley.settings import Mode, Settings

OWN = {"OPENAI_BASE_URL": "http://127.0.0.1:9000"}
WANDB = {"WANDB_API_KEY": "wandb-1"}
OPENAI = {"OPENAI_API_KEY": "sk-1"}
UNCLEAR = {"OPENAI_API_KEY": "0123456789abcdef"}
PROJECT = {"OPENAI_PROJECT_ID": "team/project"}

OWN_NAME = "127.0.0.1:9000"

ORDERS = [
    ({}, []),
    (OWN, [(OWN_NAME, None)]),
    (OWN | OPENAI, [(OWN_NAME, "sk-1")]),
    (OWN | UNCLEAR, [(OWN_NAME, "0123456789abcdef")]),
    (OWN | WANDB, [(OWN_NAME, None), ("W&B Inference", "wandb-1")]),
    (OWN | OPENAI | WANDB, [(OWN_NAME, "sk-1"), ("W&B Inference", "wandb-1")]),
    (WANDB, [("W&B Inference", "wandb-1")]),
    (WANDB | OPENAI, [("W&B Inference", "wandb-1"), ("OpenAI", "sk-1")]),
    (WANDB | UNCLEAR, [("W&B Inference", "wandb-1")]),
    (OPENAI, [("OpenAI", "sk-1")]),
    (OPENAI | PROJECT, [("OpenAI", "sk-1")]),
    (UNCLEAR, []),
    ({"OPENAI_API_KEY": "  ", "WANDB_API_KEY": ""}, []),
]


@pytest.mark.parametrize(("environ", "expected"), ORDERS)
def test_the_default_endpoint_is_the_first_that_the_environment_names(
    environ: dict[str, str], expected: list[tuple[str, str | None]]
) -> None:
    settings = Settings.from_environ(environ)

    keys = [(name, ApiKey(key) if key else None) for name, key in expected]
    assert [(endpoint.name, endpoint.key) for endpoint in settings.endpoints] == keys


@pytest.mark.parametrize(
    ("environ", "unclear"),
    [
        (UNCLEAR, True),
        (UNCLEAR | WANDB, True),
        (UNCLEAR | {"WANDB_API_KEY": UNCLEAR["OPENAI_API_KEY"]}, False),
        (UNCLEAR | OWN, False),
        (OPENAI, False),
    ],
)
def test_a_key_that_does_not_look_like_openais_belongs_to_nobody_until_someone_says_so(
    environ: dict[str, str], unclear: bool
) -> None:
    settings = Settings.from_environ(environ)

    assert (settings.unassigned_key is not None) is unclear


def test_the_project_belongs_to_the_base_url_it_was_set_beside() -> None:
    settings = Settings.from_environ(OWN | OPENAI | WANDB | PROJECT)

    own, wandb = settings.endpoints
    assert own.project == "team/project"
    assert wandb.project is None


@pytest.mark.parametrize(
    ("base_url", "name", "service"),
    [
        ("https://api.inference.wandb.ai", "W&B Inference", Service.WANDB),
        ("https://api.openai.com/v1/chat/completions", "OpenAI", Service.OPENAI),
        ("https://api.openai.com/other", "api.openai.com", Service.OPENAI),
        ("http://localhost:8000/v1", "localhost:8000", Service.OTHER),
    ],
)
def test_a_base_url_of_a_known_service_is_called_by_its_name(
    base_url: str, name: str, service: Service
) -> None:
    settings = Settings.from_environ({"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": "k-1"})

    assert settings.endpoints[0].name == name
    assert settings.endpoints[0].service is service
    assert settings.endpoints[0].needs_key is (service is not Service.OTHER)


def test_a_wandb_base_url_without_a_key_of_its_own_takes_the_key_of_wandb() -> None:
    url = {"OPENAI_BASE_URL": "https://api.inference.wandb.ai/v1"}

    settings = Settings.from_environ(url | WANDB | PROJECT)

    assert len(settings.endpoints) == 1
    assert settings.endpoints[0].key == ApiKey("wandb-1")
    assert settings.endpoints[0].project == "team/project"


def test_a_wandb_base_url_with_a_key_of_its_own_keeps_it() -> None:
    url = {"OPENAI_BASE_URL": "https://api.inference.wandb.ai/v1"}

    settings = Settings.from_environ(url | OPENAI | WANDB)

    assert [endpoint.key for endpoint in settings.endpoints] == [ApiKey("sk-1")]


def test_an_empty_environment_is_local_mode_with_the_model_on_this_machine() -> None:
    settings = Settings.from_environ({})

    assert settings.mode is Mode.LOCAL
    assert settings.local_model
    assert settings.weights is None
    assert settings.database_url is None
    assert settings.data_dir == platformdirs.user_data_path("parley", False)


def test_folder_and_database_come_from_their_variables(tmp_path: Path) -> None:
    settings = Settings.from_environ(
        {"PARLEY_DATA_DIR": f" {tmp_path} ", "PARLEY_DATABASE_URL": "postgresql://h/d"}
    )

    assert settings.data_dir == tmp_path
    assert settings.database_url == "postgresql://h/d"


def test_the_real_environment_is_read_when_no_other_is_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PARLEY_DATA_DIR", str(tmp_path))

    assert Settings.from_environ().data_dir == tmp_path


@pytest.mark.parametrize(("text", "on"), [("off", False), ("0", False), ("ON", True), ("1", True)])
def test_the_local_model_can_be_turned_off(text: str, on: bool) -> None:
    assert Settings.from_environ({"PARLEY_LOCAL_MODEL": text}).local_model is on


def test_the_local_model_may_be_another_file(tmp_path: Path) -> None:
    weights = tmp_path / "other.gguf"
    weights.touch()

    settings = Settings.from_environ({"PARLEY_LOCAL_MODEL": str(weights)})

    assert settings.local_model
    assert settings.weights == weights


@pytest.mark.parametrize(
    ("environ", "refusal", "named"),
    [
        ({"PARLEY_MODE": "public"}, SettingsRefused, "PARLEY_MODE"),
        ({"PARLEY_MODE": "shared"}, SettingsRefused, "not built yet"),
        ({"PARLEY_MODE": "guest"}, SettingsRefused, "not built yet"),
        ({"PARLEY_LOCAL_MODEL": "/no/such.gguf"}, SettingsRefused, "PARLEY_LOCAL_MODEL"),
        ({"OPENAI_BASE_URL": "ftp://h"}, BaseUrlRefused, "base URL"),
        ({"OPENAI_API_KEY": "canary key"}, KeyRefused, "API key"),
        ({"WANDB_API_KEY": "canaryé"}, KeyRefused, "API key"),
        (OWN | {"OPENAI_PROJECT_ID": "a\nb"}, ProjectRefused, "team and project"),
    ],
)
def test_a_variable_that_makes_no_sense_is_refused_and_a_key_never_quoted(
    environ: dict[str, str], refusal: type[SettingsRefused], named: str
) -> None:
    with pytest.raises(refusal) as refused:
        Settings.from_environ(environ)

    assert named in refused.value.title
    assert "canary" not in f"{refused.value!r}{refused.value.notice}"


def test_settings_with_keys_show_none_of_them() -> None:
    settings = Settings.from_environ(OWN | {"OPENAI_API_KEY": "canary", "WANDB_API_KEY": "canary2"})

    assert "canary" not in repr(settings)
