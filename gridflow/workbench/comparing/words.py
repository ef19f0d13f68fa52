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
        "name": _("名称"), "text": _("文字"), "kind": _("种类"), "parent": _("所在位置"), "lane": _("泳道"),
        "attached_to": _("依附的环节"), "interrupting": _("中断所在环节"), "events": _("事件"),
        "default": _("默认流向"), "called": _("调用"), "loop": _("多次办理"), "source": _("起点"), "target": _("终点"),
        "condition": _("条件"), "role": _("角色"), "form": _("表单"), "limit": _("时限"), "article": _("依据"),
        "document": _("文书"), "action": _("动作"), "unit": _("单位"), "person": _("人员"), "process": _("流程"),
        "title": _("待办列表里的一行"), "remind": _("催办"), "shows": _("表单上方显示"), "told": _("对报送人怎么说"),
        "afresh": _("又到一次算另起一次"), "exclude": _("回避"), "decision": _("决策表"),
        "matter": _("受清单约束的事项"), "declares_data": _("由别的图调用"), "data_inputs": _("读入的数据"),
        "data_outputs": _("交出的数据"), "optional_inputs": _("可缺的数据"), "triggered_by_event": _("由事件触发"),
        "label": _("名称"), "type": _("种类"), "key": _("代码"), "description": _("说明"),
        "defaultValue": _("开始时的内容"), "values": _("选项"), "valuesKey": _("登记"),
        "readonly": _("只给看，不能改"), "disabled": _("只给看，不提交"), "decimalDigits": _("小数位数"),
        "subtype": _("填到"), "dateLabel": _("名称"), "accept": _("可以上传"), "multiple": _("可以选几个文件"),
        "path": _("代码"), "defaultRepetitions": _("开始时有几行"), "validate.required": _("必填"),
        "validate.minLength": _("最少字数"), "validate.maxLength": _("最多字数"), "validate.min": _("最小"),
        "validate.max": _("最大"), "validate.minItems": _("至少几项"), "validate.maxItems": _("至多几项"),
        "validate.pattern": _("格式"), "conditional.hide": _("什么时候不显示"), "properties.basis": _("依据"),
        "properties.class": _("存放在哪里"), "properties.unit": _("计量单位"), "properties.help": _("提示"),
        "properties.again": _("再填时带出上一次的内容"), "properties.latest": _("不晚于"),
        "properties.earliest": _("不早于"), "properties.except": _("不能选"), "properties.only": _("只列出"),
        "properties.reason": _("为什么不能选"), "properties.picture": _("内容是一幅图"),
        "properties.most": _("不大于"), "properties.least": _("不小于"),
    }  # fmt: skip


def _values() -> dict[str, str]:
    return {
        "true": _("是"), "false": _("否"), "public": _("公开"), "personal": _("个人信息"), "text": _("文字"),
        "textfield": _("单行文字"), "textarea": _("多行文字"), "number": _("数字"), "datetime": _("日期时间"),
        "select": _("下拉单选"), "radio": _("单选"), "checklist": _("多选"), "taglist": _("多选（选项多）"),
        "checkbox": _("是否勾选"), "filepicker": _("照片和附件"), "group": _("分组"),
        "dynamiclist": _("重复组（可加行）"), "separator": _("分隔线"), "userTask": _("用户任务"),
        "manualTask": _("人工任务"), "task": _("普通任务"), "serviceTask": _("服务任务"),
        "businessRuleTask": _("规则任务"), "sendTask": _("发送任务"), "receiveTask": _("接收任务"),
        "scriptTask": _("脚本任务"), "callActivity": _("调用活动"), "subProcess": _("子流程"),
        "startEvent": _("开始事件"), "endEvent": _("结束事件"), "boundaryEvent": _("边界事件"),
        "intermediateCatchEvent": _("等待事件"), "intermediateThrowEvent": _("抛出事件"),
        "exclusiveGateway": _("排他网关"), "parallelGateway": _("并行网关"), "inclusiveGateway": _("包容网关"),
        "eventBasedGateway": _("事件网关"), "textAnnotation": _("注释"), "dataInput": _("读入的数据"),
        "dataOutput": _("交出的数据"),
    }  # fmt: skip
