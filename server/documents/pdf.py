"""HTML to PDF, by WeasyPrint. A document sees only the assets it was given: no network, no files.

WeasyPrint and the fonts come from the system, so both are looked for on first use: a server without them
still serves everything that is not a PDF.
"""

import ctypes
import ctypes.util
import functools
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from server.kernel.problems import Problem

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"
ASSET = "asset:"
# What an office printer shows: with pictures resampled to it, ten pages with forty photos weigh 2 MB, not 31.
DOTS_PER_INCH = 150


def render(html: str, assets: Mapping[str, bytes]) -> bytes:
    """The PDF of a page of HTML; it may name an asset as `asset:NAME` wherever a URL may stand."""
    weasyprint = _weasyprint()
    page = weasyprint.HTML(string=html, base_url=ASSET, url_fetcher=_fetcher(weasyprint, assets))
    pdf: bytes = page.write_pdf(dpi=DOTS_PER_INCH)
    return pdf


@functools.cache
def _weasyprint() -> ModuleType:
    try:
        import weasyprint  # noqa: PLC0415 - a server without Pango still serves all else
    except OSError as missing:
        raise Problem("pdf-unavailable", packages=PACKAGES) from missing
    if not has_chinese_font():
        raise Problem("pdf-unavailable", packages=PACKAGES)
    return weasyprint


def has_chinese_font() -> bool:
    """Whether fontconfig knows a font for Simplified Chinese: without one each character prints as a box."""
    library = ctypes.util.find_library("fontconfig")
    if library is None:
        return False
    fontconfig = ctypes.CDLL(library)
    for function in ("FcNameParse", "FcObjectSetCreate", "FcFontList"):
        getattr(fontconfig, function).restype = ctypes.c_void_p
    pattern = ctypes.c_void_p(fontconfig.FcNameParse(b":lang=zh-cn"))
    wanted = ctypes.c_void_p(fontconfig.FcObjectSetCreate())
    found = ctypes.c_void_p(fontconfig.FcFontList(None, pattern, wanted))
    try:
        # An FcFontSet opens with the number of its fonts.
        return bool(found) and ctypes.cast(found, ctypes.POINTER(ctypes.c_int))[0] > 0
    finally:
        fontconfig.FcFontSetDestroy(found)
        fontconfig.FcObjectSetDestroy(wanted)
        fontconfig.FcPatternDestroy(pattern)


def _fetcher(weasyprint: ModuleType, assets: Mapping[str, bytes]) -> Any:
    """A fetcher that hands out the given assets and nothing else."""

    class GivenAssets(weasyprint.urls.URLFetcher):  # type: ignore[name-defined]
        def fetch(self, url: str, headers: object = None) -> Any:
            name = url.removeprefix(ASSET)
            if not url.startswith(ASSET) or name not in assets:
                raise ValueError(f"not an asset of this document: {url[:80]}")
            return weasyprint.urls.URLFetcherResponse(url, assets[name])

    return GivenAssets()
