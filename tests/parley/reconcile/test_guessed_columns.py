"""The columns of well-known exports are told by their names and cells; what is kept of a choice is checked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parley.reconcile.columns import Columns, Field, from_json, to_json
from parley.reconcile.guessing import guessed
from parley.reconcile.theirs import their_usage
from parley.reconcile.usage_file import read_usage_file

OPENAI = (
    "start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,"
    "api_key_id,model,batch,input_tokens,output_tokens,input_cached_tokens,input_audio_tokens\n"
    "1763942400,1764028800,2025-11-24T00:00:00+00:00,2025-11-25T00:00:00+00:00,p,3,u,k,"
    "gpt-5-2025-08-07,False,1200,300,100,0\n"
)
OPENAI_COSTS = (
    "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item\n"
    "1763942400,1764028800,2025-11-24T00:00:00+00:00,2025-11-25T00:00:00+00:00,0.01,usd,gpt-5\n"
)
OPENROUTER = (
    "generation_id,created_at,cost_total,cost_web_search,cost_cache,tokens_prompt,"
    "tokens_completion,tokens_reasoning,tokens_cached,model_permaslug,provider_name,cancelled\n"
    "gen-1,2025-11-24 10:11:12.123,5.1e-05,0,0,120,30,0,0,deepseek/deepseek-r1,Novita,false\n"
)
ANTHROPIC = (
    "usage_date_utc,model_version,api_key,workspace,context_window,usage_input_tokens_no_cache,"
    "usage_input_tokens_cache_write_5m,usage_input_tokens_cache_read,usage_output_tokens\n"
    "2025-11-24,claude-4,k,w,<=200k,100,0,20,30\n"
)
BILLING = (
    "Date,Model,Input Tokens,Output Tokens,Total Tokens,Cost (USD)\n11/24/2025,q,1,2,3,$0.01\n"
)
GERMAN = (
    "Datum;Modell;Anfragen;Eingabe-Tokens;Ausgabe-Tokens;Kosten\n24.11.2025;q;1.234;9;30;1,25\n"
)


def columns_of(text: str) -> Columns:
    return guessed(read_usage_file(text.encode()))


@pytest.mark.parametrize(
    ("text", "named", "told"),
    [
        (
            OPENAI,
            "start_time model num_model_requests input_tokens input_cached_tokens output_tokens",
            {},
        ),
        (OPENAI_COSTS, "start_time line_item amount_value amount_currency", {}),
        (
            OPENROUTER,
            "created_at model_permaslug tokens_prompt tokens_cached tokens_completion cost_total",
            {"line_is_call": True},
        ),
        (
            ANTHROPIC,
            "usage_date_utc model_version usage_input_tokens_no_cache "
            "usage_input_tokens_cache_read usage_output_tokens",
            {"input_has_cached": False},
        ),
        (BILLING, "Date Model Input_Tokens Output_Tokens Cost_(USD)", {}),
        (
            GERMAN,
            "Datum Modell Anfragen Eingabe-Tokens Ausgabe-Tokens Kosten",
            {"day_first": True, "decimal_sign": ","},
        ),
    ],
    ids=["openai", "openai-costs", "openrouter", "anthropic", "billing", "german"],
)
def test_the_columns_of_an_export_are_guessed(
    text: str, named: str, told: dict[str, object]
) -> None:
    columns = columns_of(text)

    assert [name.replace(" ", "_") for name in columns.of.values()] == named.split()
    assert columns == replace(Columns(columns.of), **told)  # type: ignore[arg-type]
    assert columns.lacking is None
    assert len(their_usage(read_usage_file(text.encode()), columns).stated) == 1


def test_a_column_in_another_currency_is_not_taken_for_dollars() -> None:
    assert Field.COST not in columns_of("date,model,Cost (EUR)\n2026-11-24,a,1\n").of


def test_cents_are_told_by_the_name() -> None:
    assert columns_of("date,model,cost_cents\n2026-11-24,a,1\n").in_cents


@pytest.mark.parametrize(
    ("of", "said"),
    [
        ({}, "Say which column holds the day."),
        ({Field.DAY: "a"}, "Say which column holds a figure: requests, tokens or cost."),
    ],
)
def test_what_is_lacking_is_said(of: dict[Field, str], said: str) -> None:
    assert Columns(of).lacking == said


def test_a_choice_is_kept_to_the_last_word() -> None:
    said = Columns(
        {Field.DAY: "a", Field.COST: "b"}, "Europe/Vienna", True, ",", True, False, True, {"x": "y"}
    )

    assert from_json(to_json(said), ("a", "b")) == said
    assert from_json(to_json(said), ("a",)) == replace(said, of={Field.DAY: "a"})


@pytest.mark.parametrize("kept", [None, "", "[]", "{}", '{"of": 1}', '{"of": {"nonsense": "a"}}'])
def test_what_was_kept_and_makes_no_sense_is_nothing(kept: str | None) -> None:
    assert from_json(kept, ("a",)) is None
