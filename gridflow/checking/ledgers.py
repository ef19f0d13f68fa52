"""Check the files of ledgers."""

from collections.abc import Iterator

from gridflow.bpmn import Finding
from gridflow.catalogue import Catalogue, FileInvalid
from gridflow.catalogue.cities import City
from gridflow.catalogue.ledgers import FOLDER, FORMS, Ledger
from gridflow.checking.articles import unknown_articles
from gridflow.checking.findings import Found, broken
from gridflow.errors import GridflowError
from gridflow.forms import Form


def bad_ledgers(catalogue: Catalogue) -> list[Found]:
    """Find what is wrong with ledgers and their forms, said once for all cities."""
    cities = list(catalogue.cities.values())
    return list(dict.fromkeys(found for city in cities for found in _of_city(catalogue, city)))


def _of_city(catalogue: Catalogue, city: City) -> Iterator[Found]:
    try:
        ledgers = catalogue.ledgers(city.code)
    except FileInvalid as error:
        yield Found(error.path, broken(error.message))
        return
    for ledger in ledgers:
        path = f"{FORMS}/{ledger.name}.json"
        try:
            form = Form.read(ledger.form)
        except GridflowError as error:
            yield Found(path, broken(error.message))
            continue
        for finding in (*unknown_articles(form, ledger.title, [city]), *_unfit(ledger, form)):
            yield Found(path, finding)


def _unfit(ledger: Ledger, form: Form) -> Iterator[Finding]:
    kinds = {field.key: (field.kind, field.subtype) for field in form.fields}
    for key in (key for key, (kind, _) in kinds.items() if kind == "filepicker"):
        yield Finding("ledger-file", "error", key, ledger.title, "台账不收附件。", "请改用文字写明材料存在哪里。")
    if ledger.until and kinds.get(ledger.until) != ("datetime", "date"):
        message = f"{FOLDER}/{ledger.name}.toml 写的到期栏“{ledger.until}”不是表单里的日期。"
        yield Finding(
            "ledger-until", "error", ledger.until, ledger.title, message, "请写一个日期栏的名称，或者删去这一行。"
        )
