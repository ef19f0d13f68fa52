"""The small signs of BPMN as path data."""

from collections.abc import Mapping

TASKS: Mapping[str, str] = {
    "userTask": "M8 7.6a3.2 3.2 0 1 0-.01 0zM2 16c0-4.4 2.4-6.6 6-6.6s6 2.2 6 6.6z",
    "manualTask": "M2 8.5l5.5-5h3L8.2 6H15v2H9.5v1.2H15v2H9.5v1.2H14v2H9.5v1H4.5L2 13z",
    "serviceTask": (
        "M8 5.2a2.8 2.8 0 1 0 .01 0zM7 1h2l.4 2.2 1.7.8L13 2.7 14.4 4.2 13 6l.7 1.6 2.2.4v2l-2.2.4-.7 1.6"
        " 1.4 1.8-1.4 1.5-1.9-1.3-1.7.8L9 17H7l-.4-2.2-1.7-.8L3 15.3 1.6 13.8 3 12l-.7-1.6L.1 10V8l2.2-.4L3 6 1.6 4.2"
        " 3 2.7 4.9 4l1.7-.8z"
    ),
    "businessRuleTask": "M1.5 3h13v11h-13zM1.5 6.4h13M1.5 10.2h13M5.8 6.4v7.6",
    "sendTask": "M1.5 3.5h13v9.5h-13zM14.5 3.5l-6.5 5.2-6.5-5.2",
    "receiveTask": "M1.5 3.5h13v9.5h-13zM14.5 3.5l-6.5 5.2-6.5-5.2",
    "scriptTask": "M4.5 2h9c-3 3 2 7.5-1 13h-9c3-5.5-2-10 1-13zM5.5 5.5h5M6 8.5h5.5M6.5 11.5h5.5",
}
"""In a box of 16 by 16, its corner at the origin."""

EVENTS: Mapping[str, str] = {
    "message": "M-8-5.5h16v11h-16zM8-5.5l-8 6.3-8-6.3",
    "timer": ("M0-8.5a8.5 8.5 0 1 0 .01 0zM0-8.5v2.2M0 8.5v-2.2M-8.5 0h2.2M8.5 0h-2.2M0-5v5l3.6 2.2"),
    "signal": "M0-8l8 13.2h-16z",
    "error": "M-7 7l4.8-13.5 4.5 7.5 4.7-8-4.6 14-4.7-7.4z",
    "escalation": "M0-8.5l6.5 15.5-6.5-6.8-6.5 6.8z",
    "link": "M-8-3h8v-4l8 7-8 7v-4h-8z",
    "compensate": "M-.5-6v12l-7.5-6zM7-6v12l-7.5-6z",
    "conditional": "M-6-8h12v16h-12zM-3.5-4.5h7M-3.5-1.5h7M-3.5 1.5h7M-3.5 4.5h7",
    "cancel": "M-6-3.5l2.5-2.5 3.5 3.5 3.5-3.5 2.5 2.5-3.5 3.5 3.5 3.5-2.5 2.5-3.5-3.5-3.5 3.5-2.5-2.5 3.5-3.5z",
}
"""Round the origin, about 8 in each direction."""

GATEWAYS: Mapping[str, str] = {
    "exclusiveGateway": "M-6.5-7.5l13 15M6.5-7.5l-13 15",
    "parallelGateway": "M0-10v20M-10 0h20",
    "inclusiveGateway": "M0-9a9 9 0 1 0 .01 0z",
    "eventBasedGateway": "M0-11a11 11 0 1 0 .01 0zM0-6.5l6.3 4.5-2.4 7.3h-7.8l-2.4-7.3z",
    "complexGateway": "M0-10v20M-10 0h20M-7-7l14 14M7-7l-14 14",
}
"""Round the origin, about 10 in each direction."""

LOOPS: Mapping[str, str] = {
    "parallel": "M-5-5v10M0-5v10M5-5v10",
    "sequential": "M-5-5h10M-5 0h10M-5 5h10",
    "standard": "M-2.5 5a5.5 5.5 0 1 1 3.5.5M-2.5 5v-4M-2.5 5h-4",
    "collapsed": "M-6-6h12v12h-12zM0-3.5v7M-3.5 0h7",
}
"""Round the origin, about 6 in each direction."""

WIDTHS: Mapping[str, float] = {
    "exclusiveGateway": 3.0,
    "parallelGateway": 3.0,
    "complexGateway": 3.0,
    "inclusiveGateway": 2.6,
}
"""Line widths of gateway signs that are not 1.3."""
