"""What the parts of a procedure are called, in editors, in comparisons and on paper."""

from collections.abc import Callable, Mapping

from gridflow.formats import gettext as _

Told = dict[str, tuple[str, str]]
"""By code: what it is called, and what is to be known of it."""

_WAYS: Mapping[str, tuple[str, ...]] = {
    "": (
        "label", "description", "key", "readonly", "disabled", "decimalDigits", "increment", "subtype", "accept",
        "multiple", "defaultRepetitions",
    ),
    "validate.": ("required", "minLength", "maxLength", "pattern", "min", "max", "minItems", "maxItems"),
    "conditional.": ("hide",),
    "properties.": (
        "basis", "class", "unit", "help", "autocomplete", "again", "earliest", "latest", "least", "most", "except",
        "only", "reason", "picture",
    ),
}  # fmt: skip
_IN_FILES: Mapping[str, str] = {
    "type": "kind", "dateLabel": "label", "path": "key", "values": "choices", "valuesKey": "source",
    "defaultValue": "default", **{way + name: name for way, names in _WAYS.items() for name in names},
}  # fmt: skip
"""The property of a field by where it stands in the file."""


def element_kinds() -> dict[str, str]:
    """Return what the kinds of elements of a diagram are called."""
    return {
        "process": _("整个流程"), "userTask": _("用户任务"), "manualTask": _("人工任务"), "task": _("普通任务"),
        "serviceTask": _("服务任务"), "businessRuleTask": _("规则任务"), "sendTask": _("发送任务"),
        "receiveTask": _("接收任务"), "scriptTask": _("脚本任务"), "subProcess": _("子流程"),
        "callActivity": _("调用活动"), "exclusiveGateway": _("排他网关"), "parallelGateway": _("并行网关"),
        "inclusiveGateway": _("包容网关"), "eventBasedGateway": _("事件网关"), "startEvent": _("开始事件"),
        "endEvent": _("结束事件"), "intermediateCatchEvent": _("等待事件"), "intermediateThrowEvent": _("抛出事件"),
        "boundaryEvent": _("边界事件"), "lane": _("泳道"), "sequenceFlow": _("流"), "textAnnotation": _("注释"),
        "participant": _("泳池"), "association": _("关联线"), "dataInput": _("读入的数据"),
        "dataOutput": _("交出的数据"),
    }  # fmt: skip


def element_properties() -> dict[str, str]:
    """Return what the properties of elements of a diagram are called."""
    return {
        "name": _("名称"), "text": _("文字"), "kind": _("种类"), "parent": _("所在位置"), "lane": _("泳道"),
        "attached_to": _("依附的环节"), "interrupting": _("中断所在环节"), "events": _("事件"),
        "default": _("默认流向"), "called": _("调用"), "loop": _("多次办理"), "source": _("起点"), "target": _("终点"),
        "condition": _("条件"), "role": _("角色"), "form": _("表单"), "limit": _("时限"), "article": _("依据"),
        "document": _("文书"), "action": _("动作"), "unit": _("单位"), "person": _("人员"), "process": _("流程"),
        "title": _("待办列表里的一行"), "remind": _("催办"), "shows": _("表单上方显示"), "told": _("对报送人怎么说"),
        "afresh": _("又到一次算另起一次"), "exclude": _("回避"), "decision": _("决策表"),
        "matter": _("受清单约束的事项"), "declares_data": _("由别的图调用"), "data_inputs": _("读入的数据"),
        "data_outputs": _("交出的数据"), "optional_inputs": _("可缺的数据"), "triggered_by_event": _("由事件触发"),
    }  # fmt: skip


def field_kinds() -> dict[str, str]:
    """Return what the kinds of fields are called, in the order in which they are offered."""
    return {
        "textfield": _("单行文字"), "textarea": _("多行文字"), "number": _("数字"), "datetime": _("日期时间"),
        "select": _("下拉单选"), "radio": _("单选"), "checklist": _("多选"), "taglist": _("多选（选项多）"),
        "checkbox": _("是否勾选"), "filepicker": _("照片和附件"), "group": _("分组"),
        "dynamiclist": _("重复组（可加行）"), "text": _("说明文字"), "separator": _("分隔线"),
    }  # fmt: skip


def field_properties() -> Told:
    """Return what the properties of fields are called, with a hint for whoever sets them."""
    return {
        "label": (_("名称"), ""), "description": (_("说明"), ""), "text": (_("文字"), _("只能是纯文字。")),
        "key": (_("代码"), _("条件、文书和统计用它指这一栏：小写字母开头，由小写字母、数字和下划线组成。")),
        "kind": (_("种类"), ""), "required": (_("必填"), ""),
        "help": (_("提示"), _("显示在名称下面，一句话说清怎么填。")), "unit": (_("计量单位"), ""),
        "minLength": (_("最少字数"), ""), "maxLength": (_("最多字数"), ""), "pattern": (_("格式"), ""),
        "autocomplete": (_("浏览器代填"), _("例如 name、tel；不写就不代填。")), "min": (_("最小"), ""),
        "max": (_("最大"), ""), "decimalDigits": (_("小数位数"), _("0 是整数；不写不限。")),
        "increment": (_("每次加减多少"), ""), "subtype": (_("填到"), ""),
        "choices": (_("选项"), _("“值”进入流程，条件和统计用它；“文字”给人看。")), "source": (_("登记"), ""),
        "minItems": (_("至少几项"), ""), "maxItems": (_("至多几项"), ""), "defaultRepetitions": (_("开始时有几行"), ""),
        "accept": (_("可以上传"), _("都不勾选时，除边界文件外都可以。")), "multiple": (_("可以选几个文件"), ""),
        "basis": (_("依据"), _("没有依据的栏目不能问。别的城市的条款保留，各市页面只显示本市的。")),
        "class": (_("存放在哪里"), ""),
        "hide": (
            _("什么时候不显示"),
            _('条件成立时隐藏，隐藏的不用填。只能用上面的栏和流程的变量，例如 result = "done"。'),
        ),
        "only": (_("只列出"), _("给出一类或几类；不写全部列出。")), "except": (_("不能选"), _("给出不能选的值。")),
        "reason": (_("为什么不能选"), ""), "least": (_("不小于"), ""), "most": (_("不大于"), ""),
        "earliest": (_("不早于"), ""), "latest": (_("不晚于"), ""), "default": (_("开始时的内容"), ""),
        "fixed": (_("内容"), ""), "formula": (_("公式"), _("打开表单时算出。")),
        "again": (_("再填时带出上一次的内容"), ""), "readonly": (_("只给看，不能改"), _("仍随表单提交。")),
        "disabled": (_("只给看，不提交"), _("用来显示算出的结果。")),
        "picture": (_("内容是一幅图"), _("只读时按图显示。")),
    }  # fmt: skip


def field_classes() -> Told:
    """Return what the classes of fields are called, with a hint for whoever chooses one."""
    return {
        "public": (
            _("公开"),
            _("进入流程：条件、决策表、列表和统计都能用。姓名、电话、住址不能选这一项。"),
        ),
        "text": (_("文字"), _("叙述加密另存，流程看不到；印在文书和卷宗里。")),
        "personal": (
            _("个人信息"),
            _("加密另存，流程看不到；非承办人只见“张*”，卷宗里写作“住户甲”，依法可以单独销毁。"),
        ),
    }


def field_subtypes() -> dict[str, str]:
    """Return what a field for a moment may ask for, in the order in which it is offered."""
    return {"date": _("日期"), "time": _("时间"), "datetime": _("日期和时间")}


def kind_word(kind: str) -> str:
    """Return what a kind of difference is called."""
    return {"added": _("新增"), "removed": _("删去"), "changed": _("修改"), "moved": _("移位")}.get(kind, kind)


def property_word(name: str) -> str:
    """Return what a property of an element or a field is called, itself where it has no other name."""
    if name in _IN_FILES:
        return field_properties()[_IN_FILES[name]][0]
    return element_properties().get(name, name)


def value_word(what: str, value: str) -> str:
    """Return what a value of a property is called where it is a code, else the value itself."""
    if what == "properties.class":
        return field_classes().get(value, (value, ""))[0]
    return _CODES.get(what, _truth)().get(value, value)


def _truth() -> dict[str, str]:
    return {"true": _("是"), "false": _("否")}


_CODES: Mapping[str, Callable[[], Mapping[str, str]]] = {
    "kind": element_kinds,
    "type": field_kinds,
    "subtype": field_subtypes,
}
"""The properties whose values are codes."""
