"""Messages from outside through their two edges: the address for other programs and the command by hand."""

import json

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sketch import catch, inputs, message
from toy_parts import town_tasks

from gridflow.api.errors import MessageInvalid
from gridflow.api.schemas import MOST_BYTES, read_letter
from gridflow.audit.models import OperationEntry
from gridflow.cli import main
from gridflow.config import Settings, SettingsInvalid
from gridflow.db import db
from gridflow.engine.models import Job, MessageIn
from gridflow.web import create_app

TOKEN = "a-token-of-this-city-and-nobody-else"
LETTER = {"id": "m-1", "name": "reply", "key": "A1", "values": {"found": 7.5, "ok": True, "codes": ["x", None]}}


@pytest.fixture
def waiting(town):
    """A case that waits for the answer to its plate A1."""
    town.draw("waiting", "start -> ask -> hear -> look -> end", **town_tasks("ask", "look"),
              hear=catch("hear", message("reply"), inputs(key="plate")))  # fmt: skip
    town.case = town.open("waiting", plate="A1")
    town.do(town.case, "ask", "tom")
    return town


@pytest.fixture
def program(waiting) -> FlaskClient:
    """Another program that knows where to send."""
    settings = {name: getattr(waiting.settings, name) for name in Settings.__slots__}
    app = create_app(Settings(**{**settings, "message_tokens": {"here": TOKEN, "there": TOKEN[::-1]}}))
    yield app.test_client()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def post(program, letter=LETTER, *, city="here", token=TOKEN, **options):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = letter if isinstance(letter, bytes) else json.dumps(letter).encode()
    return program.post(f"/api/{city}/messages", data=body, headers=headers, **options)


def test_a_program_reaches_the_case_that_waits_and_a_repetition_is_recognised(waiting, program):
    first, again = post(program), post(program)
    assert (first.status_code, first.json) == (202, {"result": "accepted"})
    assert (again.status_code, again.json) == (200, {"result": "repeated"})
    waiting.work()
    assert waiting.open_steps(waiting.case) == ["look"]
    assert waiting.data(waiting.case)["hear"] == {"found": 7.5, "ok": True, "codes": ["x", None]}
    waiting.audit_is_sound()


def test_a_message_nobody_waits_for_is_kept(waiting, program):
    answer = post(program, LETTER | {"key": "B2"})
    assert (answer.status_code, answer.json) == (202, {"result": "kept"})
    assert waiting.only(MessageIn).key == "B2"


def test_nothing_is_taken_without_the_token_of_the_city(waiting, program):
    for token in (None, "", "wrong", TOKEN[::-1], "令牌", TOKEN[:-1]):
        answer = post(program, token=token)
        assert (answer.status_code, "令牌" in answer.json["message"]) == (401, True), token
    assert waiting.jobs(kind="receive") == []


def test_a_city_without_a_token_takes_nothing(waiting, program):
    assert post(program, city="nowhere").status_code == 401
    assert post(program, city="nowhere", token="").status_code == 401
    assert [row.city for row in waiting.all(OperationEntry)] == ["unknown", "unknown"]


@pytest.mark.parametrize(
    ("letter", "why"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"[" * 50_000, "JSON"),
        (b'{"id": NaN}', "JSON"),
        (b"\xff", "JSON"),
        (b"[]", "JSON 对象"),
        ({}, "id：必须填写。name：必须填写。key：必须填写。"),
        (LETTER | {"id": "m" * 61}, "id：应为 1 到 60 个字符"),
        (LETTER | {"key": 7}, "key：应为文字"),
        (LETTER | {"key": ""}, "key：应为 1 到 200 个字符"),
        (LETTER | {"more": 1}, "more：没有这个字段"),
        (LETTER | {"values": [1]}, "values：应为一组名称和值"),
        (LETTER | {"values": {"a": {"b": 1}}}, "values.a：应为文字、数字"),
        (LETTER | {"values": {"a": [[1]]}}, "values.a：应为文字、数字"),
        (LETTER | {"values": {"a b": 1}}, "values.a b：名称"),
        (LETTER | {"values": {"a": "长" * 201}}, "values.a：文字不超过"),
        (LETTER | {"values": {"a": [1] * 201}}, "values.a：列表不超过"),
        (LETTER | {"values": {f"n{n}": n for n in range(51)}}, "最多 50 个"),
        (LETTER | {"values": {"a": "请联系13800138000"}}, "values.a：含有电话"),
    ],
)
def test_a_message_of_the_wrong_form_is_refused_with_the_field(letter, why):
    with pytest.raises(MessageInvalid) as refused:
        read_letter(letter if isinstance(letter, bytes) else json.dumps(letter).encode())
    assert why in refused.value.message


@pytest.mark.parametrize("values", [{"a": "请联系13800138000"}, {"a": "\ud800"}])
def test_a_refusal_takes_nothing_and_stands_in_the_operation_log(waiting, program, values):
    answer = post(program, LETTER | {"values": values})
    assert answer.status_code == 422
    assert waiting.jobs(kind="receive") == waiting.all(MessageIn) == []
    (entry,) = waiting.all(OperationEntry)
    assert (entry.city, entry.action, entry.outcome) == ("here", "message", "refused")


def test_a_message_that_is_too_large_is_refused_before_it_is_read(waiting, program):
    answer = post(program, b" " * (MOST_BYTES + 1))
    assert answer.status_code == 413
    assert "64 KB" in answer.json["message"]
    assert waiting.only(OperationEntry).outcome == "refused"


def test_a_message_of_another_city_reaches_nobody_here(waiting, program):
    answer = post(program, city="there", token=TOKEN[::-1])
    assert answer.json == {"result": "kept"}
    assert waiting.all(Job, kind="receive") == []


# ------------------------------------------------------------ by hand


@pytest.fixture
def gridflow(waiting, monkeypatch):
    """The command in the environment of the toy city."""
    monkeypatch.setenv("GRIDFLOW_DEMO", "1")
    monkeypatch.setenv("GRIDFLOW_DATABASE_URL", waiting.settings.database_url)
    monkeypatch.setenv("GRIDFLOW_HOME", str(waiting.home))
    monkeypatch.setenv("GRIDFLOW_VAR", str(waiting.home))
    return lambda *words: CliRunner().invoke(main, ["message", "send", *words])


def test_the_command_sends_a_message_and_says_what_became_of_it(waiting, gridflow):
    values = waiting.home / "values.json"
    values.write_text('{"found": 3}')
    sent = gridflow("here", "reply", "A1", "--values", str(values), "--id", "m-1")
    assert (sent.exit_code, "正在等它的案件" in sent.output) == (0, True), sent.output
    assert "没有重复发送" in gridflow("here", "reply", "A1", "--id", "m-1").output
    assert "保留" in gridflow("here", "reply", "B2", "--id", "m-2").output
    waiting.work()
    assert waiting.data(waiting.case)["hear"] == {"found": 3}


def test_the_command_refuses_what_the_address_refuses(waiting, gridflow):
    values = waiting.home / "values.json"
    values.write_text('{"a": {"b": 1}}')
    nested = gridflow("here", "reply", "A1", "--values", str(values), "--id", "m-1")
    assert (nested.exit_code, "values.a：应为文字" in nested.output) == (1, True)
    assert "没有城市" in gridflow("nowhere", "reply", "A1", "--id", "m-1").output
    assert waiting.jobs(kind="receive") == []


def test_a_token_that_can_be_guessed_is_no_setting():
    given = {"GRIDFLOW_DEMO": "1", "GRIDFLOW_MESSAGE_TOKENS": f"here={TOKEN} there=x={TOKEN}"}
    assert Settings.from_environment(given).message_tokens == {"here": TOKEN, "there": f"x={TOKEN}"}
    for text in ("here=short", "here", f"={TOKEN} here="):
        with pytest.raises(SettingsInvalid, match="至少 32 个字符"):
            Settings.from_environment({**given, "GRIDFLOW_MESSAGE_TOKENS": text})
