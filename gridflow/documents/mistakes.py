"""What Jinja says of a template, said in Chinese; names stay as they were written."""

import re
from collections.abc import Callable, Iterator, Mapping

_SIGNS: Mapping[str, str] = {
    "end of print statement": "}}", "begin of print statement": "{{", "end of statement block": "%}",
    "begin of statement block": "{%", "begin of comment": "{#", "end of comment": "#}",
}  # fmt: skip
_PARTS: Mapping[str, str] = {
    "end of template": "文件末尾", "name": "名称", "string": "文字", "integer": "整数", "float": "小数",
    "template data / text": "正文", "begin of raw block": "raw 块的开头", "end of raw block": "raw 块的结尾",
}  # fmt: skip
_QUOTED = re.compile(r"['\"]([^'\"]*)['\"]")


def _sign(said: str) -> str:
    """Return what a part of a template is called: signs as they are typed."""
    return _PARTS.get(said) or f"“{_SIGNS.get(said, said)}”"


def _closing(block: str) -> Iterator[str]:
    if block:
        yield f"请把“{block}”块收尾"


def _signs(said: str) -> str:
    return "或".join(_sign(each) for each in _QUOTED.findall(said))


_ENDED = (
    r"Unexpected end of template\. Jinja was looking for the following tags: (.+?)\."
    r"(?: The innermost block that needs to be closed is '(.+)')?"
)
_MISPLACED = (
    r"Encountered unknown tag '(.+?)'\. (?:You probably made a nesting mistake\. Jinja is expecting this tag, but "
    r"currently looking for|Jinja was looking for the following tags:) (.+?)\.(?: .*)?"
)
_SAID: tuple[tuple[str, Callable[..., str]], ...] = (
    (r"'(.+)' is undefined", lambda name: f"没有“{name}”这个名称"),
    (r"parameter '(.+)' was not provided", lambda name: f"调用时没有给出参数“{name}”"),
    (r"'.*' has no attribute '(.+)'", lambda name: f"里面没有“{name}”这一项"),
    (r".* has no element (.+)", lambda number: f"里面没有第 {number} 项"),
    (r"No filter named '(.+?)'(?: found)?", lambda name: f"没有“{name}”这个过滤器"),
    (r"No test named '(.+?)'(?: found)?", lambda name: f"没有“{name}”这个判断"),
    (r"expected token '(.+?)', got '(.+)'", lambda wanted, got: f"这里应当是{_sign(wanted)}，写的却是{_sign(got)}"),
    (r"Expected an expression, got '(.+)'", lambda got: f"这里应当有内容，却到了{_sign(got)}"),
    (_ENDED, lambda tags, block: "。".join([f"写到文件末尾还没有{_signs(tags)}", *_closing(block)])),
    (_MISPLACED, lambda tag, tags: f"这里不能写“{tag}”，应当先写{_signs(tags)}"),
    (r"Encountered unknown tag '(.+?)'.*", lambda tag: f"没有“{tag}”这种语句"),
    (r"unexpected '(.+)', expected '(.+)'", lambda got, wanted: f"这里应当是“{wanted}”，写的却是“{got}”"),
    (r"unexpected '(.+)'", lambda got: f"这里不能写{_sign(got)}"),
    (r"unexpected char '(.+)' at \d+", lambda got: f"这里不能写“{got}”"),
    (r"unexpected end of template, expected '(.+)'", lambda wanted: f"写到文件末尾还没有{_sign(wanted)}"),
    (r"unexpected end of template", lambda: "写到文件末尾还没有写完"),
    (r"Missing end of comment tag", lambda: "注释没有用“#}”收尾"),
    (r"Missing end of raw directive", lambda: "raw 块没有收尾"),
    (r"tag name expected", lambda: "“{%”后面应当写语句"),
    (r"block '(.+)' defined twice", lambda name: f"“{name}”块写了两次"),
    (r"can't assign to '(.+)'", lambda _: "等号左边只能是名称"),
    (r"You cannot chain multiple tests with is", lambda: "一处只能写一个 is"),
    (r"macro '(.+?)' takes no keyword argument '(.+)'", lambda name, key: f"“{name}”没有“{key}”这个参数"),
    (r"macro '(.+?)' takes not more than (\d+) argument.*", lambda name, most: f"“{name}”最多有 {most} 个参数"),
    (r"division by zero", lambda: "除数是零"),
    (r"'.*' object is not iterable", lambda: "这里要逐项取，给的却不是名单"),
    (r"'.*' object is not callable", lambda: "这里当函数用的不是函数"),
    (r"object of type '.*' has no len\(\)", lambda: "这里要数个数，给的却不是名单或文字"),
    (r"(?:unsupported operand|can only concatenate|.* not supported between instances).*", lambda: (
        "文字、数和空值不能这样合在一起算或比较"
    )),
    (r"access to attribute '(.+)' of '.*' object is unsafe", lambda name: f"不能读取“{name}”"),
)  # fmt: skip


def in_chinese(said: str) -> str:
    """Return what Jinja or Python said of a template in Chinese; what nobody has translated is quoted."""
    plain = " ".join(said.split()).rstrip(".。")
    for pattern, words in _SAID:
        if found := re.fullmatch(pattern, plain):
            return words(*found.groups())
    if any("一" <= sign <= "鿿" for sign in plain):
        return plain
    return f"这里的写法不对（{plain}）"
