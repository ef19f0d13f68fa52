"""Document templates: Jinja in a sandbox that reaches nothing but the values handed in."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
    nodes,
)
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.runtime import markup_join
from jinja2.sandbox import ImmutableSandboxedEnvironment

from gridflow.documents import pictures, wording
from gridflow.documents.errors import TemplateBroken
from gridflow.documents.filters import LONGEST, late, printed, size
from gridflow.documents.mistakes import in_chinese

FOLDER = "templates/documents/"
_MAPPING_METHODS = frozenset({"items", "keys", "get"})
_PLAIN = (str, bytes, int, float, bool, type(None))
_COSTLY_FILTERS = frozenset(
    {"attr", "batch", "center", "format", "indent", "map", "pprint", "slice", "tojson", "urlize", "wordwrap", "xmlattr"}
)
_BY_ATTRIBUTE = frozenset({"attr", "groupby", "rejectattr", "selectattr", "sum"})
"""Filters whose first argument names what they read."""
_LONGEST_FILE = 30_000
"""Five times the longest that is shipped."""
_MOST_STEPS = 200_000
"""Of one document: rounds of loops, calls of macros and filters, every so many characters or items handled."""
_MOST_COMPILED = 500


class _Code(CodeGenerator):
    """Joins texts with `~` as the sandbox does."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802  -- Jinja calls it so
        """Write a call of the sandbox."""
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class Sandbox(ImmutableSandboxedEnvironment):
    """Read keys of mappings and attributes of nothing; refuse what could fill the memory.

    Nothing is computed while a template is compiled, only where it is filled.
    """

    code_generator_class = _Code
    intercepted_binops = frozenset({"*", "**", "%", "+"})
    spent = 0

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Let every round of a loop and every call of a macro use up a step."""
        if len(source) > _LONGEST_FILE:
            raise TemplateSyntaxError(f"一个模板最多 {_LONGEST_FILE} 个字，请拆成几个文件", 1, name)
        tree = super()._parse(source, name, filename)
        step = nodes.Call(nodes.EnvironmentAttribute("spend"), [], [], None, None)
        repeated: Iterator[Any] = tree.find_all((nodes.For, nodes.Macro, nodes.CallBlock))
        for part in repeated:
            part.body.insert(0, nodes.ExprStmt(step))
        return tree

    def spend(self, steps: int = 1) -> None:
        """Use up steps of what one document may take."""
        self.spent += steps
        if self.spent > _MOST_STEPS:
            raise SecurityError("模板要做的事太多，已停止，请检查循环、宏和接起来的文字")

    def joined(self, parts: tuple[Any, ...]) -> str:
        """Join texts."""
        if sum(map(size, parts)) > LONGEST:
            raise SecurityError(f"~ 接成的文字最多 {LONGEST} 个字")
        return markup_join(parts)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return the entry of a mapping: `step.values` is what the step holds, not a method of a dict."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Allow three methods of a mapping and what the sandbox allows on Jinja's own objects."""
        if isinstance(obj, Mapping):
            return attr in _MAPPING_METHODS
        return not isinstance(obj, _PLAIN) and super().is_safe_attribute(obj, attr, value)

    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:
        """Return what stands for an attribute no template may read: used, it says so."""
        return self.undefined(_unreadable(attribute), name=attribute, obj=obj, exc=SecurityError)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Allow arithmetic on numbers of ordinary size only, and a sum of texts or lists of ordinary length."""
        if operator == "+":
            if size(left) + size(right) > LONGEST:
                raise SecurityError(f"+ 合成的内容最多 {LONGEST} 个字或项")
        elif not all(isinstance(side, int | float) and abs(side) < LONGEST for side in (left, right)):
            raise SecurityError(f"{operator} 只能用于普通大小的数")
        return super().call_binop(context, operator, left, right)


class _Files(BaseLoader):
    """Templates by name from the files of a bundle; a name counts from the folder of the documents."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files

    def get_source(self, _: Any, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return a template's text and name."""
        for name in (template, FOLDER + template):
            if name in self.files:
                return self.files[name], name, lambda: True
        raise TemplateNotFound(template)


class _Compiled(BytecodeCache):
    """Keeps compiled templates in this process by name and text: compiling is a sixth of setting a page."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what was compiled from the same text."""
        bucket.code = self.known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled; all is forgotten when templates changed very often."""
        if len(self.known) >= _MOST_COMPILED:
            self.known.clear()
        self.known[bucket.key, bucket.checksum] = bucket.code


_compiled = _Compiled()


def fill(files: Mapping[str, str], template: str, values: Mapping[str, Any]) -> str:
    """Return the HTML of a template filled with values.

    Raises TemplateBroken with the template, the line and the reason.
    """
    try:
        return environment(files).get_template(template).render(values)
    except TemplateError as error:
        raise broken(template, error) from error
    except RecursionError as error:
        raise TemplateBroken(f"文书模板 {template} 层层引用自己或嵌套太深，排不出来。请检查引用和宏。") from error
    except (TypeError, ValueError, KeyError, OverflowError, ArithmeticError, SyntaxError, NameError) as error:
        raise broken(template, error) from error


def check(files: Mapping[str, str], template: str) -> None:
    """Compile a template without filling it; TemplateBroken says what is wrong and where.

    What the sandbox is certain to refuse is refused here, whether or not the line would ever be reached.
    """
    sandbox = environment(files)
    try:
        text, name, _ = _Files(files).get_source(sandbox, template)
        for line, reason in _refused(text):
            raise TemplateBroken(_said(f"{name} 第 {line} 行", reason), line)
        sandbox.get_template(template)
    except TemplateError as error:
        raise broken(template, error) from error
    except RecursionError as error:
        raise TemplateBroken(f"文书模板 {template} 的表达式嵌套太深，读不下去。请拆成几行再写。") from error
    except SyntaxError as error:  # of the Python it is compiled to: too many blocks within one another
        raise TemplateBroken(f"文书模板 {template} 的循环和判断嵌套太深，读不下去。请拆成几个文件。") from error
    except ValueError as error:
        raise broken(template, error) from error


def environment(files: Mapping[str, str]) -> Sandbox:
    """Return the environment templates run in: every value escaped, every missing value an error."""
    sandbox = Sandbox(loader=_Files(files), undefined=StrictUndefined, autoescape=True, trim_blocks=True)
    sandbox.bytecode_cache = _compiled
    sandbox.lstrip_blocks = True
    for name in _COSTLY_FILTERS:
        sandbox.filters.pop(name, None)
    sandbox.globals = {"range": counted, "namespace": sandbox.globals["namespace"]}
    sandbox.filters.update(wording.FILTERS)
    sandbox.filters.update(pictures.FILTERS)
    sandbox.filters = {name: late(name, function) for name, function in sandbox.filters.items()}
    sandbox.finalize = printed
    sandbox.tests.update(given=given, filled=wording.filled)
    return sandbox


def counted(*numbers: int) -> range:
    """Return a range of ordinary length; SecurityError says how long one may be."""
    found = range(*numbers)
    if found and (found[-1] - found[0]) // found.step >= LONGEST:
        raise SecurityError(f"range 一次最多数 {LONGEST} 个数")
    return found


def given(value: Any) -> bool:
    """Tell whether there is something to print: defined, not None, not an empty text or list."""
    return not isinstance(value, Undefined) and value is not None and value not in ("", [], {})


def broken(template: str, error: Exception) -> TemplateBroken:
    """Return what is wrong with a template, said with file and line."""
    line = error.lineno if isinstance(error, TemplateSyntaxError) else 0
    if isinstance(error, TemplateNotFound):
        return TemplateBroken(f"文书模板 {template} 引用的文件 {error} 不存在，请补上或改正名称。")
    return TemplateBroken(_said(_place(template, error), in_chinese(str(error))), line)


def _said(place: str, reason: str) -> str:
    return f"文书模板 {place} 有误：{reason.rstrip('.。')}。请按提示改正后重试。"


def _unreadable(name: str) -> str:
    return f"模板不能读取 {name}，只能读取交给文书的内容"


@lru_cache(maxsize=_MOST_COMPILED)
def _refused(text: str) -> tuple[tuple[int, str], ...]:
    """Return the lines of a template, in order, that the sandbox refuses whatever the values, each with the reason."""
    tree = environment({}).parse(text)
    found = [(line, _unreadable(name)) for line, name in _read(tree) if name.startswith("_")]
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "range":
            try:
                counted(*(argument.as_const() for argument in call.args))
            except SecurityError as error:
                found.append((call.lineno, str(error)))
            except (nodes.Impossible, TypeError, ValueError):  # known, or wrong, only when the template is filled
                continue
    return tuple(sorted(found))


def _read(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Yield every attribute and item a template reads by a name written in it, with the line."""
    for attribute in tree.find_all(nodes.Getattr):
        yield attribute.lineno, attribute.attr
    for item in tree.find_all(nodes.Getitem):
        yield item.lineno, _constant(item.arg)
    for applied in tree.find_all(nodes.Filter):
        named = [option.value for option in applied.kwargs if option.key == "attribute"]
        named += applied.args[:1] if applied.name in _BY_ATTRIBUTE else []
        for name in (part for one in named for part in _constant(one).replace(",", ".").split(".")):
            yield applied.lineno, name


def _constant(node: nodes.Expr) -> str:
    """Return the text an expression always is; empty for any other."""
    try:
        value = node.as_const()
    except nodes.Impossible:
        return ""
    return value if isinstance(value, str) else ""


def _place(template: str, error: Exception) -> str:
    """Say where the innermost template stopped, which may be a part that the document includes."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.name or template} 第 {error.lineno} 行"
    trace, place = error.__traceback__, template
    while trace is not None:
        if trace.tb_frame.f_globals.get("__jinja_exception__"):
            place = f"{trace.tb_frame.f_code.co_filename} 第 {trace.tb_lineno} 行"
        trace = trace.tb_next
    return place
