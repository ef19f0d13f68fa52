"""The words of other products and what to do here instead."""

from collections.abc import Mapping
from typing import NamedTuple

PRODUCTS: Mapping[str, str] = {
    "http://camunda.org/schema/1.0/bpmn": "Camunda 7",
    "http://activiti.org/bpmn": "Activiti",
    "http://flowable.org/bpmn": "Flowable",
    "http://flowable.org/design": "Flowable Design",
    "http://camunda.org/schema/zeebe/1.0": "Camunda 8",
    "http://camunda.org/schema/modeler/1.0": "Camunda Modeler",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "SpiffArena",
    "http://camunda.org/schema/1.0/dmn": "Camunda 7",
    "http://flowable.org/dmn": "Flowable",
    "http://www.signavio.com": "Signavio",
}


class Word(NamedTuple):
    """What a word of another product is, why it does nothing here, and what to do."""

    what: str
    why: str
    remedy: str


_CODE = "程序代码不在流程里执行"
_RULE = "改用决策表，或用带动作的服务任务写出同样的意思。"
_LISTENER = Word(
    "监听器", f"{_CODE}，监听器不会被调用。", "要通知的用动作“发通知”，要改数据的用动作“写入变量”，画成服务任务。"
)
_SERVICE = Word(
    "外部服务或程序类",
    f"{_CODE}，也不由流程调用外部地址。",
    "从动作中选一个，或用消息事件等待外部系统。",
)
_WAIT = Word("事务边界", "每完成一个环节就是一次事务，不另设。", "不用处理。")
_TRY = Word("重试设置", "后台任务失败后统一重试，重试不成的列入故障。", "不用处理。")
_DATA = Word(
    "输入输出映射",
    "数据按变量名直接可用，不在环节上映射。",
    "服务任务在“做什么”里逐项写；被调用的流程在流程上声明数据。",
)
_SCRIPT = Word("脚本", f"{_CODE}。", _RULE)
_FORM = Word("表单字段", "表单是单独的文件，不写在图里。", "在表单设计中新建这张表单，逐个写上字段。")
_KEY = Word("表单的名称", "不是一个能对应的名称，或写在了没有表单的元素上。", "新建表单，发起表单画成第一个用户任务。")
_STARTER = Word("谁能发起", "由流程目录（procedure.toml）规定谁能发起。", "需要时请在流程目录中修改。")
_LOOK = Word("显示设置", "只影响原软件的编辑器。", "不用处理。")
_PERSON = Word(
    "指定的人",
    "不把人写进流程，由岗位和单位找到人。",
    "写上角色；要指定人的，在“由谁办”里写表达式。",
)
_DUE = Word("到期时间", "时限统一写在时限表里，写明依据。", "在时限表里加一行，在环节上选这个时限。")
_PROPERTY = Word("自定义属性", "没有程序会读它。", "有用的写进说明，其余不用处理。")
_PRIORITY = Word("优先级", "待办按时限和紧急程度排序。", "写上时限。")
_MATCH = Word("消息的对应键", "消息按名称和案件对应。", "在消息事件上重新选择消息。")
_TEST = Word("测试", "测试写成案例。", "在“试办”中办一遍，存成案例。")

WORDS: Mapping[str, Word] = {
    "executionListener": _LISTENER, "taskListener": _LISTENER, "listener": _LISTENER, "eventListener": _LISTENER,
    "executionListeners": _LISTENER, "taskListeners": _LISTENER,
    "class": _SERVICE, "delegateExpression": _SERVICE, "expression": _SERVICE, "connector": _SERVICE,
    "topic": Word("外部任务主题", "没有外部程序来领任务。", _SERVICE.remedy),
    "type": _SERVICE, "taskDefinition": _SERVICE, "taskHeaders": _SERVICE, "serviceTaskOperator": _SERVICE,
    "modelerTemplate": Word("连接器模板", "没有连接器。", "从动作中选一个。"),
    "modelerTemplateVersion": _LOOK, "modelerTemplateIcon": _LOOK, "executionPlatform": _LOOK,
    "executionPlatformVersion": _LOOK, "field": _SERVICE, "resultVariable": _SERVICE, "resultVariableName": _SERVICE,
    "asyncBefore": _WAIT, "asyncAfter": _WAIT, "async": _WAIT, "exclusive": _WAIT, "asyncLeave": _WAIT,
    "failedJobRetryTimeCycle": _TRY, "jobPriority": _TRY, "taskPriority": _TRY,
    "inputOutput": _DATA, "ioMapping": _DATA, "in": _DATA, "out": _DATA, "variableMappingClass": _DATA,
    "inheritVariables": _DATA, "calledElementBinding": _DATA,
    "script": _SCRIPT, "preScript": _SCRIPT, "postScript": _SCRIPT, "scriptFormat": _SCRIPT, "resource": _SCRIPT,
    "formKey": _KEY, "formId": _KEY, "formRef": _KEY, "formDefinition": _KEY, "externalReference": _KEY,
    "unitTests": _TEST, "formData": _FORM, "formProperty": _FORM, "userTaskForm": _FORM, "formField": _FORM,
    "formHandlerClass": _FORM, "formRefBinding": _FORM, "formRefVersion": _FORM,
    "instructionsForEndUser": Word("办理说明", "说明写在表单里，和字段在一起。", "在表单上加一段文字。"),
    "candidateStarterUsers": _STARTER, "candidateStarterGroups": _STARTER, "initiator": _STARTER,
    "historyTimeToLive": Word("保存期限", "保管期限由流程目录（procedure.toml）规定。", "需要时请在流程目录中修改。"),
    "versionTag": Word("版本标记", "版本由发布时编号。", "不用处理。"), "isStartableInTasklist": _STARTER,
    "assignee": _PERSON, "candidateUsers": _PERSON, "owner": _PERSON, "potentialStarter": _STARTER,
    "dueDate": _DUE, "followUpDate": _DUE, "taskSchedule": _DUE, "businessCalendarName": _DUE,
    "priority": _PRIORITY, "priorityDefinition": _PRIORITY,
    "properties": _PROPERTY, "property": _PROPERTY, "category": _PROPERTY, "tags": _PROPERTY,
    "subscription": _MATCH, "correlationProperty": _MATCH, "processVariableCorrelation": _MATCH,
    "messageVariable": Word("消息的变量", "原表达式不是 FEEL。", "在消息事件上重新写明。"),
    "messagePayload": Word("消息的内容", "原表达式不是 FEEL。", "在消息事件上重新写明。"),
    "skipExpression": Word("跳过条件", "环节不会自己跳过。", "在前面画一个网关，写上条件。"),
    "versionBinding": _DATA, "bindingType": _DATA, "propagateAllChildVariables": _DATA, "color": _LOOK,
}  # fmt: skip

OTHER = Word(
    "其他软件的设置", "这里没有对应的意思，不起作用。", "需要同样的效果时，请用环节、网关、决策表或动作画出来。"
)
