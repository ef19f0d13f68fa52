"""Reading the CSV tables beside a city file: known columns, UTF-8, every row whole."""

import csv
from collections.abc import Iterator, Mapping
from io import StringIO

from gridflow.catalogue.errors import FileInvalid


def rows(path: str, content: bytes, columns: tuple[str, ...]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield each row with the line it ends on; raise FileInvalid for what is no such table."""
    try:
        reader = csv.DictReader(StringIO(content.decode("utf-8-sig")), restkey="", strict=True)
        if tuple(reader.fieldnames or ()) != columns:
            raise FileInvalid(path, f"首行应为 {','.join(columns)}，请照此改正。")
        for row in reader:
            if "" in row or None in row.values():
                raise FileInvalid(path, f"第 {reader.line_num} 行应有 {len(columns)} 栏，请核对逗号。")
            yield reader.line_num, {name: value.strip() for name, value in row.items()}
    except (UnicodeDecodeError, csv.Error) as problem:
        raise FileInvalid(path, f"不是有效的 UTF-8 逗号分隔表（{problem}），请另存为 CSV UTF-8。") from problem
