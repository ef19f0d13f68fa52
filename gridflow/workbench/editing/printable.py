"""What a document template may print, with what people call it: for the list beside the editor."""

from collections.abc import Iterator

from gridflow.cases.printed import PRINTED
from gridflow.catalogue import Bundle
from gridflow.formats import gettext as _
from gridflow.forms import Form
from gridflow.workbench.editing.knowing import form_titles

Name = dict[str, str]


def printable_names(bundle: Bundle) -> list[dict[str, object]]:
    """Return groups of names, each with its words and what is inserted for it."""
    city = {"name": _("城市"), "law_title": _("条例名称"), "staff": _("网格人员的称呼")}
    groups = [
        (_("案件"), _entries("case", _of_case())),
        (_("文书"), _entries("document", _of_document())),
        (_("城市"), _entries("city", city)),
        (_("清单"), list(_lists())),
        *_forms(bundle),
    ]
    return [{"title": title, "names": names} for title, names in groups]


def _entries(root: str, words: dict[str, str]) -> list[Name]:
    shown = {
        "opened_at": " | instant",
        "closed_at": " | instant",
        "issued_at": " | day",
        "description": " | paragraphs",
    }
    known = PRINTED[root]
    return [
        {"name": f"{root}.{entry}", "label": label, "text": f"{{{{ {root}.{entry}{shown.get(entry, ' | shown')} }}}}"}
        for entry, label in words.items()
        if entry in known
    ]


def _of_case() -> dict[str, str]:
    return {
        "number": _("案件编号"), "title": _("事项"), "state": _("状态"), "opened_at": _("登记时间"),
        "closed_at": _("结案时间"), "grid_name": _("网格"), "grid_code": _("网格编码"), "village": _("村（社区）"),
        "town": _("镇街"), "county": _("区县"), "level": _("等级"), "urgency": _("缓急"), "category": _("类别"),
        "matter_name": _("清单事项"), "matter_code": _("清单事项编号"), "place": _("地点"),
        "description": _("情况描述"), "channel": _("来源渠道"), "reporter": _("报送人"),
    }  # fmt: skip


def _of_document() -> dict[str, str]:
    return {
        "title": _("文书名称"), "number": _("文号"), "unit": _("印发单位"), "issued_at": _("印发日期"),
        "issued_by": _("签发人"),
    }  # fmt: skip


def _lists() -> Iterator[Name]:
    yield {"name": "steps", "label": _("办理经过"), "text": "{{ steps_table(steps) }}"}
    yield {"name": "limits", "label": _("时限"), "text": "{{ limits_table(limits) }}"}
    yield {"name": "attachments", "label": _("附件"), "text": "{{ attachments_table(attachments) }}"}


def _forms(bundle: Bundle) -> Iterator[tuple[str, list[Name]]]:
    """Yield the fields of each form under what the form is called, a field of several forms once."""
    known: set[str] = set()
    for name, title in form_titles(bundle).items():
        fields = [field for field in Form.read(bundle.forms[name]).fields if field.key not in known]
        known |= {field.key for field in fields}
        names = [
            {"name": field.key, "label": field.label, "text": f'{{{{ "{field.key}" | field }}}}'} for field in fields
        ]
        if names:
            yield title, names
