"""How a drawing is cut for paper."""

from gridflow.documents.figures import LAP, figures


def cut(width: float, height: float) -> list[dict]:
    svg = '<svg viewBox="0 0 9 9" width="9" height="9" role="img"></svg>'
    return figures([{"title": "图", "svg": svg, "room": (10.0, 20.0, width, height)}])


def millimetres(text: str) -> float:
    return float(text.removesuffix("mm"))


def test_a_flat_drawing_stays_whole_and_lies() -> None:
    (only,) = cut(1100, 400)
    assert (only["strips"], only["upright"]) == (1, False)
    assert 'viewBox="10.0 20.0 1100.0 400.0"' in only["svg"]


def test_a_wide_drawing_comes_in_strips_that_share_a_task() -> None:
    first, second = cut(2400, 400)
    assert second["strip"] == 2
    starts = [float(strip["svg"].split('viewBox="')[1].split()[0]) for strip in (first, second)]
    widths = [float(strip["svg"].split('width="')[1].split('"')[0]) for strip in (first, second)]
    assert starts[0] + widths[0] - starts[1] == LAP
    assert starts[1] + widths[1] == 2410


def test_names_in_a_high_drawing_stay_readable_on_upright_pages() -> None:
    for strip in cut(2000, 1100):
        assert strip["upright"]
        width = float(strip["svg"].split('width="')[1].split('"')[0])
        assert 12 * millimetres(strip["width"]) / width * 72 / 25.4 > 5
        assert millimetres(strip["width"]) <= 166.1
        assert millimetres(strip["height"]) <= 222.1
