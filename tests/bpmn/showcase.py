"""One diagram with everything that can be drawn, laid out by hand."""

import bpmn_builder as b

MULTI = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>co_units</bpmn:loopDataInputRef>"
    '<bpmn:inputDataItem id="co_unit" name="co_unit"/></bpmn:multiInstanceLoopCharacteristics>'
)
HANDLING = b.element(
    "subProcess",
    "handling",
    "处置",
    b.start("handling_start")
    + b.user_task("handle", "办理并填写结果")
    + b.element("callActivity", "co_handle", "协办单位办理", MULTI, calledElement="co_handling")
    + b.element("exclusiveGateway", "needs_co", "需要协办？", default="needs_co__handle")
    + b.element("endEvent", "handling_done", "处置完毕")
    + b.path("handling_start", "needs_co")
    + b.flow("needs_co", "handle", name="否")
    + b.flow("needs_co", "co_handle", "count(co_units) > 0", "是")
    + b.flow("co_handle", "handle")
    + b.flow("handle", "handling_done"),
)
PROCESS = b.process(
    b.lanes(
        ("lane_field", "field_worker", ("start", "register", "classify", "decide", "fix_on_site")),
        ("lane_town", "town", ("dispatch", "notify", "archive", "join", "done", "wait", "print")),
        ("lane_unit", "handler", ("handling", "object", "objection", "objection_end", "late", "remind_late")),
    )
    .replace('name="lane_field"', 'name="专职网格员"')
    .replace('name="lane_town"', 'name="镇街"')
    .replace('name="lane_unit"', 'name="承办单位（主办）"'),
    b.element("startEvent", "start", "发现问题"),
    b.user_task("register", "登记上报"),
    b.rule_task("classify"),
    b.element("exclusiveGateway", "decide", "能否当场处置？", default="decide__dispatch"),
    b.user_task("fix_on_site", "现场处置并录入结果"),
    b.element("manualTask", "dispatch", "研判后交办，确定主办单位和协办单位"),
    HANDLING,
    b.boundary("object", "handling", b.definition("message", "objection_filed"), interrupting=False).replace(
        "边界", "职责异议"
    ),
    b.boundary("late", "handling", b.timer("limit.handling.due"), g_limit="handling").replace("边界", "超期"),
    b.element("callActivity", "objection", "职责异议裁定", calledElement="objection_ruling"),
    b.element("endEvent", "objection_end", "异议办结"),
    b.element("endEvent", "remind_late", "转督办", b.definition("terminate")),
    b.element("intermediateCatchEvent", "wait", "满一个工作日", b.timer("x")),
    b.element("sendTask", "notify", "反馈报送人"),
    b.element("inclusiveGateway", "join", ""),
    b.element("subProcess", "print", "打印归档"),
    b.service("archive", "archive_case").replace("办理", "办结归档"),
    b.element("endEvent", "done", "已办结", b.definition("message", "objection_filed")),
    b.path("start", "register", "classify", "decide"),
    b.flow("decide", "fix_on_site", "on_site", "能"),
    b.flow("decide", "dispatch", name="不能"),
    b.path("dispatch", "handling", "wait", "join", "print", "archive", "notify", "done"),
    b.flow("fix_on_site", "join"),
    b.flow("object", "objection"),
    b.flow("objection", "objection_end"),
    b.flow("late", "remind_late"),
    '<bpmn:textAnnotation id="basis">'
    "<bpmn:text>N18-2：能够当场处置的，应当及时处置；B17-2 同</bpmn:text></bpmn:textAnnotation>",
    '<bpmn:association id="basis_line" sourceRef="fix_on_site" targetRef="basis"/>',
    '<bpmn:dataObjectReference id="order" name="交办单"/>',
)
DRAWING = b.drawing(
    b.shape("pool", 0, 0, 1560, 830, isHorizontal="true"),
    b.shape("lane_field", 30, 0, 1530, 210, isHorizontal="true"),
    b.shape("lane_town", 30, 210, 1530, 200, isHorizontal="true"),
    b.shape("lane_unit", 30, 410, 1530, 420, isHorizontal="true"),
    b.shape("start", 80, 72, 36, 36),
    b.shape("register", 160, 50),
    b.shape("classify", 330, 50),
    b.shape("decide", 505, 65, 50, 50),
    b.shape("fix_on_site", 640, 50),
    b.shape("dispatch", 470, 270),
    b.shape("handling", 330, 450, 640, 220, isExpanded="true"),
    b.shape("handling_start", 360, 522, 36, 36),
    b.shape("needs_co", 440, 515, 50, 50),
    b.shape("co_handle", 560, 570),
    b.shape("handle", 740, 500),
    b.shape("handling_done", 905, 522, 36, 36),
    b.shape("object", 432, 652, 36, 36),
    b.shape("late", 852, 652, 36, 36),
    b.shape("objection", 520, 730),
    b.shape("objection_end", 692, 752, 36, 36),
    b.shape("remind_late", 992, 732, 36, 36),
    b.shape("wait", 1012, 292, 36, 36),
    b.shape("join", 1095, 285, 50, 50),
    b.shape("print", 1180, 270, isExpanded="false"),
    b.shape("archive", 1330, 270),
    b.shape("notify", 1330, 50),
    b.shape("done", 1492, 72, 36, 36),
    b.shape("basis", 820, 20, 180, 70),
    b.shape("order", 640, 280, 36, 50),
    b.edge("start__register", (116, 90), (160, 90)),
    b.edge("register__classify", (280, 90), (330, 90)),
    b.edge("classify__decide", (450, 90), (505, 90)),
    b.edge("decide__fix_on_site", (555, 90), (640, 90)),
    b.edge("decide__dispatch", (530, 115), (530, 270), label=(536, 190, 24, 14)),
    b.edge("dispatch__handling", (530, 350), (530, 450)),
    b.edge("handling__wait", (970, 560), (1030, 560), (1030, 328)),
    b.edge("wait__join", (1048, 310), (1095, 310)),
    b.edge("fix_on_site__join", (760, 90), (800, 90), (800, 130), (1120, 130), (1120, 285)),
    b.edge("join__print", (1145, 310), (1180, 310)),
    b.edge("print__archive", (1300, 310), (1330, 310)),
    b.edge("archive__notify", (1390, 270), (1390, 130)),
    b.edge("notify__done", (1450, 90), (1492, 90)),
    b.edge("handling_start__needs_co", (396, 540), (440, 540)),
    b.edge("needs_co__handle", (490, 540), (740, 540)),
    b.edge("needs_co__co_handle", (465, 565), (465, 610), (560, 610)),
    b.edge("co_handle__handle", (680, 610), (800, 610), (800, 580)),
    b.edge("handle__handling_done", (860, 540), (905, 540)),
    b.edge("object__objection", (450, 688), (450, 770), (520, 770)),
    b.edge("objection__objection_end", (640, 770), (692, 770)),
    b.edge("late__remind_late", (870, 688), (870, 750), (992, 750)),
    b.edge("basis_line", (760, 60), (820, 50)),
)
POOL = (
    '<bpmn:collaboration id="all"><bpmn:participant id="pool" name="网格事件全流程闭环" processRef="event"/>'
    "</bpmn:collaboration>"
)
SHOWCASE = b.file('<bpmn:message id="objection_filed" name="职责异议"/>', POOL, PROCESS, DRAWING)
