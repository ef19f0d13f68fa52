"""No expression, cell, timer, title or template reaches Python or the host, before and after the case was stored."""

import sys
from contextlib import contextmanager

import pytest
from sketch import boundary, element, timer
from toy_parts import task, town_tasks
from toy_town import Town, decision, write

from gridflow.db import db, writing
from gridflow.documents.errors import TemplateBroken
from gridflow.documents.templating import fill
from gridflow.engine.definitions import version_in_force
from gridflow.errors import GridflowError

MARK = "gridflow_host_was_reached"
EVIL = f"__import__('sys').modules.__setitem__('{MARK}', 1)"
TEXTS = {
    "bare": EVIL,
    "joined": f'"a" + {EVIL}',
    "template": f"{{{{ ().__class__.__base__ and '{MARK}' }}}}${{{EVIL}}}",
    "a variable": "said",
    "a variable called": "said()",
}
heard: list[str] = []
listening = False


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    """Note whatever reaches Python's compiler, a shell or another process with our mark in it."""
    if (
        listening
        and event in ("compile", "exec", "os.system", "subprocess.Popen", "import")
        and MARK in repr(arguments)
    ):
        heard.append(event)


sys.addaudithook(_listen)


@contextmanager
def ears():
    """Hear what reaches the host meanwhile."""
    global listening
    heard.clear()
    listening = True
    try:
        yield
    finally:
        listening = False


def outside():
    """Return what reached the host beyond the compiler, which makes a template's own sandboxed code."""
    return [event for event in heard if event not in ("compile", "exec")]


def as_expression(town, text):
    gateway = element("exclusiveGateway", "x_g", name="去哪", default="f3_x_g_end")
    town.draw("evil", f"start -> ask -> x_g; x_g -> look [{text}]; x_g -> end *; look -> end_b", x_g=gateway,
              **town_tasks("ask", "look"))  # fmt: skip


def as_cell(town, text):
    quoted = text.replace("&", "&amp;").replace("<", "&lt;")
    table = decision("judge", [(0, "said")], ["verdict"], [(quoted, quoted), ("-", quoted)])
    town.draw("evil", "start -> ask -> rule_judge -> look -> end", tables=[("judge", table)],
              **town_tasks("ask", "look"))  # fmt: skip


def as_timer(town, text):
    town.draw("evil", "start -> ask -> look -> end; late -> told -> end_b", **town_tasks("ask", "look", "told"),
              late=boundary("late", "look", timer(text.replace("&", "&amp;"), "timeDate")))  # fmt: skip


def as_title(town, text):
    town.draw("evil", "start -> ask -> look -> end", look=task("look", role="town", title=text), **town_tasks("ask"))


PLACES = {"expression": as_expression, "cell": as_cell, "timer": as_timer, "title": as_title}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("place", PLACES)
def test_nothing_drawn_reaches_the_host_before_or_after_storage(town, place, text):
    with ears():
        try:
            PLACES[place](town, TEXTS[text])
            case = town.open("evil", said=EVIL)
            town.do(case, "ask", "tom", said=EVIL, __class__=EVIL)
        except GridflowError:
            case = None
        if case is not None:
            again = Town(town.home, town.settings.database_url, town.hand)  # another process takes the case up
            with again.app.app_context():
                for incident in again.incidents(case):
                    again.retry(incident)
                again.later(hours=30)
                for item in again.open_steps(case):
                    again.do(case, item, "tom", said=EVIL)
                again.audit_is_sound()
                db.session.remove()
                db.engine.dispose()
    assert heard == []
    assert MARK not in sys.modules


def test_no_template_reaches_the_host_before_or_after_storage(town):
    write(town.home, "templates/documents/evil/slip.html", f"<p>{TEXTS['template']}{{{{ said.__class__ }}}}</p>")
    town.draw("evil", "start -> ask -> end", ask=task("ask", role="town", document="slip"))
    with writing() as session:
        parsed = town.engine.versions.get(session, version_in_force(session, "here", "evil"))
    path = parsed.bundle.document("slip")
    for files in ({path: (town.home / path).read_bytes()}, parsed.bundle.files):
        texts = {name: content.decode() for name, content in files.items()}
        with ears(), pytest.raises(TemplateBroken):
            fill(texts, path, {"said": EVIL})
        assert outside() == []
    assert MARK not in sys.modules


def test_a_value_in_a_template_is_only_shown():
    with ears():
        shown = fill({"t.html": "<p>{{ said }}</p>"}, "t.html", {"said": f"{{{{ {EVIL} }}}}<script>"})
    assert "&lt;script&gt;" in shown
    assert MARK in shown
    assert outside() == []
    assert MARK not in sys.modules


def test_the_ear_hears_what_reaches_the_compiler():
    with ears():
        compile(f"'{MARK}'", "x", "eval")
    assert heard == ["compile"]
