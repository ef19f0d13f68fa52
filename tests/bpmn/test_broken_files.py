"""What makes a file no XML is told in Chinese, with its place."""

import pytest

from gridflow.bpmn.errors import BpmnUnreadable
from gridflow.bpmn.reading.source import parse
from gridflow.feel import read_decisions
from gridflow.feel.errors import DecisionFileError

BROKEN = {
    "": "文件是空的",
    "<a><b></a>": "第 1 行第 11 列开始标签与结束标签不是同一个名称",
    "<a>\n<b>": "文件没有写完",
    "<a/>\n<b/>": "第 2 行第 1 列文件在最后一个标签之后还有内容",
    "<a b='1' b='2'/>": "同一个属性写了两次",
    "<a b=1/>": "属性的值没有加引号",
    "<a b/>": "属性没有写值",
    "<a b='<'/>": "请写成“&lt;”",
    "<a>&b;</a>": "请写成“&amp;”",
    "<a>A & B</a>": "名称",
    "<bpmn:a/>": "用了没有声明的命名空间前缀",
    "<a>\x01</a>": "有 XML 不允许的字符",
    " <?xml version='1.0'?><a/>": "XML 声明不在文件开头",
}


@pytest.mark.parametrize(("text", "told"), BROKEN.items())
def test_a_diagram_that_is_no_xml_says_where_and_why(text: str, told: str) -> None:
    with pytest.raises(BpmnUnreadable, match="不是完整的 XML") as refused:
        parse(text.encode())

    assert told in str(refused.value)


@pytest.mark.parametrize(("text", "told"), BROKEN.items())
def test_a_table_that_is_no_xml_says_where_and_why(text: str, told: str) -> None:
    with pytest.raises(DecisionFileError, match="不是完好的 XML") as refused:
        read_decisions(text.encode())

    assert told in str(refused.value)
