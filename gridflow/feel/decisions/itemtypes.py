"""The types a DMN file defines for itself."""

from gridflow.feel.decisions.document import Element, part, parts, text_of
from gridflow.feel.errors import DecisionFileError
from gridflow.feel.expression import build_tests
from gridflow.feel.running import Run
from gridflow.feel.types import ANY, Type, named
from gridflow.feel.values import Value

MAX_CHAIN = 50


class ItemTypes(dict[str, Type]):
    """The types of a file by name; a definition may use a later one."""

    def __init__(self, root: Element) -> None:
        super().__init__()
        self._elements = {item.get("name") or "": item for item in parts(root, "itemDefinition")}
        self._under_way: set[str] = set()
        for name in self._elements:
            self.find(name)

    def find(self, name: str | None) -> Type | None:
        """Find a type by the text of a typeRef; none for Any and for what is not known."""
        if not name:
            return None
        name = name.strip()
        if name in self:
            return self[name]
        if name in self._elements:
            if name in self._under_way:
                raise DecisionFileError(f"类型“{name}”的定义绕成了圈。")
            if len(self._under_way) >= MAX_CHAIN:
                raise DecisionFileError(f"类型“{name}”层层引用得太深，最多 {MAX_CHAIN} 层，请写得浅一些。")
            self._under_way.add(name)
            self[name] = self._define(self._elements[name])
            self._under_way.remove(name)
            return self[name]
        return named(name.rpartition(":")[2])

    def declared(self, name: str | None) -> Type | None:
        """Find a type that restricts values, for a declaration."""
        found = self.find(name)
        return None if found == ANY and found.allows is None else found

    def _define(self, item: Element) -> Type:
        single = self._single(item)
        return Type("list", of=single) if item.get("isCollection") == "true" else single

    def _single(self, item: Element) -> Type:
        components = tuple((c.get("name") or "", self._define(c)) for c in parts(item, "itemComponent"))
        if components:
            return Type("context", entries=components)
        function = part(item, "functionItem")
        if function is not None:
            result = self.declared(function.get("outputTypeRef"))
            return Type("function", of=result, parameters=len(list(parts(function, "parameters"))))
        base = self.find(text_of(part(item, "typeRef"))) or ANY
        allowed = part(item, "allowedValues", "typeConstraint")
        return base if allowed is None else _restricted(base, text_of(allowed))


def _restricted(base: Type, text: str) -> Type:
    tests = build_tests(text, (), {})

    def allows(run: Run, value: Value) -> bool | None:
        inner = run.nested({})
        met = tests.run(inner, value)
        run.left = inner.left
        return met

    return Type(base.name, base.of, base.entries, base.parameters, allows)
