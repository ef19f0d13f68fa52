"""The one module that meets the typesetter. Import it lazily, after `fonts.install`."""

import gc
import warnings

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from gridflow.documents import fonts
from gridflow.documents.errors import TemplateBroken

_FONTS = FontConfiguration()
_VARIANT = "pdf/a-3u"


class _AddressRefused(FatalURLFetchingError):
    pass


class _NoFetching(URLFetcher):
    """Pictures come inside the document; every other address stops the rendering."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return what a data URI holds."""
        if not url.startswith("data:"):
            raise _AddressRefused(url)
        return super().fetch(url, headers)


def print_html(html: str) -> bytes:
    """Lay out HTML and return PDF bytes, before the finishing pass."""
    fonts.installed()
    page = weasyprint.HTML(string=html, url_fetcher=_NoFetching(), base_url="")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # the library leaves its colour profile open
            done: bytes = page.write_pdf(font_config=_FONTS, pdf_variant=_VARIANT, pdf_identifier=b"gridflow")
    except _AddressRefused as error:
        raise TemplateBroken(f"文书模板引用了外部地址 {error}，文书只能使用随文内嵌的图片。") from error
    return done


def tune_worker() -> None:
    """Keep the collector from walking the typesetter's loaded code at every page: a quarter off long records."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
