"""procedure.toml: what cannot be derived from a procedure's other files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from gridflow.catalogue.cities import ROLES
from gridflow.catalogue.sections import Section

OpensBy = Literal["people", "procedures", "both"]
Group = Literal["report", "apply", "duty"]


@dataclass(frozen=True, slots=True)
class Watch:
    """How a procedure notices grids that call for it. Source: B6-3, domain 2.4."""

    decision: str
    """Says of a grid with its figures whether it is due, and what to fill the start form with."""
    why: str
    """The output of the decision that says why."""
    tell: tuple[str, ...]
    """Role codes of who is told."""
    begins: str
    """FEEL over `city` that gives the role code of who begins the procedure then."""


@dataclass(frozen=True, slots=True)
class Roll:
    """How the case page counts a procedure that runs once for each of many: who has answered and who has not."""

    done: str
    """What those are called that are past the steps."""
    waiting: str
    """What those are called that still wait in one of them."""
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The title page of one procedure."""

    slug: str
    title: str
    short: str
    """At most a few characters, for lists and badges."""
    basis: tuple[str, ...]
    """Article codes of every city: those of one city are found by its letter."""
    owner: str
    """Role code of who answers for the procedure."""
    opens_by: OpensBy
    """Who opens a case: people on the start page, other procedures, or both."""
    start_form: str | None
    """The form that opens a case; None where people do not open it."""
    start_roles: tuple[str, ...]
    """Role codes that may open a case."""
    start_group: Group
    """Under what heading the start page offers it: report, apply (lists and grids) or duty (emergencies)."""
    start_first_for: tuple[str, ...]
    """Role codes it is offered to before the others of its group."""
    start_hint: str
    """When to open it, in one sentence; empty for none."""
    retention: str
    """How long the case file is kept, as the archive rules name it."""
    icon: str | None
    limits: Mapping[str, str]
    """What each limit is called on pages and papers, by the name the diagrams use."""
    watch: Watch | None
    """None where no register calls for it."""
    roll: Roll | None
    """None where nobody is counted."""

    @property
    def people_may_start(self) -> bool:
        """Tell whether the start page offers this procedure."""
        return self.opens_by != "procedures"


def read_manifest(path: str, content: bytes) -> Manifest:
    """Parse a procedure.toml."""
    section = Section.read(path, content)
    opens_by = section.text("opens_by", "people")
    if opens_by not in get_args(OpensBy):
        raise section.invalid("“opens_by”应是 people（由人发起）、procedures（由其他流程发起）或 both。")
    start = section.section("start", required=opens_by != "procedures")
    group = start.text("group", "report")
    if group not in get_args(Group):
        raise section.invalid("“start.group”应是 report（反映上报）、apply（申请办理）或 duty（应急值守）。")
    limits = section.section("limits", required=False)
    manifest = Manifest(
        slug=section.text("slug"),
        title=section.text("title"),
        short=section.text("short"),
        basis=section.texts("basis"),
        owner=section.text("owner"),
        opens_by=cast(OpensBy, opens_by),
        start_form=start.text("form", "" if opens_by == "procedures" else None) or None,
        start_roles=start.texts("roles", () if opens_by == "procedures" else None),
        start_group=cast(Group, group),
        start_first_for=start.texts("first_for", ()),
        start_hint=start.text("hint", ""),
        retention=section.text("retention"),
        icon=section.text("icon", "") or None,
        limits=limits.named_texts(),
        watch=_watch(section),
        roll=_roll(section),
    )
    start.done()
    section.done()
    told = manifest.watch.tell if manifest.watch else ()
    named = (manifest.owner, *manifest.start_roles, *manifest.start_first_for, *told)
    if unknown := [role for role in named if role not in ROLES]:
        raise section.invalid(f"不认识角色“{unknown[0]}”，可用的有 {'、'.join(ROLES)}。")
    return manifest


def _roll(section: Section) -> Roll | None:
    roll = section.section("roll", required=False)
    steps = roll.texts("steps", ())
    found = Roll(roll.text("done"), roll.text("waiting"), steps) if steps else None
    roll.done()
    return found


def _watch(section: Section) -> Watch | None:
    watch = section.section("watch", required=False)
    decision = watch.text("decision", "")
    found = Watch(decision, watch.text("why"), watch.texts("tell"), watch.text("begins")) if decision else None
    watch.done()
    return found
