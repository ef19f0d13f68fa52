"""What makes a file no XML, in Chinese: the parser speaks English only."""

import re
from collections.abc import Mapping

from lxml.etree import ErrorTypes, XMLSyntaxError

_WORDS: Mapping[int, str] = {
    ErrorTypes.ERR_DOCUMENT_EMPTY: "文件是空的，或者开头不是标签",
    ErrorTypes.ERR_DOCUMENT_END: "文件在最后一个标签之后还有内容，或者没有写完",
    ErrorTypes.ERR_TAG_NAME_MISMATCH: "开始标签与结束标签不是同一个名称",
    ErrorTypes.ERR_TAG_NOT_FINISHED: "文件没有写完，有标签没有结束",
    ErrorTypes.ERR_GT_REQUIRED: "标签缺少结尾的“>”",
    ErrorTypes.ERR_LTSLASH_REQUIRED: "结束标签缺少“</”",
    ErrorTypes.ERR_NAME_REQUIRED: "标签或属性缺少名称，或者名称里有不允许的字符",
    ErrorTypes.ERR_SPACE_REQUIRED: "属性之间缺少空格",
    ErrorTypes.ERR_ATTRIBUTE_REDEFINED: "同一个属性写了两次",
    ErrorTypes.ERR_ATTRIBUTE_WITHOUT_VALUE: "属性没有写值",
    ErrorTypes.ERR_ATTRIBUTE_NOT_STARTED: "属性的值没有加引号",
    ErrorTypes.ERR_ATTRIBUTE_NOT_FINISHED: "属性的值缺少后面的引号",
    ErrorTypes.ERR_LT_IN_ATTRIBUTE: "属性的值里有“<”，请写成“&lt;”",
    ErrorTypes.ERR_UNDECLARED_ENTITY: "用了没有声明的实体；“&”请写成“&amp;”",
    ErrorTypes.ERR_ENTITYREF_SEMICOL_MISSING: "“&”后面缺少分号；“&”本身请写成“&amp;”",
    ErrorTypes.ERR_INVALID_CHAR: "有 XML 不允许的字符",
    ErrorTypes.ERR_INVALID_ENCODING: "有不是 UTF-8 的字节",
    ErrorTypes.ERR_RESERVED_XML_NAME: "XML 声明不在文件开头",
    ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE: "用了没有声明的命名空间前缀",
    ErrorTypes.NS_ERR_QNAME: "名称里的冒号写得不对",
    ErrorTypes.NS_ERR_ATTRIBUTE_REDEFINED: "同一个属性写了两次",
}
_PLACE = re.compile(r", line (\d+), column (\d+)$")


def fault(error: XMLSyntaxError) -> str:
    """Return what is wrong and where: 第 3 行第 7 列标签缺少结尾的“>”; else as the parser says it."""
    said, place = error.msg or "", _PLACE.search(error.msg or "")
    words = _WORDS.get(error.code, _PLACE.sub("", said)[:120])  # type: ignore[attr-defined]  # the stubs lack it
    return f"第 {place[1]} 行第 {place[2]} 列{words}" if place else words
