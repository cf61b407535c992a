"""An endpoint: pasted addresses become base URLs, and look-alikes are not taken for a service."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.endpoint import (
    PRESETS,
    THIS_MACHINE,
    ApiKey,
    Endpoint,
    Service,
    from_mapping,
    origin_of,
    service_at,
    tidy_base_url,
    tidy_project,
)
from parley.errors import BaseUrlRefused, ProjectRefused

PASTED = [
    ("https://api.example.com/v1", "https://api.example.com/v1"),
    ("https://api.example.com", "https://api.example.com/v1"),
    ("https://api.example.com/", "https://api.example.com/v1"),
    ("https://api.example.com/v1/", "https://api.example.com/v1"),
    ("https://api.example.com/v1//", "https://api.example.com/v1"),
    ("https://api.example.com/v1/v1", "https://api.example.com/v1"),
    ("https://api.example.com//v1", "https://api.example.com/v1"),
    ("https://api.example.com/v1/chat/completions", "https://api.example.com/v1"),
    ("https://api.example.com/v1/chat/completions/", "https://api.example.com/v1"),
    ("https://api.example.com/chat/completions", "https://api.example.com/v1"),
    ("https://api.example.com/v1/models", "https://api.example.com/v1"),
    ("https://api.example.com/v1/models/gpt-9", "https://api.example.com/v1"),
    ("https://api.example.com/v1/completions", "https://api.example.com/v1"),
    ("https://api.example.com/v1/responses", "https://api.example.com/v1"),
    ("https://api.example.com/v1?", "https://api.example.com/v1"),
    ("https://api.example.com/v1#", "https://api.example.com/v1"),
    ("https://api.example.com/v1/v1/chat/completions", "https://api.example.com/v1"),
    ("https://openrouter.ai/api/v1/chat/completions", "https://openrouter.ai/api/v1"),
    ("https://openrouter.ai", "https://openrouter.ai/api/v1"),
    ("openrouter.ai/api", "https://openrouter.ai/api/v1"),
    ("https://openrouter.ai/v1", "https://openrouter.ai/api/v1"),
    ("https://api.openai.com/v1/messages", "https://api.openai.com/v1"),
    ("https://api.groq.com/openai", "https://api.groq.com/openai/v1"),
    ("https://name.openai.azure.com/openai", "https://name.openai.azure.com/openai/v1"),
    ("http://localhost:11434/api/chat", "http://localhost:11434/v1"),
    ("http://127.0.0.1:11434/api/generate", "http://127.0.0.1:11434/v1"),
    ("https://api.example.com/ollama/api/tags", "https://api.example.com/ollama/v1"),
    ("https://api.example.com/v1/chat", "https://api.example.com/v1"),
    ("HTTPS://API.Example.COM/V1", "https://api.example.com/v1"),
    ("https://api.example.com:443/v1", "https://api.example.com/v1"),
    ("api.example.com", "https://api.example.com/v1"),
    ("api.example.com/v1", "https://api.example.com/v1"),
    ("  https://api.example.com/v1\n", "https://api.example.com/v1"),
    ('"https://api.example.com/v1"', "https://api.example.com/v1"),
    ("<https://api.example.com/v1>", "https://api.example.com/v1"),
    ("localhost:11434", "http://localhost:11434/v1"),
    ("127.0.0.1:1234/v1/", "http://127.0.0.1:1234/v1"),
    ("0.0.0.0:8000", "http://0.0.0.0:8000/v1"),
    ("[::1]:8080", "http://[::1]:8080/v1"),
    ("http://192.168.1.5:1234", "http://192.168.1.5:1234/v1"),
    ("localhost.example.com", "https://localhost.example.com/v1"),
    ("127.0.0.1.example.com", "https://127.0.0.1.example.com/v1"),
]

KEPT = [
    "https://api.example.com/some/proxy",
    "https://api.example.com/some/chat",
    "http://localhost:3000/api",
    "https://api.example.com/api/v1",
    "https://generativelanguage.googleapis.com/v1beta/openai",
    "https://api.deepinfra.com/v1/openai",
    "https://api.z.ai/api/paas/v4",
    "https://name.openai.azure.com/openai/deployments/mine",
    "https://gateway.ai.cloudflare.com/v1/account/gateway/openai",
    "https://openrouter.ai/some/proxy",
]

REFUSED = [
    "",
    "   ",
    "ftp://api.example.com/v1",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/html,x",
    "http:/api.example.com",
    "https:api.example.com",
    "https://",
    "//api.example.com/v1",
    "https://api example.com/v1",
    "https://api.example.com/v1 and more",
    "https://api.example.com\\@evil.example/v1",
    "https://api.example.com:99999/v1",
    "https://api.example.com:port/v1",
    "https://[::1",
    "https://api.example.com/\x00",
    "https://api.example.com/%00",
    "https://a_b.xn--a/v1",
    "https://xn--a..b/v1",
    "https://[fe80::1%eth0]münchen.example]/v1",
    "https://[fe80::1%eth0]℀]/v1",
    "https://api.example.com/" + "a" * 2_000,
]


@pytest.mark.parametrize(("pasted", "tidied"), PASTED)
def test_a_base_url_is_found_in_whatever_form_it_was_pasted(pasted: str, tidied: str) -> None:
    assert tidy_base_url(pasted) == tidied


@pytest.mark.parametrize("tidied", [*(tidied for _, tidied in PASTED), *KEPT])
def test_a_tidy_base_url_is_left_as_it_is(tidied: str) -> None:
    assert tidy_base_url(tidied) == tidied


@pytest.mark.parametrize("pasted", REFUSED)
def test_e7_what_is_no_base_url_is_refused_with_a_hint(pasted: str) -> None:
    with pytest.raises(BaseUrlRefused) as refused:
        tidy_base_url(pasted)

    assert "base URL" in refused.value.title
    assert "https://api.example.com/v1" in refused.value.advice


@pytest.mark.parametrize(
    "pasted", ["https://h.example/v1?x=1", "https://h.example/v1#f", "https://h.example?key=canary"]
)
def test_e7_s8_a_query_or_fragment_is_refused_and_never_quoted(pasted: str) -> None:
    with pytest.raises(BaseUrlRefused) as refused:
        tidy_base_url(pasted)

    assert "? or #" in refused.value.title
    assert "canary" not in f"{refused.value.notice}{refused.value!r}"


@pytest.mark.parametrize(
    "pasted", ["https://me:canary@h.example/v1", "canary@h.example", "https://allowed@evil.example"]
)
def test_s8_a_user_name_in_the_address_is_refused_and_never_quoted(pasted: str) -> None:
    with pytest.raises(BaseUrlRefused) as refused:
        tidy_base_url(pasted)

    assert "before the @" in refused.value.advice
    assert "canary" not in f"{refused.value.notice}{refused.value!r}"


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_the_tidying_and_what_comes_out_is_stable(pasted: str) -> None:
    try:
        tidied = tidy_base_url(pasted)
    except BaseUrlRefused:
        return

    assert tidy_base_url(tidied) == tidied
    assert origin_of(tidied).startswith(("http://", "https://"))


def test_the_origin_names_the_port_and_this_machine_has_none() -> None:
    assert Endpoint("a", "https://h.example/v1").origin == "https://h.example:443"
    assert Endpoint("a", "http://h.example./v1").origin == "http://h.example:80"
    assert THIS_MACHINE.origin == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://api.openai.com.evil.example/v1",
        "https://evil.example/api.openai.com/v1",
        "http://api.openai.com/v1",
        "https://api.openai.com:8443/v1",
    ],
)
def test_e6_a_look_alike_address_is_not_taken_for_the_service(url: str) -> None:
    assert service_at(url) is Service.OTHER


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_preset_is_tidy_and_known_by_its_address(preset: Endpoint) -> None:
    assert tidy_base_url(preset.base_url) == preset.base_url
    assert service_at(preset.base_url) is preset.service
    assert preset.runs_here is preset.base_url.startswith("http://")
    assert preset.key is None


@pytest.mark.parametrize(
    ("typed", "service", "sent"),
    [
        ("", Service.WANDB, None),
        ("  ", Service.OTHER, None),
        (" my-team/my-project ", Service.WANDB, "my-team/my-project"),
        ('"my-team/my project"', Service.WANDB, "my-team/my project"),
        ("proj_123", Service.OPENAI, "proj_123"),
    ],
)
def test_a_project_is_trimmed_and_an_empty_one_is_none(
    typed: str, service: Service, sent: str | None
) -> None:
    assert tidy_project(typed, service) == sent


@pytest.mark.parametrize(
    ("typed", "service"),
    [
        ("team", Service.WANDB),
        ("team/", Service.WANDB),
        ("/project", Service.WANDB),
        ("a/b/c", Service.WANDB),
        ("a\r\nX-Evil: 1/b", Service.OTHER),
        ("équipe/projet", Service.OTHER),
        ("a" * 201, Service.OTHER),
    ],
)
def test_a_project_that_the_service_would_not_read_is_refused(typed: str, service: Service) -> None:
    with pytest.raises(ProjectRefused) as refused:
        tidy_project(typed, service)

    assert "team/project" in f"{refused.value.title} {refused.value.advice}"


def test_a_section_of_secrets_becomes_an_endpoint() -> None:
    entry = {"base_url": "api.inference.wandb.ai", "api_key": "k-1", "project": "team/project"}

    endpoint = from_mapping("wandb", entry)

    assert endpoint.base_url == "https://api.inference.wandb.ai/v1"
    assert endpoint.key == ApiKey("k-1")
    assert endpoint.project == "team/project"
    assert endpoint.service is Service.WANDB
    assert endpoint.needs_key


def test_a_section_of_secrets_may_leave_key_and_project_out() -> None:
    endpoint = from_mapping("ollama", {"base_url": "http://127.0.0.1:11434"})

    assert endpoint.key is None
    assert endpoint.project is None
    assert not endpoint.needs_key


def test_a_section_of_secrets_without_an_address_is_refused() -> None:
    with pytest.raises(BaseUrlRefused):
        from_mapping("empty", {})
