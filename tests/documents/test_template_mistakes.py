"""What is wrong with a template is said in Chinese, with the names and signs as its author wrote them."""

import pytest

from gridflow.documents.errors import TemplateBroken
from gridflow.documents.templating import FOLDER, fill

NAME = f"{FOLDER}paper.html"
VALUES = {"case": {"title": "井盖", "steps": ["登记"]}, "number": 3}
MISTAKES = {
    "{{ csae + 1 }}": "没有“csae”这个名称",
    "{{ case.tite + 'x' }}": "里面没有“tite”这一项",
    "{{ case.steps[4] + 'x' }}": "里面没有第 4 项",
    "{{ case.title | uper }}": "没有“uper”这个过滤器",
    "{% if case is fild %}x{% endif %}": "没有“fild”这个判断",
    "{{ case.title": "写到文件末尾还没有“}}”",
    "{{ }}": "这里应当有内容，却到了“}}”",
    "{{ case title }}": "这里应当是“}}”，写的却是“title”",
    "{{ (number }}": "这里应当是“)”，写的却是“}”",
    "{{ number ? }}": "这里不能写“?”",
    "{% if number %}x": "写到文件末尾还没有“elif”或“else”或“endif”。请把“if”块收尾",
    "{% if number %}x{% endfor %}": "这里不能写“endfor”，应当先写“elif”或“else”或“endif”",
    "{% fi number %}": "没有“fi”这种语句",
    "{% %}": "“{%”后面应当写语句",
    "{# 说明": "注释没有用“#}”收尾",
    "{% block a %}{% endblock %}{% block a %}{% endblock %}": "“a”块写了两次",
    "{% set 3 = 4 %}": "等号左边只能是名称",
    "{% macro line(text) %}{{ text }}{% endmacro %}{{ line(size=3) }}": "“line”没有“size”这个参数",
    "{% macro line(text) %}{{ text }}{% endmacro %}{{ line(1, 2) }}": "“line”最多有 1 个参数",
    "{% for each in number %}{% endfor %}": "这里要逐项取，给的却不是名单",
    "{{ number() }}": "这里当函数用的不是函数",
    "{{ number | length }}": "这里要数个数，给的却不是名单或文字",
    "{{ number + case.title }}": "文字、数和空值不能这样合在一起算或比较",
    "{{ number / 0 }}": "除数是零",
    "{% include 'other.html' %}": "引用的文件 other.html 不存在",
}


@pytest.mark.parametrize(("text", "said"), MISTAKES.items())
def test_a_mistake_is_said_in_chinese(text: str, said: str) -> None:
    with pytest.raises(TemplateBroken) as broken:
        fill({NAME: text}, NAME, VALUES)

    assert said in broken.value.message
