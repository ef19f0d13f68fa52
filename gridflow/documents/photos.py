"""Photos small enough to be bound in, without what a camera writes into them."""

import base64
import io

LONGEST = 1000
"""Pixels of the longer side."""
MOST_PIXELS = 60_000_000
_QUALITY = 72
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")


def reduced(content: bytes) -> str:
    """Return a picture as a small JPEG data URI, upright; empty for what cannot be shown."""
    small = small_jpeg(content, LONGEST)
    return "data:image/jpeg;base64," + base64.b64encode(small).decode() if small else ""


def small_jpeg(content: bytes, longest: int) -> bytes:
    """Return a picture as a JPEG whose longer side has at most so many pixels, upright; empty for what cannot be shown.

    Place and camera noted in the file are not kept. Cost: about 50 ms for 12 megapixels.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # only processes that show or print pictures need it

    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return b""
            picture.draft("RGB", (longest, longest))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((longest, longest))
            out = io.BytesIO()
            upright.save(out, "JPEG", quality=_QUALITY, optimize=True)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return b""
    return out.getvalue()
