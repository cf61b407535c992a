"""What Settings says first: how to begin without any key, and which service an ambiguous key is for.

The key in `OPENAI_API_KEY` is sent nowhere before a person has said which service it belongs to.
"""

from __future__ import annotations

import streamlit as st

from components.safe_text import safe_label
from components.services import Services
from parley.endpoint import Service

WELCOME = (
    "**Parley needs a service to talk to.** Choose one below, save its API key, and go to Chat. "
    "A key for W&B Inference comes from "
    "[forge.coreweave.com/settings](https://forge.coreweave.com/settings). "
    "Without a key, start Ollama, LM Studio or vLLM on this machine and choose it below; `make run` "
    "also installs a small model of Parley's own."
)
QUESTION = (
    "**Which service is your `OPENAI_API_KEY` for?** It does not begin like OpenAI's own keys, and W&B's "
    "documentation uses the same variable. Parley sends it nowhere until you say so, and then to that service only."
)
CHOICES = (
    ("W&B Inference", Service.WANDB),
    ("OpenAI", Service.OPENAI),
    ("OpenRouter", Service.OPENROUTER),
    ("Another service", Service.OTHER),
)
ASSIGNED = {
    Service.WANDB: "The key in OPENAI_API_KEY is used for W&B Inference.",
    Service.OPENAI: "The key in OPENAI_API_KEY is used for OpenAI.",
    Service.OPENROUTER: "The key in OPENAI_API_KEY is used for OpenRouter.",
    Service.OTHER: "The key in OPENAI_API_KEY is not used. Set OPENAI_BASE_URL to the address of its service "
    "and start Parley again, or add the service as an endpoint below.",
}


def show(services: Services, owner: str) -> None:
    """Draw what a person has to know or to decide before anything else, if there is something."""
    book = services.endpoints
    assigned = book.assigned_to(owner)
    if book.needs_assignment(owner):
        _question(services, owner)
    elif assigned is not None:
        _answer(services, owner, assigned)
    elif not book.is_set_up(owner):
        with st.container(key="first-steps"):
            st.info(WELCOME, icon=":material/waving_hand:")


def _question(services: Services, owner: str) -> None:
    with st.container(key="key-assignment", border=True):
        st.warning(QUESTION, icon=":material/key:")
        with st.container(horizontal=True):
            for name, service in CHOICES:
                st.button(
                    safe_label(name),
                    key=f"assign-{service}",
                    on_click=services.endpoints.assign,
                    args=(owner, service),
                )


def _answer(services: Services, owner: str, service: Service) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(ASSIGNED.get(service, ASSIGNED[Service.OTHER]), width="stretch")
        st.button(
            "Change", key="assign-again", on_click=services.endpoints.assign, args=(owner, None)
        )
