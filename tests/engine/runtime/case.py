"""A case in memory under test: every step either on the live object or through encode and restore."""

from datetime import UTC, datetime, timedelta

from gridflow.engine.runtime import specs
from gridflow.engine.runtime.run import Run
from gridflow.feel import Functions, compile_expression

BEGIN = datetime(2026, 3, 2, 1, tzinfo=UTC)  # a Monday, nine o'clock in China


class Desk:
    """The services of a run: a clock moved by hand, FEEL, decisions as Python functions, limits as a table."""

    def __init__(self, decisions=None, limits=None):
        self.instant = BEGIN
        self.decisions = decisions or {}
        self.limits = limits if limits is not None else {}
        self.functions = Functions(now=lambda: self.instant)

    def now(self):
        return self.instant

    def evaluate(self, expression, data, task_id=None):
        return compile_expression(expression).evaluate(data, self.functions)

    def decide(self, decision_id, data, task_id=None):
        return self.decisions[decision_id](data)

    def limit_due(self, name, data, host_id):
        return self.limits.get(name)

    def limit_runs(self, name, host_id):
        return name in self.limits


class Case:
    """Drives one instance of the process `p` by the ids of its elements."""

    def __init__(self, xml, *, stored=True, data=None, desk=None, called=None):
        self.desk = desk or Desk()
        self.specs = specs.build({"p": xml, **dict.fromkeys(called or (), xml)}, "p")
        self.stored = stored
        self.trail, self.flows, self.thrown, self.conflicts = [], [], [], []
        self.run = Run.start(self.specs, data or {}, self.desk)
        self.blob = b""
        self.go()

    def go(self):
        self.run.advance()
        return self.store()

    def store(self):
        for name in ("trail", "flows", "thrown", "conflicts"):
            getattr(self, name).extend(getattr(self.run, name))
            getattr(self.run, name).clear()
        if self.stored:
            self.blob = self.run.encode()
            self.run = Run.restore(self.specs, self.blob, self.desk)
            assert self.run.encode() == self.blob
        return self

    # ------------------------------------------------------------ looking

    @property
    def names(self):
        return sorted(waiter.element_id for waiter in self.run.waiting().humans)

    def all(self, kind, element=None, name=None):
        waiters = getattr(self.run.waiting(), kind)
        return [w for w in waiters if element in (None, w.element_id) and name in (None, w.name)]

    def one(self, kind, element=None, **data):
        found = [w for w in self.all(kind, element) if all(w.data.get(k) == v for k, v in data.items())]
        assert found, (kind, element, self.run.waiting())
        return found[0]

    def data(self, element, **known):
        return dict(self.one("humans", element, **known).data)

    @property
    def causes(self):
        return [w.cause for w in self.run.waiting().incidents]

    def trail_of(self):
        """The trail without task ids, which are drawn by lot."""
        return [(step.process_id, step.element_id, step.what) for step in self.trail]

    # ------------------------------------------------------------ doing

    def do(self, element, where=None, **values):
        self.run.complete(self.one("humans", element, **(where or {})).task_id, values)
        return self.go()

    def send(self, element, payload=None):
        self.run.deliver(self.one("messages", element).task_id, payload if payload is not None else {})
        return self.go()

    def serve(self, element, **result):
        self.run.service_done(self.one("services", element).task_id, result)
        return self.go()

    def retry(self, **values):
        self.run.retry(self.one("incidents").task_id, values)
        return self.go()

    def fire(self, element):
        self.run.fire(self.one("timers", element).task_id)
        return self.go()

    def later(self, **span):
        """Let time pass and fire what is due, earliest first, as the table of due timers does."""
        self.desk.instant += timedelta(**span)
        due = [w for w in self.all("timers") if w.due and w.due <= self.desk.instant]
        for waiter in sorted(due, key=lambda w: w.due):
            self.run.fire(waiter.task_id)
            self.go()
        return self

    def move_limit(self, name, due):
        self.desk.limits[name] = due
        self.run.limit_moved(name)
        return self.go()
