"""What the kinds, properties and values of differences are called, on pages and on paper."""

from gridflow.formats import gettext as _


def kind_word(kind: str) -> str:
    """Return what a kind of difference is called."""
    return {"added": _("新增"), "removed": _("删去"), "changed": _("修改"), "moved": _("移位")}.get(kind, kind)


def property_word(name: str) -> str:
    """Return what a property of an element or a field is called, itself where it has no other name."""
    return _properties().get(name, name)


def value_word(value: str) -> str:
    """Return what a value that is a code is called."""
    return _values().get(value, value)


def _properties() -> dict[str, str]:
    return {
        "name": _("名称"), "text": _("文字"), "kind": _("类型"), "parent": _("所在位置"), "lane": _("泳道"),
        "attached_to": _("依附的环节"), "interrupting": _("中断所在环节"), "events": _("事件"),
        "default": _("默认流向"), "called": _("调用"), "loop": _("多次办理"), "source": _("起点"), "target": _("终点"),
        "condition": _("条件"), "role": _("角色"), "form": _("表单"), "limit": _("时限"), "article": _("依据"),
        "document": _("文书"), "action": _("动作"), "unit": _("单位"), "person": _("人员"), "process": _("流程"),
        "data_inputs": _("读入的数据"), "data_outputs": _("交出的数据"), "optional_inputs": _("可缺的数据"),
        "triggered_by_event": _("由事件触发"), "label": _("标签"), "type": _("类型"), "key": _("字段名"),
        "description": _("说明"), "defaultValue": _("默认值"), "values": _("选项"), "readonly": _("只读"),
        "validate.required": _("必填"), "validate.minLength": _("最少字数"), "validate.maxLength": _("最多字数"),
        "validate.min": _("最小值"), "validate.max": _("最大值"), "validate.pattern": _("格式"),
        "conditional.hide": _("隐藏条件"), "properties.basis": _("依据"), "properties.class": _("信息类别"),
        "properties.unit": _("单位"), "properties.help": _("填写说明"),
    }  # fmt: skip


def _values() -> dict[str, str]:
    return {
        "true": _("是"), "false": _("否"), "public": _("公开"), "personal": _("个人信息"),
        "textfield": _("单行文字"), "textarea": _("多行文字"), "number": _("数字"), "datetime": _("日期时间"),
        "select": _("下拉选择"), "radio": _("单选"), "checklist": _("多选"), "taglist": _("多选标签"),
        "checkbox": _("勾选"), "filepicker": _("附件"), "group": _("分组"), "dynamiclist": _("可重复的一组"),
        "separator": _("分隔线"), "userTask": _("人工环节"), "serviceTask": _("系统环节"),
        "businessRuleTask": _("决策环节"), "sendTask": _("发送环节"), "receiveTask": _("接收环节"),
        "callActivity": _("调用流程"), "subProcess": _("子流程"), "startEvent": _("开始"), "endEvent": _("结束"),
        "boundaryEvent": _("边界事件"), "intermediateCatchEvent": _("等待事件"),
        "intermediateThrowEvent": _("发出事件"), "exclusiveGateway": _("排他网关"), "parallelGateway": _("并行网关"),
        "inclusiveGateway": _("包容网关"), "eventBasedGateway": _("事件网关"), "textAnnotation": _("注释"),
    }  # fmt: skip
