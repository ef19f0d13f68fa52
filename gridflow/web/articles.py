"""The text of an article of the viewer's city."""

from flask import Blueprint, g, render_template

from gridflow.people.access import access

blueprint = Blueprint("articles", __name__)


@blueprint.get("/articles/<code>")
@access()
def show(code: str) -> str:
    """Show an article; a paragraph is marked within it."""
    ordinance = g.viewer.city.ordinance
    found = ordinance.article(code)
    whole = ordinance.article(code.split("-")[0].split("(")[0])
    return render_template(
        "pages/article.html", layout="layouts/page.html", found=found, whole=whole, title=f"《{ordinance.title}》"
    )
